"""The contract of the penalty API that Paddock replaces: one test for each line of it, against a running server."""
