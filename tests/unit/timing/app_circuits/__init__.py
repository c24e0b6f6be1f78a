"""Circuits of the karting app beside ours."""
