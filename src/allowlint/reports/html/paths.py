"""Declared paths as pictures: the devices one behind the other, and where endpoints get no further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.reports._answer import plural
from allowlint.reports._matrix import hop_words
from allowlint.reports._summary import client
from allowlint.reports._visible import shortened, visible
from allowlint.reports.html.markup import Markup, link, tag
from allowlint.reports.html.signs import BAD, GOOD, OPEN, chip, sign_of_state
from allowlint.reports.html.view import UNKNOWN, Column, View

_WELL = ("works", "direct", "proxied")
WIDTH, HEIGHT, GAP = 168, 92, 66
"""Of a box, and of the arrow behind it, in the units of the picture."""
_LETTERS = 22
"""Characters of a name that one line of a box holds."""


class Place(NamedTuple):
    """A box of the picture."""

    name: str
    fails: int = 0
    unknown: int = 0
    end: bool = False
    """Whether it is no device: where the connections begin, and where they lead."""


def pictures(run: Run, view: View) -> Iterator[Markup]:
    """Yield a picture of each path, with the endpoints that do not reach its end."""
    for column in view.columns:
        if column.result.hops:
            who = client(column.result.profile or run.profile).partition(":")[0]
            yield _path(column, "" if who == "not given" else who)


def _path(column: Column, who: str) -> Markup:
    result = column.result
    words = [hop_words(result, index) for index in range(len(result.verdicts))]
    ends = Counter(broken for row in words if (broken := breaking(row)))
    places = [Place(hop.name, ends[number, False], ends[number, True]) for number, hop in enumerate(result.hops)]
    boxes = [Place(f"clients {who}".strip(), end=True), *places, Place("the endpoints", end=True)]
    going, left = [], len(words)
    for place in boxes:
        left -= place.fails + place.unknown
        going.append(left)
    told = "; ".join(_told(place) for place in places if place.fails or place.unknown)
    texts = (
        f"Path {result.device.name}",
        f"Of {plural(len(words), 'endpoint')} {left} arrive{': ' if told else ''}{told}.",
    )
    across = _picture(boxes, going, texts, f"{column.key}-across", upright=False)
    down = _picture(boxes, going, texts, f"{column.key}-down", upright=True)
    caption = tag("figcaption", texts[1])
    figure = tag("figure", across, down, caption, class_="path")
    return tag(
        "section", tag("h3", link(f"#{column.key}", f"Path {result.device.name}")), figure, _table(column, words)
    )


def breaking(words: list[str]) -> tuple[int, bool] | None:
    """The hop that breaks an endpoint's way, and whether that cannot be told; None where it arrives.

    ``words``: what becomes of it at each hop. A fault counts before what cannot be told.
    """
    lost = [index for index, word in enumerate(words) if word not in (*_WELL, "-", UNKNOWN)]
    if lost:
        return lost[0], False
    return (words.index(UNKNOWN), True) if UNKNOWN in words else None


def _told(place: Place) -> str:
    parts = [f"{place.fails} fail{'' if place.fails > 1 else 's'}"] if place.fails else []
    parts += [f"{place.unknown} cannot be told"] if place.unknown else []
    return f"{' and '.join(parts)} at {place.name}"


def _table(column: Column, words: list[list[str]]) -> Markup | None:
    """What becomes of those that do not arrive, hop by hop."""
    cases = {verdict.id: case for case in column.cases for verdict in case.verdicts}
    heads = (tag("th", text, scope="col") for text in ("Endpoint", *(hop.name for hop in column.result.hops)))
    rows = [
        tag(
            "tr",
            tag("th", link(f"#{cases[verdict.id].key}", tag("code", verdict.id)), scope="row"),
            (tag("td", chip(sign_of_state(word), "as before" if word == "-" else word)) for word in row),
        )
        for verdict, row in zip(column.result.verdicts, words, strict=True)
        if breaking(row)
    ]
    if not rows:
        return None
    caption = tag("caption", "What does not arrive, hop by hop")
    table = tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", rows), class_="plain")
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label="What does not arrive")


def _picture(boxes: list[Place], going: list[int], texts: tuple[str, str], key: str, *, upright: bool) -> Markup:
    """The boxes with arrows between them, which carry as many endpoints as get there."""
    step = HEIGHT + GAP - 16 if upright else WIDTH + GAP
    length = step * (len(boxes) - 1) + (HEIGHT if upright else WIDTH)
    size = (WIDTH + 60, length) if upright else (length, HEIGHT)
    parts: list[Markup] = []
    for number, place in enumerate(boxes):
        x, y = (30, number * step) if upright else (number * step, 0)
        if number:
            parts.append(_arrow(x, y, going[number - 1], going[0], upright=upright))
        parts.append(_box(place, x, y))
    title, text = tag("title", texts[0], id=f"{key}-t"), tag("desc", texts[1], id=f"{key}-d")
    label = f"{key}-t {key}-d"
    kind = "down" if upright else "across"
    view_box = f"-2 -2 {size[0] + 4} {size[1] + 4}"
    width, height = size[0] + 4, size[1] + 4
    return tag(
        "svg",
        title,
        text,
        parts,
        class_=kind,
        viewBox=view_box,
        role="img",
        aria_labelledby=label,
        width=width,
        height=height,
    )


def _arrow(x: int, y: int, count: int, most: int, *, upright: bool) -> Markup:
    """The arrow that leads to a box, with the number of endpoints on it; the more, the thicker."""
    thick = f"{1 + 5 * count / most:.1f}" if most else "1"
    kind = "flow" if count else "flow none"
    if upright:
        middle, start, end = x + WIDTH // 2, y - GAP + 18, y - 4
        line = tag("line", x1=middle, y1=start, x2=middle, y2=end - 7, stroke_width=thick, class_=kind)
        head = tag("path", d=f"M{middle - 7} {end - 9}h14l-7 9z", class_="head")
        return tag("g", line, head, tag("text", str(count), x=middle + 14, y=(start + end) // 2 + 4, class_="count"))
    middle, start, end = y + HEIGHT // 2, x - GAP + 2, x - 4
    line = tag("line", x1=start, y1=middle, x2=end - 7, y2=middle, stroke_width=thick, class_=kind)
    head = tag("path", d=f"M{end - 9} {middle - 7}v14l9-7z", class_="head")
    number = tag("text", str(count), x=(start + end) // 2, y=middle - 10, text_anchor="middle", class_="count")
    return tag("g", line, head, number)


def _box(place: Place, x: int, y: int) -> Markup:
    kind = "end" if place.end else "no" if place.fails else "un" if place.unknown else "ok"
    lines = _name(place.name)
    middle = x + WIDTH // 2
    top = y + HEIGHT // 2 + 5 - 9 * (len(lines) - 1) if place.end else y + 30 - 8 * (len(lines) - 1)
    names = [
        tag("text", line, x=middle, y=top + 17 * index, text_anchor="middle", class_="name")
        for index, line in enumerate(lines)
    ]
    outline = tag("rect", x=x, y=y, width=WIDTH, height=HEIGHT, rx=6, class_=f"box {kind}")
    return tag("g", tag("title", place.name), outline, names, [] if place.end else list(_counts(place, middle, y)))


def _counts(place: Place, middle: int, y: int) -> Iterator[Markup]:
    """Yield how many endpoints get no further, below the name."""
    told = [(BAD, f"{place.fails} fail here" if place.fails != 1 else "1 fails here")] if place.fails else []
    told += [(OPEN, f"{place.unknown} cannot be told")] if place.unknown else []
    told = told or [(GOOD, "none fails here")]
    for index, (sign, text) in enumerate(told):
        yield tag(
            "text",
            f"{sign.sign} {text}",
            x=middle,
            y=y + HEIGHT - 14 - 17 * (len(told) - 1 - index),
            text_anchor="middle",
            class_=f"told {sign.kind}",
        )


def _name(text: str) -> list[str]:
    """A name on at most two lines, broken behind a slash or a blank where that can be; its end tells most."""
    text = visible(text)
    if len(text) <= _LETTERS:
        return [text]
    cut = max((text.rfind(mark, 0, _LETTERS) + 1 for mark in "/ "), default=0) or _LETTERS
    return [text[:cut].strip(), shortened(text[cut:].strip(), _LETTERS)]
