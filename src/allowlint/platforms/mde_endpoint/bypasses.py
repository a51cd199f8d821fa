"""Lists of names that go past a proxy.

A star stands for any text in the lists of Windows (learn.microsoft.com, "WINHTTP_PROXY_INFO": "*.example.com"; ``<local>`` is every name
without a dot). Defender Antivirus documents names without saying what else matches, so that its entries are sure of nothing.
"""

import re
from collections.abc import Iterator

from allowlint.model.automaton import Automaton, Budget, TooComplex
from allowlint.model.condition import All, AnyOf, Condition, Expression, Frame, HostIn, TextMatches, Unmodelled
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.syntax.globs import SHELL, parse_glob
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_GLOB = re.compile(r"[a-z0-9._*-]+")
_PARTED = re.compile(r"[;,\s]+")
_HOSTS = dict.fromkeys(View, Frame())
_MOST = 2_000
"""Entries that are looked at one by one."""


def entries(text: str) -> list[str]:
    """The entries of a list."""
    return [entry for entry in _PARTED.split(text) if entry]


def past_winhttp(text: str, place: Location) -> list[tuple[Condition, str]]:
    """The conditions under which a name goes past the proxy, each with its entry."""
    return [found for entry in _few(text) for found in _of(entry, place)]


def past_unsurely(text: str, place: Location, who: str) -> list[tuple[Condition, str]]:
    """The same for Defender Antivirus and for ``no_proxy``: what an entry matches is unsure, and nothing else goes past."""
    found: list[tuple[Condition, str]] = []
    for entry in _few(text):
        reason = f"whether {who} takes `{entry}` for these names"
        unsure = Unmodelled(f"bypass {entry}", reason, place)
        bare = re.sub(r"^[a-z]+://", "", entry.lower()).partition("/")[0].partition(":")[0]
        wide = [condition for name in {bare, f"*{bare.lstrip('*')}"} for condition, _ in _of(name, place)]
        found.append((All((AnyOf(tuple(wide)), unsure)) if wide else unsure, entry))
    return found


def _few(text: str) -> list[str]:
    found = list(dict.fromkeys(entries(text)))
    return found if len(found) <= _MOST else [*found[:_MOST], "(the rest of the list)"]


def _of(entry: str, place: Location) -> Iterator[tuple[Condition, str]]:
    lowered = entry.lower()
    if lowered in ("<local>", "<-loopback>"):
        # Names without a dot, which no endpoint on the internet has.
        return
    if _NAME.fullmatch(lowered) or (lowered.startswith("*.") and _NAME.fullmatch(lowered[2:])):
        yield _names(lowered), entry
    elif _GLOB.fullmatch(lowered) and lowered.strip("."):
        yield _glob(lowered, place), entry
    else:
        yield Unmodelled(f"bypass {entry}", f"what `{entry[:60]}` in the bypass list matches", place), entry


def _names(pattern: str) -> Condition:
    names = NameList()
    if pattern.startswith("*."):
        names.lower[pattern[2:]] = 0
    else:
        names.exact[pattern] = 0
    return HostIn(names)


def _glob(pattern: str, place: Location) -> Condition:
    try:
        automaton = Automaton(parse_glob(pattern, SHELL), Budget())
    except (InvalidPattern, UnmodelledPattern, TooComplex):
        return Unmodelled(f"bypass {pattern}", f"what `{pattern[:60]}` in the bypass list matches", place)
    return TextMatches((Expression(pattern, automaton, place),), (automaton,), _HOSTS, pattern)
