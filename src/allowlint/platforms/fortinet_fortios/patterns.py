"""Patterns of URLs and host names as conditions: simple, wildcard and regular expression.

Where documents leave open what a pattern is compared with (a host alone or with a slash, with what follows the path), it surely
matches only what it matches in every reading, and may match what it matches in any. A wildcard is compared with the host where
nothing else is seen (docs.fortinet.com, "URL filter", administration guide 7.4). Sources: community.fortinet.com 192746 ("URL
Filter expressions for the FortiGate": simple is a part of the URL in flow mode and the whole of it in proxy mode), 196494 (regular
expressions are those of Perl, and not anchored), 193086 (wildcards).
"""

import re
from collections.abc import Callable

from allowlint.model.automaton import Automaton, Budget, TooComplex
from allowlint.model.automaton import Expression as Tree
from allowlint.model.condition import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Doubt,
    Expression,
    Frame,
    HostIn,
    TextMatches,
    Unmodelled,
)
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.spelling import add, reach_of
from allowlint.syntax.globs import FORTIOS_WILDCARD, parse_glob
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern
from allowlint.syntax.pcre import parse_pcre

_HOST = dict.fromkeys(View, Frame())
_BARE = {View.TUNNEL: Frame(), View.PLAIN: Frame(path=True), View.DECRYPTED: Frame(path=True)}
_SLASHED = {View.TUNNEL: Frame(tail="/"), View.PLAIN: Frame(path=True), View.DECRYPTED: Frame(path=True)}
"""The two texts that stand for a URL of which only the host is seen."""
_FLAGS = re.compile(r"/(.*)/([a-z]*)", re.DOTALL)


class Patterns:
    """Compiles the patterns of one configuration."""

    def __init__(self) -> None:
        self.budget = Budget()

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
        anchored = self._regex(f"^(?:{text})$", place, _HOST)
        return _unsure(anchored, self._regex(text, place, _HOST), reason, place)

    def url(self, text: str, kind: str, place: Location) -> Condition:
        """A pattern of a URL filter."""
        text = text.strip()
        for scheme in ("https://", "http://"):
            text = text.removeprefix(scheme)
        if kind == "regex":
            return self._both(text, place)
        if kind == "wildcard":
            return self._wildcard(text, place)
        return self._simple(text, place)

    def _simple(self, text: str, place: Location) -> Condition:
        """The host is certain in both modes, and so is a path on plain HTTP that begins like it; a part of a URL is not."""
        host, slash, path = text.partition("/")
        reason = (
            f"whether {text[:50]!r} matches as a part of the URL (flow mode) or only as the whole of it (proxy mode)"
        )
        whole = f"{re.escape(host)}/{re.escape(path)}"
        exact = self.host(host, place) if not path and "*" not in host else self._regex(f"^{whole}", place, _SLASHED)
        part = self._regex(re.escape(text.rstrip("/") if not path else text), place, _SLASHED)
        return _unsure(exact, part, reason, place) if slash or host else ALWAYS

    def _wildcard(self, text: str, place: Location) -> Condition:
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

    def _regex(self, text: str, place: Location, frames: dict[View, Frame]) -> Condition:
        flags = _FLAGS.fullmatch(text)
        if flags is not None:
            reason = f"what the flags of {text[:50]!r} do"
            return _doubts.not_modelled(reason, place, Doubt.VERSION, "write the expression without slashes")
        found = self._compiled(text, place, lambda: parse_pcre(text, ignore_case=True), frames)
        if text.lower() == text or isinstance(found, Unmodelled):
            return found
        reason = f"whether {text[:50]!r} tells capital letters apart"
        return All((found, _doubts.not_modelled(reason, place, Doubt.VERSION, "write it in small letters")))

    def _compiled(self, text: str, place: Location, parsed: Callable[[], Tree], frames: dict[View, Frame]) -> Condition:
        try:
            tree = parsed()
        except InvalidPattern as error:
            return _doubts.not_modelled(f"what is made of {text[:50]!r}, which is no pattern ({error})", place)
        except (UnmodelledPattern, TooComplex) as error:
            return _doubts.not_modelled(f"whether {text[:50]!r} matches ({error})", place)
        automaton = Automaton(tree, self.budget)
        return TextMatches((Expression(text, automaton, place),), (automaton,), frames, text[:50])


def _unsure(sure: Condition, possible: Condition, reason: str, place: Location) -> Condition:
    """What surely matches, and what may."""
    if isinstance(sure, Unmodelled):
        return sure
    return AnyOf((sure, All((possible, _doubts.not_modelled(reason, place, Doubt.VERSION)))))
