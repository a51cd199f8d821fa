"""Runs the script too, and holds what was followed against it.

Reading and running are two ways to one answer. Where they contradict each other for a single host, neither is believed.
What could not be followed can at least be tried: an exact name for which every try comes to the same, whatever a client's
surroundings are, has that answer; of a wildcard a few names are tried, which proves nothing and is said so.
"""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, All, Condition, HostIn, Unmodelled, ViewIn
from allowlint.model.device import DIRECT, Note, Route, Rule, Unread, Way
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms import Endpoint
from allowlint.platforms._ways import NOWHERE
from allowlint.platforms.pac.concrete import Asked, possible
from allowlint.platforms.pac.failing import failures, line_of
from allowlint.platforms.pac.keeping import url_unused
from allowlint.platforms.pac.reading import ENTRY, NEWER_ENTRY, Followed, rule_of
from allowlint.platforms.pac.running import Try, run, view_of
from allowlint.platforms.pac.sandbox import Sampled
from allowlint.platforms.pac.script import Script

HELP_CONTRADICTION = (
    "one of the two is a fault of this program: please report it with the script, and test this host by hand"
)


def tried(
    script: Script, followed: Followed, endpoints: tuple[Endpoint, ...], *, public_dns: bool, old: bool
) -> Followed:
    """What was followed, as far as running the script confirms it.

    :param old: whether some clients run it in an old engine, which comes to something else for all that reading knows.
    """
    tries, sampled = run(script, endpoints, public_dns=public_dns, old=old)
    if sampled.fault:
        return _unrunnable(script, followed, sampled)
    told = {(note.kind, note.location.line) for note in followed.notes}
    further = [note for note in failures(script, tries) if (note.kind, note.location.line) not in told]
    followed = followed._replace(notes=(*followed.notes, *further))
    wrong = _contradiction(followed, tries)
    if wrong is not None:
        return _contradicted(script, followed, *wrong)
    return _sampled(script, followed, tries) if followed.gaps else followed


def _unrunnable(script: Script, followed: Followed, sampled: Sampled) -> Followed:
    """The script cannot be run at all: by its own fault, or because it goes beyond all limits."""
    place = Location(script.path, line_of(sampled.fault))
    if any(note.kind == "fails" for note in followed.notes):
        return followed
    if "quickjs" in sampled.fault:
        gap = Unread(place, ENTRY, f"what the script does when it is run: {sampled.fault}")
        return followed._replace(gaps=(*followed.gaps, gap))
    text = f"it does not run: {sampled.fault}"
    unknown = Unmodelled("does not run", f"what clients make of a script that does not run ({sampled.fault})", place)
    rules = (rule_of(unknown, (NOWHERE,), place, text), rule_of(ALWAYS, (NOWHERE,), place, text))
    return Followed(
        rules, (Unread(place, ENTRY, unknown.reason),), (*followed.notes, Note("fails", place, text)), runs=False
    )


def _contradiction(followed: Followed, tries: list[Try]) -> tuple[Try, str, frozenset[tuple[Route, ...]]] | None:
    """The first try whose answer reading rules out: (try, answer, what reading comes to)."""
    questions = [Asked(each.host, each.endpoint.port, view_of(each.endpoint)) for each in tries]
    different = list(dict.fromkeys(questions))
    comes_to = dict(zip(different, possible(followed.rules, different), strict=True))
    for each, question in zip(tries, questions, strict=True):
        expected = comes_to[question]
        for answer in each.answers:
            # Where it is not known what the script does, any answer is as good as another.
            open_ = bool(followed.gaps) and len(expected) > 1
            if answer.kind != "limit" and not open_ and each.way(answer) not in expected:
                said = answer.result if answer.result is not None else answer.error or answer.kind
                return each, said, expected
    return None


def _contradicted(
    script: Script, followed: Followed, each: Try, said: str, expected: frozenset[tuple[Route, ...]]
) -> Followed:
    """Reading and running differ: nothing of this script is known."""
    places = [rule.location for rule in followed.rules if rule.routes in expected]
    place = places[0] if len(places) == 1 else Location(script.path, 1)
    read = " or ".join(sorted("; ".join(map(str, ways)) for ways in expected))
    reason = f"what the script does: read it comes to {read} for {each.host}, run to {said}"
    unknown = Unmodelled("contradiction", reason, place, steady=False, settle=HELP_CONTRADICTION)
    rules = (rule_of(unknown, (DIRECT,), place, reason), rule_of(ALWAYS, (NOWHERE,), place, reason))
    return followed._replace(rules=rules, gaps=(*followed.gaps, Unread(place, ENTRY, reason)))


def _sampled(script: Script, followed: Followed, tries: list[Try]) -> Followed:
    """Rules from tries, in front of what could not be followed whole."""
    front: list[Rule] = []
    independent = url_unused(script, ENTRY) and (NEWER_ENTRY not in script.text or url_unused(script, NEWER_ENTRY))
    for endpoint in dict.fromkeys(each.endpoint for each in tries):
        mine = [each for each in tries if each.endpoint == endpoint]
        if endpoint.host.startswith("*"):
            front += _of_wildcard(script, endpoint, mine)
        elif independent and all(each.sure and each.answered[0].way is not Way.NOWHERE for each in mine[-1:]):
            front += _of_name(script, endpoint, mine)
    return followed._replace(rules=(*front, *followed.rules))


def _of_name(script: Script, endpoint: Endpoint, tries: list[Try]) -> list[Rule]:
    """What every kind of client is answered, where that is sure for each of them."""
    if not all(each.sure for each in tries):
        return []
    text = f"run for {endpoint.host}"
    last = tries[-1].answered
    if all(each.answered == last for each in tries):
        return [_tried_rule(script, endpoint, last, text, ALWAYS)]
    return [
        _tried_rule(script, endpoint, each.answered, f"{text}{each.client.shown}", each.client.which) for each in tries
    ]


def _of_wildcard(script: Script, endpoint: Endpoint, tries: list[Try]) -> list[Rule]:
    ways = frozenset[tuple[Route, ...]]().union(*(each.ways for each in tries))
    if len(ways) != 1:
        return []
    (way,) = ways
    count = len({each.host for each in tries})
    reason = (
        f"what the script does for every name of {endpoint.host}: it was run for {count}, "
        f"all {way[0]}; sampled, not proven"
    )
    unknown = Unmodelled(f"sampled {endpoint}", reason, Location(script.path, 1))
    return [_tried_rule(script, endpoint, way, f"run for {count} names of {endpoint.host}", unknown)]


def _tried_rule(script: Script, endpoint: Endpoint, way: tuple[Route, ...], text: str, further: Condition) -> Rule:
    listed = NameList()
    name = endpoint.host.removeprefix("*").removeprefix(".")
    if endpoint.host.startswith("*."):
        listed.lower[name] = 0
    elif endpoint.host.startswith("*"):
        listed.whole[name] = 0
    else:
        listed.exact[name] = 0
    conditions = (HostIn(listed), ViewIn(frozenset((view_of(endpoint),))), *(() if further is ALWAYS else (further,)))
    return rule_of(All(conditions), way, Location(script.path, 1), text)
