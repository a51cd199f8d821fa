"""What a change did to the verdicts (``--since``), in words."""

from collections import Counter

from allowlint.model.report import Change, Comparison
from allowlint.reports._visible import visible

KINDS = ("broken", "changed", "mended")
"""The kinds of changes, worst first."""


def heading(comparison: Comparison) -> str:
    """The changes counted: ``answers: 2 broken, 1 mended; earlier findings: 3 left, 4 gone``."""
    kinds = Counter(change.kind for change in comparison.changes)
    parts = [f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]]
    answers = f"answers: {', '.join(parts)}" if parts else "no answer changed"
    return f"{answers}; earlier findings: {comparison.left} left, {comparison.gone} gone"


def told(comparison: Comparison, most: int | None) -> str:
    """The comparison for a log, one change a line; of the changes ``most`` are shown."""
    name = revision(comparison)
    if comparison.failed:
        return f"{name}: could not be compared: {comparison.failed}"
    changes = comparison.changes if most is None or len(comparison.changes) <= most + 1 else comparison.changes[:most]
    lines = [f"{name}: {heading(comparison)}", *(f"{change.kind}: {sentence(change)}" for change in changes)]
    if hidden := len(comparison.changes) - len(changes):
        lines.append(f"and {hidden} more; --verbose lists all")
    return "\n".join(lines)


def revision(comparison: Comparison) -> str:
    """The other revision, by the name that the user gave it and by its commit."""
    commit = f" ({comparison.commit[:12]})" if comparison.commit and comparison.commit != comparison.ref else ""
    return visible(f"{comparison.ref}{commit}")


def sentence(change: Change) -> str:
    """One change in a line."""
    where = change.config if change.device in ("", change.config) else f"{change.config}, {change.device}"
    before, after = change.before or "not there", change.after or "gone"
    return f"{change.requirement} at {where}: {change.stage} was {before}, is {after}"
