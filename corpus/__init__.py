"""Documents: reading, cleaning, sentences, passages, and the records that travel on."""
