"""What the commands for keeping knowledge bases print; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.build import BuildReport
from index.findings import Part, Verification
from index.models import Model
from index.remove import Removal
from index.repair import Repair
from ui.render import safe

_PARTS: Mapping[Part, str] = {
    "manifest": "发布状态", "state": "状态锁文件", "database": "数据库", "files": "文件校验",
    "segments": "索引分段", "counts": "数量", "spans": "段落位置", "words": "词典与同义词",
}  # fmt: skip
_UNITS: Mapping[Part, str] = {"files": "个文件", "segments": "段", "spans": "个段落"}
_MOST_NAMED = 20


def verification_text(found: Verification) -> str:
    """One line for each part, then what is wrong with it."""
    state = "无法确定" if found.generation is None else f"第 {found.generation} 版"
    lines = [f"{found.folder}：{state}"]
    for check in found.checks:
        unit = f"（{check.checked} {_UNITS[check.part]}）" if check.part in _UNITS else ""
        verdict = "有问题" if check.findings else "正常"
        lines.append(f"  {_PARTS[check.part]}{unit}：{verdict}")
        lines += [f"    {finding}" for finding in check.findings]
    lines += [f"  注意：{note}" for note in found.notes]
    lines.append("没有发现问题。" if found.is_sound else "发现问题，可试：yinju verify --repair")
    return safe(lines)


def repair_text(done: Repair) -> str:
    """What was found, what was done about it, and what is left."""
    if done.before.is_sound:
        return f"{verification_text(done.after)}\n{_swept()}"
    lines = [verification_text(done.before), "", _rebuilt(done)]
    if done.after.is_sound:
        lines.append(f"已修复，发布为第 {done.after.generation} 版。")
    else:
        lines += [safe(done.after.findings()), "仍有无法修复的问题：请恢复备份，或重新建库。"]
    return "\n".join(lines)


def _swept() -> str:
    return "无需修复；中断的建库留下的文件已清理。"


def _rebuilt(done: Repair) -> str:
    return (
        f"保留 {done.kept} 个完好的分段，重建 {done.rebuilt} 个段落的索引"
        f"（其中重新计算 {done.embedded} 个向量）。"
    )


def removal_text(done: Removal, kb: Path) -> str:
    """What was removed, and what would come back."""
    lines = [
        f"{kb}：移除 {len(done.removed)} 篇文档，余 {done.documents} 篇、{done.passages} 个段落"
    ]
    lines += [f"  {source}" for source in done.removed[:_MOST_NAMED]]
    if len(done.removed) > _MOST_NAMED:
        lines.append(f"  …… 共 {len(done.removed)} 篇")
    if done.files:
        lines.append(f"同时删除了 {len(done.files)} 个上传的文件。")
    if done.returning:
        some = "、".join(done.returning[:3])
        lines.append(
            f"注意：{len(done.returning)} 篇的原文件仍在建库的文件夹里（{some}），"
            "下次 yinju build 会把它们加回来；请先移走原文件。"
        )
    return safe(lines)


def overview_text(found: Sequence[Mapping[str, Any]]) -> str:
    """One paragraph for each knowledge base."""
    if not found:
        return "没有找到知识库；用 yinju build 文件夹 --kb 名称 建一个。"
    lines = []
    for item in found:
        lines.append(f"{item['name']}  {item['folder']}")
        if "problem" in item:
            lines.append(f"  打不开：{item['problem']}")
            continue
        lines.append(
            f"  {item['documents']} 篇文档，{item['passages']} 个段落，{megabytes(item['bytes'])}，"
            f"模型 {item['embedder']}，第 {item['generation']} 版，{item['built'][:10]}"
        )
    return safe(lines)


def models_text(models: Sequence[Model]) -> str:
    """One line for each model."""
    lines = [
        f"{item.name or '（自带模型）'}  {item.dimension or '?'} 维  {megabytes(item.size)}  "
        f"{item.fingerprint}"
        for item in models
    ]
    return safe(lines)


def exported_text(count: int, target: Path) -> str:
    """How many records are where."""
    return safe([f"已导出 {count} 条到 {target}"])


def backed_up_text(size: int, target: Path) -> str:
    """How large the backup is."""
    return safe([f"已备份到 {target}（{megabytes(size)}）"])


def restored_text(kb: Path, generation: int, documents: int, passages: int) -> str:
    """What has been restored."""
    return safe([f"已恢复 {kb}：第 {generation} 版，{documents} 篇文档，{passages} 个段落"])


def watched_text(report: BuildReport, clock: str) -> str:
    """One build of a watch on one line."""
    skipped = f"，跳过 {len(report.skipped)}" if report.skipped else ""
    return safe([
        f"{clock} 新增 {len(report.added)}，更新 {len(report.changed)}，"
        f"移除 {len(report.removed)}{skipped}；共 {report.documents} 篇文档"
    ])  # fmt: skip


def failed_text(error: Exception, clock: str) -> str:
    """Why a build of a watch failed, on one line."""
    return safe([f"{clock} 未能更新：{' '.join(str(error).split())}"])


def megabytes(size: int) -> str:
    """A size in bytes as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} KB"
