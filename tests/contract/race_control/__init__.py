"""Race control on real databases: the log keeps its promises, sessions switch, backups come back."""
