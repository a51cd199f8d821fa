"""What counts and what does not: findings by check, what is unknown, assumed, accepted, known, and what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allowlint.model.assumption import ASSUMPTIONS, RATINGS
from allowlint.model.finding import Finding
from allowlint.model.report import Change, Run
from allowlint.model.verdict import Answer, Reason, Verdict
from allowlint.model.waiver import WaiverState, WaiverUse
from allowlint.reports._answer import plural
from allowlint.reports._grouping import Block, headline
from allowlint.reports._summary import device_name
from allowlint.reports.html.evidence import anchor, blocks_of, severity_chip, summary_of
from allowlint.reports.html.markup import Content, Markup, code, joined, link, tag
from allowlint.reports.html.signs import BAD, GOOD, OPEN, Sign, chip, state_chip
from allowlint.reports.html.sources import spelled
from allowlint.reports.html.tables import pairs, table
from allowlint.reports.html.view import Case, Column, View, settling

MANY = 12
"""Links of a list that are shown at once; more are folded."""
_RATED = "vendors rate hosts as the settings say"
_STATES: Mapping[WaiverState, Sign] = {
    WaiverState.ACTIVE: GOOD,
    WaiverState.EXPIRING: OPEN,
    WaiverState.EXPIRED: BAD,
    WaiverState.UNUSED: OPEN,
    WaiverState.REFUSED: BAD,
}
_KINDS = {"broken": BAD, "mended": GOOD}


class _Line:
    """Findings of one check, with where the page tells them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.links: list[Markup] = []

    def add(self, key: str, findings: tuple[Finding, ...], where: str) -> None:
        """Add findings that the page tells at one place."""
        self.findings += findings
        place = tag("small", f" {where}") if where else None
        self.links.append(tag("li", link(f"#{key}", code(headline(Block(findings)))), place))


def findings(view: View) -> Markup | None:
    """Everything that is found, check by check, worst first."""
    found: dict[tuple[bool, int, str], _Line] = {}
    for key, told, where in _told(view):
        by_check: dict[tuple[bool, int, str], list[Finding]] = {}
        for finding in told:
            check = (not finding.counts, finding.severity.rank, finding.code)
            by_check.setdefault(check, []).append(finding)
        for check, mine in by_check.items():
            found.setdefault(check, _Line()).add(key, tuple(mine), where)
    if not found:
        return None
    return table(
        "By check, worst first", ("Check", "What is found", "Findings"), (_check(found[key]) for key in sorted(found))
    )


def _told(view: View) -> Iterator[tuple[str, tuple[Finding, ...], str]]:
    """Yield (place on the page, findings, device) for everything that the evidence tells."""
    for column in view.columns:
        yield from ((case.key, case.findings, column.name) for case in column.cases)
        for index, block in enumerate(blocks_of(column.findings), start=1):
            yield anchor(column.key, index), block.findings, column.name
    for index, block in enumerate(blocks_of(view.loose), start=1):
        yield anchor("loose", index), block.findings, ""


def _check(line: _Line) -> list[Content]:
    first = line.findings[0]
    many = len(line.links)
    names = tag("ul", line.links)
    count = str(len(line.findings)) + ("" if first.counts else ", accepted or known")
    folded = tag("details", tag("summary", f"at {many} places"), names) if many > MANY else names
    return [(severity_chip(first), tag("span", f" {first.name}", class_="check")), folded, count]


def unknowns(view: View) -> Markup | None:
    """What cannot be told, by what would settle it."""
    found: dict[str, dict[str, dict[str, tuple[Case, Column, set[str]]]]] = {}
    for column, case, verdict, reason in _reasons(view):
        cases = found.setdefault(settling(reason), {}).setdefault(str(reason), {})
        cases.setdefault(case.key, (case, column, set()))[2].add(verdict.id)
    if not found:
        return None
    rows = []
    for settle in sorted(found, key=lambda text: (not text, text)):
        reasons = [tag("li", code(text)) for text in found[settle]]
        cases = {key: each for held in found[settle].values() for key, each in held.items()}
        what = (
            code(settle[:1].upper() + settle[1:])
            if settle
            else tag("em", "No option settles it: look at the device itself")
        )
        rows.append((what, tag("ul", reasons), _cases([(case, column) for case, column, _ in cases.values()])))
    return table("What would settle it", ("What to do", "What depends on it", "Verdicts"), rows)


def _reasons(view: View) -> Iterator[tuple[Column, Case, Verdict, Reason]]:
    for column in view.judged:
        for case in column.cases:
            for verdict in case.verdicts:
                for stage, found in verdict.stages.items():
                    if found.answer is Answer.UNKNOWN and verdict.matters(stage):
                        yield from ((column, case, verdict, reason) for reason in found.reasons)


def _cases(cases: list[tuple[Case, Column]]) -> Markup:
    """Links to cases; of many, the most are folded."""
    total = sum(len(case.verdicts) for case, _ in cases)
    items = [
        tag(
            "li",
            link(f"#{case.key}", state_chip(case), " ", summary_of(case)),
            tag("small", f" {column.name}{_settled(case)}"),
        )
        for case, column in cases
    ]
    head = f"{plural(total, 'endpoint')} on {plural(len({column.key for _, column in cases}), 'device')}"
    return tag("details", tag("summary", head), tag("ul", items), open=len(items) <= MANY)


def _settled(case: Case) -> str:
    """How many of its endpoints a test settles, and when that was."""
    dates = sorted(test.date for test in case.tests.values() if test.settled)
    return f"; {plural(len(dates), 'endpoint')} settled by a test on {', '.join(dict.fromkeys(dates))}" if dates else ""


def assumptions(run: Run, view: View) -> Markup:
    """What was taken for granted, and which verdicts would be unknown without it."""
    words = run.profile.get("assumptions")
    chosen = {str(word): None for word in words} if isinstance(words, (list, tuple)) else {}
    leaning: dict[str, list[tuple[Case, Column]]] = {word: [] for word in chosen}
    for column in view.judged:
        for case in column.cases:
            for word in case.first.leans:
                leaning.setdefault(word, []).append((case, column))
    if not leaning:
        return tag("p", "Nothing was assumed: every verdict follows from the configurations alone.")
    says = {**ASSUMPTIONS, RATINGS: _RATED}
    rows = [
        (tag("code", word), says.get(word, ""), _cases(cases) if cases else "no verdict leans on it")
        for word, cases in sorted(leaning.items())
    ]
    return table("What was taken for granted", ("Assumption", "What it says", "Verdicts that lean on it"), rows)


def waivers(run: Run) -> Markup | None:
    """Every waiver of the run, with its end and what it does."""
    if not run.waivers:
        return None
    heads = ("Accepted", "Reason", "Owner", "Ticket", "Until", "State", "Findings", "Written in")
    return table("Waivers", heads, map(_waiver, run.waivers))


def _waiver(use: WaiverUse) -> list[Content]:
    waiver = use.waiver
    what = " · ".join(filter(None, (waiver.requirement, waiver.object, waiver.device, waiver.config)))
    return [
        (
            tag("code", ", ".join(waiver.checks)),
            f" {what or ('of the rule that it stands in' if waiver.inline else 'everywhere')}",
        ),
        waiver.reason,
        waiver.owner or "not named",
        waiver.ticket or "none",
        waiver.expiry or "without an end",
        chip(_STATES[use.state], use.state.value),
        str(use.findings),
        spelled(waiver.location),
    ]


def baseline(run: Run) -> Markup | None:
    """What was known before."""
    use = run.baseline
    if use is None:
        return None
    dead = tag("ul", (tag("li", (code(entry.text), f": {entry.why}")) for entry in use.dead)) if use.dead else None
    return joined(
        (
            pairs([("File", tag("code", use.path)), ("Findings that it knows", str(use.matched))]),
            tag("p", f"It still lists {plural(len(use.dead), 'finding')} that are not there as it has them:")
            if dead
            else None,
            dead,
        )
    )


def comparison(run: Run) -> Markup | None:
    """What is not as it was at another revision."""
    found = run.comparison
    if found is None:
        return None
    facts = pairs(
        [
            ("Compared with", (tag("code", found.ref), f" ({found.commit})" if found.commit else None)),
            ("Findings that are new", str(found.new)),
            ("Findings that are still there", str(found.left)),
            ("Findings that are gone", str(found.gone)),
        ]
    )
    if found.notes:
        facts = joined((facts, tag("ul", (tag("li", note) for note in found.notes))))
    if found.failed:
        return joined((facts, tag("p", chip(BAD, f"could not be compared: {found.failed}"))))
    if not found.changes:
        return joined((facts, tag("p", "No verdict has changed.")))
    heads = ("Endpoint", "Device", "Stage", "Before", "Now", "Change")
    return joined((facts, table("Verdicts that have changed", heads, map(_change, found.changes))))


def _change(change: Change) -> list[Content]:
    return [
        tag("code", change.requirement),
        device_name(change.config, change.device),
        change.stage,
        change.before or "not there",
        change.after or "gone",
        chip(_KINDS.get(change.kind, OPEN), change.kind),
    ]
