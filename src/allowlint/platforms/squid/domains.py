"""Domain lists (``dstdomain``, ``ssl::server_name``): what an entry matches, and the overlaps that stop Squid.

Matching is ``matchDomainName`` of Squid 5.7 (``anyp/Uri.cc``): ``example.com`` is that host only, ``.example.com`` the host and
everything below it, and every other character is literal, so a star never matches a name.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from allowlint.model.device import Entry, LongList
from allowlint.model.lazy import lazy_pattern
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.model.tree import LONGEST_NAME
from allowlint.platforms.squid.config import Acl
from allowlint.platforms.squid.text import Reading, Token, lowered
from allowlint.platforms.squid.value_files import Listed

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_FAULTLESS = lazy_pattern(r"\.?(?!\.)[a-z0-9_.-]{0,252}[a-z0-9_-]")
"""What nearly every entry is: one look tells that there is no fault to be looked for."""
OLDER = "Squid 6 and earlier"


class Value(NamedTuple):
    """One value of a domain ACL."""

    token: Token
    owner: str
    """The ACL line that holds it."""
    text: str
    """As Squid compares it."""
    fault: str
    """Why it never matches; empty where it does."""


class Domains:
    """The values of one domain ACL."""

    __slots__ = ("_lines", "_odd", "lists", "names", "values")

    def __init__(self, acl: Acl) -> None:
        self.names = NameList()
        self.values: list[Value] = []
        """What is written one by one."""
        self.lists: list[tuple[str, Listed]] = []
        """Long files, each with the ACL line that names it."""
        self._lines = acl.lines
        for values, owner in ((line.values, line.owner) for line in acl.lines):
            if isinstance(values, Listed):
                self.lists.append((owner, values))
                self.names.texts.append(values.names)
            else:
                texts = list(_texts(values))
                self.values += map(Value._make, zip(values, repeat(owner), texts, map(fault_of, texts)))
        self._odd = {text for _, _, text, fault in self.values if fault}
        good = [text for _, _, text, fault in self.values if not fault]
        self.names.whole |= dict.fromkeys((text[1:] for text in good if text[:1] == "."), 0)
        self.names.exact |= dict.fromkeys((text for text in good if text[:1] != "."), 0)

    def overlaps(self) -> Iterator[tuple[Token, str]]:
        """Yield the values that stop Squid 6 and earlier: a wider one after a narrower one, or a name with and without its dot.

        A narrower value after a wider one is ignored with a warning, and what comes later is compared with the others only.
        """
        exact: set[str] = set()
        whole: set[str] = set()
        above: set[str] = set()
        for text, values, index in self._touching():
            wide = text.startswith(".")
            bare = text[1:] if wide else text
            parent = bare.partition(".")[2]
            if bare in (whole if wide else exact) or _is_below(parent, whole):
                continue
            if bare in (exact if wide else whole) or (wide and bare in above):
                yield values[index], f"'{text}' overlaps an earlier, narrower value of the same ACL"
                continue
            (whole if wide else exact).add(bare)
            while parent and parent not in above:
                above.add(parent)
                parent = parent.partition(".")[2]

    def _touching(self) -> Iterator[tuple[str, Sequence[Token], int]]:
        """The values, by their texts, that are wider than another one or narrower; of a long list they are few."""
        wide = {text[1:] for text in self._odd if text[:1] == "."}.union(self.names.wide())
        if not wide:
            return
        # Names that end as none of the wide ones does are not below one either.
        exact = {*self._odd}.union(self.names.exact, *(text.alone(wide) for text in self.names.texts))
        parents = {name.partition(".")[2] for name in chain(exact, wide)}
        wider = exact & wide
        while parents:
            wider |= parents & wide
            parents = {name.partition(".")[2] for name in parents if name}
        for values in (line.values for line in self._lines if wider):
            for index, text in enumerate(_texts(values)):
                bare = text.removeprefix(".")
                if bare in wider or _is_below(bare.partition(".")[2], wider):
                    yield text, values, index


def _texts(values: Sequence[Token]) -> Iterator[str]:
    """The texts of values as Squid compares them."""
    if isinstance(values, Listed):
        return (text for _, text in values.names.names())
    return (lowered(token.text) for token in values)


def _is_below(name: str, whole: set[str]) -> bool:
    """Whether a name, or one above it, is among some."""
    while name:
        if name in whole:
            return True
        name = name.partition(".")[2]
    return False


def fault_of(text: str) -> str:
    """Why an entry (in lower case) never matches the name of a host; empty where it does."""
    return "" if _FAULTLESS.fullmatch(text) else _looked_for(text)


def _looked_for(text: str) -> str:
    bare = text[1:] if text.startswith(".") else text
    if len(bare) > LONGEST_NAME:
        return "it is longer than a host name can be"
    if "*" in text:
        return "a star is a literal character here"
    if "://" in text:
        return "a scheme is not part of a host name"
    if "/" in text:
        return "a path is not part of a host name"
    if ":" in text:
        return "a port is not part of a host name"
    odd = sorted(set(bare) - _NAME)
    if odd:
        return (
            hidden(odd[0])
            if not odd[0].isprintable() or odd[0].isspace() or ord(odd[0]) > 127
            else f"the character {odd[0]!r} is not part of a host name"
        )
    if text.startswith("..") or bare.endswith(".") or not bare:
        return "a trailing or doubled dot matches no host name" if bare else "a lone dot matches nothing"
    return ""


def hidden(char: str) -> str:
    """The name of a character that one does not see."""
    import unicodedata

    if "\udc80" <= char <= "\udcff":
        return f"it contains the stray byte 0x{ord(char) - 0xDC00:02x}"
    return f"it contains {unicodedata.name(char, 'a control character').lower()} (U+{ord(char):04X})"


def advice_for(text: str) -> str:
    """The spelling that does what the author of an entry seems to have meant; empty where that is not clear."""
    cleaned = "".join(char for char in lowered(text) if char.isprintable() and not char.isspace() and ord(char) < 128)
    cleaned = cleaned.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0].rstrip(".")
    if cleaned.startswith("*."):
        cleaned = cleaned[1:]
    elif cleaned.startswith("*"):
        cleaned = "." + cleaned[1:].lstrip("*.")
    return cleaned if cleaned and cleaned != lowered(text) and not fault_of(cleaned) else ""


def entries(acl: Acl, domains: Domains) -> Iterator[Entry]:
    """The values as hints and hygiene checks want them."""
    owned = f"acl {acl.name}"
    for (spelled, location), owner, text, fault in domains.values:
        wide = text.startswith(".")
        reach = None if fault else (text[1:] if wide else text, True, wide)
        advice = advice_for(spelled) if fault else ""
        yield Entry(spelled, location, owner or owned, reach, fault, advice)


def long_lists(acl: Acl, domains: Domains) -> Iterator[LongList]:
    """The long files of an ACL in the same way."""
    for owner, listed in domains.lists:
        yield LongList(owner or f"acl {acl.name}", listed.names, _Entries(owner or f"acl {acl.name}", listed).at)


class _Entries(NamedTuple):
    """The values of a long file, made into entries one by one."""

    owner: str
    listed: Listed

    def at(self, place: int) -> Entry:
        """The entry of a value."""
        text, (spelled, location) = self.listed.names.name(place), self.listed.at(place)
        wide = text.startswith(".")
        return Entry(spelled, location, self.owner, (text[1:] if wide else text, True, wide))


def note_overlaps(domains: Domains, reading: Reading) -> None:
    """Report what keeps Squid 6 and earlier from starting."""
    for value, message in domains.overlaps():
        reading.fault(value.location, message, OLDER)
