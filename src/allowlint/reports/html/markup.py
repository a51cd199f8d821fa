"""The one way by which text becomes markup: everything is escaped, except what was made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from allowlint.reports._defused import defused
from allowlint.reports._visible import visible

VOID = frozenset(("meta", "link", "br", "wbr", "input", "hr", "col"))
"""Elements that have no content."""
_ADDRESSES = ("#", "https://")


class Markup(str):
    """Text that is markup already. Only this module makes it from anything else."""

    __slots__ = ()


Content = str | None | Iterable["Content"]


def tag(name: str, /, *content: Content, **attributes: object) -> Markup:
    """One element.

    ``content`` is text, markup, None, or some of these. Text is escaped, and what does not print as itself is shown by its
    number. ``class_`` and ``for_`` lose the underscore, ``data_row`` becomes ``data-row``; an attribute that is None or False is
    left out, one that is True has no value.

    Raises ValueError for what the policy of the page forbids (styles and handlers of an element) and for a strange address.
    """
    head = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Markup(head) if name in VOID else Markup(f"{head}{joined(content)}</{name}>")


def joined(content: Content) -> Markup:
    """Several pieces of content, one behind the other."""
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(_escaped(content))
    return Markup("".join(map(joined, content))) if content is not None else Markup()


def lines(text: str) -> Markup:
    """Text of several lines for an element that keeps them, with code between backticks."""
    return Markup("\n".join(map(code, text.expandtabs(4).split("\n"))))


def code(text: str) -> Markup:
    """Text in which words between backticks are code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return joined(text)
    return joined(tag("code", piece) if index % 2 else piece for index, piece in enumerate(pieces))


def link(address: str, /, *content: Content, **attributes: object) -> Markup:
    """A link to a place of the page, or to a page of the documentation."""
    return tag("a", *content, href=address, **attributes)


def own(name: str, text: str) -> Markup:
    """A style or a script of ours. Raises ValueError where the text would end the element."""
    if "</" in text:
        raise ValueError(f"a {name} must not contain an end tag")
    return Markup(f"<{name}>{text}</{name}>")


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on"):
        raise ValueError(f"the page forbids {name}")
    if value is True:
        return f" {name}"
    text = str(value)
    if name == "href" and not text.startswith(_ADDRESSES):
        raise ValueError(f"a strange address: {text[:60]!r}")
    return f' {name}="{_escaped(text)}"'


def _escaped(text: str) -> str:
    """Text that begins no markup, hides nothing, and holds no command for whoever prints the page into a log."""
    return defused(escape(visible(text)), "&#35;", "&#58;")
