"""How the reader is trained: ``python -m rag.reader.train``; only this needs torch."""
