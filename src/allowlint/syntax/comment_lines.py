"""Comments in a text of lines, and the line that each belongs to: its own, or the one directly below."""

from collections.abc import Iterable, Iterator, Mapping

from allowlint.model.record import NamedTuple


class Comment(NamedTuple):
    """A comment: where it begins and ends, and whether anything stands before it in its line."""

    text: str
    line: int
    last_line: int
    behind: bool


def owners(
    comments: Iterable[Comment], things: Mapping[int, tuple[int, int]]
) -> Iterator[tuple[Comment, tuple[int, int] | None]]:
    """Yield each comment with the lines (first, last) of what it belongs to; None where that is nothing.

    ``things`` tells for each line that holds more than comments where what stands there begins and ends. Comments may stand one
    below the other; a blank line parts them from what follows.
    """
    known = list(comments)
    alone = {line for each in known if not each.behind for line in range(each.line, each.last_line + 1)}
    below: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        # From the end, so that each line asks only the next one: comments may go on for very long.
        below[line] = line if line in things else below.get(line + 1, line + 1)
    for comment in known:
        line = comment.line
        if not comment.behind:
            line = below.get(comment.last_line + 1, comment.last_line + 1)
        yield comment, things.get(line)
