"""An explanation of a search as text for a terminal; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.explain import Explained, Explanation, MatchedTerm
from rag.answer import readable
from rag.notices import notice_texts
from ui.render import place_of, safe

_MOST_TERMS = 12
_SIGNALS = {
    "bm25": "词语（BM25）",
    "dense": "向量",
    "fused": "融合",
    "rerank": "重排",
}
_AGAINST = {
    "filtered": "所在文档不符合筛选条件",
    "lacks": "没有原样含有“{}”",
    "holds": "含有要排除的“{}”",
    "repeats": "它所说的，第 {} 名都说了",
    "no signal": "没有一个词与查询相同，意思也不相近",
    "ranked below": "得分不够，排在结果之外",
}


def explanation_text(explanation: Explanation) -> str:
    """How the query was understood, then each passage: its signals, its words, what it is above."""
    lines = [*_understood(explanation)]
    passages = explanation.passages
    if not passages:
        lines += ["", "没有找到相关段落。"]
    for number, item in enumerate(passages):
        lines += ["", *_passage(item)]
        if number + 1 < len(passages):
            lines += _above(item, passages[number + 1])
    return safe(lines)


def _understood(explanation: Explanation) -> Iterator[str]:
    query, terms, idf = explanation.query, explanation.terms, explanation.idf
    yield f"查询：{readable(query.text)}"
    yield from (f"  提示：{text}" for text in notice_texts(query.notices, "zh"))
    if query.phrases:
        yield f"  必须原样含有：{_quoted([phrase.text for phrase in query.phrases])}"
    if query.excluded:
        yield f"  不得含有：{_quoted([phrase.text for phrase in query.excluded])}"
    own = dict.fromkeys(terms.own)
    known = sorted((term for term in own if term in idf), key=lambda term: -idf[term])
    unknown = [term for term in own if term not in idf]
    if known:
        weighed = (f"{term} {idf[term] * terms.weights[term]:.2f}" for term in known)
        yield f"  词与权重：{'，'.join(weighed)}"
    if unknown:
        yield f"  文档里没有的词：{'，'.join(unknown)}"
    for item in terms.alternatives:
        kind = {"synonym": "同义", "number": "数的另一种写法"}[item.kind]
        yield f"  {kind}：{item.said} → {item.other}（{'，'.join(item.terms)}）"
    for said in own:
        if near := [term for term, item in terms.associated.items() if item.said == said]:
            yield f"  关联：{said} → {'，'.join(near)}"


def _passage(item: Explained) -> Iterator[str]:
    hit = item.hit
    rank = f"{hit.rank}. {hit.score:.3f}" if hit.rank else "不在候选之内"
    yield f"{rank}  {place_of(hit)}"
    yield f"   {_marked(item)}"
    if item.against:
        yield f"   没有出现的原因：{'；'.join(map(_reason, item.against))}"
    yield f"   {'；'.join(_signals(hit.signals))}"
    if item.matched:
        yield f"   命中：{'，'.join(_term(term) for term in item.matched[:_MOST_TERMS])}"
    if len(item.matched) > _MOST_TERMS:
        yield f"   另有 {len(item.matched) - _MOST_TERMS} 个词命中"
    if item.missing:
        yield f"   没有的词：{'，'.join(item.missing[:_MOST_TERMS])}"


def _signals(known: Mapping[str, float]) -> Iterator[str]:
    for name, value in known.items():
        if name.endswith("_rank"):
            continue
        if name == "copy_of":
            yield f"内容与第 {value:.0f} 名重复"
            continue
        rank = known.get(f"{name}_rank")
        place = f"，第 {rank:.0f} 名" if rank else ""
        yield f"{_SIGNALS.get(name, name)} {value:g}{place}"
    yield from (
        f"{name} {value:g}"
        for name, value in known.items()
        if name.endswith("_rank") and name.removesuffix("_rank") not in known
    )


def _term(item: MatchedTerm) -> str:
    way = "同" if item.same else "关联"
    instead = f"（{way}“{item.instead_of}”）" if item.instead_of else ""
    return f"{item.term}{instead} {item.score:.2f}"


def _above(item: Explained, other: Explained) -> Iterator[str]:
    """What speaks for a passage against the next one, and what against it."""
    pairs = item.above(other)
    shown = [(_SIGNALS.get(name, name), one, two) for name, (one, two) in pairs.items()]
    more = [f"{name} {one:g} > {two:g}" for name, one, two in shown if one > two]
    less = [f"{name} {one:g} < {two:g}" for name, one, two in shown if one < two]
    theirs = {term.term for term in other.matched}
    own = [term.term for term in item.matched if term.term not in theirs][:_MOST_TERMS]
    if more or own:
        words = [f"多出的词 {'，'.join(own)}"] if own else []
        against = [f"不利：{'，'.join(less)}"] if less else []
        yield f"   高于下一个：{'；'.join([*more, *words, *against])}"


def _marked(item: Explained) -> str:
    """The passage's text, what matches between 【 and 】."""
    text = item.hit.passage.text
    spans = [span for term in item.matched for span in term.spans]
    spans += [span for _, found in item.phrases for span in found]
    pieces, at = [], 0
    for start, end in _merged(sorted(spans)):
        pieces += [text[at:start], "【", text[start:end], "】"]
        at = end
    return readable("".join([*pieces, text[at:]]))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _reason(against: str) -> str:
    kind, _, about = against.partition(" ")
    return _AGAINST[kind].format(about) if kind in _AGAINST else _AGAINST[against]


def _quoted(texts: Sequence[str]) -> str:
    return "、".join(f"“{readable(text)}”" for text in texts)
