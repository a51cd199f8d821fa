"""What a script answers when it is run: for every endpoint, every kind of client, and several surroundings of theirs."""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, Condition
from allowlint.model.device import Route
from allowlint.model.flow import View
from allowlint.model.record import NamedTuple
from allowlint.platforms import Endpoint
from allowlint.platforms._ways import NOWHERE
from allowlint.platforms.pac.eras import as_old, old_client
from allowlint.platforms.pac.keeping import declared_by_var, kept
from allowlint.platforms.pac.logic import all_of
from allowlint.platforms.pac.reading import ENTRY, NEWER_ENTRY, calls_newer_entry
from allowlint.platforms.pac.results import routes_of
from allowlint.platforms.pac.sandbox import Answer, Kept, Question, Sampled, World, run_script
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


class Client(NamedTuple):
    """A kind of client."""

    entry: str = ENTRY
    """The function that it calls."""
    old: bool = False
    """Whether it runs scripts in the engine of Windows services."""
    which: Condition = ALWAYS
    """When it is this one, if none of those asked before was."""

    @property
    def shown(self) -> str:
        """The client in words that follow a name."""
        newer = f" ({NEWER_ENTRY})" if self.entry == NEWER_ENTRY else ""
        return f"{' in an old engine' if self.old else ''}{newer}"


class Try(NamedTuple):
    """One name of one endpoint, with what one kind of client was answered in each world."""

    endpoint: Endpoint
    host: str
    client: Client
    answers: tuple[Answer, ...]
    watched: bool
    """Whether it would have been noticed that an answer depends on what was asked before."""

    @staticmethod
    def way(answer: Answer) -> tuple[Route, ...]:
        """The ways of an answer."""
        return routes_of(answer.result) if answer.result is not None else (NOWHERE,)

    @property
    def ways(self) -> frozenset[tuple[Route, ...]]:
        """The ways that were answered."""
        return frozenset(self.way(answer) for answer in self.answers)

    @property
    def answered(self) -> tuple[Route, ...]:
        """The ways of the first answer; the only ones of a sure try."""
        return self.way(self.answers[0])

    @property
    def sure(self) -> bool:
        """Whether the answer is the same whatever the client's surroundings are."""
        asked = frozenset[str]().union(*(answer.asked for answer in self.answers))
        told = all(answer.kind != "limit" for answer in self.answers)
        return told and self.watched and not asked and len(self.ways) == 1


def run(script: Script, endpoints: tuple[Endpoint, ...], *, public_dns: bool, old: bool) -> tuple[list[Try], Sampled]:
    """The tries of each endpoint, in the order in which clients are told apart; and what became of the plainest client."""
    named = [(endpoint, host) for endpoint in endpoints[:MOST] for host in _names(endpoint)]
    questions = [Question(_url(endpoint, host), host) for endpoint, host in named] or [
        Question("https://a.example/", "a.example")
    ]
    worlds = PUBLIC_WORLDS if public_dns else WORLDS
    found: list[tuple[Client, Sampled, bool]] = []
    clients = _clients(script, old=old)
    for client in reversed(clients):
        left = kept(script, client.entry)
        declared = declared_by_var(script)
        variables = Kept(left.variables & declared, left.variables - declared)
        text = as_old(script) if client.old else script.text
        asked = [world._replace(old=client.old) for world in worlds]
        sampled = run_script(text, questions, asked, entry=client.entry, kept=variables)
        if client is clients[-1] and sampled.fault:
            return [], sampled
        if f"no function {NEWER_ENTRY}" not in sampled.fault:
            found.insert(0, (client, sampled, left.watchable))
    tries = [
        Try(*each, client, sampled.answers[index :: len(questions)], watched)
        for index, each in enumerate(named)
        for client, sampled, watched in found
    ]
    return tries, found[-1][1]


def _clients(script: Script, *, old: bool) -> list[Client]:
    """The kinds of clients, as a decision list: the last is whoever is none of the others."""
    found = [Client()]
    if NEWER_ENTRY in script.text:
        found.insert(0, Client(NEWER_ENTRY, False, calls_newer_entry(script.path)))
    if old:
        which = old_client(script.path)
        found = [*(each._replace(old=True, which=all_of(each.which, which)) for each in found), *found]
    return found


def _names(endpoint: Endpoint) -> list[str]:
    if not endpoint.host.startswith("*"):
        return [endpoint.host]
    suffix = endpoint.host.removeprefix("*").removeprefix(".")
    below = [f"{label}.{suffix}" for label in LABELS]
    return below if endpoint.host.startswith("*.") else [suffix, *below]


def _url(endpoint: Endpoint, host: str) -> str:
    """What clients ask with. Of TLS they do not tell the path."""
    scheme = "http" if endpoint.protocol == "http" else "https"
    usual = {"http": 80, "https": 443}[scheme]
    path = endpoint.path.replace("*", LABELS[2]) if scheme == "http" else ""
    return f"{scheme}://{host}{'' if endpoint.port == usual else f':{endpoint.port}'}/{path.removeprefix('/')}"


def view_of(endpoint: Endpoint) -> View:
    """How a connection to it is seen."""
    return View.PLAIN if endpoint.protocol == "http" else View.TUNNEL
