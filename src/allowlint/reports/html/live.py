"""What tests on endpoints found, beside the verdicts: a section of its own, and what stands with each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from allowlint.model.live import Attempt, Conclusion, LiveAnswer, LiveResults, LiveUse, Reach, ServiceCheck, UnreadPart
from allowlint.model.location import Location
from allowlint.model.report import Run
from allowlint.reports._answer import plural
from allowlint.reports._live import target, way
from allowlint.reports.html.markup import Content, Markup, code, joined, link, tag
from allowlint.reports.html.signs import BAD, GOOD, OPEN, chip, sign_of_test
from allowlint.reports.html.sources import spelled
from allowlint.reports.html.tables import pairs, table
from allowlint.reports.html.view import Case, View

MANY = 12
"""Names of a list that are shown at once; more are folded."""
_REACHED = {Reach.REACHED: GOOD, Reach.FAILED: BAD, Reach.UNREAD: OPEN}
_HEADS = ("Requirement", "Static verdict", "Live result by discovery method", "Conclusion")


def results(run: Run, view: View) -> Markup | None:
    """Each file of results, with what it says of each requirement; then what nobody has tested."""
    live = run.live
    if live is None:
        return None
    intro = (
        "What tools on endpoints found out by trying, beside what follows from the configurations. A test is of one machine and one "
        "day: it proves nothing of others, and a success turns no proven fault green."
    )
    keys = {
        (column.result.config, column.result.device.name, verdict.id): case.key
        for column in view.columns
        for case in column.cases
        for verdict in case.verdicts
    }
    return joined(
        (
            tag("p", intro, class_="how"),
            (_result(result, live, keys) for result in live.results),
            _names("Required, and not tested", live.untested),
            _names("Tested, and of no requirement", dict.fromkeys(name for _, name in live.foreign)),
        )
    )


def tests(case: Case) -> Markup | None:
    """The tests of the endpoints of a case; the script shows of a cell its own."""
    items = [
        tag(
            "li",
            chip(sign_of_test(answer.conclusion), answer.conclusion.value),
            " ",
            tag("code", target(answer)),
            f" {_day(answer.date)} ",
            _ways(answer),
            _reasons(answer),
            spelled(Location(answer.path, max(answer.line, 1))),
            data_of=name,
        )
        for name, test in case.tests.items()
        for answer in test.answers
    ]
    return tag("div", tag("h4", "Live tests"), tag("ul", items, class_="tests"), class_="live") if items else None


def _result(result: LiveResults, live: LiveUse, keys: dict[tuple[str, str, str], str]) -> Markup:
    mine = [answer for answer in live.answers if answer.path == result.path]
    doubts = [doubt for doubt in live.doubts if doubt.path == result.path]
    facts: list[tuple[str, Content]] = [
        ("Tool", live.tools.get(result.format, result.format)),
        ("Tested on", result.date or "not said"),
        ("Made at", ", ".join(live.scopes.get(result.path, ()))),
        ("The machine", ", ".join(f"{name} {value}" for name, value in result.facts.items())),
        ("Conclusions", ", ".join(_counted(mine)) or "put beside no verdict"),
        ("Settles nothing", tag("ul", (tag("li", doubt.why) for doubt in doubts)) if doubts else None),
        ("Not read", _folded(f"{plural(len(result.unread), 'part')}", map(_unread, result.unread))),
    ]
    return joined(
        (
            tag("h3", tag("code", result.path)),
            pairs(facts),
            table(f"{result.path}: tested hosts", _HEADS, (_row(answer, keys) for answer in mine), cards=True)
            if mine
            else None,
            _checks(result),
        )
    )


def _counted(answers: list[LiveAnswer]) -> Iterator[str]:
    counts = Counter(answer.conclusion for answer in answers)
    return (f"{counts[each]} {each.value}" for each in Conclusion if counts[each])


def _row(answer: LiveAnswer, keys: dict[tuple[str, str, str], str]) -> list[Content]:
    name = tag("code", target(answer))
    key = next((keys[found] for place in answer.places if (found := (*place, answer.requirement)) in keys), "")
    many = f" at {len(answer.places)} places, and it is not known at which" if len(answer.places) > 1 else ""
    return [
        link(f"#{key}", name) if key else name,
        (answer.static, tag("small", many) if many else None),
        _ways(answer),
        (chip(sign_of_test(answer.conclusion), answer.conclusion.value), _reasons(answer)),
    ]


def _ways(answer: LiveAnswer) -> Markup | None:
    tried = [_way(attempt) for attempt in answer.attempts if attempt.reach is not Reach.ABSENT]
    issuer = tag("li", f"certificate issued by {answer.issuer_name}") if answer.issuer_name else None
    return tag("ul", tried, issuer, class_="ways") if tried or issuer else tag("small", "not tried")


def _way(attempt: Attempt) -> Markup:
    return tag("li", chip(_REACHED[attempt.reach], way(attempt)))


def _reasons(answer: LiveAnswer) -> Markup | None:
    return tag("ul", (tag("li", code(text)) for text in answer.reasons), class_="why") if answer.reasons else None


def _checks(result: LiveResults) -> Markup | None:
    """What the tool says of groups of endpoints without naming a URL."""
    if not result.checks:
        return None
    heads = ("Group", "Result", "Domains", "Why")
    return table(f"{result.path}: checks of groups of endpoints", heads, map(_check, result.checks))


def _check(check: ServiceCheck) -> list[Content]:
    end = f"{check.reach.value} {check.code}".strip()
    sign = _REACHED.get(check.reach, OPEN)
    return [check.subject, chip(sign, end), ", ".join(check.about) or "not said", check.why]


def _unread(part: UnreadPart) -> Markup:
    where = ", ".join(filter(None, (part.source, f"line {part.line}" if part.line else "")))
    return tag("li", f"{where}: {part.why}" if where else part.why)


def _names(title: str, names: Iterable[str]) -> Markup | None:
    items = [tag("li", tag("code", name)) for name in names]
    return (
        tag("div", tag("h4", title), _folded(plural(len(items), "endpoint"), items), class_="live") if items else None
    )


def _folded(title: str, items: Iterable[Markup]) -> Markup | None:
    shown = list(items)
    if not shown:
        return None
    return tag("details", tag("summary", title), tag("ul", shown, class_="endpoints"), open=len(shown) <= MANY)


def _day(date: str) -> str:
    return f"on {date}" if date else "on a day that nobody says"
