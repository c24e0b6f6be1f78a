"""Circuits on a real database, and what their API answers."""
