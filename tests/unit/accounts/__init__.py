"""Accounts: the table of rights against the rulebook, and what the desk promises at the door."""
