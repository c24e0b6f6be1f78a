"""Every page opens, and the critical paths work from form to screen."""
