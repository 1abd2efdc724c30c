"""Several things asked at once are each answered, and told together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import KnowledgeBase, build_kb, open_kb
from rag.asking import Part
from rag.several import find_parts

TEXTS = {
    "展会.md": "# 秋季展\n\n现场签单 4 笔，合计 13.7 万美元。展位 54 平方米，领队是阮青禾。\n",
    "年报.md": "# 年报\n\n全年发生客诉 57 起，赔付 6.9 万美元。年底仓库盘点，缺货 12 件。\n",
    "可研.md": "# 污水站可研摘要\n\n污水站扩建总投资估算为 5870 万元，银行贷款占七成。\n",
    "总结.md": "# 污水站总结\n\n污水站扩建实际总投资 6245 万元，比估算多。\n",
    "合同.md": "# 出版合同\n\n交稿期限：2025 年 3 月 31 日，可顺延一次。\n",
    "审稿.md": "# 审稿意见\n\n编辑部 2025 年 4 月 22 日收到书稿，属顺延之内。\n",
    "名录.md": "# 铜铁器名录\n\n**嘉和钟**　北宋铸，重 415 公斤，原悬于东寺。\n\n"
    "**镇桥牛**　系在桥头的铁牛，作用相当于今天的锚。馆里所藏一件长 2.1 米，重 174 公斤。\n",
    "大事.md": "# 换电大事记（2024 年）\n\n## 2024 年\n\n- **3 月 4 日**　"
    "甲站开业，单日换电 612 次，创下纪录。\n"
    "- **5 月 9 日**　乙站投运，是第 80 座。\n- **6 月 2 日**　丙站停电。\n",
    "日志.md": "# 展馆日志\n\n第三天下午展馆停电两个小时。事后查明，起因是空调机房进水。\n\n"
    "第六天傍晚展馆又停电，起因是电缆被挖断。\n",
    "展会大事.md": "# 展会大事记\n\n7 月 4 日　第一天。开幕。\n\n7 月 6 日　第三天。"
    "评奖，展馆停电后照常。\n\n"
    "7 月 9 日　第六天。闭幕。\n",
    "桌子.md": "# 长桌\n\nMY-180 的桌面最多承重 120 千克。\n\nMY-160 的桌面最多承重 90 千克。\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Papers of an office, with the defaults."""
    folder = tmp_path_factory.mktemp("office") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("帮我查两个数：全年客诉赔付多少，还有秋季展现场签单的总金额", ("6.9 万", "13.7 万")),
        ("污水站扩建，当初估算的总投资和最后实际的，都列给我", ("5870 万", "6245 万")),
        ("MY-180 和 MY-160 相比，桌面承重分别多少", ("120 千克", "90 千克")),
        ("嘉和钟和镇桥牛分别有多重", ("415 公斤", "174 公斤")),
        ("3 月 4 日和 5 月 9 日，甲站和乙站各有什么纪录", ("612 次", "第 80 座")),
        ("7 月 6 日和 7 月 9 日展馆两次停电，起因各是什么", ("机房进水", "被挖断")),
        ("出版合同上写的是哪天交稿，编辑部实际哪天收到书稿", ("3 月 31 日", "4 月 22 日")),
    ],
)
def test_both_halves_are_told(question: str, told: tuple[str, str], office: KnowledgeBase) -> None:
    """Wherever they stand, and though one says nothing of what the other names."""
    text = office.ask(question).text
    assert told[0] in text
    assert told[1] in text


def test_the_half_that_is_known_is_told(office: KnowledgeBase) -> None:
    """What no document says is left out, and nothing is said in its place."""
    answer = office.ask("秋季展的领队是谁？火星基地的氧气够用几年？")
    assert "阮青禾" in answer.text
    assert "\n" not in answer.text


def test_a_sentence_is_told_once(office: KnowledgeBase) -> None:
    """One that answers both halves, or stands by another, is not said again."""
    text = office.ask("秋季展现场签单几笔，展位多少平方米，领队是谁").text
    assert text.count("签单 4 笔") == 1
    assert text.count("阮青禾") == 1


def test_the_same_words_do_not_answer_twice(office: KnowledgeBase) -> None:
    """What answers the part before is no answer to the next, if something else is."""
    parts = (Part("", "桌面最多承重多少千克"), Part("", "桌面最多能承重多少千克"))
    told = find_parts(office._desk, "", parts, None)
    assert told is not None
    first, second = (line.sentences[0].text for line in told[0].lines)
    assert {"120" in first, "120" in second} == {True, False}
