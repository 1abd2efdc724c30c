"""One module for each way in which text is stored in files."""
