"""The faults of a run as blocks of text: headline, snippet, notes."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.model.device import Action, Way
from allowlint.model.finding import Finding
from allowlint.model.location import Location
from allowlint.model.path import NO_WAY
from allowlint.model.report import Run
from allowlint.model.verdict import Answer, Step
from allowlint.reports import Style
from allowlint.reports._accepted import STAGES, justification, mark
from allowlint.reports._grouping import Block, advice, headline
from allowlint.reports._lines import Places, lines_of
from allowlint.reports._pages import page_of
from allowlint.reports._paint import OF_SEVERITY, Paint
from allowlint.reports._snippet import Span, snippet
from allowlint.reports._tested import settled_by, tested
from allowlint.reports._visible import columns, padded, visible, wrapped

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

MANY = 8
"""Endpoints or reasons that a block lists; ``--verbose`` lists all."""
_DOES = {
    Action.ALLOW: "allows {}",
    Action.BLOCK: "blocks {}",
    Action.CHALLENGE: "asks for a login",
    Action.INSPECT: "inspects {}",
    Action.BYPASS: "leaves {} uninspected",
    Action.PROCEED: "lets {} through",
}


ROUTES = {
    Way.DIRECT: "straight to the server",
    Way.PROXY: "to the proxy {}",
    Way.SECURE_PROXY: "to the proxy {} by TLS",
    Way.SOCKS: "to a SOCKS proxy",
    Way.NOWHERE: "nowhere",
    Way.UNTOLD: "a way that is not told",
}
"""Where a rule sends a connection."""
_WAYS = "which way in "
"""How the reason begins that is no rule's."""


class Page:
    """The blocks of one run."""

    def __init__(self, run: Run, style: Style) -> None:
        self.run = run
        self.style = style
        self.paint = Paint(style)
        self.seen: set[str] = set()
        """Codes whose page was named already."""
        self.tested = tested(run)
        self.answers = {
            (result.config, result.device.name, verdict.id): verdict
            for result in run.results
            for verdict in result.verdicts
        }
        places = (place for finding in run.findings for place in _locations(finding))
        self.places: Places = lines_of(places, run.sources)

    def block(self, block: Block) -> Iterator[str]:
        """One fault."""
        first = block.first
        color = OF_SEVERITY[first.severity] if first.counts else "dim"
        head = self.paint(f"{first.severity}[", color) + self.paint.link(
            self.paint(first.code, color), page_of(first.name)
        )
        accepted = f" [{mark(first)}]" if not first.counts else ""
        title = f"{first.name}: {headline(block)}{self._need(block)}{accepted}"
        start = len(f"{first.severity}[{first.code}] ")
        top, *rest = wrapped(title, max(self.style.width - start, 20))
        yield f"{head}{self.paint(']', color)} {self._named(top, block)}"
        yield from (" " * start + self._named(line, block) for line in rest)
        spans = _spans(block, color)
        yield from snippet(spans, self.places, self.paint, self.style.width)
        gutter = max(len(str(span.location.line)) for span in spans)
        for word, text in self.notes(block):
            yield from self.note(word, text, gutter)

    def notes(self, block: Block) -> Iterator[tuple[str, str]]:
        """Yield (word, text) of what stands below the snippet."""
        first = block.first
        if len(block.findings) > 1:
            yield "endpoints", self._endpoints(block)
        else:
            yield from self._of_one(first)
        if first.waiver is not None:
            yield "waived", justification(first.waiver)
        if first.reasons:
            yield "because", self._listed(first.reasons)
        if self.style.verbose and first.trace:
            yield "trace", "\n".join(f"{step.rule.location} {step.rule.text}: {effect(step)}" for step in first.trace)
        if text := advice(block, None if self.style.verbose else MANY):
            yield "help", text
        if first.code not in self.seen:
            self.seen.add(first.code)
            yield "see", f"allowlint rule {first.code}"

    def _of_one(self, finding: Finding) -> Iterator[tuple[str, str]]:
        """What a list would say behind the endpoint."""
        if self._parted(finding) and finding.witness not in finding.message:
            yield "witness", finding.witness
        if settled := settled_by(self.tested, finding):
            yield "live", settled

    def note(self, word: str, text: str, gutter: int) -> Iterator[str]:
        """The lines of one note, aligned behind its word."""
        start = gutter + len(f"  = {word}:")
        lead = " " * (gutter + 1) + self.paint("=", "gutter") + f" {self.paint(word, 'bold')}: "
        for index, line in enumerate(wrapped(text, max(self.style.width - start, 20))):
            yield (lead if not index else " " * start) + line

    def _named(self, line: str, block: Block) -> str:
        """The endpoint in bold, where the line names it."""
        name = visible(block.first.requirement)
        if not name or len(block.findings) > 1:
            return line
        before, found, after = line.partition(name)
        return before + self.paint(found, "bold") + after

    def _need(self, block: Block) -> str:
        need = block.first.need
        return f" ({need})" if len(block.findings) == 1 and need not in ("", "required") else ""

    def _endpoints(self, block: Block) -> str:
        listed = [(finding, visible(finding.requirement)) for finding in self._cut(block.findings)]
        width = max(columns(name) for _, name in listed)
        lines = []
        for finding, name in listed:
            witness = f", e.g. {visible(finding.witness)}" if self._parted(finding) else ""
            settled = settled_by(self.tested, finding)
            words = ", ".join(filter(None, (f"{finding.need}{witness}", settled)))
            lines.append(f"{padded(name, width)}  {words}".rstrip())
        return "\n".join([*lines, *self._more(len(block.findings))])

    def _parted(self, finding: Finding) -> bool:
        """Whether only a part of a wildcard fails, or may fail."""
        if not finding.witness or "*" not in finding.requirement:
            return False
        verdict = self.answers.get((finding.config, finding.device, finding.requirement))
        stage = STAGES.get(finding.code[:3])
        return verdict is None or stage is None or verdict.stages[stage].answer is not Answer.VIOLATED

    def _listed(self, texts: tuple[str, ...]) -> str:
        return "\n".join([*self._cut(texts), *self._more(len(texts))])

    def _cut(self, items: tuple[T, ...]) -> tuple[T, ...]:
        return items if self._whole(len(items)) else items[:MANY]

    def _more(self, count: int) -> list[str]:
        return [] if self._whole(count) else [f"and {count - MANY} more; --verbose lists all"]

    def _whole(self, count: int) -> bool:
        # One line more costs no more than saying that it is missing.
        return self.style.verbose or count <= MANY + 1


def _locations(finding: Finding) -> list[Location]:
    return [finding.location, *(related.location for related in finding.related)]


def _spans(block: Block, color: str) -> list[Span]:
    first = block.first
    spans = [Span(first.location, pointed(block), color)]
    return spans + [Span(related.location, related.message, "cyan", "-") for related in first.related]


def pointed(block: Block) -> str:
    """What the line that is pointed at does, as the trace has it."""
    first = block.first
    steps = [step for step in first.trace if step.rule.location == first.location]
    whom = "it" if len(block.findings) == 1 else "them"
    if steps and first.reasons and all(reason.startswith(_WAYS) for reason in first.reasons):
        step = steps[-1]
        return (
            f"{step.rule.text if step.default else effect(step._replace(certain=True), whom)}, on some of the ways in"
        )
    ending = bool(steps) and steps[-1].default and steps[-1].rule.text == first.object
    if first.about_unknown and first.object and not ending:
        missing = any(reason.startswith(first.object) for reason in first.reasons)
        return first.object if missing else "whether it matches cannot be told"
    if not steps:
        return ""
    step = steps[-1]
    if not step.default:
        # What happens whichever way doubts are settled is sure.
        sure = all(reason.startswith("assuming ") for reason in first.reasons)
        return effect(step._replace(certain=True) if sure else step, whom)
    # What happens to whatever is left needs no condition.
    return effect(step._replace(certain=True), whom) if step.rule.routes else step.rule.text


def effect(step: Step, whom: str = "it") -> str:
    """What a step does: ``blocks it``, and whether that is told."""
    if step.rulebase == NO_WAY:
        return f"gives {whom} no way to go"
    route = step.rule.routes[0] if step.rule.routes and step.effect is Action.PROCEED else None
    text = (
        _DOES[step.effect].format(whom) if route is None else f"sends {whom} {ROUTES[route.way].format(route.address)}"
    )
    return text if step.certain else f"{text}, if it matches: that cannot be told"
