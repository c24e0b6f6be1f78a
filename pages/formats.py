"""Timing › Formats: what a circuit's feed is, how its columns are read, what changed, and parsers for unknown feeds."""

from portal import format_maps, formats, session
from portal.forms import nothing

reader = session.identity()
here = session.place().circuit
if here is None:
    nothing("There is no circuit yet.", "Add one under Timing › Circuits.")
else:
    analysis = formats.detected(here, reader)
    if analysis is not None and analysis.finding.format is None:
        format_maps.proposed(here, reader, analysis)
    format_maps.versions(here)
    formats.layouts(here, reader)
    formats.notices(here)
