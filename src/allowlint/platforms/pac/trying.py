"""Runs the script too, and holds what was followed against it.

Reading and running are two ways to one answer. Where they contradict each other for a single host, neither is believed.
What could not be followed can at least be tried: an exact name for which every try comes to the same, whatever a client's
surroundings are, has that answer; of a wildcard a few names are tried, which proves nothing and is said so.
"""

from __future__ import annotations

import re

from allowlint.model.condition import ALWAYS, All, HostIn, Unmodelled, ViewIn
from allowlint.model.device import DIRECT, Note, Route, Rule, Way
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import Endpoint
from allowlint.platforms.pac.concrete import possible
from allowlint.platforms.pac.reading import Followed, rule_of
from allowlint.platforms.pac.results import NOWHERE, routes_of
from allowlint.platforms.pac.sandbox import Answer, Question, Sampled, World, run_script
from allowlint.platforms.pac.script import Script

WORLDS = (
    World(),
    World(addresses=("203.0.113.10",), own="192.168.77.7"),
    World(addresses=("10.1.2.3",), own="172.16.5.5", literal_globs=True),
)
"""Names that do not resolve, that are public, that are inside; two readings of shExpMatch."""
PUBLIC_WORLDS = (
    World(addresses=("20.50.60.70",)),
    World(addresses=("52.10.20.30",), own="192.168.77.7"),
    World(addresses=("13.70.80.90",), own="172.16.5.5", literal_globs=True),
)
"""The same where the user says that required names resolve to public addresses."""
LABELS = ("a", "www", "x7f3k", "b.c")
"""What stands in front of a wildcard's suffix in the names that are tried."""
MOST = 400
"""Endpoints that are tried."""


class Try(NamedTuple):
    """One name of one endpoint, with what the script answered in each world."""

    endpoint: Endpoint
    host: str
    answers: tuple[Answer, ...]

    @property
    def routes(self) -> frozenset[tuple[Route, ...]]:
        """The ways that were answered."""
        return frozenset(_routes(answer) for answer in self.answers)

    @property
    def sure(self) -> bool:
        """Whether the answer is the same whatever the client's surroundings are."""
        asked = frozenset[str]().union(*(answer.asked for answer in self.answers))
        told = all(answer.kind != "limit" for answer in self.answers)
        return told and not asked and len(self.routes) == 1


def tried(script: Script, followed: Followed, endpoints: tuple[Endpoint, ...], *, public_dns: bool) -> Followed:
    """What was followed, as far as running the script confirms it."""
    named = [(endpoint, host) for endpoint in endpoints[:MOST] for host in _names(endpoint)]
    questions = [Question(_url(endpoint, host), host) for endpoint, host in named] or [
        Question("https://a.example/", "a.example")
    ]
    sampled = run_script(script.text, questions, PUBLIC_WORLDS if public_dns else WORLDS)
    if sampled.fault:
        return _unrunnable(script, followed, sampled)
    tries = [Try(*each, sampled.answers[index :: len(questions)]) for index, each in enumerate(named)]
    if followed.gaps:
        return _sampled(script, followed, tries)
    return _confirmed(script, followed, tries)


def _unrunnable(script: Script, followed: Followed, sampled: Sampled) -> Followed:
    """The script cannot be run at all: by its own fault, or because it goes beyond all limits."""
    place = Location(script.path, _line_of(sampled.fault))
    if any(note.kind == "fails" for note in followed.notes):
        return followed
    if "quickjs" in sampled.fault:
        gap = f"what the script does when it is run: {sampled.fault}"
        return followed._replace(gaps=(*followed.gaps, gap))
    text = f"it does not run: {sampled.fault}"
    unknown = Unmodelled("does not run", f"what clients make of a script that does not run ({sampled.fault})", place)
    rules = (rule_of(unknown, (NOWHERE,), place, text), rule_of(ALWAYS, (NOWHERE,), place, text))
    return Followed(rules, (unknown.reason,), (*followed.notes, Note("fails", place, text)), runs=False)


def _line_of(fault: str) -> int:
    found = re.search(r"line (\d{1,7})", fault)
    return int(found.group(1)) if found else 1


def _confirmed(script: Script, followed: Followed, tries: list[Try]) -> Followed:
    """What was followed, if no try contradicts it; with what fails when it is run."""
    notes = list(followed.notes)
    for each in tries:
        expected = possible(followed.rules, each.host, each.endpoint.port, _view(each.endpoint))
        for answer in each.answers:
            if answer.kind == "limit":
                notes.append(_failing(script, each, answer))
                continue
            if _routes(answer) not in expected:
                return _contradicted(script, followed, each, answer)
            if answer.kind == "exception" and not answer.asked:
                notes.append(_failing(script, each, answer))
    unique = {(note.kind, note.location, note.text): note for note in notes}
    return followed._replace(notes=tuple(unique.values())[:20])


def _failing(script: Script, each: Try, answer: Answer) -> Note:
    what = "is stopped" if answer.kind == "limit" else "fails"
    return Note(
        "fails", Location(script.path, _line_of(answer.error)), f"the script {what} for {each.host}: {answer.error}"
    )


def _contradicted(script: Script, followed: Followed, each: Try, answer: Answer) -> Followed:
    """Reading and running differ: nothing of this script is known."""
    place = Location(script.path, 1)
    said = answer.result if answer.kind == "string" else answer.kind
    reason = f"what the script does: read and run it comes to different ways for {each.host} (run: {said})"
    unknown = Unmodelled("contradiction", reason, place, steady=False)
    rules = (rule_of(unknown, (DIRECT,), place, reason), rule_of(ALWAYS, (NOWHERE,), place, reason))
    return followed._replace(rules=rules, gaps=(*followed.gaps, reason))


def _sampled(script: Script, followed: Followed, tries: list[Try]) -> Followed:
    """Rules from tries, in front of what could not be followed whole."""
    front: list[Rule] = []
    independent = _never_asks_for_the_url(script)
    for endpoint in dict.fromkeys(each.endpoint for each in tries):
        mine = [each for each in tries if each.endpoint == endpoint]
        routes = frozenset[tuple[Route, ...]]().union(*(each.routes for each in mine))
        if len(routes) != 1:
            continue
        (way,) = routes
        exact = not endpoint.host.startswith("*")
        if exact and independent and all(each.sure for each in mine) and way[0].way is not Way.NOWHERE:
            front.append(_tried_rule(script, endpoint, way, f"run for {endpoint.host}", None))
        elif not exact:
            count = len(mine)
            reason = (
                f"what the script does for every name of {endpoint.host}: it was run for {count}, "
                f"all {way[0]}; sampled, not proven"
            )
            unknown = Unmodelled(f"sampled {endpoint}", reason, Location(script.path, 1))
            front.append(_tried_rule(script, endpoint, way, f"run for {count} names of {endpoint.host}", unknown))
    return followed._replace(rules=(*front, *followed.rules))


def _tried_rule(
    script: Script, endpoint: Endpoint, way: tuple[Route, ...], text: str, unknown: Unmodelled | None
) -> Rule:
    listed = NameList()
    name = endpoint.host.removeprefix("*").removeprefix(".")
    if endpoint.host.startswith("*."):
        listed.lower[name] = 0
    elif endpoint.host.startswith("*"):
        listed.whole[name] = 0
    else:
        listed.exact[name] = 0
    conditions = (HostIn(listed), ViewIn(frozenset((_view(endpoint),))), *((unknown,) if unknown else ()))
    return rule_of(All(conditions), way, Location(script.path, 1), text)


def _never_asks_for_the_url(script: Script) -> bool:
    """Whether the word for the URL stands nowhere but among the parameters."""
    found = re.search(r"FindProxyForURL\s*\(\s*([A-Za-z_$][\w$]*)", script.text)
    if found is None or "arguments" in script.text or "eval" in script.text or "Function" in script.text:
        return False
    return len(re.findall(rf"(?<![\w$]){re.escape(found.group(1))}(?![\w$])", script.text)) == 1


def _names(endpoint: Endpoint) -> list[str]:
    if not endpoint.host.startswith("*"):
        return [endpoint.host]
    suffix = endpoint.host.removeprefix("*").removeprefix(".")
    below = [f"{label}.{suffix}" for label in LABELS]
    return below if endpoint.host.startswith("*.") else [suffix, *below]


def _url(endpoint: Endpoint, host: str) -> str:
    scheme = "http" if endpoint.protocol == "http" else "https"
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}{'' if endpoint.port == usual else f':{endpoint.port}'}/"


def _view(endpoint: Endpoint) -> View:
    return View.PLAIN if endpoint.protocol == "http" else View.TUNNEL


def _routes(answer: Answer) -> tuple[Route, ...]:
    return routes_of(answer.result) if answer.result is not None else (NOWHERE,)
