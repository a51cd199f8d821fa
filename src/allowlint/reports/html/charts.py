"""Bars of how much works, by geography, service and device; each with its numbers beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need
from allowlint.model.verdict import Verdict
from allowlint.reports.html.markup import Markup, link, tag
from allowlint.reports.html.signs import BAD, GOOD, OPEN
from allowlint.reports.html.view import ROUTED, UNKNOWN, WORKS, View, place_name, service, state_of


class Count(NamedTuple):
    """Endpoints, counted on each device: those that work, fail, cannot be told, and are only given a way to go."""

    works: int = 0
    fails: int = 0
    unknown: int = 0
    routed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.works + self.fails + self.unknown + self.routed


def counted(verdicts: Iterable[Verdict], *, required: bool = True) -> Count:
    """How the verdicts on what is required (or on the rest) end."""
    counts = {WORKS: 0, UNKNOWN: 0, ROUTED: 0, "fails": 0}
    for verdict in verdicts:
        if (verdict.requirement.need is Need.REQUIRED) is required:
            word = state_of(verdict)
            counts[word if word in counts else "fails"] += 1
    return Count(counts[WORKS], counts["fails"], counts[UNKNOWN], counts[ROUTED])


def coverage(view: View) -> Iterator[Markup]:
    """Yield the three charts."""
    verdicts = [verdict for column in view.judged for verdict in column.result.verdicts]
    places: dict[str, list[Verdict]] = {}
    services: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        places.setdefault(place_name(verdict.requirement.geography), []).append(verdict)
        services.setdefault(service(verdict.requirement), []).append(verdict)
    yield _chart("By geography", "Geography", [(tag("span", name), mine) for name, mine in places.items()])
    yield _chart("By service", "Service", [(tag("span", name), mine) for name, mine in services.items()])
    devices = [(link(f"#{column.key}", column.name), list(column.result.verdicts)) for column in view.judged]
    yield _chart("By device", "Device or path", devices)


def bar(count: Count) -> Markup:
    """A bar with the three parts. The numbers stand beside it, so it says nothing to who cannot see it."""
    parts, start = [], 0.0
    for sign, number in ((BAD, count.fails), (OPEN, count.unknown), (GOOD, count.works)):
        width = 100 * number / count.total if count.total else 0.0
        if number:
            parts.append(tag("rect", x=f"{start:.2f}", y=0, width=f"{width:.2f}", height=10, class_=sign.kind))
        start += width
    return tag("svg", parts, class_="bar", viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true")


def _chart(title: str, what: str, rows: list[tuple[Markup, list[Verdict]]]) -> Markup:
    routed = any(counted(verdicts).routed for _, verdicts in rows)
    words = (what, "Required", "Works", "Fails", "Unknown", *(("Only routed",) if routed else ()), "Not required")
    heads = (tag("th", word, scope="col") for word in words)
    body = [_row(name, verdicts, routed=routed) for name, verdicts in rows]
    table = tag("table", tag("caption", title), tag("thead", tag("tr", heads)), tag("tbody", body), class_="chart")
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=f"Coverage, {title.lower()}")


def _row(name: Markup, verdicts: list[Verdict], *, routed: bool) -> Markup:
    count, rest = counted(verdicts), counted(verdicts, required=False)
    share = f"{100 * count.works // count.total} %" if count.total else "none"
    numbers = (count.works, count.fails, count.unknown, *((count.routed,) if routed else ()))
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", bar(count), tag("span", share, class_="share"), class_="part"),
        (tag("td", str(number) if number else "–", class_="num") for number in numbers),
        tag("td", f"{rest.works} of {rest.total} work" if rest.total else "–", class_="num"),
    )
