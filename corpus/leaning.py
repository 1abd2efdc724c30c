"""Sentences that speak of what the sentence before them names: 它靠什么运行 does."""

from __future__ import annotations

import re

_LEANS = re.compile(
    r"(?:但|而|不过|同时|此外|另外|随后|后来|之后|因此|所以|于是|然而|当时|最后)?[，,]?"
    r"(?:他|她|它|其(?!他|实|中|余|它|次)|该|此(?!外|后|前|次)|这(?!样|时)|那(?!么|时)|两者|二者|前者|后者|双方"
    r"|本(?:人|书|作|片|剧|校|站|品|案|院|公司)"
    r"|同一?(?:天|日(?![语文])|年(?![级龄])|月(?!饼))|当[天日晚](?![起达到])|[次隔]日(?![达送发]))"
)


def leans(sentence: str) -> bool:
    """Whether a sentence begins with a word for what the one before it names."""
    return _LEANS.match(sentence) is not None
