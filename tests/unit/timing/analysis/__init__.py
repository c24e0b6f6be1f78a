"""Analysis against closed forms, and against invented races whose truth is known."""
