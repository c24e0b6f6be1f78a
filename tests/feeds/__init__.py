"""Invented feeds for fake servers and tests: timed frames, and beside them the laps that were truly driven."""
