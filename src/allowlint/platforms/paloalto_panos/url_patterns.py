"""Entries of custom URL categories and of external lists of URLs: what one entry matches.

docs.paloaltonetworks.com, "Guidelines for URL Category Exceptions" (PAN-OS 10.1 and earlier; 10.2 and later): entries ignore case
and have no scheme; ``. / ? & = ; +`` part tokens; ``*`` stands for one or more whole tokens and ``^`` for exactly one; a caret does
not follow a slash; ``example.com/`` is that host with everything on it, and no name below it. From 10.2 on a slash is appended to an
entry that ends in neither slash nor asterisk. Before, unless somebody switched that on (``debug device-server append-end-token
on``), such an entry goes on to the right: ``example.com`` matches ``example.com.evil.test`` too.
"""

import re

from allowlint.model.automaton import Anchor, Chars, Choice, Expression, Repeat, Sequence, literal
from allowlint.model.record import NamedTuple
from allowlint.syntax.globs import ANY_TEXT, PANOS_URL, parse_glob
from allowlint.syntax.xml_tree import BLANKS

LONGEST = 255
"""Characters of an entry ("each URL entry can be up to 255 characters in length")."""
_TOKENS = re.compile(r"[./?&=;+]")
_HOST = re.compile(r"[a-z0-9_^*-]+(?:\.[a-z0-9_^*-]+)*")
_PLAIN = re.compile(r"(\*\.)?([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)(/)?")
_ODD = re.compile(r"((?:\*\.)*)([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)(?::\d+)?")
"""Asterisks before a name, or a port behind it."""
_ENDINGS = frozenset(
    "com net org edu gov mil int info biz io app dev cloud online site xyz test example invalid local internal".split()
)
_SEPARATED = Sequence((Chars(frozenset("/?&=;+")), ANY_TEXT))


class Pattern(NamedTuple):
    """What one entry matches; one of ``fault``, ``doubt``, ``everything``, ``reach``, ``hosts`` and ``url`` says it."""

    text: str
    fault: str = ""
    """Why no firewall ever matches it."""
    advice: str = ""
    """The entry that was meant."""
    doubt: str = ""
    """What cannot be told of it."""
    most: tuple[str, bool, bool] | None = None
    """As ``reach``: what an entry with a doubt matches at most, if that can be told."""
    everything: bool = False
    reach: tuple[str, bool, bool] | None = None
    """A name, whether the name itself, whether everything below it."""
    hosts: Expression | None = None
    """The names that it matches, where they are no plain name and no suffix."""
    url: Expression | None = None
    """The hosts and paths that it matches, where it says something about the path: never seen in TLS that is not decrypted."""
    whole_site: bool = False
    """Whether the path is a lone asterisk, so that only a URL without a path is in doubt."""
    beyond: Expression | None = None
    """The names to the right of which it may go on, where no slash is appended."""
    spills: bool = False
    """Whether it may go on to the right."""


def read_pattern(text: str, *, appended: bool) -> Pattern:
    """Read one entry; ``appended``: the device surely appends a slash where there is none."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None and (plain[3] or appended) and len(text) <= LONGEST:
        # Nearly every entry is a name or a suffix.
        return Pattern(text, reach=(plain[2].lower(), not plain[1], bool(plain[1])))
    entry = text.strip(BLANKS).lower()
    fault, advice = _fault(entry)
    if fault:
        return Pattern(text, fault, advice)
    host, slash, path = entry.partition("/")
    if not _HOST.fullmatch(host) or "*.*" in host:
        return Pattern(text, doubt=f"how the entry {text!r} is read", most=_most(host))
    spills = not slash and not appended and not host.endswith("*")
    pattern = Pattern(text, spills=spills, beyond=_beyond(host) if spills else None)
    if path and path != "*":
        return pattern._replace(url=_url(host, path))
    return _named(pattern._replace(whole_site=path == "*"), host)


def _most(host: str) -> tuple[str, bool, bool] | None:
    """What an entry of which the reading is not documented matches at most; None where even that is not told."""
    found = _ODD.fullmatch(host)
    return (found[2], not found[1], bool(found[1])) if found is not None else None


def _named(pattern: Pattern, host: str) -> Pattern:
    """What an entry without a path matches."""
    if host == "*":
        return pattern._replace(everything=True)
    if "*" not in host and "^" not in host:
        return pattern._replace(reach=(host, True, False))
    if host.startswith("*.") and "*" not in host[2:] and "^" not in host:
        return pattern._replace(reach=(host[2:], False, True))
    return pattern._replace(hosts=_matching(host))


def _fault(entry: str) -> tuple[str, str]:
    """Why an entry never matches, and the one that was meant."""
    if "://" in entry:
        bare = entry.split("://", 1)[-1].strip(". ")
        return "a scheme is not part of an entry", bare if "/" in bare else f"{bare}/"
    if len(entry) > LONGEST:
        return f"it is longer than {LONGEST} characters", ""
    if any(not char.isascii() or not char.isprintable() or char.isspace() for char in entry):
        return "it contains a character that no host name has", entry.strip() if _PLAIN.fullmatch(entry.strip()) else ""
    for token in _TOKENS.split(entry):
        if len(token) > 1 and ("*" in token or "^" in token):
            return "a wildcard must stand for a whole token", _whole_tokens(entry)
    if "^" in entry.partition("/")[2]:
        return "a caret must not follow a slash", ""
    return "", ""


def _whole_tokens(entry: str) -> str:
    """``*name.example.com`` was meant to be what lies below the name; of other parts no pattern says which are meant."""
    name = entry.removeprefix("*").strip("./")
    return f"*.{name}/" if entry.startswith("*") and _HOST.fullmatch(name) and not set("*^") & set(name) else ""


def _matching(host: str) -> Expression:
    return parse_glob(host, PANOS_URL)


def _inner(host: str) -> tuple[Expression, ...]:
    expression = _matching(host)
    return expression.items[1:-1] if isinstance(expression, Sequence) else (expression,)


def _beyond(host: str) -> Expression | None:
    """Names that an entry without a slash may go on to.

    A complete domain name goes on to foreign names alone, in which nobody hosts anything that is required, so only what looks like a
    part of a name counts.
    """
    last = host.rpartition(".")[2]
    if "." in host and (last in _ENDINGS or len(last) == 2):
        return None
    return Sequence((Anchor(False), *_inner(host), Chars(frozenset(".")), ANY_TEXT, Anchor(True)))


def _url(host: str, path: str) -> Expression:
    """The text ``host/path``: a directory or page with what lies below it; an asterisk at the end is anything."""
    parts: list[Expression] = [Anchor(False), *_inner(host), *literal("/", ignore_case=False).items]
    if path.endswith("*") and (len(path) == 1 or path[-2] in "./?&=;+"):
        tail: Expression = ANY_TEXT
        path = path[:-1]
    elif path.endswith("/"):
        tail = ANY_TEXT
    else:
        tail = Repeat(_SEPARATED, 0, 1)
    pieces = _inner(path) if "*" in path else literal(path, ignore_case=True).items
    return Sequence((*parts, *pieces, tail, Anchor(True)))


def read_exclusion(text: str) -> Pattern:
    """Read one entry of the SSL decryption exclusion list.

    docs.paloaltonetworks.com, "Decryption Exclusions": "each asterisk controls one variable subdomain (label)", so that
    ``*.company.com`` matches ``tools.company.com`` and not ``eng.tools.company.com``.
    """
    entry = text.strip(BLANKS).lower()
    if not _HOST.fullmatch(entry) or "^" in entry:
        return Pattern(text, "it is no host name", _bare(entry))
    if "*" not in entry:
        return Pattern(text, reach=(entry, True, False))
    if any(len(label) > 1 and "*" in label for label in entry.split(".")):
        return Pattern(text, "an asterisk must stand for a whole label", "")
    return Pattern(text, hosts=_matching(entry.replace("*", "^")))


def _bare(entry: str) -> str:
    bare = entry.split("://", 1)[-1].partition("/")[0].strip().strip(".")
    return bare if _HOST.fullmatch(bare) and "^" not in bare else ""


def either(expressions: list[Expression]) -> Expression:
    """One of several expressions."""
    return expressions[0] if len(expressions) == 1 else Choice(tuple(expressions))
