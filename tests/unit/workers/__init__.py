"""Workers without servers: the spool, pacing, what a follower decides."""
