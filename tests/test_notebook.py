"""The notebook runs, and the functions it uses work where a notebook runs them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from rag import open_kb

NAME = "retriever.ipynb"


@pytest.fixture
def notebook(root: Path) -> nbformat.NotebookNode:
    return nbformat.read(root / "notebooks" / NAME, as_version=4)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebook_is_short_and_holds_no_output(notebook: nbformat.NotebookNode) -> None:
    """About ten lines of code, committed without results."""
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines() if line]
    assert len(lines) <= 12
    for cell in code_cells(notebook):
        assert not cell.outputs
        assert cell.execution_count is None


def test_the_notebook_shows_a_table_and_a_cited_answer(
    root: Path, notebook: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Executed from top to bottom, it shows hits as a table, cited text, and an exact span."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(root / "notebooks")}}
    )
    client.execute()
    built, hits, answer, exact = (cell.outputs[-1].data for cell in code_cells(notebook))
    assert "documents=23" in built["text/plain"]
    assert hits["text/html"].count("<tr>") == 4
    assert "生命科学" in hits["text/html"] or "领域" in hits["text/html"]
    assert "200 美元" in answer["text/html"]
    assert "[1]" in answer["text/html"]
    assert "<li value=" in answer["text/html"]
    assert exact["text/plain"] == "True"


def test_everything_works_inside_a_running_event_loop(sample_folder: Path) -> None:
    """Search and ask neither need nor disturb the event loop that notebooks run in."""

    async def use() -> tuple[int, str]:
        with open_kb(sample_folder) as kb:
            hits = kb.search("强化微调适合哪些领域？", k=3)
            await asyncio.sleep(0)
            return len(hits), kb.ask("ChatGPT Pro 每月多少钱？").text

    count, text = asyncio.run(use())
    assert count == 3
    assert "200 美元" in text
