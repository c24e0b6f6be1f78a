"""Who may enter, and what they may do there.

`model` has the nouns, `policy` the one table of rights that pages, API and sockets ask, `plan` reads what people type,
`keys` makes and fingerprints secrets, `ports` says what must be stored, `desk` is the door. No I/O happens here.
"""
