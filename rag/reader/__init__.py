"""A small network that finds the words of a text that answer a question."""

from rag.reader.reader import SHIPPED_READER, Reader, Reading, Span

__all__ = ["SHIPPED_READER", "Reader", "Reading", "Span"]
