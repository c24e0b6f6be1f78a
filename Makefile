# The two commands a stranger needs are `make run` and `make test`; the rest is for those who work here.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data

.PHONY: run test setup setup-dev browser check format bench lock lint-js node-tools pictures clean

run: setup
	$(BIN)/paddock up --demo --data $(DATA)

# Files of tests are shared out to the cores; the browser tests come after them, one at a time, because they measure seconds.
test: setup-dev browser node-tools
	$(BIN)/pytest --numprocesses auto --dist loadfile tests/unit tests/contract tests/conformance
	$(BIN)/pytest tests/e2e

# The stamps make a second run install nothing and need no network.
setup: .venv/installed
setup-dev: .venv/installed-dev

define install
	@if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1); \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@$(BIN)/python -m compileall -q core portal pages workers
	@touch .venv/installed $@
endef

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(call install,requirements.lock)

.venv/installed-dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(call install,requirements-dev.lock)

# Debian and Ubuntu keep `ensurepip` in a package of its own.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	 { echo "Paddock needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	 apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; } || \
	 { echo "Python's venv module is missing: install python3-venv, then run make again."; exit 1; }
	$(PYTHON) -m venv .venv

# Chromium for the browser tests: the system's where it is or root may install it, else Playwright's own.
browser: setup-dev
	@$(BIN)/python -m tests.e2e.browser

check: setup-dev lint-js
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

# ESLint and axe come from npm; without it both are left to CI, which has it.
node-tools:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory --silent node_modules/.package-lock.json; fi

node_modules/.package-lock.json: package-lock.json
	@npm ci --silent

lint-js: node-tools
	@if [ -d node_modules ]; then node_modules/.bin/eslint portal tests/js; \
	 elif [ "$$CI" = true ]; then echo "npm is missing: the components cannot be linted."; exit 1; \
	 else echo "npm is missing: the components' JavaScript is not linted."; fi

# The README's picture, as the browser test sees the demo.
pictures: setup-dev browser
	$(BIN)/pytest tests/e2e/test_two_officials.py -k moves_the_other
	cp artefacts/demo-live.png tests/e2e/pictures/live.png

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev browser
	$(BIN)/pytest tests/bench -s

lock: setup-dev
	@for f in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header $$f.in -o $$f.lock; done

clean:
	rm -rf .venv artefacts build .mypy_cache .ruff_cache .pytest_cache .hypothesis
