"""APIs of systems that Paddock replaces, under `/compat/…`: their clients change only the base address.

Each is a small application of its own, in the other system's words and shapes, on our desks and behind our gate. A
client that can set nothing but the address carries its token in it: `/compat/karting/t/<token>/…`; the gate takes it
out before anybody else sees the path.
"""
