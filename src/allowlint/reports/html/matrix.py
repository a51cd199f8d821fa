"""Endpoints against devices: one cell for each, with the answer of each stage."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.model.device import Stage
from allowlint.model.requirement import Need
from allowlint.model.verdict import Verdict
from allowlint.reports._visible import visible
from allowlint.reports.html.markup import Markup, joined, link, tag
from allowlint.reports.html.signs import MARKS, NONE, Sign, chip, mark_of, sign_of, signs_of
from allowlint.reports.html.view import Case, Column, Group, Row, View, place_name

MOST = 20
"""Devices that one table has, so that it fits on a screen and on paper; more are spread evenly over several."""
FEW = 6
"""Devices whose names stand upright, and whose table fits on an upright page."""
SPARSE = 3
"""Devices that leave room for words beside the signs."""
LETTERS = 24
"""Characters of a name that lies on its side."""
TALL = 40
"""Rows of a table that scrolls by itself."""
_MARK, _ACCEPTED = "a", "accepted"
"""What stands at a fault that somebody has accepted, or that is known."""


def matrix(view: View) -> Markup:
    """The filters and the tables."""
    columns = view.judged
    parts = -(-len(columns) // MOST)
    size = -(-len(columns) // parts) if parts else 1
    tables = [
        _table(view, columns[start : start + size], start, len(columns)) for start in range(0, len(columns), size)
    ]
    signs = signs_of((case for column in columns for case in column.cases), view.stages)
    return joined((_legend(view, signs), _filters(view, signs), tables))


def _legend(view: View, signs: list[Sign]) -> Markup:
    stages = ", ".join(stage.value for stage in view.stages)
    accepted = any(case.accepted for column in view.columns for case in column.cases)
    mark = tag("span", tag("i", _MARK), " accepted or known", class_="chip") if accepted else None
    met = {mark_of(test) for column in view.columns for case in column.cases for test in case.tests.values()}
    tests = [
        tag("span", tag("i", each.sign, class_=each.kind), f" {each.meaning}", class_="chip")
        for each in MARKS
        if each in met
    ]
    return tag(
        "div",
        tag("p", f"Each cell has the answers of the stages, in this order: {stages}. A cell leads to its evidence."),
        tag("p", (chip(sign, sign.meaning) for sign in signs), mark, tests, class_="legend"),
        class_="how",
    )


def _filters(view: View, signs: list[Sign]) -> Markup:
    """What the script narrows the page with; without it, nothing of this shows."""
    rows = [row for group in view.groups for row in group.rows]
    needs = [need.value for need in Need if any(row.requirement.need is need for row in rows)]
    places = dict.fromkeys(row.requirement.geography for row in rows)
    fields = (
        _field("Search", tag("input", id="q", type="search", autocomplete="off", spellcheck="false")),
        _choice("Stage", "stage", "all stages", [(str(n), stage.value) for n, stage in enumerate(view.stages)]),
        _choice("Verdict", "verdict", "any", [(sign.kind, sign.meaning) for sign in signs]),
        _choice("Need", "need", "any", [(need, need) for need in needs]),
        _choice("Service", "service", "all", [(name, name) for name in dict.fromkeys(g.service for g in view.groups)]),
        _choice("Geography", "geo", "all", [(place, place_name(place)) for place in places]),
        _choice("Device", "device", "all", [(column.key, column.name) for column in view.judged]),
        tag("label", tag("input", id="problems", type="checkbox"), " Only problems", class_="check"),
        tag("button", "Reset", type="reset"),
        tag("output", id="shown", aria_live="polite"),
    )
    return tag("form", fields, id="filters", class_="script", aria_label="Filters for the matrix and the evidence")


def _field(title: str, control: Markup) -> Markup:
    return tag("label", tag("span", title), control)


def _choice(title: str, name: str, every: str, options: list[tuple[str, str]]) -> Markup:
    choices = (tag("option", text, value=value) for value, text in options)
    return _field(title, tag("select", tag("option", every, value=""), choices, id=name))


def _table(view: View, columns: tuple[Column, ...], start: int, total: int) -> Markup:
    several = len(columns) < total
    about = f"Devices and paths {start + 1} to {start + len(columns)} of {total}" if several else "Devices and paths"
    shape = _shape(len(columns)) + (" four" if len(view.stages) > 3 else "")
    tall = " tall" if sum(len(group.rows) for group in view.groups) > TALL else ""
    heads = (
        tag("th", tag("abbr", _short(column.name, shape), title=column.name), scope="col", data_col=column.key)
        for column in columns
    )
    head = tag("thead", tag("tr", tag("th", "Endpoint", scope="col", class_="end"), heads))
    bodies, number = [], 0
    for group in view.groups:
        bodies.append(_body(group, columns, view.stages, number))
        number += len(group.rows)
    table = tag("table", tag("caption", about), head, bodies, class_=f"matrix {shape}", id=f"m{start}")
    return tag("div", table, class_=f"scroll {shape}{tall}", tabindex="0", role="region", aria_label=about)


def _short(name: str, shape: str) -> str:
    """A name where there is little room: its end, which tells most."""
    text = visible(name)
    return text if len(text) <= LETTERS or not shape.startswith("tight") else f"…{text[1 - LETTERS :]}"


def _shape(count: int) -> str:
    return "words" if count <= SPARSE else "wide" if count <= FEW else "tight"


def _body(group: Group, columns: tuple[Column, ...], stages: tuple[Stage, ...], number: int) -> Markup:
    title = tag(
        "th", group.service, " ", tag("small", place_name(group.geography)), scope="rowgroup", colspan=len(columns) + 1
    )
    rows = [_row(row, columns, stages, index) for index, row in enumerate(group.rows, start=number)]
    return tag("tbody", tag("tr", title, class_="group"), rows, data_service=group.service, data_geo=group.geography)


def _row(row: Row, columns: tuple[Column, ...], stages: tuple[Stage, ...], index: int) -> Markup:
    need = row.requirement.need
    name = tag("code", row.name)
    title = tag("th", name, tag("small", f" {need}") if need is not Need.REQUIRED else None, scope="row")
    return tag(
        "tr",
        title,
        (_cell(row, column, stages, words=len(columns) <= SPARSE) for column in columns),
        data_row=index,
        data_need=need,
    )


def _cell(row: Row, column: Column, stages: tuple[Stage, ...], *, words: bool) -> Markup:
    case = row.cells.get(column.key)
    if case is None:
        return tag("td", tag("span", "not asked", class_="hush"), class_="gap")
    # All cells of a case have the same signs.
    accepted = tag("i", _ACCEPTED if words else _MARK) if case.accepted else None
    return tag(
        "td", link(f"#{case.key}", _signs(case.first, stages, words=words), accepted, _test(row, case, words=words))
    )


def _test(row: Row, case: Case, *, words: bool) -> Markup | None:
    """What a test says of this endpoint, which others of the case need not share."""
    test = case.tests.get(row.name)
    mark = mark_of(test) if test else None
    if mark is None:
        return None
    return tag("i", mark.sign, tag("small", f" {test}") if words else None, class_=mark.kind, title=str(test))


def _signs(verdict: Verdict, stages: tuple[Stage, ...], *, words: bool) -> Iterator[Markup]:
    for stage in stages:
        found = sign_of(verdict, stage)
        sign = tag("b", found.sign, class_=found.kind)
        word = tag("small", f" {verdict.word(stage)}") if found is not NONE else None
        yield tag("span", sign, word) if words else sign
