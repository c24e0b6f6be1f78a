"""What the portal decides without a server: views, deltas, words, menus."""
