"""Race sessions: what race control runs at one circuit over a time range, each a database of its own.

`model` has the nouns, `ports` what the desks need, `desk` is the door. The door to entries is `entries_desk`:
`entry_list` makes them of rows and of what a feed shows, `entry_files` rows of files, `entry_changes` compares.
"""
