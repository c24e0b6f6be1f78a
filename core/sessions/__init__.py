"""Race sessions: what race control runs at one circuit over a time range, each a database of its own.

`model` has the nouns, `entry_list` reads and proposes entries, `ports` what the desk needs, `desk` is the door.
"""
