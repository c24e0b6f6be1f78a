"""Circuits of the karting app, as they stand in its Firestore, beside ours: read, compared, and written only as chosen.

The app keeps one document a circuit in the collection `circuits`: `nom`, `liveTimingUrl`, `wssUrl`, and `c1` … `c14`,
the names of the columns of its timing table. Nothing is taken over or sent by itself: `compare` lists every
difference, a person says for each which side is right, and what has changed meanwhile is refused.
"""
