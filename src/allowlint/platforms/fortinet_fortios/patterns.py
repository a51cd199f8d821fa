"""Patterns of URLs and host names as conditions: simple, wildcard and regular expression.

The reading of a URL filter's ``simple`` and ``wildcard`` entries. One without a path whose text is a public host name (``x.com``), or
``*.x.com``, is meant for the host, as every example of the vendor is, and is decided on the host, exactly:

- ``wildcard``: the name, or everything below it, with any path; ``*`` alone is everything;
- ``simple`` in flow mode: the text is a part of the host; ``net.com`` matches ``fortinet.com``;
- ``simple`` in proxy mode: the host itself, and since 7.4 what is below it unless ``include-subdomains`` is disabled (where it is
  not set, that is left open).

What would need the foreign name elsewhere is taken not to happen: the name of somebody else in the path of a request, or as labels in
front of another public name (``x.com.example.net``). A required endpoint has neither, and every profile that blocks a site would
else leave all of them open. Other patterns surely match only what they match in every reading that documents leave open, and may
match what they match in any. Sources: community.fortinet.com 192746 ("URL Filter expressions for the FortiGate", as of 7.2, where
proxy mode is literal, and as it stands now, with subdomains), 196494 (regular expressions are those of Perl, and not anchored),
193086 (wildcards); docs.fortinet.com, "URL filter" (administration guide 7.4), "config webfilter urlfilter" (CLI references).
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
        settle = r"let it match the whole name (begin it with .* for what is below a name)"
        anchored = self._regex(f"^(?:{text})$", place, _HOST, text)
        return _unsure(anchored, self._regex(text, place, _HOST), reason, place, settle)

    def url(self, text: str, kind: str, place: Location, mode: str = "", subdomains: bool | None = None) -> Condition:
        """A pattern of a URL filter.

        ``mode`` is ``flow``, ``proxy`` or empty where it is not told; ``subdomains``: whether a simple entry is about what is below
        its host in proxy mode, None where that is not told.
        """
        text = text.strip()
        for scheme in ("https://", "http://"):
            text = text.removeprefix(scheme)
        if kind == "regex":
            return self._both(text, place)
        host, _, path = text.partition("/")
        if kind == "wildcard":
            return self._wildcard(text, place)
        if path:
            return self._with_path(host, path, mode, place)
        return self._simple(host, mode, subdomains, place)

    def _simple(self, host: str, mode: str, subdomains: bool | None, place: Location) -> Condition:
        """A simple entry without a path."""
        if not host:
            return ALWAYS
        exact = self.host(host, place) if "*" not in host else self._regex(f"^{re.escape(host)}$", place, _HOST, host)
        if not is_public_name(host):
            reason = (
                f"whether {host[:50]!r} matches as a part of the URL (flow mode) or only as the whole host (proxy mode)"
            )
            return _unsure(exact, self._regex(re.escape(host), place, _SLASHED, host), reason, place)
        # What stands in front of another name is not looked for.
        part = self._regex(f"{re.escape(host)}$", place, _HOST, host)
        if host.lower().rpartition(".")[2] in _MIDDLE:
            reason = f"whether {host[:50]!r} matches in the middle of a host"
            part = _unsure(part, self._regex(re.escape(host), place, _HOST, host), reason, place)
        if mode == "flow":
            return part
        below = self._regex(rf"^(?:.*\.)?{re.escape(host)}$", place, _HOST, host)
        if mode == "proxy":
            reason = f"whether {host[:50]!r} is about what is below it, too"
            sure, possible = (exact, exact) if subdomains is False else (below, below) if subdomains else (exact, below)
            return _unsure(sure, possible, reason, place, "set include-subdomains in the URL filter")
        reason = f"whether {host[:50]!r} matches as a part of the host (flow mode) or as the whole of it (proxy mode)"
        return _unsure(exact, part, reason, place)

    def _with_path(self, host: str, path: str, mode: str, place: Location) -> Condition:
        """What begins like a simple entry matches in both modes; where the host is longer, it depends."""
        shown = f"{host}/{path}"
        begins = self._regex(f"^{re.escape(shown)}", place, _SLASHED, shown)
        in_host = is_public_name(host)
        part = self._regex(("^[^/]*" if in_host else "") + re.escape(shown), place, _SLASHED, shown)
        if mode == "flow" and in_host:
            return part
        reason = (
            f"whether {shown[:50]!r} matches as a part of the URL (flow mode) or only as the whole of it (proxy mode)"
        )
        return _unsure(begins, part, reason, place)

    def _wildcard(self, text: str, place: Location) -> Condition:
        if set(text) == {"*"}:
            return ALWAYS
        reach = reach_of(text.removesuffix("/"))
        if reach is not None and is_public_name(reach[0], below=reach[2]):
            names = NameList()
            add(names, reach)
            return HostIn(names)
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


_TOP = frozenset(
    """com net org info biz edu gov mil int xyz online site shop club top app dev cloud tv
    ac ad ae af ag ai al am ao ar as at au az ba bb bd be bg bh bj bm bo br bs bt bw by bz ca cc cd cf cg ch ci cl cm cn co cr cu cv
    cy cz de dj dk dm do dz ec ee eg es et eu fi fj fm fo fr ga gd ge gg gh gi gl gm gr gt gy hk hn hr ht hu id ie il im in io iq ir
    is it je jm jo jp ke kg kh kr kw ky kz la lb li lk lt lu lv ly ma mc md me mg mk ml mm mn mo mr ms mt mu mv mx my mz na ne ng ni
    nl no np nz om pa pe pg ph pk pl pr ps pt pw py qa ro rs ru rw sa sc sd se sg sh si sk sl sm sn so sr st su sv sy tc td tg th tj
    tk tm tn to tr tt tw tz ua ug uk us uy uz vc ve vg vn vu ws ye za zm zw""".split()
)
"""Top-level domains of the public names that such lists hold."""
_MIDDLE = frozenset("ae asia au br ca ch co de eu fr id in it jp kr ne no sg uk us za".split())
"""Those that stand for regions in the middle of the names of services, or begin a longer one of these (``co``, ``com``)."""


def is_public_name(text: str, *, below: bool = False) -> bool:
    """Whether a text is a whole public host name, such as ``facebook.com``, rather than a part of one or of a path.

    ``below``: whether it stood behind ``*.``, so that a top-level domain of more than two letters alone will do.
    """
    reach = reach_of(text)
    if reach is None or not reach[1]:
        return False
    *others, top = reach[0].split(".")
    return top in _TOP and (bool(others) or (below and len(top) > 2))


def _unsure(sure: Condition, possible: Condition, reason: str, place: Location, settle: str = "") -> Condition:
    """What surely matches, and what may."""
    if isinstance(sure, Unmodelled) or possible is sure:
        return sure
    return AnyOf((sure, All((possible, _doubts.not_modelled(reason, place, Doubt.VERSION, settle)))))
