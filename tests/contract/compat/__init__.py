"""The compatible APIs as their own clients meet them: a running server, only the base address changed."""
