"""Recordings: the desk, the API and the command, on real servers."""
