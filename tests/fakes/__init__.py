"""Small real servers that speak the protocols of others, for tests."""
