"""Timing › Recordings: what is recorded of the circuit, played at any speed from any moment, and files in and out."""

from portal import recordings, recordings_kept, session
from portal.forms import nothing

reader = session.identity()
here = session.place()
if here.circuit is None:
    nothing("There is no circuit yet.", "An administrator adds one under Timing › Circuits.")
else:
    kept = recordings.chosen(here.circuit)
    if kept is not None:
        recordings.played(here.circuit, kept, reader)
        recordings.carried_out(kept, reader)
        recordings.bookmarked(here.circuit, kept, reader)
        recordings_kept.keep_piece(here.circuit, kept, reader)
        recordings_kept.delete_import(kept, reader)
    recordings.bring_in(here.circuit, reader)
    recordings_kept.retention(reader)
