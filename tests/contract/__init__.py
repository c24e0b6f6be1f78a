"""Stores, bus, blobs and workers keep their promises on real servers."""
