"""What is marked as not worth searching, and what must not be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.load import make_document
from corpus.readers.markdown import display_text

BODY = (
    "春游定在四月的第二个星期六，上午九点在公园东门集合，请大家自带饮水和午餐，下雨则顺延一周。\n\n"
    "往返车费由学校承担，门票每人二十元，可以在教室里交给班长，也可以当天在门口自己购买。\n"
)


def reasons(raw: str, name: str = "文件.md") -> dict[str, str]:
    """Reason of each marked line."""
    document = make_document(raw, name)
    return {
        line: mark.reason
        for mark in document.marks
        for line in document.text[mark.start : mark.end].split("\n")
        if line
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("---", "rule"),
        ("* * *", "rule"),
        ('{% hint style="info" %}', "template tag"),
        ("https://a.cn/x", "link"),
        ("原文链接：https://a.cn/x", "link"),
        ("图片来源：某网", "caption"),
        ("公园东门 图源：某网", "caption"),
        ("责任编辑：张三", "credits"),
        ("12 评论 345 浏览 6 收藏", "statistics line"),
        ("1.2万阅读 · 300点赞", "statistics line"),
        ("扫码关注公众号，领取资料", "promotion"),
        ("点击下方「阅读原文」报名", "promotion"),
        ("未经授权不得转载", "promotion"),
        ("觉得有用就点赞、在看、转发三连", "promotion"),
        ("加入读者群，限时优惠", "promotion"),
        ("[![图](a.png)立即报名](b)", "advertisement"),
        ("—— END ——", "end sign"),
        ("（全文完）", "end sign"),
    ],
)
def test_noise_below_the_text_is_marked(line: str, reason: str) -> None:
    """Each kind of noise is recognized by its own rule, and the text around it kept."""
    found = reasons(f"{BODY}\n{line}\n")
    assert found == {display_text(line): reason}


@pytest.mark.parametrize(
    "line",
    [
        "作者：张三",
        "发布时间：2024年12月5日",
        "来源：某报",
        "原创",
        "封面：某图",
        "张三",
    ],
)
def test_header_lines_above_the_text_are_marked(line: str) -> None:
    """Author, date and the like are metadata, not sentences."""
    found = reasons(f"# 春游\n\n作者：张三\n{line}\n\n{BODY}")
    assert found[line] == "header line"
    assert found["# 春游"] == "title"


def test_header_words_below_the_text_are_kept() -> None:
    """Once prose has begun, ``来源：`` may say where something comes from."""
    assert reasons(f"{BODY}\n来源：上海市统计局的年度公报\n作者：张三\n") == {}


def test_front_matter_is_marked_and_no_more() -> None:
    """The first line of the text survives whatever shrinks above it: blank lines, comments."""
    raw = f"---\ntitle: 春游\n\n\n\ntags: [a]  # <!-- x\n# -->\n---\n第一句话。\n{BODY}"
    document = make_document(raw, "a.md")
    (mark,) = document.marks
    assert mark.reason == "front matter"
    assert document.text[mark.end :].startswith("\n第一句话。")


@pytest.mark.parametrize(
    "line",
    [
        "这家公司在三月推出了会员制，用户扫码关注公众号后可以领取一张优惠券，据年报披露，仅此一项"
        "就带来了一百二十万新用户和三千四百万元收入，占全年新增收入的百分之十八，超过此前所有渠道的总和。",
        "视频上线一天内获得 120 万点赞、30 万评论，平台随后公布的数据显示，其中七成来自三线城市，"
        "平均观看时长为四分二十秒，比同类视频高出一倍，因此公司决定把预算提高到原来的三倍并延长合作。",
        "会员每月十五元，全年一百五十元。",
        "报名的截止日期是三月一日。",
        "完成之后请通知班长。",
        "图片来源于网络的，都要在交作业的时候注明出处和作者的名字，并且附上链接，否则一律不予评分。",
        "编辑部在二楼。",
        "往期回顾这个栏目每周五更新一次，由三位编辑轮流撰写。",
        "推荐阅读这三本书的理由，是它们都写于作者亲历的年代。",
    ],
)
def test_sentences_that_carry_facts_are_kept(line: str) -> None:
    """A marked line can never answer, so wording that prose may use marks nothing."""
    assert reasons(f"{BODY}\n{line}\n\n{BODY}") == {}


def test_other_articles_below_the_text_are_marked_until_prose_returns() -> None:
    """A list of links to other articles is none of this one; text behind it is again."""
    tail = "## 往期回顾\n\n- 秋游通知\n- 冬令营报名\n\n"
    prose = BODY.replace("\n", "")
    found = reasons(f"# 春游\n{BODY}{BODY}{tail}{prose}\n")
    assert {line for line, why in found.items() if why == "related articles"} == {
        "## 往期回顾",
        "- 秋游通知",
        "- 冬令营报名",
    }


def test_a_list_of_articles_at_the_top_opens_no_tail() -> None:
    """Near the top the same words are a table of contents, and the article follows."""
    found = reasons(f"# 春游\n## 推荐阅读\n- 秋游\n{BODY}{BODY}{BODY}")
    assert set(found.values()) == {"title"}


def test_a_heading_of_its_level_closes_the_tail() -> None:
    """The next section is not part of the list of other articles."""
    found = reasons(f"{BODY}{BODY}## 相关阅读\n- 秋游\n### 更多\n- 冬游\n## 附录\n- 名单\n")
    assert set(found) == {"## 相关阅读", "- 秋游", "### 更多", "- 冬游"}


def test_what_follows_the_end_is_marked() -> None:
    """After END comes only what the publisher adds; in the first half it ends nothing."""
    assert reasons(f"{BODY}{BODY}\nEND\n\n欢迎来稿\n")["欢迎来稿"] == "after the end"
    assert set(reasons(f"END\n\n{BODY}{BODY}{BODY}")) == {"END"}


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "  ```"])
def test_nothing_in_code_is_marked(fence: str) -> None:
    """Code may hold rules, links and addresses; it is shown and searched as it is."""
    inside = "---\nhttps://a.cn/x\n点击阅读原文\nEND\n"
    assert reasons(f"{BODY}\n{fence}\n{inside}{fence}\n\n{BODY}") == {}


def test_marks_with_one_reason_are_joined() -> None:
    """Neighbouring lines make one span, which a viewer can fold."""
    document = make_document(f"{BODY}\n点赞、在看\n\n点赞、转发\n---\n", "a.md")
    assert [mark.reason for mark in document.marks] == ["promotion", "rule"]


LINES = st.sampled_from(
    [
        "# 春游", "## 往期回顾", "- 秋游", "作者：张三", "---", "END", "```", "点赞、在看", "",
        "[![图](a)字](b)", "见[这里](c)。", "https://a.cn/x", "1 评论 2 收藏", "![](a)", "> 引用",
        BODY.split("\n", maxsplit=1)[0], "<!-- 一", "-->", "title: 甲", "　", "**粗", "\u2028",
    ]
)  # fmt: skip


@settings(derandomize=True, max_examples=250, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
def test_marks_lie_in_the_text_in_order_and_change_nothing(raw: str) -> None:
    """Marks are whole lines of the displayed text, which cleaning never alters."""
    shown = display_text(raw)
    if not shown.strip():
        return
    document = make_document(raw, "a.md")
    assert document.text == shown
    previous = 0
    for mark in document.marks:
        assert previous <= mark.start < mark.end <= len(shown)
        assert mark.start == 0 or shown[mark.start - 1] == "\n"
        assert mark.end == len(shown) or shown[mark.end] == "\n"
        assert mark.reason
        previous = mark.end
