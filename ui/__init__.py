"""Ways in for people: the command line and the chat in the browser."""
