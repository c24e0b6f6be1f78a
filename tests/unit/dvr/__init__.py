"""The journal, its key frames and the player."""
