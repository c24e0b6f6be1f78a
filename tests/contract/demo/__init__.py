"""The demo, on real stores."""
