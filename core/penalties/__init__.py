"""Race control: incidents, decisions and penalties, as a fold of the session's event log.

`model` has the nouns, `events` what the log can say, `fold` what it amounts to, `catalogue` the ruleset,
`entry` the line an official types, `desk` the door.
"""
