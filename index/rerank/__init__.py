"""Putting the best candidates of a search in their final order.

``signals`` says what speaks for each candidate, ``model`` what that is worth; ``shipped`` is the
reranker that comes with the project, ``cross`` runs any cross-encoder from a folder.
``python -m index.rerank.train`` makes the weights.
"""
