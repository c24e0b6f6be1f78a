"""Maps of layouts and feeds: rows, desk, API."""
