"""The karting app's Firestore, against a real server."""
