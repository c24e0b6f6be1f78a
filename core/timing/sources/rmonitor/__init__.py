"""RMonitor (MYLAPS Orbits "scoreboard" output), IMSA's enhanced form of it, and what Race Monitor's relay adds.

Lines `$COMMAND,field,"field",…`. Known from the protocol's documents (RMonitor Timing Protocol 1.0, IMSA Enhanced RMon
1.03) and from measuring 14 recordings. `feed.py` takes frames apart, `fields.py` a line with quotes, `texts.py` reads
times and flags, `entries.py` who a car is, `passings.py` when a passing is a lap, `runs.py` when a session begins,
`clocks.py` the heartbeat, `relay.py` Race Monitor's records.
"""

from core.timing.sources.rmonitor.feed import RMonitor

__all__ = ["RMonitor"]
