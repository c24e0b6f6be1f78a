"""What timing proposes: each search on a race in a few words, the queue it goes to, and whole invented races."""
