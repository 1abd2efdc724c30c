"""Every error a user can meet, in one tree.

    YinjuError
    ├── InputError           what was given cannot be used (exit code 2)
    │   ├── DocumentError    one file cannot be read; a build reports it and goes on
    │   ├── SettingsError    yinju.toml or an option
    │   └── QuestionError    a line of a question set
    ├── FetchError           a model could not be fetched (exit code 1)
    ├── ModelError           a language model does not answer (exit code 1)
    └── KnowledgeBaseError   the knowledge base cannot be used (exit code 1)
        ├── NotAKnowledgeBaseError
        ├── FormatVersionError
        ├── CorruptError
        ├── MismatchError    built with another model or dictionary
        └── LockedError      another process is writing

A message says what is wrong, where, and what to do about it.
"""

from __future__ import annotations


class YinjuError(Exception):
    """Base of every error raised on purpose."""

    exit_code = 1


class InputError(YinjuError):
    """What the caller gave cannot be used."""

    exit_code = 2


class DocumentError(InputError):
    """One document cannot be read."""


class SettingsError(InputError):
    """A settings file or an option is wrong."""


class QuestionError(InputError):
    """A question set cannot be used."""


class FetchError(YinjuError):
    """A model could not be fetched from its hub."""


class ModelError(YinjuError):
    """A language model cannot be reached, is too slow, or fails."""


class KnowledgeBaseError(YinjuError):
    """The knowledge base cannot be used."""


class NotAKnowledgeBaseError(KnowledgeBaseError):
    """The folder holds no knowledge base."""


class FormatVersionError(KnowledgeBaseError):
    """The knowledge base was written by a newer version."""


class CorruptError(KnowledgeBaseError):
    """A file of the knowledge base is missing or damaged."""


class MismatchError(KnowledgeBaseError):
    """The knowledge base was built with another model or segmentation."""


class LockedError(KnowledgeBaseError):
    """Another process is writing to the knowledge base."""
