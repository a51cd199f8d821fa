"""Very many names in one text, as products keep them in files."""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from allowlint.model.lazy import lazy_pattern

FEW = 20
"""Endings that are searched for one by one, and domains about which a text is asked before all its names are made."""
_CHUNK = 1 << 12
"""Characters between places of which the line is noted."""
_NAME = lazy_pattern(r"[^\n]+")
_WIDE = lazy_pattern(r"\n\.([^\n]+)")
_ALONE = lazy_pattern(r"\n([^.\n][^\n]*)")
_Names = dict[str, None]


class NameText:
    """Names in lower case, one a line; what begins with a dot reaches the name itself and everything below it, else the name alone.

    Of a million names hardly one concerns a question. To search the text for those that end as a name of the question does costs
    a tenth of what it takes to make the names. A place is where a line begins.
    """

    def __init__(self, text: str) -> None:
        """``text``: lines without blanks, of which some may be empty, each between line breaks."""
        self._text = text
        self._length = len(text.split()) if "\n\n" in text else text.count("\n") - 1
        self._ending: dict[str, list[int]] = {}
        self._domains: dict[str, tuple[_Names, _Names]] = {}

    def __len__(self) -> int:
        return self._length

    def name(self, place: int) -> str:
        """The name at a place, as it is written."""
        return self._text[place : self._text.index("\n", place)]

    def line(self, place: int) -> int:
        """The line of a place, from 1."""
        chunk = place // _CHUNK
        return self._breaks[chunk] + self._text.count("\n", chunk * _CHUNK, place)

    @cached_property
    def _breaks(self) -> list[int]:
        """The line breaks before each chunk."""
        found = [0]
        for begin in range(0, len(self._text), _CHUNK):
            found.append(found[-1] + self._text.count("\n", begin, begin + _CHUNK))
        return found

    def names(self) -> Iterator[tuple[int, str]]:
        """Yield each name with its place, in order."""
        return ((found.start(), found[0]) for found in _NAME.finditer(self._text))

    def ending(self, ends: Collection[str]) -> Iterable[int]:
        """The places, in order, of the names that end in one of some texts; if these are many, perhaps of others as well."""
        if len(ends) <= FEW and "" not in ends:
            return sorted({place for end in ends for place in self._searched(end)})
        shortest = min(map(len, ends))
        tails = frozenset(end[len(end) - shortest :] for end in ends)
        return (place for place, name in self.names() if name[max(0, len(name) - shortest) :] in tails)

    def _searched(self, end: str) -> list[int]:
        found = self._ending.get(end)
        if found is None:
            found = self._ending[end] = []
            text, at = self._text, 0
            while (at := text.find(f"{end}\n", at)) >= 0:
                found.append(text.rfind("\n", 0, at) + 1)
                at += len(end)
        return found

    @cached_property
    def wide(self) -> _Names:
        """The names that reach everything below them, without their dots."""
        return dict.fromkeys(_WIDE.findall(self._text))

    @cached_property
    def _alone(self) -> _Names:
        return dict.fromkeys(_ALONE.findall(self._text))

    def alone(self, ends: Collection[str]) -> Iterable[str]:
        """The names that reach only themselves and end in one of some texts; perhaps others as well."""
        if len(ends) > FEW:
            return self._alone
        return [name for name in map(self.name, self.ending(ends)) if name[0] != "."]

    def about(self, hosts: Iterable[str]) -> list[tuple[_Names, _Names]]:
        """Names that reach only themselves, beside names that reach everything below as well, without their dots.

        Among them are all that are one of some hosts, or below one, or reach it.
        """
        domains = {".".join(host.rsplit(".", 2)[-2:]) for host in hosts}
        if len(domains | self._domains.keys()) > FEW or not all("." in domain for domain in domains):
            return [(self._alone, self.wide)]
        return [self._domain(domain) for domain in domains]

    def _domain(self, domain: str) -> tuple[_Names, _Names]:
        """Those that concern a name of two labels, and what is below it."""
        found = self._domains.get(domain)
        if found is None:
            names = [self.name(place) for place in self._searched(domain)]
            wide = dict.fromkeys(name[1:] for name in names if name[0] == ".")
            top = domain.partition(".")[2]
            if top in self.wide:
                wide[top] = None
            found = self._domains[domain] = (dict.fromkeys(name for name in names if name[0] != "."), wide)
        return found
