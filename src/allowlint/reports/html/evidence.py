"""How each verdict comes about: the rules that decide, the lines that say so, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from allowlint.model.device import Action, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer, Reason, Step, Verdict
from allowlint.reports._accepted import justification
from allowlint.reports._blocks import effect, pointed
from allowlint.reports._grouping import Block, advice, by_device, headline
from allowlint.reports._lines import Places
from allowlint.reports._pages import page_of
from allowlint.reports.html.live import tests
from allowlint.reports.html.markup import Markup, code, joined, lines, link, tag
from allowlint.reports.html.signs import chip, sign_of, sign_of_state, state_chip
from allowlint.reports.html.sources import Span, snippet, source_line, spelled
from allowlint.reports.html.view import UNKNOWN, WORKS, Case, Column, View, settling

KIND = {Severity.ERROR: "no", Severity.WARNING: "un", Severity.INFO: "as"}
"""The colour of a severity."""
_STOPS = (Action.BLOCK, Action.CHALLENGE, Action.INSPECT)


def evidence(view: View, places: Places) -> Iterator[Markup]:
    """Yield a part for each device and path, with its cases and what is found of its configuration."""
    for column in view.columns:
        if column.cases or column.findings:
            yield _device(column, view, places)
    if view.loose:
        blocks = blocks_of(view.loose)
        yield tag("section", tag("h3", "Beside the configurations"), _listed(blocks, places, "loose"), class_="device")


def summary_of(case: Case) -> Markup:
    """What a case says, in one line."""
    if case.findings:
        checks: dict[str, list[Finding]] = {}
        for finding in case.findings:
            checks.setdefault(finding.code, []).append(finding)
        return code("; ".join(headline(Block(tuple(found))) for found in checks.values()))
    many = len(case.verdicts)
    told = ", ".join(_words(case.first)) if case.state == WORKS else case.state
    return joined((f"{many} endpoints" if many > 1 else case.first.id, f": {told}"))


def anchor(key: str, index: int) -> str:
    """Where the page tells what is found of a configuration itself."""
    return f"{key}-f{index}"


def blocks_of(findings: Iterable[Finding]) -> list[Block]:
    """Findings as faults, worst first in each configuration."""
    return [block for _, blocks in by_device(findings) for block in blocks]


def _device(column: Column, view: View, places: Places) -> Markup:
    result = column.result
    about = "path" if result.hops else result.device.platform
    role = "; judged as a part of its path" if result.on_path else ""
    parts: list[Markup | None] = [
        tag("h3", column.name, tag("small", f" {about}{role}"), id=column.key),
        *(_case(case, column, view, places) for case in column.cases),
    ]
    if column.findings:
        title = tag("h4", "On the configuration itself") if column.cases else None
        parts += [title, _listed(blocks_of(column.findings), places, column.key)]
    return tag("section", parts, class_="device", data_col=column.key)


def _case(case: Case, column: Column, view: View, places: Places) -> Markup:
    many = len(case.verdicts)
    count = tag("span", f"{many} endpoint{'s' if many > 1 else ''}", class_="count")
    accepted = tag("span", "accepted", class_="tag") if case.accepted else None
    head = tag("summary", state_chip(case), tag("span", summary_of(case), class_="what"), accepted, count)
    body = tag(
        "div",
        _stages(case, view),
        _hops(case, column),
        tests(case),
        _findings(case, places),
        _depends(case),
        _traces(case, places),
        _endpoints(case),
        class_="body",
    )
    return tag("details", head, body, class_="case fine" if case.state == WORKS else "case", id=case.key)


def _stages(case: Case, view: View) -> Markup:
    """What each stage answers."""
    pairs = []
    for stage in view.stages:
        found = case.first.stages[stage]
        leans = tag("small", f" assuming {', '.join(found.leans)}") if found.leans else None
        shown = chip(sign_of(case.first, stage), case.first.word(stage))
        pairs.append(tag("div", tag("dt", stage.value), tag("dd", shown, leans)))
    return tag("dl", pairs, class_="stages")


def _hops(case: Case, column: Column) -> Markup | None:
    """What becomes of it hop by hop."""
    if not case.hops:
        return None
    places = (
        tag("li", tag("span", hop.name, class_="hop"), chip(sign_of_state(word), "as before" if word == "-" else word))
        for hop, word in zip(column.result.hops, case.hops, strict=True)
    )
    return tag("div", tag("h4", "Hop by hop"), tag("ol", places, class_="hops"))


def _findings(case: Case, places: Places) -> Markup | None:
    if not case.findings:
        return None
    told = [str(reason) for found in case.first.stages.values() for reason in found.reasons]
    blocks = blocks_of(case.findings)
    names = {verdict.id for verdict in case.verdicts}
    shown = (_block(block, places, told, names=names) for block in blocks)
    return tag("div", shown, class_="findings")


def _listed(blocks: list[Block], places: Places, key: str) -> Markup:
    """Findings that are about no endpoint, each folded."""
    return joined(
        tag(
            "details",
            tag("summary", severity_chip(block.first), tag("span", code(headline(block)), class_="what")),
            tag("div", _block(block, places, ()), class_="body"),
            class_="case own",
            id=anchor(key, index),
        )
        for index, block in enumerate(blocks, start=1)
    )


def severity_chip(finding: Finding) -> Markup:
    """The severity and code of a finding."""
    kind = KIND[finding.severity] if finding.counts else "na"
    return tag("span", f"{finding.severity} {finding.code}", class_=f"tag {kind}")


def _block(block: Block, places: Places, told: Iterable[str], names: Collection[str] = ()) -> Markup:
    """One fault: where, why, and what to do; and which endpoints it is about, where that is not all of ``names``."""
    first = block.first
    reasons = [text for text in first.reasons if not text.startswith(tuple(told) or ("\0",))]
    spans = [Span(first.location, pointed(block), KIND[first.severity])]
    spans += [Span(related.location, related.message) for related in first.related]
    return tag(
        "article",
        tag("p", severity_chip(first), " ", tag("strong", first.name), ": ", code(headline(block)), class_="title"),
        _about(block, names),
        _accepted(block),
        snippet(spans, places),
        tag("div", tag("b", "Because"), tag("ul", (tag("li", code(text)) for text in reasons))) if reasons else None,
        tag("div", tag("b", "To mend it"), tag("pre", lines(advice(block)), class_="help")) if advice(block) else None,
        tag("p", "See ", link(page_of(first.name), f"allowlint rule {first.code}"), class_="see"),
        class_="finding",
    )


def _about(block: Block, names: Collection[str]) -> Markup | None:
    """The endpoints of a fault, where others share its case; the script shows of a cell what is about its own.

    A single one is named by the headline already.
    """
    mine = dict.fromkeys(finding.requirement for finding in block.findings)
    if not names or len(mine) == len(names):
        return None
    return tag("ul", (tag("li", tag("code", name)) for name in mine), class_="of", hidden=len(mine) == 1)


def _accepted(block: Block) -> Markup | None:
    """Who has accepted it, or from where it is known."""
    waivers = dict.fromkeys(finding.waiver for finding in block.findings if finding.waiver)
    known = dict.fromkeys(finding.known for finding in block.findings if finding.known)
    notes = [tag("li", f"Accepted: {justification(each)}") for each in waivers]
    notes += [tag("li", f"Known from {each}") for each in known]
    return tag("ul", notes, class_="accepted") if notes else None


def _depends(case: Case) -> Markup | None:
    """What an answer that cannot be told depends on."""
    reasons: dict[str, Reason] = {}
    for found in case.first.stages.values():
        for reason in found.reasons:
            reasons.setdefault(str(reason), reason)
    if not reasons:
        return None
    told = (tag("li", code(text), _settle(reason)) for text, reason in reasons.items())
    title = "It cannot be told, because it depends on" if case.state == UNKNOWN else "It depends on"
    return tag("div", tag("h4", title), tag("ul", told))


def _settle(reason: Reason) -> Markup | None:
    text = settling(reason)
    return joined((": ", tag("span", code(text), class_="settle"))) if text else None


def _traces(case: Case, places: Places) -> list[Markup]:
    """The rules that decide, once for all stages that they decide."""
    ways: dict[tuple[object, ...], tuple[list[str], tuple[Step, ...]]] = {}
    for stage, found in case.first.stages.items():
        if found.steps:
            ways.setdefault(tuple(map(_same, found.steps)), ([], found.steps))[0].append(stage.value)
    return [
        tag(
            "div",
            tag("h4", f"The rules that decide: {', '.join(stages)}"),
            tag("ol", (_step(step, places) for step in _once(steps)), class_="trace"),
        )
        for stages, steps in ways.values()
    ]


def _same(step: Step) -> tuple[object, ...]:
    return (step.rule.location, step.rule.text, step.effect, step.certain, step.default)


def _once(steps: Iterable[Step]) -> list[Step]:
    """The steps without those that are met again, inside a tunnel, say."""
    found: dict[tuple[object, ...], Step] = {}
    for step in steps:
        found.setdefault(_same(step), step)
    return list(found.values())


def _step(step: Step, places: Places) -> Markup:
    line = source_line(step.rule.location, places)
    text = " ".join(step.rule.text.split())
    written = tag("code", line) if line and " ".join(line.split()) != text else None
    kind = "un" if not step.certain else "no" if step.effect in _STOPS else "ok"
    # What happens to whatever is left needs no condition.
    does = effect(step._replace(certain=step.certain or step.default))
    before = f"no rule {'' if step.certain else 'surely '}matches: " if step.default else ""
    return tag(
        "li",
        spelled(step.rule.location),
        tag("span", tag("code", text), class_="rule"),
        tag("span", written, class_="written") if written else None,
        tag("span", f"{before}{does}", class_=f"says {kind}"),
    )


def _endpoints(case: Case) -> Markup:
    title = f"{len(case.verdicts)} endpoints" if len(case.verdicts) > 1 else "The endpoint"
    return tag("div", tag("h4", title), tag("ul", map(_endpoint, case.verdicts), class_="endpoints"))


def _endpoint(verdict: Verdict) -> Markup:
    need = verdict.requirement.need
    told = [] if need == "required" else [str(need)]
    witness = next((found.witness for found in verdict.stages.values() if _parted(verdict, found.answer)), None)
    told += [f"e.g. {witness}"] if witness else []
    return tag("li", tag("code", verdict.id), f" {', '.join(told)}" if told else None)


def _parted(verdict: Verdict, answer: Answer) -> bool:
    return answer in (Answer.PARTIAL, Answer.UNKNOWN) and "*" in verdict.requirement.host


def _words(verdict: Verdict) -> list[str]:
    return [verdict.word(stage) for stage in Stage if verdict.stages[stage].answer is not Answer.NOT_APPLICABLE]
