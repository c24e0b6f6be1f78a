"""Who drives and works for whom: people, teams, memberships.

`model` has the nouns, `names` says when two names are one, `ports` what the desk needs, `desk` is the door.
"""
