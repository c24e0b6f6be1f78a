"""Apex Timing: frames of lines `subject|class|value`, a table sent as HTML once and then cell by cell.

What is known of the protocol comes from Apex's own web client (2.01.12) and from measuring 29 recordings of 20
venues. `feed.py` takes frames apart, `grid.py` reads the table, `columns.py` finds what a column means, `cells.py`
turns one cell into an event, `headline.py` reads what is not about a car.
"""

from core.timing.sources.apex.feed import Apex

__all__ = ["Apex"]
