"""How the weights of evidence and confidence are learnt: ``python -m rag.train``.

Nothing here is imported when questions are answered.
"""
