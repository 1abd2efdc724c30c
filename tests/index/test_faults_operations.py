"""A thousand random operations, against a dictionary."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from corpus.errors import InputError
from index.build import BuildOptions, build
from index.folder import segmenter_of
from index.search import RetrieveSettings, Searcher

SOURCES = st.sampled_from([f"第{n}篇.md" for n in range(6)])
TEXTS = st.sampled_from(
    [f"{tea}产自{place}，味道{taste}。" for tea, place, taste in
     [("正山小种", "桐木关", "醇厚"), ("正山小種", "桐木關", "醇厚"), ("大红袍", "武夷山", "浓"),
      ("Darjeeling", "印度", "清"), ("龙井", "杭州", "鲜")]]
    + ["# 说茶\n\n正山小种。\n\n## 产地\n\n福建桐木关。\n", "同一句话。\n\n" * 40]
)  # fmt: skip
WORDS = st.sets(
    st.sampled_from(["正山小种", "桐木關", "ＤＡＲＪＥＥＬＩＮＧ", "味道醇"]), max_size=2
)
QUESTIONS = ("正山小种的产地", "桐木关", "darjeeling 味道")
STEPS = ("index.stage.Stage.write", "index.stage.Segment.save", "index.writer.Writer.insert",
         "index.publish.describe_files", "index.publish.make_state", "index.publish.write_manifest",
         "index.publish.sweep")  # fmt: skip
_TIME = [1_000]


class Killed(BaseException):
    """Stands in for the end of the process."""


class Operations(RuleBasedStateMachine):
    """Files come, change, go and are renamed; builds finish or are killed; readers stay open."""

    parent: Path
    state_of: Callable[[Searcher], Any]
    answers_of: Callable[..., Any]
    assert_tidy: Callable[[Path], None]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.parent))
        self.docs, self.kb = self.folder / "docs", self.folder / "kb"
        self.docs.mkdir()
        self.kb.mkdir()
        self.write("第0篇.md", "第一句话。")
        self.files = {"第0篇.md": "第一句话。"}
        self.published: dict[str, str] | None = None
        self.readers: list[tuple[Searcher, Any, Any]] = []
        self.words: set[str] = set()

    def write(self, source: str, text: str) -> None:
        path = self.docs / source
        path.write_text(text, encoding="utf-8")
        _TIME[0] += 1
        os.utime(path, (_TIME[0], _TIME[0]))

    @rule(source=SOURCES, text=TEXTS)
    def add_or_change(self, source: str, text: str) -> None:
        self.write(source, text)
        self.files[source] = text

    @precondition(lambda self: len(self.files) > 1)
    @rule(chance=st.randoms())
    def remove(self, chance: random.Random) -> None:
        source = chance.choice(sorted(self.files))
        (self.docs / source).unlink()
        del self.files[source]

    @precondition(lambda self: self.files)
    @rule(chance=st.randoms(), to=SOURCES)
    def rename(self, chance: random.Random, to: str) -> None:
        source = chance.choice(sorted(self.files))
        (self.docs / source).replace(self.docs / to)
        self.files[to] = self.files.pop(source)

    @rule(words=WORDS)
    def change_dictionary(self, words: set[str]) -> None:
        (self.kb / "dictionary.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
        self.words = words

    @rule(rebuild=st.sampled_from([False, False, False, True]))
    def build(self, rebuild: bool) -> None:
        before = self.published or {}
        report = build([self.docs], self.kb, BuildOptions(rebuild=rebuild))
        assert set(report.added) == self.files.keys() - before.keys()
        assert set(report.removed) == before.keys() - self.files.keys()
        assert set(report.changed) == {
            source for source in self.files.keys() & before.keys()
            if self.files[source] != before[source]
        }  # fmt: skip
        self.published = dict(self.files)
        if not self.readers:
            self.assert_tidy(self.kb)

    @rule(step=st.sampled_from(STEPS), error=st.sampled_from([Killed, KeyboardInterrupt]))
    def build_that_is_killed(self, step: str, error: type[BaseException]) -> None:
        def killed(*_: object, **__: object) -> None:
            raise error

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(step, killed)
            try:
                build([self.docs], self.kb, BuildOptions())
            except (Killed, KeyboardInterrupt):
                if step == "index.publish.sweep":
                    self.published = dict(self.files)
            else:  # an earlier one had come further, or there was nothing to do
                self.published = dict(self.files)

    @precondition(lambda self: self.published)
    @rule()
    def open(self) -> None:
        searcher = Searcher(self.kb, RetrieveSettings())
        answers = self.answers_of(searcher, QUESTIONS)
        self.readers.append((searcher, self.state_of(searcher), answers))

    @precondition(lambda self: self.readers)
    @rule(chance=st.randoms())
    def close(self, chance: random.Random) -> None:
        self.readers.pop(chance.randrange(len(self.readers)))[0].close()

    @precondition(lambda self: self.published == self.files)
    @rule()
    def compare_with_a_fresh_build(self) -> None:
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        if (self.kb / "dictionary.txt").exists():
            shutil.copy(self.kb / "dictionary.txt", fresh)
        build([self.docs], fresh, BuildOptions())
        with ExitStack() as stack:
            one, other = (
                stack.enter_context(closing(Searcher(kb, RetrieveSettings())))
                for kb in (self.kb, fresh)
            )
            assert self.state_of(one) == self.state_of(other)
            assert self.answers_of(one, QUESTIONS) == self.answers_of(other, QUESTIONS)
            assert one.segmenter.fingerprint == segmenter_of(fresh).fingerprint

    @invariant()
    def readers_see_what_they_saw(self) -> None:
        for searcher, state, answers in getattr(self, "readers", ())[-1:]:
            assert self.state_of(searcher) == state
            assert self.answers_of(searcher, QUESTIONS) == answers

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        for searcher, state, answers in self.readers:
            assert self.state_of(searcher) == state
            assert self.answers_of(searcher, QUESTIONS) == answers
            searcher.close()
        if self.published:
            with closing(Searcher(self.kb, RetrieveSettings())) as searcher:
                found = {source: text for source, (text, _) in self.state_of(searcher).items()}
                assert found.keys() == self.published.keys()
        self.readers = []
        try:
            self.build(False)
            self.compare_with_a_fresh_build()
        except InputError:
            assert not self.files
        shutil.rmtree(self.folder)


def test_a_thousand_operations(
    one_embedder: Any, state_of: Any, answers_of: Any, assert_tidy: Any,
    monkeypatch: pytest.MonkeyPatch, in_memory: Path,
) -> None:  # fmt: skip
    """Documents, spans and hits are those of the model, readers keep theirs, nothing is left."""
    monkeypatch.setattr("index.prepare._PIECE", 4)
    monkeypatch.setattr("index.pool._BATCH", 40)
    for user in ("index.stage", "index.plan"):
        monkeypatch.setattr(f"{user}.SEGMENT_ROWS", 8)
    monkeypatch.setattr(Operations, "parent", in_memory, raising=False)
    for name, value in (("state_of", state_of), ("answers_of", answers_of),
                        ("assert_tidy", assert_tidy)):  # fmt: skip
        monkeypatch.setattr(Operations, name, staticmethod(value), raising=False)
    run_state_machine_as_test(
        Operations,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes
        ),
    )
