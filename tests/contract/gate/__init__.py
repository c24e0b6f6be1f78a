"""The gate on a real server: who passes, who is sent away, and who is thrown out of an open socket."""
