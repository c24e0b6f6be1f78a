"""What is true in motorsport: rules, timing, sessions, accounts.

Everything outside `core.io` is pure: values in, values out. `core.io` holds the database, the bus, files and sockets.
"""
