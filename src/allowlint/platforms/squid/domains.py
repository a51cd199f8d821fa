"""Domain lists (``dstdomain``, ``ssl::server_name``): what an entry matches, and the overlaps that stop Squid.

Matching is ``matchDomainName`` of Squid 5.7 (``anyp/Uri.cc``): ``example.com`` is that host only, ``.example.com`` the host and
everything below it, and every other character is literal, so a star never matches a name.
"""

from collections.abc import Iterator

from allowlint.model.device import Entry
from allowlint.model.namelist import NameList, ancestors
from allowlint.platforms.squid.config import Acl
from allowlint.platforms.squid.text import Reading, Token, lowered

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
OLDER = "Squid 6 and earlier"


class Domains:
    """The values of one domain ACL."""

    __slots__ = ("entries", "names")

    def __init__(self, acl: Acl) -> None:
        self.names = NameList()
        self.entries: list[tuple[Token, str]] = []
        """Each value with the ACL line that holds it."""
        for line in acl.lines:
            for value in line.values:
                self._add(value, line.owner)

    def _add(self, value: Token, owner: str) -> None:
        text = lowered(value.text)
        self.entries.append((value, owner))
        if fault_of(text):
            return
        if text.startswith("."):
            self.names.whole[text[1:]] = len(self.entries) - 1
        else:
            self.names.exact[text] = len(self.entries) - 1

    def overlaps(self) -> Iterator[tuple[Token, str]]:
        """Yield the values that stop Squid 6 and earlier: a wider one after a narrower one, or a name with and without its dot.

        A narrower value after a wider one is ignored with a warning, and what comes later is compared with the others only.
        """
        kept: set[str] = set()
        above: set[str] = set()
        for value, _ in self.entries:
            text = lowered(value.text)
            wide = text.startswith(".")
            bare = text[1:] if wide else text
            parents = list(ancestors(bare))
            twin = bare if wide else f".{bare}"
            if text in kept or any(f".{parent}" in kept for parent in parents[1:]):
                continue
            if twin in kept or (wide and bare in above):
                yield value, f"'{text}' overlaps an earlier, narrower value of the same ACL"
                continue
            kept.add(text)
            above.update(parents[1:])


def fault_of(text: str) -> str:
    """Why an entry (in lower case) never matches the name of a host; empty where it does."""
    bare = text[1:] if text.startswith(".") else text
    if len(bare) > 253:
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
    for value, owner in domains.entries:
        text = lowered(value.text)
        fault = fault_of(text)
        wide = text.startswith(".")
        yield Entry(
            value.text,
            value.location,
            owner or f"acl {acl.name}",
            None if fault else (text[1:] if wide else text, True, wide),
            fault,
            advice_for(value.text) if fault else "",
        )


def note_overlaps(domains: Domains, reading: Reading) -> None:
    """Report what keeps Squid 6 and earlier from starting."""
    for value, message in domains.overlaps():
        reading.fault(value.location, message, OLDER)
