"""Cells of tables: the row by its name, the column by what is asked, nothing by guess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import YinjuError
from rag import KnowledgeBase, build_kb, open_kb

pytestmark = pytest.mark.usefixtures("one_model")

SALES = """# 云栖电器年报

## 各产品销量

| 产品 | 2022 年销量（台） | 2023 年销量（台） | 单价（元） | 能耗（%） |
| --- | --- | --- | --- | --- |
| 空气净化器 | 1200 | 1580 | 2399 | 31.5 |
| 扫地机器人 | 860 | 1320 | 1899 | 28 |
| 加湿器 | 540 | — | 329 | 12 |

## 型号对照

| 测试 | X1 | X1-mini | X2 |
| --- | --- | --- | --- |
| 噪声测试（分贝） | 41 | 38 | 29 |
| 续航测试（小时） | 5 | 4 | 9 |

| 会员 | 月费 | 设备数 |
| --- | --- | --- |
| 标准版（按月付） | 每人 30 元 | 5 |
| 标准版（按年付） | 每人 25 元 | 5 |

| | 甲方案 | 乙方案 |
| --- | --- | --- |
| 需要的样品 | 通常越多越好 | 几十件就够 |
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("report") / "kb"
    build_kb({"report.md": SALES}, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("空气净化器 2023 年销量是多少", "1580 台"),
        ("扫地机器人的单价", "1899 元"),
        ("扫地机器人多少钱？", "1899 元"),
        ("空气净化器的能耗是多少", "31.5%"),
        ("X2 的噪声测试是多少分贝？", "29 分贝"),
        ("X1 的续航测试是几小时", "5 小时"),
        ("乙方案需要多少样品", "几十件就够"),
        ("扫地机器人的单价是什么", "1899 元"),
        ("加湿器的单价怎么算", "329 元"),
        ("X1 mini 的噪声测试是多少分贝", "38 分贝"),  # joined otherwise
        ("空气净化器 2023 年销量", "1580 台"),
    ],
)
def test_a_cell_is_found_by_its_row_and_column(
    question: str, short: str, report: KnowledgeBase
) -> None:
    """With the unit that stands in the header, and the whole row cited."""
    answer = report.ask(question)
    assert answer.short == short
    assert not answer.refused
    assert [citation.number for citation in answer.citations] == [1]


PRICES = """# 接口价目

| 模型 | 输入 | 缓存输入 | 输出 |
| --- | --- | --- | --- |
| 青鸾-2 | 8 元 | 2 元 | 30 元 |
| heron-1 | 9 元 | 3 元 | 31 元 |
| heron-1-preview | 7 元 | 1 元 | 29 元 |
"""


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("青鸾-2 的缓存输入多少钱", "2 元"),  # 输入 is another column
        ("青鸾-2 的输入多少钱", "8 元"),
        ("heron 1 的缓存输入是多少钱", "3 元"),
        ("heron-1 预览版的输出多少钱", "29 元"),
        ("heron-1 的预览版缓存输入多少钱", "1 元"),
        ("heron 1 preview 的输入多少钱", "7 元"),
    ],
)
def test_the_longest_name_is_meant(question: str, short: str, tmp_path: Path) -> None:
    """Of columns and of rows; an edition in Chinese is that of the name in Latin letters."""
    build_kb({"prices.md": PRICES}, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert kb.ask(question).short == short


def test_rows_of_one_name_are_told_together(report: KnowledgeBase) -> None:
    """Paid by the month and by the year: both, each under its name."""
    answer = report.ask("标准版每月多少钱？")
    assert answer.short == "标准版（按月付）：每人 30 元；标准版（按年付）：每人 25 元"
    assert answer.text.count("\n") == 1


def test_a_comparison_takes_a_cell_for_each(report: KnowledgeBase) -> None:
    """Two columns of one row, and two rows of one column."""
    assert report.ask("X1 和 X2 的噪声测试分别是多少？").short == "X1：41 分贝；X2：29 分贝"
    rows = report.ask("空气净化器和扫地机器人的单价分别是多少？").short
    assert rows == "空气净化器：2399 元；扫地机器人：1899 元"


@pytest.mark.parametrize(
    "question",
    [
        "空气净化器 2021 年销量是多少",  # another year
        "X3 的噪声测试是多少分贝",  # another model
        "加湿器 2023 年销量是多少",  # an empty cell
        "空气净化器有多少种颜色",  # no such column
    ],
)
def test_a_table_that_does_not_say_names_no_cell(question: str, report: KnowledgeBase) -> None:
    """No neighbouring figure passes for the one asked for."""
    answer = report.ask(question)
    assert answer.refused or not answer.short.endswith(("台", "分贝", "元"))


def test_a_table_cut_into_passages_keeps_its_header(tmp_path: Path) -> None:
    """Rows far from the header are read with it."""
    rows = "".join(f"| 站点{n:03d} | {n * 7} | {n * 3} |\n" for n in range(1, 200))
    text = f"# 站点表\n\n| 站点 | 进站（人） | 出站（人） |\n| --- | --- | --- |\n{rows}"
    build_kb({"stations.md": text}, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert kb.ask("站点180出站多少人").short == "540 人"


@pytest.mark.parametrize("text", ["| a |\n", "| a | b |\n", "|||\n|||\n", "| a | b |\n| - | - |\n"])
def test_what_is_hardly_a_table_is_harmless(text: str, tmp_path: Path) -> None:
    """No row, no header, no cell: no exception."""
    try:
        build_kb({"t.md": f"表\n\n{text}\n空气净化器单价是多少"}, tmp_path / "kb").close()
    except YinjuError:
        return
    with open_kb(tmp_path / "kb") as kb:
        kb.ask("a 的 b 是多少")


def test_another_column_than_the_one_named_does_not_answer(report: KnowledgeBase) -> None:
    """The cell of the column asked for holds no number, so no other one's number is given."""
    assert report.ask("甲方案需要多少样品").short != "几十件就够"


def test_a_header_is_no_answer(report: KnowledgeBase) -> None:
    """It names the columns: whatever is asked, what its rows say goes before."""
    for question in ("产品和单价", "测试 X1 和 X2", "会员月费"):
        told = report.ask(question)
        headers = ("产品 | 2022", "测试 | X1", "会员 | 月费")
        assert not any(citation.quote.startswith(headers) for citation in told.citations)


def test_which_figure_of_a_row_is_meant_is_told(report: KnowledgeBase) -> None:
    """A row alone is a line of figures: its column and cell, or all its columns, go before."""
    assert report.ask("空气净化器的单价是多少").text.startswith("单价 2399 元：空气净化器 | ")
    rows = report.ask("产品和单价").text
    assert rows.startswith("产品 | 2022 年销量（台） | ")
    assert rows.count("年销量（台）") == 2  # once for each of two columns, not for each row
