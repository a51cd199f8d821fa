"""One URL cell, as people typed it, to clean endpoints. Every repair is named."""

import re

from allowlint.model.record import NamedTuple
from allowlint.model.tree import LONGEST_NAME
from allowlint.sources._diagnostics import HIDDEN_CHARACTER, MISSING_DOT, PROSE, TRAILING_STAR

_SEPARATORS = re.compile(r"[\s,;]+")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ENDPOINT = re.compile(
    rf"(?:(?P<scheme>https?)://)?(?P<host>(?:\*\.?)?(?:{_LABEL}\.)+[a-z][a-z0-9-]{{1,62}})(?P<star>\*?)"
    r"(?::(?P<port>\d{1,5}))?(?P<path>/\S*)?",
    re.IGNORECASE,
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\[\]\s]*\)")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
_PROSE_WORDS = 3
"""So many words that are no address make the whole cell prose; a host name among them is then a reference."""


class Endpoint(NamedTuple):
    """One address out of a URL cell: lower-case host pattern, normal path, and what the URL said of scheme and port."""

    host: str
    path: str
    scheme: str
    port: int | None


class Repair(NamedTuple):
    """One thing that was mended or refused: an LST code and a sentence."""

    code: str
    message: str


def split_cell(text: str) -> tuple[tuple[Endpoint, ...], tuple[Repair, ...]]:
    """The endpoints of one URL cell, in order, and the repairs that it took.

    Several addresses may be separated by line ends, blanks, commas or semicolons. Words that are no address are
    reported; a cell of three or more such words is prose and gives no endpoint at all.
    """
    cleaned, repairs = _visible(text)
    cleaned = _AUTOLINK.sub(r"\1", _MARKDOWN_LINK.sub(r"\1", cleaned)).replace("`", "")
    tokens = [token for token in _SEPARATORS.split(cleaned) if token]
    matches = [(token, _address(token)) for token in tokens]
    words = [token for token, match in matches if match is None]
    if len(words) >= _PROSE_WORDS:
        return (), (*repairs, Repair(PROSE, f"words where an address belongs: {_short(cleaned)}"))
    repairs.extend(Repair(PROSE, f"not a host name, nothing is required for it: {_short(word)}") for word in words)
    endpoints = []
    for _, match in matches:
        if match is not None:
            endpoints.append(_endpoint(match, repairs))
    if not endpoints and not words:
        repairs.append(Repair(PROSE, f"no address in the cell: {_short(text)}"))
    return tuple(endpoints), tuple(repairs)


def _address(token: str) -> re.Match[str] | None:
    found = _ENDPOINT.fullmatch(token)
    return found if found is not None and len(found["host"]) <= LONGEST_NAME else None


def normal_path(path: str) -> str:
    """Path of a requirement: ``/dir/*`` for a folder, ``/dir/file.ext`` for a file, empty for every path.

    The list writes folders with and without a closing slash or star; all three are prefixes (mde-urls, CRL rows).
    """
    path = path.rstrip("*")
    if path in ("", "/"):
        return ""
    last = path.rpartition("/")[2]
    if path.endswith("/"):
        return path + "*"
    return path if "." in last and not last.replace(".", "").isdigit() else path + "/*"


def _visible(text: str) -> tuple[str, list[Repair]]:
    """The text without what cannot be seen: odd blanks become plain ones, zero-width and control characters vanish."""
    hidden = sorted({character for character in text if not character.isprintable() and character not in "\n\r\t"})
    repairs = []
    if hidden:
        names = ", ".join(f"U+{ord(character):04X}" for character in hidden)
        repairs.append(Repair(HIDDEN_CHARACTER, f"invisible character removed ({names}): {_short(text)}"))
    elif text != text.strip(" \n") or "\t" in text or "\r" in text:
        repairs.append(Repair(HIDDEN_CHARACTER, f"stray blank or tab removed: {_short(text)}"))
    for character in hidden:
        text = text.replace(character, " " if character.isspace() else "")
    return text.strip(), repairs


def _endpoint(match: re.Match[str], repairs: list[Repair]) -> Endpoint:
    host = match["host"].lower()
    if match["star"]:
        repairs.append(Repair(TRAILING_STAR, f"star after the top-level domain removed: {match[0]}"))
    if host.startswith("*") and not host.startswith("*."):
        repairs.append(Repair(MISSING_DOT, f"{host} is read as {host[1:]} and every name below it"))
    port = int(match["port"]) if match["port"] else None
    return Endpoint(host, normal_path(match["path"] or ""), (match["scheme"] or "").lower(), port)


def _short(text: str, limit: int = 80) -> str:
    """The text as a quoted single line, so that what cannot be seen is seen."""
    return ascii(text if len(text) <= limit else text[: limit - 3] + "...")
