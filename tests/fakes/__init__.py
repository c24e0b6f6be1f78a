"""Timing servers of others, in small: real sockets on loopback that speak their protocols.

Each fake is a context manager with a `stage` that plays a script (`tell` by hand, `play` by the clock), shows newcomers
the state of the moment as the real server would, and can be told to misbehave; and with the `transport` that leads to
it. `python -m tests.fakes.apex` and its like run one by themselves.
"""
