"""What is said before a question, and turned away from, does not belong to what it asks."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.prefaced import proper_of

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "手表.md": "# 云雀手表说明\n\nGT4 防水到 50 米，可以戴着游泳。保修期两年。\n",
    "维修.md": "# 维修记录\n\n上个月收到三块进水的表，都是旧款，洗澡时戴着，表带也坏了，修不好。\n",
}


@pytest.mark.parametrize(
    ("question", "proper"),
    [
        ("上次洗澡戴着表进了水，那 GT4 能防水到多少米", "GT4 能防水到多少米"),
        ("冬梅早说 Sky 会惹麻烦，果然，它是哪天停用的？", "Sky 是哪天停用的？"),
        ("我家刚换了 Win11，对了，Office 2016 还能装吗", "Office 2016 还能装吗"),
        ("旧卡停用了，那 Visa 的新卡年费是多少", "Visa 的新卡年费是多少"),
        ("群里在说 Kindle，话说它哪年停售的", "Kindle 哪年停售的"),
        ("如果卡丢了，那 Visa 的补卡费是多少", ""),  # holds but then
        ("孩子不满六岁，那 Zoo 乐园收费吗", ""),
        ("我没带身份证，那 Visa 的新卡能领吗", ""),
        ("退货的时候，那 GT4 要带包装吗", ""),
        ("上次洗澡戴着表进了水，那块 GT4 能修吗", ""),  # that one
        ("有人拿错的生年套 ChatGPT，它中招了吗", ""),  # goes on with what was said
        ("那句话换成法语，GPT-4o 切成多少块", ""),
        ("卡丢了，那要交多少钱", ""),
        ("GT4 多少钱，那 GT3 多少钱", ""),  # two things
    ],
)
def test_the_question_proper(question: str, proper: str, segmenter: Segmenter) -> None:
    """What a word like 那 turns to, if it names what it is about."""
    assert proper_of(question, segmenter) == proper
