"""One fault, one block: findings that differ in the endpoint alone are told once, with the list of the endpoints."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need

_NEEDS = {need.value: rank for rank, need in enumerate(Need)}


class Block(NamedTuple):
    """Findings that are one fault: one check, one place, one device."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for all of them."""
        return self.findings[0]


def by_device(findings: Iterable[Finding]) -> Iterator[tuple[tuple[str, str], list[Block]]]:
    """Yield ((configuration, device), its blocks, worst first), in the order of the findings."""
    for key, group in groupby(findings, key=lambda finding: (finding.config, finding.device)):
        yield key, sorted(_blocks(group), key=_urgency)


def worst_first(findings: Iterable[Finding]) -> list[Block]:
    """The blocks of all devices, worst first."""
    return sorted((block for _, blocks in by_device(findings) for block in blocks), key=_urgency)


def _urgency(block: Block) -> tuple[bool, int, int]:
    """What counts comes before what somebody has accepted, then the worse, then the more needed."""
    need = min(_NEEDS.get(finding.need, len(_NEEDS)) for finding in block.findings)
    return not block.first.counts, block.first.severity.rank, need


def _blocks(findings: Iterable[Finding]) -> list[Block]:
    found: dict[tuple[object, ...], list[Finding]] = {}
    for index, finding in enumerate(findings):
        # What is about no endpoint stands alone.
        found.setdefault(_fault(finding) if finding.requirement else (index,), []).append(finding)
    return [Block(tuple(group)) for group in found.values()]


def _fault(finding: Finding) -> tuple[object, ...]:
    # A nearest miss belongs to its endpoint; only where it explains several in the same words is it one fault.
    one_by_one = finding.help if "\n" not in finding.help else ""
    own = (finding.related, one_by_one) if finding.related else ()
    return (finding.code, finding.severity, finding.location, finding.reasons, own, finding.waiver, finding.known)


def headline(block: Block) -> str:
    """What is wrong, for one endpoint or for many."""
    if len(block.findings) == 1:
        return block.first.message
    templates = {_template(finding) for finding in block.findings}
    count = f"{len(block.findings)} endpoints"
    if len(templates) > 1 or "\0" not in block.first.message.replace(block.first.requirement, "\0"):
        return f"{count}, the first of them: {block.first.message}"
    before, _, after = templates.pop().partition("\0")
    for one, many in (" is ", " are "), (" has ", " have "), (" asks ", " ask "):
        if after.startswith(one):
            after = many + after.removeprefix(one)
    return f"{before}{count}{after}".replace("\0", "they").replace("\1", "some hosts")


def _template(finding: Finding) -> str:
    text = finding.message.replace(finding.requirement, "\0")
    host = finding.requirement.rpartition(":")[0]
    return text.replace(finding.witness, "\1") if finding.witness and finding.witness != host else text


def advice(block: Block, most: int | None = None) -> str:
    """The help of all findings as one: lines that all share stand once, lines that differ stand one below the other.

    Of those that differ at one place, ``most`` are shown.
    """
    texts = list(dict.fromkeys(finding.help for finding in block.findings if finding.help))
    if len(texts) < 2:
        return texts[0] if texts else ""
    columns = [text.split("\n") for text in texts]
    if len({len(lines) for lines in columns}) > 1:
        return f"{texts[0]}\n(and the like for the others)"
    rows = list(zip(*columns, strict=True))
    shown: list[str] = []
    index = 0
    while index < len(rows):
        end = _end(rows, index)
        parts = ("\n".join(part) for part in zip(*rows[index:end], strict=True))
        shown += _some(list(dict.fromkeys(parts)), most)
        index = end
    return "\n".join(shown)


def _end(rows: list[tuple[str, ...]], index: int) -> int:
    """Where the part ends that begins in a row: a line, or, where lines differ, the block that they head."""
    end = index + 1
    if len(set(rows[index])) == 1:
        return end
    margin = _margin(rows[index][0])
    while end < len(rows) and _margin(rows[end][0]) > margin:
        end += 1
    closed = index + 1 < end < len(rows) and _margin(rows[end][0]) == margin and len(set(rows[end])) == 1
    return end + 1 if closed else end


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _some(parts: list[str], most: int | None) -> list[str]:
    if most is None or len(parts) <= most + 1:
        return parts
    return [*parts[:most], f"{' ' * _margin(parts[0])}... and {len(parts) - most} more; --verbose lists all"]
