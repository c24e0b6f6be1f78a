"""Where Chromium is: the system's where there is one, else Playwright's own.

`python -m tests.e2e.browser` (part of `make test`) brings one where it may; without one the browser tests are skipped
with one line, except in CI, where missing is failing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync")  # fmt: skip
MISSING = "No Chromium: the browser tests need the system's chromium package or `playwright install chromium`."


def find() -> Path | None:
    """The browser to drive, or None."""
    system = next((found for name in NAMES if (found := shutil.which(name))), None)
    return Path(system) if system else _playwrights_own()


def required() -> bool:
    return os.environ.get("CI", "") == "true"  # noqa: TID251 - a switch of the test run, not of Paddock


def install() -> None:
    """Try the system's packages where root may, else Playwright's download; what fails is seen by `find`."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if find() is None:
        install()
    if find() is None:
        print(MISSING, file=sys.stderr)  # noqa: T201 - this is the command's answer
        return int(required())
    return 0


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
