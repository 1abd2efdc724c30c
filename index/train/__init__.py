"""How the shipped embedding model was made: from public pairs to a folder of weights.

Nothing here is imported when a knowledge base is built or searched. ``python -m index.train``
runs the whole path: words and tokenizer (``vocabulary``), pairs (``data``), training (``fit``),
the sentence-transformers folder (``export``) and its figures (``evaluate``).
"""
