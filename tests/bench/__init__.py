"""How fast, how much memory: printed, not asserted on time."""

import sys


def figure(text: str) -> None:
    """Print one measured line; `make bench` shows it."""
    sys.stdout.write(f"\n{text}\n")
