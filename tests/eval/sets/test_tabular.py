"""Question sets kept in a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from corpus.errors import InputError, QuestionError
from eval.load import QuestionSetError
from eval.questions import Evidence
from eval.sets import read_set

TABLE = (
    "编号,问题,答案,来源,原文,类型\r\n"
    'q1,"哪天\r\n闭馆？",周一|星期一,馆.md,逢周一闭馆,fact\r\n'
    ",,,,,\r\n"
    "q2,馆长是谁？,无答案,,,\r\n"
    "q3,几层？,,,,\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    """Protects authors who keep questions in a spreadsheet: usual heads, encodings, breaks."""
    path = tmp_path / "问题.csv"
    path.write_bytes(TABLE.encode(encoding))
    first, second, third = read_set(path).questions
    assert first.answers == (("周一",), ("星期一",))
    assert first.evidence == (Evidence("馆.md", "逢周一闭馆"),)
    assert first.type == "fact"
    assert [first.answerable, second.answerable, third.answerable] == [True, False, None]


def test_columns_can_be_mapped(tmp_path: Path) -> None:
    """Protects tables with heads of their own; a mapped column wins over one of the usual name."""
    path = tmp_path / "a.tsv"
    path.write_text('Q\tanswer\tgold\n哪天？\t错\t["周一", "星期一"]\n', encoding="utf-8")
    (question,) = read_set(path, columns={"question": "Q", "answers": "gold"}).questions
    assert question.id == "2"
    assert question.answers == (("周一",), ("星期一",))
    with pytest.raises(InputError, match="no column is headed 'X'"):
        read_set(path, columns={"question": "X"})
    with pytest.raises(InputError, match="no field"):
        read_set(path, columns={"query": "Q"})
    with pytest.raises(QuestionError, match="--columns"):
        read_set(path)


def test_a_workbook(tmp_path: Path) -> None:
    """Protects Excel users: numbers are not turned into 3.0."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["id", "question", "answers"],
        [1, "几层？", 3.0],
        [None, None, None],
        [2, "高？", 3.5],
    ):
        sheet.append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)
    first, second = read_set(path).questions
    assert (first.id, first.answers, second.answers) == ("1", (("3",),), (("3.5",),))
    path.write_bytes(b"no zip")
    with pytest.raises(QuestionError, match="not an Excel workbook"):
        read_set(path)


def test_broken_rows_are_named_by_their_line(tmp_path: Path) -> None:
    """Protects the line numbers, cells of several lines included."""
    path = tmp_path / "a.csv"
    path.write_text(
        'id,question,history,source\nq1,"x\ny",,\nq1,z,,\nq3,,,\nq4,z,{},\nq5,z,,only.md\n', "utf-8"
    )
    with pytest.raises(QuestionSetError) as told:
        read_set(path)
    places = [line.removeprefix(f"{path}:").split(":")[0] for line in told.value.problems]
    assert list(dict.fromkeys(places)) == ["4", "5", "6", "7"]
    path.write_text("", "utf-8")
    with pytest.raises(QuestionError, match="empty"):
        read_set(path)
