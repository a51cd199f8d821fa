"""Lines of configurations with the part marked that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.reports._lines import Places, lines_of
from allowlint.reports._snippet import Marked, marked
from allowlint.reports._visible import columns
from allowlint.reports.html.markup import Markup, code, tag
from allowlint.reports.html.view import View

ROOM = 400
"""Columns of a line that are shown; of a longer one, those around the part that matters."""


class Span(NamedTuple):
    """A place to point at."""

    location: Location
    label: str = ""
    kind: str = "as"
    """The class that colours the mark."""


def places_of(run: Run, view: View) -> Places:
    """The lines that the page shows."""
    return lines_of(dict.fromkeys(_locations(run, view)), run.sources)


def _locations(run: Run, view: View) -> Iterator[Location]:
    for finding in run.findings:
        yield finding.location
        yield from (related.location for related in finding.related)
    for column in view.columns:
        for case in column.cases:
            for found in case.first.stages.values():
                yield from (step.rule.location for step in found.steps)


def snippet(spans: Iterable[Span], places: Places) -> Markup:
    """The lines of some places, each with its file and number."""
    return tag("div", (_line(span, places) for span in spans), class_="src")


def spelled(location: Location) -> Markup:
    """A place as editors take it; a file as a whole has no line."""
    return tag("span", str(location) if location.line > 0 else location.path, class_="at")


def source_line(location: Location, places: Places) -> str:
    """The text of a line as it is shown; empty where it cannot be had."""
    line = places.get((location.path, location.line))
    return marked(line, 0, 0, ROOM).text.strip() if line else ""


def _line(span: Span, places: Places) -> Markup:
    place = span.location
    line = places.get((place.path, place.line))
    shown = None
    if line is not None:
        before, middle, after = _cut(marked(line, place.column, place.length, ROOM))
        number = tag("span", str(place.line), class_="ln", aria_hidden="true")
        shown = tag("pre", number, tag("code", before.lstrip(), tag("mark", middle, class_=span.kind), after))
    label = tag("p", code(span.label), class_=f"says {span.kind}") if span.label else None
    return tag("div", tag("p", spelled(place), class_="file"), shown, label, class_="line")


def _cut(found: Marked) -> tuple[str, str, str]:
    """A line in front of the marked part, the part, and what is behind it."""
    start = _index(found.text, found.offset)
    end = start + _index(found.text[start:], found.width)
    return found.text[:start], found.text[start:end], found.text[end:]


def _index(text: str, width: int) -> int:
    """How many characters take a number of columns."""
    used = 0
    for index, char in enumerate(text):
        if used >= width:
            return index
        used += columns(char)
    return len(text)
