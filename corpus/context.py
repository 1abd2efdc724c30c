"""What a table row, a list item or a code block needs from above in order to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.blocks import Block

_DEEPEST = 3  # of the items that one is nested in, so many
_LONGEST = 160  # characters of a line; more than that is a paragraph that stands by itself


def units(text: str, blocks: Iterable[Block]) -> Iterator[tuple[list[Block], tuple[str, ...]]]:
    """Blocks that belong together, each unit with its context.

    A unit is one block, or all lines of a code block. Its context are lines above it, outermost
    first: of a table row the table's header, of a list item the items it is nested in, and of all
    three kinds the line that leads in (``需要的材料：``).
    """
    state = _Above(text)
    unit: list[Block] = []
    for block in blocks:
        if unit and block.kind == "code" and _goes_on(text, unit[-1], block):
            unit.append(block)
            continue
        if unit:
            yield unit, state.context_of(unit[0])
        unit = [block]
    if unit:
        yield unit, state.context_of(unit[0])


def _goes_on(text: str, before: Block, block: Block) -> bool:
    return before.kind == "code" and not text[before.end : block.start].strip()


class _Above:
    """What has been seen above the block that comes next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._previous: Block | None = None
        self._lead_in: tuple[str, ...] = ()
        self._header: tuple[str, ...] = ()
        self._items: list[tuple[int, str]] = []

    def context_of(self, block: Block) -> tuple[str, ...]:
        """The context of a block, which must come behind those asked for before."""
        previous, self._previous = self._previous, block
        if block.kind == "row":
            return self._row(block, previous)
        if block.kind == "item":
            return self._item(block)
        if block.kind == "code":
            return self._lead_in
        self._items = []
        self._lead_in = self._leads_in(block)
        return ()

    def _row(self, block: Block, previous: Block | None) -> tuple[str, ...]:
        begins = previous is None or previous.kind != "row"
        if begins or (previous and "\n\n" in self._text[previous.end : block.start]):
            below = self._line(block.end + 1)
            is_header = "-" in below and not below.strip(" \t|:-")
            self._header = (self._line(block.start),) if is_header else ()
            return self._lead_in
        return self._lead_in + self._header

    def _item(self, block: Block) -> tuple[str, ...]:
        line = self._line(block.start)
        bare = line.lstrip(" \t\u3000")
        indent = len(line[: len(line) - len(bare)].expandtabs(4))
        self._items = [item for item in self._items if item[0] < indent]
        above = self._lead_in + tuple(text for _, text in self._items[-_DEEPEST:])
        self._items.append((indent, bare))
        return above

    def _leads_in(self, block: Block) -> tuple[str, ...]:
        """The last sentence of a paragraph that ends with a colon."""
        text = self._text[block.content : block.end].rstrip()
        if block.kind != "paragraph" or not text.endswith((":", "：")):
            return ()
        sentence = text[max(text.rfind(end) for end in "。！？；\n") + 1 :].strip()
        return (sentence,) if len(sentence) <= _LONGEST else ()

    def _line(self, start: int) -> str:
        """The line that begins at ``start``, as much of it as context may be long."""
        end = self._text.find("\n", start)
        return self._text[start : len(self._text) if end < 0 else end][:_LONGEST]
