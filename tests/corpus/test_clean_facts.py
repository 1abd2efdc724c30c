"""A corpus of lines that look like promotion and answer a question: none may be marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import SettingsError
from corpus.load import make_document
from corpus.reasons import REASONS, CleanSettings, cleaned

NOTICE = """# 植物园参观须知

时间：4月12日
地点：植物园东门
来源：校务处
关注“绿叶植物园”公众号即可预约，每天限 200 人。
扫码立即购票，成人 20 元，学生半价。
扫描二维码登记后方可入园。
微信扫一扫即可支付，也收现金。
限时优惠：四月门票五折，截止到 4 月 30 日。
报名网址：https://example.org/baoming
联系我们：010-5555 0199
商务合作请联系张老师，电话 13800000000
"""
MANUAL = """# 读书软件使用说明

用户可以点赞、收藏、分享文章。
点击右上角的按钮，可以把文章分享到微信。
编辑：修改已有的条目
先下载App并注册，才能借阅电子书。
加入读者群需要管理员审批。
优惠券不可叠加使用，也不能兑换现金。
邀请码在“我的”页面查看。
关注我们的公众号，在菜单里选择“借阅查询”。
上月文章获得 10 万阅读、2 万点赞、3 千收藏。
请阅读原文后再回答问题。
联系作者：writer@example.org
"""
CONTRACT = """# 供稿协议

甲方：某出版社
乙方：供稿人
稿件的版权归甲方所有，未经授权不得转载。
未经许可不得复制本馆的图书资料。
出品：东山酒厂，窖藏十年
本文由正文和三个附件组成，附件与正文有同等效力。
本办法由总务处于 2024 年 3 月发布。
稿费按每千字一百元支付。
图片来源：作者自摄的，每张另付 50 元
"""
MINUTES = """# 例会纪要

会议时间：2024年12月5日 14:00
会议地点：三楼会议室
主持人：张三
推荐阅读的书目由李四在下周公布。
更多文章由编辑部在月底前整理。
广告合作的预算是 30 万元。
往期回顾栏目改为每月一期。
"""
APPENDED = """# 章程

第一条 本社由会员组成，每年三月召开全体大会，过半数会员出席方为有效，决议须经出席者三分之二同意。
第二条 会费每年六十元，于一月底前缴清，逾期三个月未缴者视为自动退出，再次入会须重新提交申请。

（完）

## 附录

| 职务 | 姓名 |
|---|---|
| 社长 | 王五 |

理事会每季度开会一次，由社长召集，理事因故不能出席的应当提前三天请假，并可以书面委托其他理事代为表决。
"""


@pytest.mark.parametrize("raw", [NOTICE, MANUAL, CONTRACT, MINUTES, APPENDED])
def test_no_line_that_carries_a_fact_is_lost(raw: str) -> None:
    """What is marked can no longer answer; notices and contracts use these words too."""
    document = make_document(raw, "文件.md")
    passages = "".join(passage.text for passage in cut_passages(document, ChunkSettings()))
    title, *lines = (line.lstrip("# ") for line in raw.split("\n") if line.strip("|-\n "))
    assert title == document.title
    assert [line for line in lines if line.strip("（）") != "完" and line not in passages] == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("扫码关注公众号，获取最新资讯", "promotion"),
        ("关注我们，不错过每一篇好文", "promotion"),
        ("点赞、在看、转发三连，是对我们最大的支持！", "promotion"),
        ("版权归作者所有，未经授权不得转载。", "promotion"),
        ("联系我们：编辑部小王", "promotion"),
        ("编辑：张三 校对：李四", ""),
        ("编辑：张三、李四", "credits"),
        ("上一篇：秋天的树", "navigation"),
        ("【打印】【关闭】", "navigation"),
        ("京ICP备00000000号-1", "navigation"),
        ("喜欢就点个在看吧", "promotion"),
    ],
)
def test_the_same_words_below_a_published_article_are_marked(line: str, reason: str) -> None:
    """Where a text says that it is an article, its last lines are its publisher's."""
    body = (
        "气温下降、日照变短以后，树叶在秋天变黄，是因为叶绿素先分解，留下的类胡萝卜素呈现黄色。\n\n"
        * 4
    )
    raw = f"# 秋天的树\n\n作者：张三\n原文链接：https://example.org/a\n\n{body}\n{line}\n"
    document = make_document(raw, "a.md")
    marked = {document.text[mark.start : mark.end]: mark.reason for mark in document.marks}
    assert marked.get(line, "") == reason


def test_an_article_in_one_line_is_not_its_byline() -> None:
    """Some exports have no line breaks; what begins with the author's name is the whole text."""
    article = "作者：张三" + "树叶在秋天变黄，是因为叶绿素先分解，留下的类胡萝卜素呈现黄色。" * 4
    document = make_document(article, "a.md")
    assert (document.marks, document.author) == ((), "")
    address = "原文链接：https://example.org/" + "a" * 200
    document = make_document(f"作者：张三\n{address}\n\n正文第一句。", "a.md")
    assert document.text[: document.marks[0].end].endswith(address)


def test_settings_keep_what_rules_would_mark() -> None:
    """Whoever asks about the promotions themselves can search them."""
    document = make_document("正文第一句。\n\n扫码关注公众号\n\n---\n", "a.md")
    assert [mark.reason for mark in document.marks] == ["promotion", "rule"]
    kept = cleaned(document, CleanSettings(keep="promotion, caption"))
    assert kept == replace(document, marks=document.marks[1:])
    assert cleaned(document, CleanSettings(keep="all")).marks == ()
    assert cleaned(document, CleanSettings()) is document


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"keep": "promotions"}, f"clean.keep names 'promotions'; .*{REASONS[0]}"),
        ({"repeated": 2}, "clean.repeated is 2; use 3 or more"),
        ({"repeated": -1}, "clean.repeated is -1"),
    ],
)
def test_settings_out_of_range_are_refused(given: dict[str, str | int], message: str) -> None:
    """A misspelt reason would silently keep nothing."""
    with pytest.raises(SettingsError, match=message):
        CleanSettings(**given)  # type: ignore[arg-type]
