"""The model card: ``README.md`` of the model folder, written from the record of the run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Licences of the public sets, by the beginning of the set's name.
_LICENCES = {
    "mrc/cmrc2018": "CC BY-SA 4.0",
    "mrc/drcd": "CC BY-SA 3.0",
    "mrc/cmrc2017": "CC BY-SA 4.0",
    "docs_sql_docs": "CC BY 4.0",
    "docs_dotnet_docs": "CC BY 4.0",
    "docs_visualstudio_docs": "CC BY 4.0",
    "docs_cpp_docs": "CC BY 4.0",
    "docs_dynamics365": "CC BY 4.0",
    "docs_windowsserver": "CC BY 4.0",
    "docs_aspnetcore": "CC BY 4.0",
    "docs_powershell_docs": "CC BY 4.0",
    "docs_alchemy_insights": "CC BY 4.0",
    "docs_pingcap_docs": "CC BY-SA",
    "docs_oi_wiki": "CC BY-SA",
    "docs_openeuler_docs": "CC BY-SA",
    "docs_javacore": "CC BY-SA",
    "docs_advanced_java": "CC BY-SA",
    "docs_javaguide": "Apache-2.0",
    "docs_iotdb_docs": "Apache-2.0",
    "docs_paddle_docs": "Apache-2.0",
    "docs_d2l_zh": "Apache-2.0",
    "docs_nebula_docs": "Apache-2.0",
    "docs_swift_book": "Apache-2.0",
    "docs_k8s_docs_old": "Apache-2.0",
    "docs_": "MIT, Unlicense, CC BY 4.0 or BSD",
    "laws_chapter_article": "public domain (statutes)",
    "stard": "MIT",
    "lecoqa": "MIT",
    "lawyer_llama": "Apache-2.0",
    "huatuo": "Apache-2.0",
    "cmdd": "MIT",
    "tldr_zh": "CC BY 4.0",
    "dureader2_demo": "Apache-2.0",
    "thesaurus": "Apache-2.0, ours",
    "written": "Apache-2.0, ours",
    "statutes": "Apache-2.0, ours; the statutes public domain",
}

_HEAD = """\
---
language: [zh, en]
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embedding, chinese, retrieval]
---

# Yinju 引据: a static embedding model for Chinese retrieval

One learned vector per word, summed and normalised: {rows:,} rows of {dim} numbers in half
precision. There is no network to run, so a text costs its segmentation and a few additions.
The tokenizer carries the segmentation: a unigram model over words and frequencies of jieba's
dictionary (MIT licence), after NFKC, lower case and traditional to simplified characters.
Punctuation is dropped; an unknown Chinese word falls apart into known words and characters, an
unknown Latin one into pieces.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("index/model")   # a folder; nothing is fetched
similarity = model.similarity(model.encode(["强化微调需要多少样本？"]), model.encode(passages))
```

`associations.npz` beside it lists, for words that people ask with, the rows of others that a text
may say instead (老板: 经理, 创始人; `index/train/associations.txt`, written for this, not learnt).
Search and answers read it; the vectors do not depend on it.

Half precision cannot normalise a text without any word (the norm is zero): such a text gives NaN,
and zeros after `model.float()`.
"""

_DATA = """\
## Data

Public sets, none of whose text is in this folder, and what was written for this. Sets under `mrc/`
are reading comprehension: question to passage, question to the sentence with the answer, and title
to passage. Ours are: `thesaurus`, some words of a group to its others (`index/thesaurus.txt`);
`written`, questions that people ask of their own files, in other words than those, about documents
that are inventions (`index/train/written`; a fifth is left out to measure on); `statutes`,
questions as laymen ask them (`index/train/statutes.tsv`) about articles that
`laws_chapter_article`, `stard.train` and `lawyer_llama_statute` quote, and about 1,343 that they do
not, told from memory in our words (`index/train/told.tsv`).

"""

_TRAINING = """\
## How it was made

    {command}

Seed {seed}; {seconds} s for reading, tokenizing and training on two processor cores; equal data,
settings, versions and number of threads give equal weights. All settings and the SHA-256 of every
file of public data are in `training.json`; what was written for this is in the repository.
Versions: {versions}.

The loss is InfoNCE in both directions with in-batch negatives. A row is
`weight · (own vector + mean of its characters' vectors)`, the weight starting as smooth inverse
frequency and learned like the rest, so a word the training text never showed starts where its
characters are. Besides the pairs above, every batch holds spans of passages against the rest of
the passage and weighty words of passages against the passage. At last the direction of each word
of the thesaurus is drawn to those of the words that mean the same (retrofitting, Faruqui et al.
2015; they have {weave:.0%} of it), its length stays.
"""

_RESEARCH = """\
Nothing here was trained on data of unclear or non-commercial licence. Such pairs were added to an
earlier run, with a sixth of the questions on statutes and ours drawn half as often
(`kgclue.train`, `qbqtc`, `paraphrase_positive.train`, `simclue_triples.train`, `docs_lctt`,
`ncp_policy_qa`; two of them are the training parts of the development sets of those names). It came
from the left-hand to the right-hand figures (`without_research` and `with_research` in
`training.json`):

"""

_LIMITS = """\
## Limits

- A bag of words: no order, no negation, no agreement of number or date. Long passages blur;
  embed passages of a few hundred characters, and keep a lexical index (BM25) beside it.
- Names and terms outside the vocabulary are only as good as the characters they fall into.
- Trained on encyclopedia paragraphs, technical documentation, statutes, and legal and medical
  questions, in part machine translated or model written. Other domains are weaker.
- English words have vectors because technical Chinese contains them and the thesaurus names them
  beside what they mean in Chinese; it is no English model.
- Words that mean nearly the same become alike: the vectors by themselves tell less finely than
  before which of them a text uses.
"""


def licence(name: str) -> str:
    """Licence of a set by the longest beginning of its name that is known."""
    known = [start for start in _LICENCES if name.startswith(start)]
    return _LICENCES[max(known, key=len)] if known else "see its source"


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = ["| " + " | ".join(header) + " |"]
    lines.append("|" + "---|" * (lines[0].count("|") - 1))
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _figures(figures: dict[str, dict[str, float]]) -> str:
    ways = list(next(iter(figures.values())))
    figures = dict(sorted(figures.items(), key=lambda item: (item[0] == "mean", item[0])))
    rows = [[name, *(f"{row[way]:.1f}" for way in ways)] for name, row in figures.items()]
    return (
        "## Figures\n\nnDCG@10 in per cent on development sets (settings were chosen on them;\n"
        "none was trained on). `bm25` is over jieba's words; `fused` is half and half of both, each"
        "\nscaled to 0…1 per question.\n\n" + _table(["set", *ways], rows)
    )


def _research(found: dict[str, dict[str, float]], without: dict[str, dict[str, float]]) -> str:
    """What data of unclear or non-commercial licence would have added."""
    if not found:
        return ""
    ways = ("dense", "fused")
    rows = [
        [name, *(f"{without[name][way]:.1f} → {found[name][way]:.1f}" for way in ways)]
        for name in sorted(found, key=lambda name: (name == "mean", name))
    ]
    return f"\n{_RESEARCH}" + _table(["set", *ways], rows)


def render(record: dict[str, Any]) -> str:
    """The card's text.

    Args:
        record: What ``training.json`` holds.
    """
    settings = record["settings"]
    head = _HEAD.format(rows=record["rows"], dim=settings["fit"]["dim"])
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    training = _TRAINING.format(
        command=record["command"],
        seed=settings["seed"],
        seconds=record["seconds"],
        weave=settings["weave"],
        versions=versions,
    )
    sets = [(f"`{name}`", count, licence(name)) for name, count in record["pairs"].items()]
    data = (
        _DATA
        + _table(["set", "pairs used", "licence"], sets)
        + _research(
            record.get("with_research", {}), record.get("without_research", record["ndcg@10"])
        )
    )
    parts = [
        head,
        _figures(record["ndcg@10"]) if record["ndcg@10"] else "",
        data,
        training,
        _LIMITS,
    ]
    return "\n".join(part for part in parts if part)


def save(folder: Path, record: dict[str, Any]) -> None:
    """Write the card into the model folder."""
    (folder / "README.md").write_text(render(record), encoding="utf-8")
