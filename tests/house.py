"""House rules that no linter knows: size of files, locks without addresses, README's walks naming real files.

Run by `make check` as `python -m tests.house`; prints what is wrong and exits 1.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_LINES = 400
CODE = {".py", ".js", ".mjs", ".css", ".sql", ".toml", ".yaml"}


def faults() -> Iterator[str]:
    """Every broken rule, as `file: what`."""
    files = tracked()
    yield from long_files(files)
    yield from addresses_in_locks(files)
    yield from dead_links(ROOT / "README.md")


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [ROOT / line for line in listing.splitlines() if (ROOT / line).is_file()]


def long_files(files: list[Path]) -> Iterator[str]:
    for file in files:
        if file.suffix in CODE and (lines := len(file.read_bytes().splitlines())) > MOST_LINES:
            yield f"{file.relative_to(ROOT)}: {lines} lines, more than {MOST_LINES}: a noun is missing"


def addresses_in_locks(files: list[Path]) -> Iterator[str]:
    for file in files:
        if file.suffix == ".lock" and re.search(r"https?://|--index-url|--find-links", file.read_text()):
            yield f"{file.relative_to(ROOT)}: a lock names no addresses"


def dead_links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        if not (ROOT / target).exists():
            yield f"{page.name}: links to {target}, which does not exist"


def main() -> int:
    found = list(faults())
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
