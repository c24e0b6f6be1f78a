"""Places and their timing installations. A circuit is where frames come from and which race session is active there."""
