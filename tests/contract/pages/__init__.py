"""Pages run by themselves against real servers, without a browser: what they read, draw and write."""
