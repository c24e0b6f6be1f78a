"""Race sessions: names, entries, the order of opening."""
