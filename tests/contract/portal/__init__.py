"""The portal's sockets and health on a real bus and a real database."""
