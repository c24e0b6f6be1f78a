"""Invented races in the shape of real recordings, with the truth beside them.

`simulate` drives a kart race and tells it as an Apex server would: a feed of differences, flushed every 0.2 s, with
everything that makes real feeds hard: predictions that are not lap times, lap times a frame early or late, recoloured
cells, laps driven twice to the millisecond, transponders read twice, team and driver in one cell, kart swaps, tables
sent again with other columns, scanners' junk, keep-alives, a link that was away. The laps and stops really driven are
the oracle for the fold. The same plan gives the same race, byte for byte. Names are plainly invented.
"""

from core.timing.simulate.plan import Away, PitLaps, Plan, Signals
from core.timing.simulate.race import Race, recording_lines, simulate

__all__ = ["Away", "PitLaps", "Plan", "Race", "Signals", "recording_lines", "simulate"]
