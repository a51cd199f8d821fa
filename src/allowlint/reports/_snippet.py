"""A line of a configuration with a caret under the part that matters."""

from collections.abc import Iterator, Sequence

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.reports._lines import Places
from allowlint.reports._paint import Paint
from allowlint.reports._visible import TAB, columns, head, shown, tail, visible, wrapped

_LEAST_LABEL = 36
"""Columns that a label gets beside its carets; with fewer it goes below them."""


class Span(NamedTuple):
    """A place to point at, with what to say about it."""

    location: Location
    label: str
    color: str
    mark: str = "^"


class Marked(NamedTuple):
    """A line as it is shown, with the columns to underline."""

    text: str
    offset: int
    width: int


def marked(text: str, column: int, length: int, room: int) -> Marked:
    """A line cut to ``room`` columns around what ``column`` and ``length`` (characters from 1; 0: unknown) point at."""
    if column < 1:
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    else:
        start = min(column - 1, len(text))
        end = min(start + max(length, 1), len(text))
    # No character is worth more than a few columns, and nothing beyond the room is ever shown.
    before = [_beside(char) for char in text[max(start - room, 0) : start]]
    middle = [shown(char) for char in text[start:end][:room]]
    after = [_beside(char) for char in text[end : end + room].rstrip()]
    cut = (start > room, end - start > room, len(text) > end + room)
    sizes = [sum(map(columns, part)) for part in (before, middle, after)]
    if sum(sizes) <= room and not any(cut):
        return Marked("".join((*before, *middle, *after)), sizes[0], max(sizes[1], 1))
    inside = _first(middle, max(room - 12, room // 2), more=cut[1])
    rest = room - columns(inside)
    left = min(sizes[0], max(rest // 2, rest - sizes[2]))
    outside = _last(before, left, more=cut[0])
    return Marked(
        outside + inside + _first(after, rest - columns(outside), more=cut[2]),
        columns(outside),
        max(columns(inside), 1),
    )


def snippet(spans: Sequence[Span], places: Places, paint: Paint, width: int) -> Iterator[str]:
    """The lines of a snippet: each span with its file, its line, its carets and its label."""
    gutter = max(len(str(span.location.line)) for span in spans)
    bar = paint(" " * (gutter + 1) + "|", "gutter")
    above = ("", 0, "")
    for index, span in enumerate(spans):
        place = span.location
        line = places.get((place.path, place.line))
        if above[:2] != (place.path, place.line):
            if index:
                yield bar
            yield f"{' ' * gutter}{paint('-->' if not index else ':::', 'gutter')} {visible(_spelled(place))}"
            above = (place.path, place.line, "")
            if line is not None:
                yield bar
        room = width - gutter - 3
        if line is None:
            yield from (f"{bar} {text}" for text in (wrapped(span.label, room) if span.label else ()))
            continue
        found = marked(line, place.column, place.length, room)
        if above[2] != found.text or not found.text:
            # Also where another part of the same long line is shown.
            yield f"{paint(f'{place.line:>{gutter}} |', 'gutter')} {found.text}".rstrip()
        above = (place.path, place.line, found.text)
        yield from (f"{bar} {text}" for text in _pointer(span, found, room, paint))
    yield bar


def _pointer(span: Span, found: Marked, room: int, paint: Paint) -> Iterator[str]:
    """The carets and the label: beside them where there is room, else below."""
    carets = " " * found.offset + paint(span.mark * found.width, span.color)
    if not span.label:
        yield carets
        return
    used = found.offset + found.width + 1
    if room - used >= min(_LEAST_LABEL, columns(visible(span.label))):
        first, *more = wrapped(span.label, room - used)
        yield f"{carets} {paint(first, span.color)}"
    else:
        used = found.offset if room - found.offset >= _LEAST_LABEL else 0
        yield carets
        more = list(wrapped(span.label, room - used))
    for line in more:
        yield " " * used + paint(line, span.color)


def _spelled(place: Location) -> str:
    """The place as editors and terminals take it; a file as a whole has no line."""
    return str(place) if place.line > 0 else place.path


def _beside(char: str) -> str:
    return TAB if char == "\t" else shown(char)


def _first(pieces: list[str], room: int, *, more: bool) -> str:
    if not more and sum(map(columns, pieces)) <= room:
        return "".join(pieces)
    return head(pieces, max(room - 3, 0)) + "..."[: max(room, 0)]


def _last(pieces: list[str], room: int, *, more: bool) -> str:
    if not more and sum(map(columns, pieces)) <= room:
        return "".join(pieces)
    return "..."[: max(room, 0)] + tail(pieces, max(room - 3, 0))
