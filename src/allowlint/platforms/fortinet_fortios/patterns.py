"""Patterns of URLs and host names as conditions: simple, wildcard and regular expression.

The reading of a URL filter's ``simple`` and ``wildcard`` entries. One without a path whose text is a public host name (``x.com``), or
``*.x.com``, is meant for the host, as every example of the vendor is, and is decided on the host, exactly:

- ``wildcard``: the name, or everything below it, with any path; ``*`` alone is everything;
- ``simple`` in flow mode: the text is a part of the host; ``net.com`` matches ``fortinet.com``, ``s.id`` ``apps.identrust.com``;
- ``simple`` in proxy mode: the host itself, and since 7.4 what is below it unless ``include-subdomains`` is disabled, which is
  enabled where it is not set (in 7.4 itself, that is left open).

A name that is asked for by itself, or the part of a pattern that is the same in all its names, is compared as it stands
(:mod:`.foreign`). What would need the name of somebody else as labels in front of another public name (``x.com.example.net``), or in
the path of a request, is taken not to happen: no required endpoint has it, and every profile that blocks a site would else leave all
of them open. Other patterns surely match only what they match in every reading that documents leave open, and may match what they
match in any. Sources: community.fortinet.com 192746 ("URL Filter expressions for the FortiGate", as of 7.2, where proxy mode is
literal, and as it stands now, with subdomains and paths that are compared by their beginning), 197999 (``simple`` in flow mode is a
part of the URL by design), 227814 (an entry of type wildcard with a blank matches every site in proxy mode), 196494 (regular
expressions are those of Perl, and not anchored), 193086 (wildcards); docs.fortinet.com, "URL filter" (administration guide 7.4),
"config webfilter urlfilter" (CLI references).
"""

import re
from collections.abc import Callable

from allowlint.model.automaton import Automaton, Budget, TooComplex
from allowlint.model.automaton import Expression as Tree
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Condition,
    Doubt,
    Expression,
    Frame,
    HostIn,
    Not,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import Endpoint, _doubts
from allowlint.platforms.fortinet_fortios.foreign import Foreign, is_public_name
from allowlint.platforms.fortinet_fortios.spelling import add, reach_of
from allowlint.syntax.globs import FORTIOS_WILDCARD, parse_glob
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern
from allowlint.syntax.pcre import parse_pcre

_HOST = dict.fromkeys(View, Frame())
_BARE = {View.TUNNEL: Frame(), View.PLAIN: Frame(path=True), View.DECRYPTED: Frame(path=True)}
_SLASHED = {View.TUNNEL: Frame(tail="/"), View.PLAIN: Frame(path=True), View.DECRYPTED: Frame(path=True)}
"""The two texts that stand for a URL of which only the host is seen."""
_READABLE = ViewIn(frozenset((View.PLAIN, View.DECRYPTED)))
_FLAGS = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)


class Reading(NamedTuple):
    """How a URL filter is read: the mode of the policy, and what its table and release say."""

    mode: str = ""
    """``flow``, ``proxy`` or empty where it is not told."""
    subdomains: bool | None = None
    """Whether a simple entry is about what is below its host in proxy mode; None where that is not told."""
    literal: bool = False
    """Whether a simple entry of proxy mode is one URL, as it was before 7.4."""


class Patterns:
    """Compiles the patterns of one configuration; ``endpoints`` are those that will be asked about."""

    def __init__(self, endpoints: tuple[Endpoint, ...]) -> None:
        self.budget = Budget()
        self.foreign = Foreign(endpoints)

    def host(self, text: str, place: Location) -> Condition:
        """A host name with stars, compared with the name in the TLS handshake."""
        reach = reach_of(text)
        if reach is not None:
            names = NameList()
            add(names, reach)
            return HostIn(names)
        return self._compiled(text, place, lambda: parse_glob(text, FORTIOS_WILDCARD), _HOST)

    def host_regex(self, text: str, place: Location) -> Condition:
        """An expression that is searched in a host name. Whether it is anchored is not said: beyond a whole match it is unsure."""
        reason = f"whether {text[:50]!r} must match the whole host name"
        settle = r"let it match the whole name (begin it with .* for what is below a name)"
        anchored = self._regex(f"^(?:{text})$", place, _HOST, text)
        return _unsure(anchored, self._regex(text, place, _HOST), reason, place, settle)

    def url(self, text: str, kind: str, place: Location, reading: Reading) -> Condition:
        """A pattern of a URL filter."""
        blank = kind == "wildcard" and any(map(str.isspace, text)) and reading.mode != "flow"
        text = text.strip()
        for scheme in ("https://", "http://"):
            text = text.removeprefix(scheme)
        host, _, path = text.partition("/")
        if kind == "regex":
            return self._both(text, place)
        if kind == "wildcard":
            found = self._wildcard(text, place)
            reason = f"whether the blank in {text[:50]!r} makes it match every site (proxy mode)"
            return _unsure(found, ALWAYS, reason, place, "remove the blank") if blank else found
        literal = self._with_path(host, path, reading, place) if path else self._simple(host, reading, place)
        if "*" in text:
            reason = f"whether the star in {text[:50]!r} is more than a character in an entry of type simple"
            return _unsure(literal, self._wildcard(text, place), reason, place, "set type wildcard")
        return literal

    def _simple(self, host: str, reading: Reading, place: Location) -> Condition:
        """A simple entry without a path."""
        if not host:
            return ALWAYS
        exact = self.host(host, place) if "*" not in host else self._regex(f"^{re.escape(host)}$", place, _HOST, host)
        if not is_public_name(host):
            reason = (
                f"whether {host[:50]!r} matches as a part of the URL (flow mode) or only as the whole host (proxy mode)"
            )
            return _unsure(exact, self._regex(re.escape(host), place, _SLASHED, host), reason, place)
        if reading.mode == "proxy":
            names = NameList()
            names.whole[host.lower()] = 0
            below = HostIn(names)
            reason = f"whether {host[:50]!r} is about what is below it, too"
            sure, possible = {True: (below, below), False: (exact, exact), None: (exact, below)}[reading.subdomains]
            return _unsure(sure, possible, reason, place, "set include-subdomains in the URL filter")
        part = self._part(host, place)
        if reading.mode == "flow":
            return part
        reason = f"whether {host[:50]!r} matches as a part of the host (flow mode) or as the whole of it (proxy mode)"
        return _unsure(exact, part, reason, place)

    def _part(self, host: str, place: Location) -> Condition:
        """A public name that is a part of a host."""
        names, longer = self.foreign.ending(host)
        inside = self.foreign.inside(host)
        names.exact.update(inside.sure.exact)
        names.lower.update(inside.sure.lower)
        untold = _doubts.not_modelled(f"whether {host[:50]!r} matches in the middle of a host", place)
        parts: list[Condition] = [HostIn(names)] if len(names) else []
        if longer:
            parts.append(self._regex(longer, place, _HOST, host))
        if len(inside.chance):
            parts.append(All((HostIn(inside.chance), Not(HostIn(self.foreign.exact)), untold)))
        if inside.anywhere:
            parts.append(All((self._regex(re.escape(host), place, _HOST, host), untold)))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER

    def _with_path(self, host: str, path: str, reading: Reading, place: Location) -> Condition:
        """What begins like a simple entry matches in both modes; where the host is longer, it depends."""
        shown = f"{host}/{path}"
        whole = f"^{re.escape(shown)}" + ("$" if reading.literal and reading.mode != "flow" else "")
        begins = self._regex(whole, place, _SLASHED, shown)
        in_host = is_public_name(host)
        part = self._regex(("^[^/]*" if in_host else "") + re.escape(shown), place, _SLASHED, shown)
        if reading.mode == "flow" and in_host:
            return part
        reason = (
            f"whether {shown[:50]!r} matches as a part of the URL (flow mode) or only as the whole of it (proxy mode)"
        )
        return _unsure(begins, part, reason, place)

    def _wildcard(self, text: str, place: Location) -> Condition:
        if set(text) == {"*"}:
            return ALWAYS
        whole = text.removesuffix("/*")
        if whole != text and "/" not in whole:
            found = self._wildcard(whole, place)
            reason = f"whether {text[:50]!r} matches a URL of which only the host is seen"
            return All((found, AnyOf((_READABLE, _doubts.not_modelled(reason, place, settle=f"write {whole[:50]}")))))
        reach = reach_of(text.removesuffix("/"))
        if reach is not None and is_public_name(reach[0], below=reach[2]):
            names = NameList()
            add(names, reach)
            # Whether the text must end with the host is not said; where the same letters go on, that matters.
            longer = self.foreign.inside(f".{reach[0]}" if reach[2] else reach[0]).sure
            reason = f"whether {text[:50]!r} matches in the middle of a host"
            return _unsure(HostIn(names), HostIn(longer), reason, place) if len(longer) else HostIn(names)
        reason = f"whether {text[:50]!r} matches URLs that go on behind it"
        strict = self._compiled(text, place, lambda: parse_glob(text, FORTIOS_WILDCARD), _BARE)
        loose = self._compiled(text, place, lambda: parse_glob(f"{text}/*", FORTIOS_WILDCARD), _SLASHED)
        return _unsure(strict, loose, reason, place)

    def _both(self, text: str, place: Location) -> Condition:
        """What matches the host with and without a slash matches; what matches one of them may."""
        bare, slashed = (self._regex(text, place, frames) for frames in (_BARE, _SLASHED))
        if isinstance(bare, Unmodelled):
            return bare
        reason = f"whether {text[:50]!r} is compared with a host alone or with a slash behind it"
        untold = _doubts.not_modelled(reason, place, Doubt.VERSION)
        return AnyOf((All((bare, slashed)), All((AnyOf((bare, slashed)), untold))))

    def _regex(self, text: str, place: Location, frames: dict[View, Frame], shown: str = "") -> Condition:
        """``shown`` is what stands in the configuration, where the expression was made of it."""
        shown = shown or text
        flags = _FLAGS.fullmatch(text)
        if flags is not None:
            reason = f"what the flags of {text[:50]!r} do"
            return _doubts.not_modelled(reason, place, Doubt.VERSION, "write the expression without slashes")
        found = self._compiled(text, place, lambda: parse_pcre(text, ignore_case=True), frames, shown)
        if shown != text or text.lower() == text or isinstance(found, Unmodelled):
            return found
        reason = f"whether {text[:50]!r} tells capital letters apart"
        return All((found, _doubts.not_modelled(reason, place, Doubt.VERSION, "write it in small letters")))

    def _compiled(
        self, text: str, place: Location, parsed: Callable[[], Tree], frames: dict[View, Frame], shown: str = ""
    ) -> Condition:
        text = shown or text
        try:
            tree = parsed()
        except InvalidPattern as error:
            return _doubts.not_modelled(f"what is made of {text[:50]!r}, which is no pattern ({error})", place)
        except (UnmodelledPattern, TooComplex) as error:
            return _doubts.not_modelled(f"whether {text[:50]!r} matches ({error})", place)
        automaton = Automaton(tree, self.budget)
        return TextMatches((Expression(text, automaton, place),), (automaton,), frames, text[:50])


def _unsure(sure: Condition, possible: Condition, reason: str, place: Location, settle: str = "") -> Condition:
    """What surely matches, and what may."""
    if isinstance(sure, Unmodelled) or possible is sure:
        return sure
    return AnyOf((sure, All((possible, _doubts.not_modelled(reason, place, Doubt.VERSION, settle)))))
