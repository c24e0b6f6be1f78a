"""`python -m portal.cli`, for where the `paddock` command is not installed."""

from portal.cli import app

app()
