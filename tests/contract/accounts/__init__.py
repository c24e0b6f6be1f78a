"""Accounts on a real PostgreSQL: what the store and the desk promise when many come at once."""
