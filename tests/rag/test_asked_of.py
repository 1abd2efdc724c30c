"""What is asked of each document that a question names."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from index.catalogue import entries_of
from rag.asked_of import asked_of
from rag.naming import namings

SHELF = entries_of([
    ("甲", "员工手册.md", "员工手册", "", "", "", ""),
    ("乙", "考勤办法.md", "考勤办法", "", "", "", ""),
    ("丙", "posts/3.md", "", "沈砚秋", "", "", ""),
])  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("员工手册里年假几天", {"甲": "年假几天"}),
        ("年假多少天，员工手册里怎么说", {"甲": "年假多少天"}),
        ("员工手册和考勤办法分别规定年假几天", {"甲": "年假几天", "乙": "年假几天"}),
        ("员工手册和考勤办法规定的上班时间一样吗",
         {"甲": "上班时间是什么时候？", "乙": "上班时间是什么时候？"}),
        ("病假的天数，员工手册和考勤办法各怎么说？",
         {"甲": "病假的天数是多少？", "乙": "病假的天数是多少？"}),
        ("员工手册说年假几天，考勤办法呢？", {"甲": "年假几天", "乙": "年假几天"}),
        ("年假在员工手册里是几天，在考勤办法里又是几天", {"甲": "年假是几天", "乙": "年假是几天"}),
        ("年假的长短，沈砚秋那篇按工龄算是几天，考勤办法里又是几天",
         {"丙": "年假的长短，按工龄算是几天", "乙": "年假的长短，是几天"}),
        ("员工手册里年假几天，考勤办法里病假几天", {"甲": "年假几天", "乙": "病假几天"}),
        ("和考勤办法相比，沈砚秋那篇的年假天数有什么不同",
         {"乙": "年假天数是多少？", "丙": "年假天数是多少？"}),
        ("员工手册里怎么说", {}),
        ("请对比员工手册和考勤办法", {}),
        ("年假几天", {}),
    ],
)  # fmt: skip
def test_each_document_is_asked_its_part(
    question: str, expected: dict[str, str], segmenter: Segmenter
) -> None:
    """Protects what each document is asked: the words that name it gone, what is shared kept."""
    named = namings(question, SHELF, segmenter, lambda entry: "")
    parts = asked_of(question, named, segmenter.terms)
    sources = {entry.source: entry.id for entry in SHELF}
    assert {sources[part.source]: part.text for part in parts} == expected
