"""Proposals: what timing finds against the ruleset, for a person to accept. Nothing is imposed by the machine.

A code of the ruleset with `measured: …` says what to look for, its measures say what is legal: only what their bands
punish becomes a proposal. `scene` is what is looked at, `bands` asks the ruleset; `pit_lane`, `stints`, `drivers`,
`start` and `serving` each find one kind of thing; `filing` says which of them the queue does not have yet; `desk` is
the door. All but the desk is pure.
"""
