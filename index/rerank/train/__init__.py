"""How the shipped reranker was made: ``python -m index.rerank.train``.

Nothing here is imported when a knowledge base is built or searched. An embedding model that has
never seen a source computes the signals of its questions (``folds``); each source becomes a few
small knowledge bases of unlike passages (``sources``), whose candidates are the examples
(``examples``) that trees are grown on (``fit``).
"""
