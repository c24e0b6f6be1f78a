"""Workers on real servers: killed, paused, replaced, and cut off from bus and database."""
