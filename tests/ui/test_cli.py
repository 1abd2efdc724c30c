"""The commands: what they print and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ui.cli import main

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]
QUESTION = "祁门红茶产自哪里？"


def test_build_says_what_it_did(run: Run, documents: Path) -> None:
    """Counts, on standard output; nothing on standard error."""
    done = run("build", documents, "--kb", "库")
    assert (done.code, done.err) == (0, "")
    assert "3 篇文档" in done.out
    assert "新增 3，更新 0，移除 0，未变 0，跳过 0" in done.out


def test_build_again_reads_only_what_changed(run: Run, documents: Path) -> None:
    """The report tells added, changed, removed and unchanged apart."""
    run("build", documents)
    (documents / "新.md").write_text("乌龙茶半发酵。", encoding="utf-8")
    (documents / "桥.md").write_text("# 跨海大桥\n\n大桥长40公里。", encoding="utf-8")
    (documents / "茶" / "绿茶.txt").unlink()
    report = json.loads(run("build", documents, "--json").out)
    assert report["added"] == ["新.md"]
    assert report["changed"] == ["桥.md"]
    assert report["removed"] == ["茶/绿茶.txt"]
    assert (report["unchanged"], report["documents"], report["skipped"]) == (1, 3, [])


def test_a_folder_of_other_things_says_what_they_are(
    fails: Callable[..., str], tmp_path: Path
) -> None:
    """Nothing to index is explained file by file, not by a list of endings."""
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "合同.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "旧" / "图.png").write_bytes(b"\x89PNG")
    told = fails(2, "build", "旧")
    assert "合同.doc: " in told
    assert ".docx" in told
    (tmp_path / "旧" / "合同.doc").unlink()
    assert "图.png: files of type .png are not read" in fails(2, "build", "旧")


def test_build_can_add_a_folder(run: Run, documents: Path, tmp_path: Path) -> None:
    """``--add`` keeps what other folders brought; only ``--rebuild`` drops it."""
    more = tmp_path / "更多"
    more.mkdir()
    (more / "新.md").write_text("乌龙茶半发酵。", encoding="utf-8")
    run("build", documents)
    assert json.loads(run("build", more, "--add", "--json").out)["documents"] == 4
    refused = run("build", more, "--json")
    assert refused.code == 2
    assert "--add" in refused.err
    assert json.loads(run("build", more, "--rebuild", "--json").out)["documents"] == 1


def test_the_folder_is_kb_if_none_is_named(run: Run, documents: Path, tmp_path: Path) -> None:
    """Every command takes ``kb`` in the working folder."""
    assert run("build", documents).code == 0
    assert (tmp_path / "kb" / "manifest.json").is_file()
    assert run("ask", QUESTION).code == 0
    assert run("search", QUESTION).code == 0
    assert "folder: kb" in run("info").out


def test_ask_shows_the_answer_and_its_ground(run: Run, small_kb: Path) -> None:
    """Text with marks, then for each number title, source, date, place and quote."""
    done = run("ask", QUESTION, "--kb", small_kb)
    assert (done.code, done.err) == (0, "")
    first, blank, cited, quote, *_ = done.out.splitlines()
    assert first == "祁门红茶产自安徽。[1]"
    assert blank == ""
    assert cited == "[1] 红茶 · 茶/红茶.md · 2024-05-01 · 第 5 行"
    assert quote.strip() == "“祁门红茶产自安徽。”"


def test_ask_prints_one_json_object(run: Run, small_kb: Path) -> None:
    """On one line, so that many make JSON lines."""
    done = run("ask", QUESTION, "--kb", small_kb, "--json")
    assert done.out.count("\n") == 1
    record = json.loads(done.out)
    assert record["answer"] == "祁门红茶产自安徽。[1]"
    assert record["citations"][0]["source"] == "茶/红茶.md"
    assert "祁门" in done.out, "Chinese is not escaped"


def test_ask_takes_the_questions_before(run: Run, small_kb: Path) -> None:
    """A follow-up is understood, and said how."""
    history = ("--history", "跨海大桥有多长？")
    done = run("ask", "它什么时候通车？", *history, "--kb", small_kb)
    assert done.out.startswith("（理解为：")
    assert "2008年5月1日通车。[1]" in done.out
    assert "理解为" not in run("ask", "  祁门红茶产自哪里？ ", *history, "--kb", small_kb).out


def test_a_refusal_is_a_success_that_shows_what_is_near(run: Run, small_kb: Path) -> None:
    """Not answering is a result: the exit code is 0, related passages are listed."""
    done = run("ask", "火星上有几家茶馆卖宇航服？", "--kb", small_kb, "--answer.threshold", "0.99")
    assert done.code == 0
    assert done.out.startswith("文档中没有找到能回答")
    assert "· " in done.out
    assert "[1]" not in done.out


@pytest.mark.parametrize(
    ("question", "reply"), [("", "请输入"), ("你好", "你好"), ("？！", "请输入")]
)
def test_ask_replies_to_anything(run: Run, small_kb: Path, question: str, reply: str) -> None:
    """An empty question, a greeting and mere punctuation each get a reply."""
    done = run("ask", question, "--kb", small_kb)
    assert done.code == 0
    assert reply in done.out


def test_search_lists_passages(run: Run, small_kb: Path) -> None:
    """Best first, with score, source and span; ``-k`` limits them."""
    done = run("search", "绿茶 发酵", "--kb", small_kb)
    assert done.code == 0
    assert done.out.startswith("1. 0.9")
    assert "  茶/绿茶.txt [" in done.out.splitlines()[0]
    assert "绿茶不发酵。" in done.out
    hits = json.loads(run("search", "绿茶 发酵", "-k", "2", "--kb", small_kb, "--json").out)
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["source"] == "茶/绿茶.txt"


def test_search_that_finds_nothing_says_so(run: Run, small_kb: Path) -> None:
    """No hit is a result, not an error, and as JSON an empty list."""
    assert run("search", "！！", "--kb", small_kb).out == (
        "（查询里没有可以检索的文字。）\n没有找到相关段落。\n"
    )
    assert json.loads(run("search", "！！", "--kb", small_kb, "--json").out) == []


def test_info_describes_the_knowledge_base(run: Run, small_kb: Path) -> None:
    """Counts, model and the settings in force, as lines or as JSON."""
    done = run("info", "--kb", small_kb)
    assert done.code == 0
    assert "documents: 3" in done.out
    assert "  dense_weight: 0.5" in done.out.replace("    ", "  ")
    record = json.loads(run("info", "--kb", small_kb, "--json", "--retrieve.b", "0.5").out)
    assert record["documents"] == 3
    assert record["embedder"]["dimension"] > 0
    assert record["settings"]["retrieve"]["b"] == 0.5


def test_eval_writes_answers_and_report(run: Run, small_kb: Path, tmp_path: Path) -> None:
    """The figures are printed, the files written, the exit code tells success."""
    questions = [
        {"id": "1", "question": QUESTION, "answers": ["安徽"]},
        {
            "id": "2",
            "question": "它什么时候通车？",
            "answers": ["2008年5月1日"],
            "history": ["大桥多长"],
        },
        {"id": "3", "question": "火星上有几家茶馆？", "answers": []},
    ]
    lines = [json.dumps(item, ensure_ascii=False) for item in questions]
    Path("问题.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("eval", "问题.jsonl", "--kb", small_kb, "--out", "结果/一")
    assert (done.code, done.err) == (0, "")
    assert str(Path("结果/一/report.md")) in done.out
    written = (tmp_path / "结果" / "一" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in written] == ["1", "2", "3"]
    metrics = run("eval", "问题.jsonl", "--kb", small_kb, "--out", "结果/二", "--json").out
    assert json.loads(metrics) == json.loads(
        (tmp_path / "结果" / "二" / "metrics.json").read_text(encoding="utf-8")
    )


@pytest.fixture
def question_file(tmp_path: Path) -> Path:
    """Two questions; the quote of the second stands in no document."""
    lines = [
        {"id": "1", "question": QUESTION, "answers": ["安徽"]},
        {"id": "2", "question": QUESTION, "evidence": [{"source": "无.md", "quote": "没有这句话"}]},
    ]
    path = tmp_path / "问题.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in lines), encoding="utf-8")
    return path


def test_eval_conditions_decide_the_exit_code(
    run: Run, small_kb: Path, question_file: Path
) -> None:
    """CI learns from the exit code; a first run has none to be held against."""
    common = ["eval", question_file, "--kb", small_kb, "--out", "结果"]
    first = run(*common, "--no-worse-than", "last", "--fail-under", "contains=0.1")
    assert first.code == 0
    assert "none" in first.err
    assert run(*common, "--no-worse-than", "last").code == 0
    failed = run(*common, "--fail-under", "recall@5=0.5", "--answer.threshold", "1")
    assert failed.code == 3
    assert "recall@5 is 0.0000" in failed.err
    assert run(*common, "--fail-under", "recall").code == 2
    compared = run("eval", "--compare", "结果", "last", "--out", "结果")
    assert (compared.code, compared.err) == (0, "")
    assert "won 0, lost 0" in compared.out
    assert Path("结果/comparison.md").is_file()


def test_eval_checks_a_set_without_asking(
    run: Run, small_kb: Path, question_file: Path, tmp_path: Path
) -> None:
    """``--check`` lists every broken row, and every quote that stands in no document."""
    done = run("eval", question_file, "--kb", small_kb, "--check")
    assert done.code == 2
    assert "2 questions; 1 quotes" in done.out
    assert "无.md" in done.out
    question_file.write_text("{\n" * 30, encoding="utf-8")
    done = run("eval", question_file, "--kb", small_kb, "--check")
    assert done.code == 2
    assert done.out.count("not JSON") == 30
    assert [path.name for path in tmp_path.iterdir() if path.name == "out"] == []


def test_eval_reading_comprehension_and_answers(run: Run, tmp_path: Path) -> None:
    """``--mrc`` builds its contexts; ``--answers`` scores what any system said."""
    line = {
        "id": "1",
        "context": "祁门红茶产自安徽祁门。",
        "question": QUESTION,
        "answers": ["安徽"],
    }
    Path("mrc.jsonl").write_text(json.dumps(line), encoding="utf-8")
    done = run("eval", "--mrc", "mrc.jsonl", "--out", "a", "--stages", "bm25", "--json")
    metrics = json.loads(done.out)
    assert metrics["stages"]["bm25"]["figures"]["recall@1"]["value"] == 1.0
    again = run(
        "eval", "--mrc", "mrc.jsonl", "--out", "b", "--answers", "a/answers.jsonl", "--json"
    )
    assert json.loads(again.out)["overall"]["figures"] == metrics["overall"]["figures"]
    given = run("eval", "--mrc", "mrc.jsonl", "--out", "c", "--given-context")
    assert (given.code, given.err) == (0, "")


def test_eval_beir(run: Run, tmp_path: Path) -> None:
    """``--beir`` prints each stage and writes runs that standard tools read."""
    (tmp_path / "set" / "qrels").mkdir(parents=True)
    Path("set/corpus.jsonl").write_text('{"_id": "d", "text": "祁门红茶产自安徽。"}\n'
                                        '{"_id": "e", "text": "大桥长三十公里。"}')  # fmt: skip
    Path("set/queries.jsonl").write_text(json.dumps({"_id": "q", "text": QUESTION}))
    Path("set/qrels/test.tsv").write_text("q\td\t1\n")
    done = run("eval", "--beir", "set", "--out", "o", "--fail-under", "bm25:ndcg@10=0.9")
    assert (done.code, done.err) == (0, "")
    assert "nDCG@10" in done.out
    assert Path("o/run.hybrid.trec").read_text(encoding="utf-8").startswith("q Q0 d 1 ")
    assert Path("o/run.rerank.trec").read_text(encoding="utf-8").startswith("q Q0 d 1 ")
    told = run("eval", "--beir", "set", "--out", "o", "--stages", "reranked")
    assert told.code == 2
    assert "no stage is called 'reranked'; there are bm25, dense, hybrid, rerank" in told.err


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_and_version_end_well(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """They print to standard output and end with 0."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert capsys.readouterr().out


def test_an_interrupt_is_told_in_one_line(
    fails: Callable[..., str], monkeypatch: pytest.MonkeyPatch, documents: Path
) -> None:
    """Ctrl-C leaves no traceback and the code that shells expect."""

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.build.build", interrupted)
    assert "unchanged" in fails(130, "build", documents)


def test_the_installed_command_prints_one_json_object(small_kb: Path) -> None:
    """From a shell, whatever its encoding: one line of UTF-8 JSON and nothing else."""
    command = [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--kb", str(small_kb), "--json"]
    done = subprocess.run(
        command, capture_output=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1
    assert json.loads(done.stdout.decode("utf-8"))["question"] == QUESTION


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are Unicode there")
def test_a_reader_that_closes_the_pipe_is_no_error(small_kb: Path) -> None:
    """``yinju search … | head -1`` must not end in a traceback, nor must broken bytes."""
    query = "茶".encode() + b"\xff"
    command = [sys.executable.encode(), b"-m", b"ui.cli", b"search", query, b"--kb"]
    with subprocess.Popen(
        [*command, str(small_kb).encode()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait() == 0
