"""One line of progress on a terminal."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

_LABELS = {
    "read": "读取", "cut": "切分", "embed": "嵌入", "index": "索引", "ask": "提问",
    "verify files": "校验文件", "verify segments": "核对分段", "verify spans": "核对段落",
    "repair": "重建", "export": "导出", "backup": "备份", "restore": "恢复",
}  # fmt: skip


class ProgressLine:
    """Rewrites one line while stages go on; on anything but a terminal it stays silent.

    Args:
        stream: Where to write, usually standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._active = stream.isatty()
        self._stage = ""
        self._begun = self._shown = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is, with its rate and the time it still takes."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._begun = stage, now
        if not self._active or (now - self._shown < 0.1 and done < total):
            return
        self._shown = now
        rate = done / (now - self._begun) if now > self._begun else 0.0
        left = f" 剩余 {(total - done) / rate:.0f} 秒" if rate and done < total else ""
        label = _LABELS.get(stage, stage)
        self._stream.write(f"\r\x1b[K{label} {done}/{total}  {rate:.0f}/秒{left}")
        self._stream.flush()

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def clear(self) -> None:
        """Make room for other lines."""
        if self._active and self._stage:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
