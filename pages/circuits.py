"""Timing › Circuits: where timing comes from, whether it runs, how its link lives; adding, changing and trying one."""

from portal import circuits, session

reader = session.identity()
here = session.place().circuit
circuits.listed(here)
if here is not None:
    circuits.one(here, reader)
circuits.add(reader, first=here is None)
circuits.app(reader)
