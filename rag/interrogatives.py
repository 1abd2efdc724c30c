"""What asks in an English question, put into Chinese."""

from __future__ import annotations

import re

from corpus.normalize import fold
from rag.asking import asks_something
from rag.figures import figures
from rag.lexicon import SAYS_LITTLE

_PERSONS = "scientist|engineer|person|man|woman|actor|actress|doctor|teacher|speaker|author|founder"
_NO_PLURALS = (
    r"is|was|has|does|costs|comes|supports|works|offers|needs|gives|makes|goes|news|\w*sis"
)
_KINDS = "paid|free|new|main|major|other|different|official|two|three|four|five|first|european"
_BE = "(?:is|are|was|were|'s)"
_AMOUNTS = (
    "price|cost|fee|rent|rate|amount|temperature|number|length|width|height|weight|size|salary|wage"
    "|budget|total|population|score|speed|capacity|deposit|fine|limit|minimum|maximum|share"
    "|percentage|proportion|fraction|ratio|duration|age|distance|area|income|revenue|profit|loss"
)
# Neither what only opens a compound, the share button, nor fine-tuning or what is fine.
_AMOUNT = (
    rf"(?:(?<!is )(?<!was )(?=fine)|(?!fine))(?:{_AMOUNTS})"
    r"(?: (?:range|difference|increase|decrease|cap))?(?= *(?:[^\w\s-]|$)| (?:of|for|in|to|on|per"
    r"|at|by|from|with|without|within|after|before|since|during|under|over|between|and|or|if|when"
    r"|each|every|now|today|currently|i|you|we|they|he|she|it|that|which|(?:19|20)?\d\d)\b)"
)
_DEGREES = (
    ("(?:high|tall)", "高"), ("far", "远"), ("fast", "快"), ("thick", "厚"), ("wide", "宽"),
    ("deep", "深"), ("heavy", "重"), ("hot", "热"), ("strong", "强"), ("late", "晚"),
    ("close", "近"), ("expensive", "贵"),
)  # fmt: skip
_SUMS = "cost|charge|pay|earn|spend|owe|refund|sell|raise|invest|lend|borrow|donate"
_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_ASKING = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), f" {chinese} ")
    for pattern, chinese in (
        (r"how much (?:is|are|was|were)", "多少钱"),
        (
            rf"how much (?=(?:do|does|did|will|would|can|could) (?:[\w'-]+ ){{1,8}}(?:{_SUMS})\b)",
            "多少钱 ",
        ),
        (r"how early|how (?:long|far|much time) in advance", "提前多久"),
        (r"how (?:many|much)", "多少"),
        (r"how (?:long|soon)", "多久"),
        (r"how old", "多大"),
        (r"how (?:big|large)", "多大"),
        (r"how often|how frequently", "多久一次"),
        *((rf"how {adjective}", f"多{told}") for adjective, told in _DEGREES),
        (r"how come|what's the reason|what (?:is|was) the reason|what reason", "为什么"),
        (rf"what(?: {_BE}|'s) (?:the )?(?=(?:[\w-]+ ){{0,2}}{_AMOUNT})", "多少"),
        (rf"(?:what|which) (?=(?:{_AMOUNTS})\b(?!-))", "多少 "),
        (
            rf"what (?=(?:do|does|did|would|will|can|could) (?:[\w'-]+ ){{1,3}}(?:{_SUMS})\b)",
            "多少钱 ",
        ),
        (r"when(?=\W*$)|^when|(?:what|which) (?:date|day|time|year|month)", "什么时候"),
        (
            r"(?<=[.?!,;:] )when|since when|and when|when (?:is|are|was|were|did|does|do|will)",
            "什么时候",
        ),
        (r"^who|^whom|^whose|(?<=[.?!,;:] )who|who(?=\W*$)|by whom|whose", "谁"),
        (r"(?:^|(?<=[.?!,;:] ))where|where(?=\W*$)|where (?:is|are|was|were|did|does|do)", "哪里"),
        (r"why", "为什么"),
        (rf"(?:which|what) (?=(?:[\w-]+ )?(?:{_PERSONS})\b)", "哪位 "),
        (
            rf"(?:(?:which|what|what are|who are|name|list) (?:all )?(?:(?:the|its|their) )?)"
            rf"(?=(?:{_NUMBERS})\b)",
            "哪",
        ),
        (r"(?:^|(?<=[.?!,;:] ))(?:name|list) (?:all|every|the)(?: (?:of )?the)?", "哪些"),
        (rf"which(?= (?:(?:{_KINDS}) )?(?!(?:{_NO_PLURALS})\b)\w*(?<![su])s\b)", "哪些"),
        (r"which(?= (?:[\w-]+ ){1,3}(?:are|do|have|were)\b(?! (?:you|i|we|they)\b))", "哪些"),
        (r"which ones", "哪些"),
        (r"which(?: one)?", "哪个"),
        (r"how", "怎么"),
        (r"what's|what", "什么"),
        (r"(?:each|every) time", "每次"),
        (r"per|each|every", "每"),
        (r"on earth|in the world(?=\W*$)|exactly|right (?=(?:in|on|at|after|before|from)\b)", ""),
        (r"lets?(?= (?!go\b)\w+ (?!to\b)\w+)", "让"),
        (r"(?:the|this|that|these|those) ones?", ""),
        (r"stands? for", "代表"),
    )
)
_DIFFER = (
    r"how (?:do|does|did|is|are) (?P<one>.+?) "
    r"(?:and (?P<two>.+?) differ|differ(?:ent)? from (?P<other>[^?]+?))"
)
_COMPARING = tuple(
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (
            r"^(?:what(?:'s| is| are) )?the (?:main |key )?differences? between (?P<one>.+?) and "
            r"(?P<other>[^?]+)\?*$",
            r"\g<one> 和 \g<other> 的区别",
        ),
        (rf"^{_DIFFER} in (?P<asked>[^?]*)\?*$", r"\g<one> 和 \g<two>\g<other> \g<asked> 分别"),
        (rf"^{_DIFFER}\?*$", r"\g<one> 和 \g<two>\g<other> 的区别"),
        (
            r"^what (?:is|are|was|were) the (?P<asked>[^?]+?) (?:of|for|in) (?:both )?"
            r"(?P<one>[^?]+?) and (?P<other>[^?]+?),? respectively\?*$",
            r"\g<one> 和 \g<other> \g<asked> 分别",
        ),
        (
            rf"^what(?:'s| is| are) (?:an? )?(?!.*\b(?:{_AMOUNTS})\W*$)"
            r"(?!.*\b(?:the|in|on|of|for|at|to|with|by|from|its?|their|this|that|your|our|new)\b)"
            r"(?P<one>[\w.+-]+(?: [\w.+-]+){0,2})\s*\?*$",
            r"\g<one> 是什么",
        ),
        (
            r"^(?:please )?compare (?P<one>.+?) (?:and|with|to) (?P<other>[^.?]+)[.?]*$",
            r"\g<one> 和 \g<other> 的区别",
        ),
    )
)
_LONGEST = 300  # characters of a question that compares; more than that is a pasted text
_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should"
    r"|may(?! \d)|might|must|shall|am)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:please )?(?:(?:give|tell|show) (?:me|us)|explain|describe|find)\b(?=.* )",
    re.IGNORECASE,
)
_PHRASED = re.compile(r"\b(?:the|of|in|on|for|with|and|to|from|at|by)\b", re.IGNORECASE)
_FEWEST = 5  # words of a question that neither asks nor ends with a question mark
_QUESTION_WORD = re.compile(
    r"(?:what|who|whom|whose|when|where|why|how|which|please|list|name|compare)\b", re.IGNORECASE
)
_LITTLE_WORDS = 2  # words that no Chinese question holds so many of
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-zA-Z'’]+")
_POINT = re.compile(r"\b(Mr|Ms|Mrs|Dr|Prof)\.")


def is_in_english(question: str) -> bool:
    """Whether a question is asked in English, though it may name things in Chinese characters.

    >>> is_in_english("Who founded 蓝棘?"), is_in_english("The Verge 怎么看 API 的价格")
    (True, False)
    """
    words, characters = _LATIN.findall(question), _HAN.findall(question)
    if not words or not characters:
        return bool(words)
    little = sum(fold(word) in SAYS_LITTLE for word in words)
    opens = any(one.match(question.lstrip()) for one in (_QUESTION_WORD, _YES_OR_NO, _REQUEST))
    chinese = asks_something("".join(characters))
    opens = opens and (little >= _LITTLE_WORDS or len(words) >= len(characters))
    return not chinese and (opens or (little >= _LITTLE_WORDS and len(words) > len(characters)))


def is_asked(text: str) -> bool:
    """Whether a text without a question word asks: by its sign, as a request, or as a phrase."""
    long = len(text.split()) >= _FEWEST and _PHRASED.search(text)
    return text.rstrip().endswith("?") or bool(_REQUEST.match(text) or long)


def asked(text: str) -> str:
    """A text with what asks, what compares and what counts put into Chinese."""
    text = _REQUEST.sub("", _POINT.sub(r"\1", text).lstrip())
    for pattern, told in _COMPARING if len(text) <= _LONGEST else ():
        text = pattern.sub(told, text)
    for pattern, chinese in _ASKING:
        text = pattern.sub(chinese, text)
    return figures(text)


def asks_yes_or_no(text: str) -> bool:
    """Whether a question begins with its verb."""
    return bool(_YES_OR_NO.match(text))
