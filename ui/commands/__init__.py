"""One module for each group of commands; each has ``add``, which adds its parsers."""
