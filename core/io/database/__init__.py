"""Queries, one file a feature, next to the dataclasses they fill. A test compares the tables named here with `sql/`."""

from sqlalchemy import MetaData

CONTROL = MetaData()
"""Tables of the control database."""

SESSION = MetaData()
"""Tables of a race session's own database."""
