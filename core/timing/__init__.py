"""Timing: what feeds say becomes one board a circuit, its laps and its stops.

A source turns frames into events (`sources`), one fold turns events into the board (`board`, `laps`, `stops`), the
desk answers questions. Everything here is pure; sockets and recordings are transports in `core.io`.
"""
