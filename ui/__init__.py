"""Ways in for people: the command line."""
