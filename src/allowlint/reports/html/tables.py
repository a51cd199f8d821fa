"""Plain tables, and what is said where there is nothing to put into one."""

from collections.abc import Iterable

from allowlint.reports.html.markup import Content, Markup, tag


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[Content]], *, cards: bool = False) -> Markup:
    """A table whose rows begin with what they are about; it scrolls by itself where it is wider than the page.

    With ``cards`` the cells of a row stand one below the other on a narrow screen.
    """
    body = [_row(list(row)) for row in rows]
    head = tag("thead", tag("tr", (tag("th", text, scope="col") for text in heads)))
    whole = tag("table", tag("caption", caption), head, tag("tbody", body), class_="plain cards" if cards else "plain")
    return tag("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def pairs(rows: Iterable[tuple[str, Content]]) -> Markup:
    """Names and what they stand for; what is not known is left out."""
    return tag("dl", (tag("div", tag("dt", name), tag("dd", text)) for name, text in rows if text), class_="facts")


def _row(cells: list[Content]) -> Markup:
    return tag("tr", tag("th", cells[0], scope="row"), (tag("td", cell) for cell in cells[1:]))
