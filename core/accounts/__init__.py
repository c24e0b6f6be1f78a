"""Who may enter, and what they may do there.

`model` has the nouns, `policy` the one table of rights that pages, API and sockets ask, `secrets` makes and checks
what is opaque, `desk` is the door. Passwords are hashed and rows are stored behind ports; nothing here does I/O.
"""
