"""What a change did to the verdicts (``--since``), in words."""

from collections import Counter

from allowlint.model.report import Change, Comparison
from allowlint.reports._visible import visible

KINDS = ("broken", "changed", "mended")
"""The kinds of changes, worst first."""


def heading(comparison: Comparison) -> str:
    """The changes counted: ``answers: 2 broken, 1 mended; earlier findings: 3 left, 4 gone; 1 new``."""
    kinds = Counter(change.kind for change in comparison.changes)
    parts = [f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]]
    answers = f"answers: {', '.join(parts)}" if parts else "no answer changed"
    new = f"; {comparison.new} new" if comparison.new else ""
    return f"{answers}; earlier findings: {comparison.left} left, {comparison.gone} gone{new}"


def told(comparison: Comparison, most: int | None) -> str:
    """The comparison for a log: what could not be compared, then what broke and changed, one a line, then what is mended."""
    name = revision(comparison)
    if comparison.failed:
        return f"{name}: could not be compared: {comparison.failed}"
    lines = [f"{name}: {heading(comparison)}", *comparison.notes]
    mended = comparison.of_kind("mended")
    others = [change for change in comparison.changes if change.kind != "mended"]
    shown = others if most is None or len(others) <= most + 1 else others[:most]
    lines += (f"{change.kind}: {sentence(change)}" for change in shown)
    if hidden := len(others) - len(shown):
        lines.append(f"and {hidden} more; --verbose lists all")
    if mended:
        names = list(dict.fromkeys(change.requirement for change in mended))
        listed = names if most is None or len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"]
        lines.append(f"mended: {', '.join(listed)}")
    return "\n".join(lines)


def revision(comparison: Comparison) -> str:
    """The other revision, by the name that the user gave it and by its commit."""
    commit = f" ({comparison.commit[:12]})" if comparison.commit and comparison.commit != comparison.ref else ""
    return visible(f"{comparison.ref}{commit}")


def sentence(change: Change) -> str:
    """One change in a line."""
    where = change.config if change.device in ("", change.config) else f"{change.config}, {change.device}"
    before, after = change.before or "not there", change.after or "gone"
    if change.before == change.after:
        more = f", {change.witness} among them" if change.witness else ""
        return f"{change.requirement} at {where}: {change.stage} is {after} for more hosts than before{more}"
    return f"{change.requirement} at {where}: {change.stage} was {before}, is {after}"
