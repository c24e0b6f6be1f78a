"""One file a screen: ask a desk, draw the answer. No arithmetic and no SQL stand here."""
