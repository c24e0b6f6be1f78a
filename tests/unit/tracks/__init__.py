"""Circuits: what may be typed and what the desk answers."""
