"""A language model on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from scripted_model import Scripted, scripted_server

from eval.runs import kept_runs

pytestmark = pytest.mark.usefixtures("one_model")
QUESTION = "祁门红茶产自哪里？"
Run = Callable[..., SimpleNamespace]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted_server(tmp_path_factory.mktemp("model")) as running:
        running.says("祁门红茶产自安徽[1]。每斤99元。")
        yield running


def test_the_answer_of_a_model_is_printed(run: Run, small_kb: Path, server: Scripted) -> None:
    """With its doubtful sentence marked, the notice first, and what it cites."""
    given = ("--kb", small_kb, "--llm", server.address, "--llm-model", "plain")
    done = run("ask", QUESTION, *given)
    assert (done.code, done.err) == (0, "")
    assert "祁门红茶产自安徽。[1]每斤99元。［未见依据］" in done.out
    assert done.out.startswith("（标出的句子")
    assert "“祁门红茶产自安徽。”" in done.out
    record = json.loads(run("ask", QUESTION, "--json", *given).out)
    assert record["model"] == f"plain ({server.address})"
    assert [claim["state"] for claim in record["claims"]] == ["supported", "unsupported"]
    assert record["answer"] == "祁门红茶产自安徽。[1]每斤99元。"


def test_a_model_may_stand_in_the_settings(
    run: Run, small_kb: Path, server: Scripted, tmp_path: Path
) -> None:
    """With its key, which is no option: everybody could read it in the list of processes."""
    toml = f'[llm]\nserver = "{server.address}"\nmodel = "plain"\nkey = "sk-secret"\n'
    (tmp_path / "yinju.toml").write_text(toml, encoding="utf-8")
    server.forget()
    done = run("ask", QUESTION, "--kb", small_kb, "--json")
    assert json.loads(done.out)["model"]
    [request] = server.requests()
    assert request["headers"]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in done.out
    refused = run("ask", QUESTION, "--kb", small_kb, "--llm.key", "sk-secret")
    assert refused.code == 2


def test_a_model_that_is_down_leaves_the_quoted_answer(run: Run, small_kb: Path) -> None:
    """The command succeeds, and says what happened."""
    done = run("ask", QUESTION, "--kb", small_kb, "--llm", "http://127.0.0.1:9")
    assert done.code == 0
    assert "语言模型没有作答" in done.out
    assert "祁门红茶产自安徽。[1]" in done.out


@pytest.mark.parametrize("command", ["ask", "chat"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--llm", "http://10.0.0.7:11434/v1"], "--allow-host 10.0.0.7"),
        (["--llm", "http://a.example/", "--allow-host", "b.example"], "--allow-host a.example"),
        (["--llm", "nowhere"], "neither a folder nor the address"),
        (["--llm", "http://127.0.0.1", "--llm.context", "9"], "llm.context is 9"),
    ],
)
def test_a_wrong_model_is_told_before_anything_is_opened(
    command: str, given: list[str], said: str, fails: Callable[..., str]
) -> None:
    """One line with the remedy, though there is no knowledge base either."""
    question = [QUESTION] if command == "ask" else []
    assert said in fails(2, command, *question, "--kb", "nothing", *given)


def test_hosts_may_be_allowed_one_by_one(fails: Callable[..., str]) -> None:
    """Each ``--allow-host`` adds one."""
    allowed = ("--allow-host", "a.example", "--allow-host", "b.example")
    for host in ("a.example", "b.example"):
        told = fails(1, "ask", QUESTION, "--kb", "x", "--llm", f"http://{host}", *allowed)
        assert "knowledge base" in told


def test_an_answer_explains_itself(run: Run, small_kb: Path) -> None:
    """As text below the answer, as one more field of the record."""
    done = run("ask", QUESTION, "--kb", small_kb, "--explain")
    assert done.code == 0
    for words in ("祁门红茶产自安徽。[1]", "检索的词和权重", "命中的段落", "[1] "):
        assert words in done.out
    record = json.loads(run("ask", QUESTION, "--kb", small_kb, "--explain", "--json").out)
    assert record["explanation"]["evidence"][0]["number"] == 1
    assert "explanation" not in json.loads(run("ask", QUESTION, "--kb", small_kb, "--json").out)


@pytest.fixture
def question_file(tmp_path: Path) -> Path:
    """One question."""
    path = tmp_path / "问题.jsonl"
    line = {"id": "1", "question": QUESTION, "answers": ["安徽"]}
    path.write_text(json.dumps(line), encoding="utf-8")
    return path


def test_a_model_words_the_answers_of_an_evaluation(
    run: Run, small_kb: Path, server: Scripted, question_file: Path
) -> None:
    """What it adds over the quoted answers is told when the two runs are compared."""
    given = ("eval", question_file, "--kb", small_kb, "--out", "o")
    assert run(*given).code == 0
    done = run(*given, "--llm", server.address, "--llm-model", "plain", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert "Sentences of the language model, unsupported  0.500" in done.out
    assert '<html lang="en">' in Path("o/report.html").read_text(encoding="utf-8")
    compared = run("eval", "--compare", *kept_runs(Path("o")), "--out", "o")
    assert "settings.llm.model: – → plain" in compared.out
    assert "kb.settings" not in compared.out


def test_a_model_that_is_down_ends_an_evaluation_at_once(
    fails: Callable[..., str], small_kb: Path, question_file: Path
) -> None:
    """Before anything is written; one line says so."""
    given = ("eval", question_file, "--kb", small_kb, "--out", "o", "--llm")
    assert "is it running" in fails(1, *given, "http://127.0.0.1:9")
    assert "--allow-host 10.0.0.7" in fails(2, *given, "http://10.0.0.7:11434/v1")
    assert not Path("o").exists()


@pytest.mark.parametrize(
    "more", [["--check"], ["--answers", "a.jsonl"], ["--lang", "fr"], ["--workers", "0"]]
)
def test_what_a_model_is_of_no_use_for_is_told(
    fails: Callable[..., str], small_kb: Path, question_file: Path, more: list[str]
) -> None:
    """And a wrong option is told before a server is asked."""
    given = ("eval", question_file, "--kb", small_kb, "--out", "o", "--llm", "http://127.0.0.1:9")
    assert more[0].strip("-")[:4] in fails(2, *given, *more)
