"""Waivers as they stand in configurations: ``allowlint: ignore[TLS001] until=2027-03-31 ticket=CHG-1 owner=net reason: ...``.

One that is not written so waives nothing and is told, with what is wrong: silence would make its author believe that it holds.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from allowlint import registry
from allowlint.model.location import Location
from allowlint.model.waiver import MARK, SHORTEST_REASON, Remark, Span, Waiver, WaiverState, WaiverUse, day_of

FORM = "allowlint: ignore[TLS001] until=2027-03-31 ticket=CHG-1 owner=network reason: why this is accepted"
_IGNORE = re.compile(r"\s*ignore\s*\[([^\]]*)\]\s*(.*)", re.DOTALL)
_REASON = re.compile(r"(?:^|\s)reason:(.*)", re.DOTALL)
_WORDS = {"until": "expiry", "expiry": "expiry", "ticket": "ticket", "owner": "owner"}


class Malformed(Exception):
    """A waiver that is not written as it must be: what is wrong, a colon, and what to do."""


def too_many(use: WaiverUse) -> WaiverUse:
    """The first waiver of a file that has more of them than are read, refused for all that follow."""
    why = "too many waivers stand in this file: this one and all behind it hold for nothing; mend what they hide"
    return WaiverUse(Waiver((), "", use.waiver.location, inline=True), WaiverState.REFUSED, why=why)


def standing_in(path: str, remark: Remark) -> Iterator[WaiverUse]:
    """Yield the waivers in a remark of a file; those that are not understood are refused."""
    location = Location(path, remark.line)
    spans = tuple(span._replace(path=path) for span in remark.spans)
    for text in remark.text.split(MARK)[1:]:
        try:
            waiver = _read(text, location, spans)
        except Malformed as error:
            yield WaiverUse(Waiver((), "", location, inline=True), WaiverState.REFUSED, why=str(error))
        else:
            yield WaiverUse(waiver, WaiverState.ACTIVE)


def _read(text: str, location: Location, spans: tuple[Span, ...]) -> Waiver:
    if not spans:
        raise Malformed(
            "it belongs to no rule or object: put it into the comment or description of one, or directly above a line"
        )
    found = _IGNORE.match(text)
    if found is None:
        raise Malformed(f"it does not begin with ignore[...]: write {FORM}")
    listed, rest = found.groups()
    reason = _REASON.search(rest)
    if reason is None:
        raise Malformed(f"it has no reason: end it with 'reason: ...', as in {FORM}")
    said = " ".join(reason[1].split())
    if len(said) < SHORTEST_REASON:
        raise Malformed(f"its reason {said!r} is too short: say why, in {SHORTEST_REASON} characters or more")
    values = _values(rest[: reason.start()])
    return Waiver(_codes(listed), said, location, inline=True, spans=spans)._replace(**values)  # type: ignore[arg-type]


@cache
def _known() -> Mapping[str, str]:
    """The codes of all checks by their names."""
    return {check.name: check.code for check in registry.all("checks").values()}


def _codes(listed: str) -> tuple[str, ...]:
    """The checks between the brackets: codes or names, each in full."""
    known = _known()
    found: list[str] = []
    for word in (part.strip() for part in listed.split(",")):
        code = known.get(word.lower(), word.upper())
        if code not in known.values():
            from difflib import get_close_matches

            near = get_close_matches(word.upper(), known.values(), 1) or get_close_matches(word.lower(), known, 1)
            advice = f"did you mean {near[0]!r}?" if near else "name checks in full, such as ignore[TLS001]"
            raise Malformed(f"no check is called {word[:40]!r}: {advice}")
        found.append(code)
    return tuple(dict.fromkeys(found))


def _values(text: str) -> Mapping[str, str]:
    """What is said of the waiver in ``word=value``."""
    found: dict[str, str] = {}
    for part in text.split():
        word, equals, value = part.partition("=")
        key = _WORDS.get(word)
        if key is None or not equals or not value:
            raise Malformed(
                f"{part[:40]!r} is not understood: words are until=, ticket= and owner=, and last 'reason:'"
            )
        if key in found:
            raise Malformed(f"{word} is said twice: keep one")
        found[key] = value
    if "expiry" in found and not day_of(found["expiry"]):
        raise Malformed(f"{found['expiry'][:40]!r} is no day: write it as 2027-03-31")
    return found
