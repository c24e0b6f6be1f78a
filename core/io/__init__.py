"""The outside world: settings, database, bus, blobs, files, sockets. The only room of core that does I/O."""
