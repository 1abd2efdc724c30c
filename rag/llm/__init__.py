"""Answers written by a language model on this machine, and what becomes of them before they show.

``model.py`` says what a language model is; ``server.py`` and ``folder.py`` are the two kinds;
``prompt.py`` is what they are asked; ``claims.py`` and ``support.py`` check what they write against
the documents; ``written.py`` makes an answer of it.
"""
