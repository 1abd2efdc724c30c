"""What to tell the user of how a query was read, in words."""

from __future__ import annotations

from collections.abc import Iterable

from index.query import Notice

_WORDS = {
    "zh": {
        "cut": "查询太长，只用了前 {about} 个字。",
        "open quote": "引号 {about} 没有成对，按普通文字处理。",
        "too many": "引号短语和排除词太多，只有前 {about} 个算数，其余按普通文字处理。",
        "no words": "查询里没有可以检索的文字。",
        "only excluded": "查询里只有要排除的词，请写上要找什么。",
        "phrase not found": "没有段落满足查询的条件，需要原样含有：{about}。去掉引号可按词检索。",
        "phrase relaxed": "没有段落原样含有：{about}。下面按词检索。",
        "nothing left": "没有段落满足查询的条件。",
        "remark wording": "这里只引原文，不翻译也不改写；下面尽量连前后文一起引。",
        "remark shorter": "这里只引原文，不概括；下面引得尽量少。",
        "remark more": "下面尽量连前后文一起引。",
        "remark sure": "这里只引原文，不另作判断；请对照出处核实。",
        "remark source": "出自：{about}。",
        "remark item": "上一个回答里数不到这一条；下面重引那个回答。",
        "remark reason": "下面是回答所依据的原文，尽量连同前后文。",
    },
    "en": {
        "cut": "The query is too long; only its first {about} characters were used.",
        "open quote": "The quote {about} has no other half and was read as text.",
        "too many": "Of all phrases and exclusions only the first {about} count; the others were "
        "read as text.",
        "no words": "The query holds nothing to search for.",
        "only excluded": "The query only excludes words; say what to look for.",
        "phrase not found": "No passage meets the query, which asks for the very words: {about}. "
        "Without the quotes it is searched by words.",
        "phrase relaxed": "No passage holds the very words: {about}. Searched by words instead.",
        "nothing left": "No passage meets the query.",
        "remark wording": "The documents are only quoted, neither translated nor reworded; here "
        "they are, where it can be, with what stands around.",
        "remark shorter": "The documents are only quoted, not summarised; here is as little as "
        "answers.",
        "remark more": "Quoted, where it can be, with what stands around.",
        "remark sure": "The documents are only quoted, and not judged; please check the source.",
        "remark source": "From: {about}.",
        "remark item": "The last answer does not count that far; here it is again.",
        "remark reason": "This is the text that the answer stands on, and what stands around.",
    },
}
_QUOTED = ("phrase", "remark source")
_SHOWN = 40  # characters of a phrase


def notice_texts(notices: Iterable[Notice], language: str) -> tuple[str, ...]:
    """Notices in a language, those of one kind as one."""
    pieces: dict[str, list[str]] = {}
    for notice in notices:
        about = notice.about
        shown = f"{about[:_SHOWN]}…" if len(about) > _SHOWN else about
        quoted = f"“{shown}”" if notice.kind.startswith(_QUOTED) else shown
        pieces.setdefault(notice.kind, []).append(quoted)
    between = {"zh": "、", "en": ", "}[language]
    return tuple(
        _WORDS[language][kind].format(about=between.join(dict.fromkeys(about)))
        for kind, about in pieces.items()
    )
