"""Questions over whole tables: the most, a value, each row, one column against another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import KnowledgeBase, build_kb, open_kb
from rag.valued_rows import _said

pytestmark = pytest.mark.usefixtures("one_model")

PHONES = """# 春季手机选购指南

店里这一季卖得最多的是四款机型。下面的表格由导购组整理。

| 型号 | 电池（毫安时） | 快充 | 重量（克） | 价格（元） | 上市日期 |
| --- | --- | --- | --- | --- | --- |
| 云雀 8 | 4500 | 支持 | 189 | 2999 | 2025-01-16 |
| 云雀 8 Pro | 5200 | 支持 | 208 | 4299 | 2025-02-20 |
| 山岚 3 | 4000 | 不支持 | 176 | 1899 | 2024-11-08 |
| 海岬 X | 6000 | 支持 | 231 | 3599 | 2024-12-30 |

选购时请先确认用途。学生一般预算在两千元左右。
"""
TASKS = """# 仓储系统项目周报

本周例会在周三召开，由何静主持。

## 待办

| 任务 | 负责人 | 截止 | 状态 |
| --- | --- | --- | --- |
| 接口联调 | 杜明 | 3 月 12 日 | 已完成 |
| 条码打印 | 沈悦 | 3 月 20 日 | 未完成 |
| 权限设计 | 杜明 | 3 月 9 日 | 已完成 |
| 压力测试 | 何静 | 4 月 2 日 | 未开始 |
| 用户手册 | 沈悦 | 4 月 15 日 | 未开始 |
"""
WATER = """# 六月水质检测报告

| 检测项目 | 限值（mg/L） | 实测值（mg/L） | 结论 |
| --- | --- | --- | --- |
| 余氯 | 0.30 | 0.45 | 合格 |
| 硝酸盐 | 10.0 | 12.4 | 不合格 |
| 氟化物 | 1.0 | 0.62 | 合格 |
| 铁 | 0.30 | 0.38 | 不合格 |
"""
COURSES = """# 秋季学期选修课

选修课每人限选两门。

| 编号 | 课程 | 教师 | 学分 | 上课时间 | 教室 |
| --- | --- | --- | --- | --- | --- |
| K-01 | 电影美学 | 钱一凡 | 2 | 周三晚 | 东教 301 |
| K-02 | 数据新闻 | 罗素云 | 3 | 周二下午 | 南教 112 |
| K-03 | 植物识别 | 钱一凡 | 1 | 周六上午 | 温室 |
| K-04 | 演讲与口才 | 马骁 | 2 | 周三晚 | 东教 204 |
"""
CITIES = """# 城市对照

| 指标 | 临江 | 北岭 | 南浦 |
| --- | --- | --- | --- |
| 一月均温（℃） | 4.2 | -12.5 | 14.8 |
| 年降水（毫米） | 1180 | 540 | 1720 |

## 客运量

| 城市 | 2022 年 | 2023 年 |
| --- | --- | --- |
| 临江 | 320 | 415 |
| 北岭 | 150 | 138 |
| 南浦 | 501 | 620 |
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("shelf") / "kb"
    texts = {"手机.md": PHONES, "周报.md": TASKS, "水质.md": WATER, "课程.md": COURSES}
    build_kb({**texts, "城市.md": CITIES}, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("哪款手机电池最大？", "海岬 X：6000 毫安时"),
        ("最便宜的机型是哪个", "山岚 3：1899 元"),
        ("上市最早的是哪款手机", "山岚 3：2024-11-08"),
        ("电池最大的那款价格是多少", "海岬 X：3599 元"),
        ("待办里截止最晚的是哪一项", "用户手册：4 月 15 日"),
        ("学分最高的选修课是哪门", "数据新闻：3"),
        ("一月均温最低的是哪座城市", "北岭：-12.5 ℃"),  # of a row, whose columns are compared
    ],
)
def test_the_row_with_the_most(question: str, short: str, shelf: KnowledgeBase) -> None:
    """Of the column that is named or is the one of the kind; what is asked of that row is told."""
    answer = shelf.ask(question)
    assert answer.short == short
    assert len(answer.citations) == 1


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("支持快充的有哪几款手机？", "云雀 8、云雀 8 Pro、海岬 X"),
        ("哪款机型不支持快充", "山岚 3"),
        ("杜明负责哪些任务？", "接口联调、权限设计"),
        ("还没开始的任务有哪些", "压力测试、用户手册"),
        ("未完成的任务由谁负责", "沈悦"),
        ("检测没合格的有哪几项", "硝酸盐、铁"),
        ("周三晚上的选修课有哪些", "电影美学、演讲与口才"),
        ("2 学分的课有几门", "2：电影美学、演讲与口才"),
    ],
)
def test_the_rows_of_a_value(question: str, short: str, shelf: KnowledgeBase) -> None:
    """As a cell says it, or its contrary, and how many there are; each row is cited."""
    answer = shelf.ask(question)
    assert answer.short == short
    assert answer.text.count(" | ") > 2


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("四款机型分别卖多少钱？", ("云雀 8：2999 元", "海岬 X：3599 元")),
        ("每项任务各由谁负责", ("接口联调：杜明", "用户手册：沈悦")),
        ("各门选修课的学分分别是多少", ("电影美学：2", "演讲与口才：2")),
    ],
)
def test_a_column_of_all_rows(question: str, short: tuple[str, str], shelf: KnowledgeBase) -> None:
    """The same told of each, from the first to the last."""
    told = shelf.ask(question).short.split("；")
    assert (told[0], told[-1]) == short


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("哪几项检测的实测值比限值高", "余氯：0.45 mg/L；硝酸盐：12.4 mg/L；铁：0.38 mg/L"),
        ("哪座城市 2023 年的客运量比 2022 年少？", "北岭：138"),
        ("实测值低于限值的是哪项检测", "氟化物：0.62 mg/L"),
    ],
)
def test_one_column_against_another(question: str, short: str, shelf: KnowledgeBase) -> None:
    """The rows where what is named is more, or less, than what it is compared with."""
    assert shelf.ask(question).short == short


@pytest.mark.parametrize(
    "question",
    [
        "哪家公司的手机最便宜",  # the table is of no companies
        "哪款手机的摄像头最好",
        "杜明写过哪几本书",
        "哪个城市的房价最高",
        "五款机型分别卖多少钱",  # there are four
        "云雀 9 和云雀 8 的哪项参数最高",
        "门店里谁最高",
        "最近有哪些手机上市",
    ],
)
def test_what_a_table_is_not_of(question: str, shelf: KnowledgeBase) -> None:
    """No row stands out for what is asked of other things, and no other column for its own."""
    answer = shelf.ask(question)
    assert answer.refused or answer.confidence < 0.5


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("哪款卖得最多", "四款机型"),  # a sentence says it
        ("学生预算一般是多少", "两千元"),
        ("谁主持了本周例会", "何静"),
        ("每人限选几门", "两门"),
    ],
)
def test_prose_that_answers_goes_before(question: str, part: str, shelf: KnowledgeBase) -> None:
    """The words of a table's questions stand in other questions as well."""
    assert part in shelf.ask(question).text


@pytest.mark.parametrize(
    "question",
    [
        "云雀 8 的屏幕是多少英寸",
        "海岬 X 有几种颜色",
        "植物识别的学费是多少",
        "余氯是用什么仪器测的",
    ],
)
def test_a_row_without_the_column_asked_for_is_doubted(question: str, shelf: KnowledgeBase) -> None:
    """A row says of its thing only what its columns are for."""
    assert shelf.ask(question).refused


SHOPS = """# 一季度门店销售

## 华东区

| 门店 | 销售额（万元） | 同比 | 店员 |
|---|---:|---:|---:|
| 南京店 | 320 | -3.5% | 12 |
| 杭州店 | 410 | 8% | 15 |
| 苏州店 | 298 | 12% | 9 |
| 合计 | 1028 | 5% | 36 |

## 华南区

| 门店 | 销售额（万元） | 同比 | 店员 |
|---|---:|---:|---:|
| 广州店 | 520 | 4% | 20 |
| 深圳店 | 610 | 15% | 22 |
| 佛山店 | 180 | −6% | 7 |
| 合计 | 1310 | 8% | 49 |
"""
CLUBS = """# 社团招新

| 社团 | 负责人 | 名额 | 面试 |
|---|---|---|---|
| 摄影社 | 李明 | 40 | 无 |
| 辩论队 | 王芳 | 16 | 有 |
| 合唱团 | 李明 | 60 | 有 |
| 合唱团 | 李明 | 60 | 有 |
| 棋社 | 赵刚 | 30 | |
"""
EARPHONES = """# 耳机功能对比

| 耳机 | 主动降噪 | 无线充电 | 续航 | 排名 |
|---|---|---|---|---|
| 青岚 Pro | 支持 | 不支持 | 30小时 | 2 |
| 白露 S | 支持 | 支持 | 24小时 | 1 |
| 霜降 Lite | 不支持 | 支持 | 40小时 | 3 |
"""
WARDS = """# 门诊科室一览

| 科室 | 楼层 | 医生 | 挂号费 | 候诊时间 |
|---|---|---|---|---|
| 内科 | 2楼 | 陈华 | 20元 | 30–60分钟 |
| 外科 | 3楼 | 刘洋 | 20元 | 20分钟 |
| 儿科 | 1楼 | 孙丽 | 25元 | 45分钟 |
| 眼科 | 3楼 | 周强、吴静 | 30元 | 15分钟 |
"""
RIDES = """# 环湖骑行

| 路段 | 里程 | 建议用时 |
|---|---|---|
| 东港—柳树湾 | 32公里 | 2小时 |
| 柳树湾—黄石坡 | 28公里 | 3小时 |
| 黄石坡—石桥 | 18公里 | 50分钟 |
"""
GUARDS = """# 物业值班表

| 班次 | 日期 | 值班员 | 岗亭 |
|---|---|---|---|
| 早班 | 5月1日 | 刘伟 | 东门 |
| | 5月2日 | 何军 | 西门 |
| 晚班 | 5月1日 | 张敏 | 西门 |
| | 5月2日 | 高翔 | 东门 |
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("office") / "kb"
    texts = {"门店.md": SHOPS, "社团.md": CLUBS, "耳机.md": EARPHONES, "科室.md": WARDS}
    build_kb({**texts, "值班.md": GUARDS, "骑行.md": RIDES}, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("华东区哪家门店销售额最高？", "杭州店：410 万元"),  # not the row of them all
        ("华南区销售额最低的门店是哪家？", "佛山店：180 万元"),  # of two tables the one named
        (
            "华东区各家门店的店员分别是多少",
            "南京店：12；杭州店：15；苏州店：9",
        ),
        ("哪个社团名额最多？", "合唱团：60"),  # that stands there twice
        ("有几个社团需要面试？", "2：辩论队、合唱团"),
        ("哪些社团不用面试？", "摄影社"),  # an empty cell says neither
        ("李明和赵刚负责哪些社团？", "摄影社、合唱团、棋社"),
        ("哪些耳机支持无线充电？", "白露 S、霜降 Lite"),
        ("哪些耳机支持主动降噪？", "青岚 Pro、白露 S"),
        ("挂号费最便宜的是哪些科室？", "内科：20元；外科：20元"),
        ("5月1日谁在东门值班？", "刘伟"),  # both hold
        ("谁在西门值班？", "何军、张敏"),  # a row whose first cell is empty
    ],
)
def test_tables_as_people_write_them(question: str, short: str, office: KnowledgeBase) -> None:
    """With totals, rows given twice, empty cells, and two tables of the same columns."""
    answer = office.ask(question)
    assert answer.short == short
    for citation in answer.citations:
        passage = citation.passage
        assert passage.text[citation.start - passage.start :].startswith(citation.quote)


@pytest.mark.parametrize(
    ("question", "untrue"),
    [
        ("哪家门店销售额最高？", "："),  # of both tables, of which neither is named
        ("哪三个社团名额最多？", "：60"),
        ("哪款耳机排名最高？", "霜降 Lite：3"),
        ("哪款耳机既支持降噪又支持无线充电？", "霜降 Lite"),
        ("哪个科室候诊时间最短？", "眼科：15分钟"),  # that of one is from 30 to 60
        ("哪个路段用时最短？", "公里"),  # another column than that which is named
        ("哪些科室挂号费超过20元？", "内科"),
    ],
)
def test_no_more_is_said_than_the_rows_say(
    question: str, untrue: str, office: KnowledgeBase
) -> None:
    """Nothing is selected where they do not compare or something else is asked of them."""
    assert untrue not in office.ask(question).short


def test_a_table_too_long_to_be_read_has_no_most(tmp_path: Path) -> None:
    """The most of those rows that are found is no answer."""
    rows = "".join(f"| 客户{n:04d} | {n * 37 % 1009} |\n" for n in range(1, 1001))
    build_kb({"a.md": f"# 客户积分\n\n| 客户 | 积分 |\n|---|---|\n{rows}"}, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert "：" not in kb.ask("哪个客户积分最高？").short


def test_a_number_of_a_date_is_no_value() -> None:
    """10 月 1 日 does not say the 12/10 of a cell; a thing among several is said."""
    assert _said("12/10", "日期", "10月1日开发者日公布了哪几项") == ""
    assert _said("40/41/42", "尺码", "哪款鞋有42码的") == "42"
    assert _said("红茶/绿茶", "品种", "有绿茶的是哪几家") == "绿茶"
