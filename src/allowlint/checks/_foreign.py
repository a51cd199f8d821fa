"""Host names of somebody else that an expression matches beside the required ones, each proven with the expression itself.

Likely ones are tried first, because a person understands them at once: a letter before the domain, a letter in place of a dot, a
domain behind the name. Where none of them matches, what a repair takes away is searched exactly.
"""

from collections.abc import Iterator
from enum import StrEnum

from allowlint.checks._broad import registrable
from allowlint.checks._repairs import escaped, loose_dots, with_left_end, with_right_end
from allowlint.model.automaton import ANY_CHARACTER, Automaton, Budget, Chars, Sequence, literal
from allowlint.model.condition import Expression, Frame
from allowlint.model.flow import View
from allowlint.model.hosts import HostSet, below, empty, narrowed, regular, suffix
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

PORTS = {View.TUNNEL: 443, View.PLAIN: 80, View.DECRYPTED: 443}
WORK = 300_000
"""Steps that one expression may take with all its repairs; beyond it nothing is said."""
WHOLE_WORK = 10_000_000
"""Steps that all expressions of a device may take together."""
SHOWN = 3
"""Required names for which foreign ones are thought up."""


class Kind(StrEnum):
    """What is wrong with an expression."""

    DOT = "dot"
    LEFT = "left"
    RIGHT = "right"
    PATH = "path"
    GAP = "gap"
    WIDE = "wide"


class Trial(NamedTuple):
    """A foreign connection that is tried in thought."""

    kind: Kind
    host: str
    path: str = ""


class Fault(NamedTuple):
    """One fault of an expression and the connection that shows it."""

    kind: Kind
    trial: Trial
    view: View
    at: int = -1
    """Where the dot stands, if it is one."""


class _Share(Budget):
    """What one expression may take of the work for all."""

    __slots__ = ("_whole",)

    def __init__(self, whole: Budget) -> None:
        super().__init__(WORK)
        self._whole = whole

    def spend(self, units: int) -> None:
        self._whole.spend(units)
        super().spend(units)

    def search(self, units: int) -> None:
        self._whole.search(units)
        super().search(units)


class Required:
    """The names that must be reached, and whose they are; and what looking for foreign ones may still cost."""

    def __init__(self, hosts: HostSet, samples: tuple[str, ...]) -> None:
        self.hosts = hosts
        self.samples = samples
        """One name for each requirement."""
        self.owned = frozenset(filter(None, map(registrable, samples)))
        """The registrable domains of all of them."""
        self.budget = Budget(WHOLE_WORK)
        self._inside: dict[str, HostSet] = {}

    def foreign(self, host: str) -> bool:
        """Whether a name belongs to somebody else."""
        owner = registrable(host)
        return bool(owner) and owner not in self.owned

    def inside(self, owner: str) -> HostSet:
        """The names in which a domain stands with something behind it (``a.test.x``)."""
        if owner not in self._inside:
            expression = Sequence((literal(owner), Chars(ANY_CHARACTER)))
            self._inside[owner] = regular(Regular(Automaton(expression, self.budget), text=owner))
        return self._inside[owner]


class Reading:
    """One expression as one kind of connection meets it, with other spellings compiled in its place."""

    def __init__(self, expression: Expression, frame: Frame, view: View, required: Required) -> None:
        self.text = expression.text
        self.view = view
        self.required = required
        self.paths = frame.path
        self.url = frame.path or bool(frame.head) or bool(frame.tail)
        self._expression = expression
        self._frame = frame
        self._budget = _Share(required.budget)
        self._known: dict[str, Automaton | None] = {}
        self._covers: HostSet | None = None
        self.samples = self._samples()
        """Some of the required names that it matches, of different owners first. What is left of a wildcard is not looked at."""

    def _samples(self) -> list[str]:
        pattern = self._meant(self.text)
        hosts = [host for host in self.required.samples if pattern is not None and pattern.matches(host)]
        owners = {registrable(host): host for host in reversed(hosts)}
        return list(dict.fromkeys([*owners.values(), *hosts]))[:SHOWN]

    def _automaton(self, text: str) -> Automaton | None:
        if text not in self._known:
            try:
                again = self._expression.compiled_as
                self._known[text] = again(text, self._budget) if again is not None else self._expression.automaton
            except (InvalidPattern, UnmodelledPattern):
                # A repair that cannot be read is none.
                self._known[text] = None
        return self._known[text]

    def _regular(self, text: str, path: str = "", *, every: bool = False) -> Regular | None:
        automaton = self._automaton(text)
        if automaton is None:
            return None
        tail = self._frame.end(PORTS[self.view], self.view)
        if self._frame.path:
            tail += path or "/"
        return Regular(
            automaton,
            text=text,
            head=self._frame.head,
            tail=tail,
            open_tail=self._frame.path and not path,
            every=every,
        )

    def _meant(self, text: str) -> Regular | None:
        """What a spelling matches whatever the path; where that is nothing required, by some path, unless that finds any name."""
        sure, possible = self._regular(text, every=True), self._regular(text)
        if sure is None or possible is None:
            return None
        if not self.paths or possible.matches("unrelated.invalid") or any(map(sure.matches, self.required.samples)):
            return sure
        return possible

    def _covered(self, text: str) -> HostSet:
        pattern = self._meant(text)
        return narrowed(self.required.hosts, pattern) if pattern is not None else empty()

    def finds(self, text: str, trial: Trial) -> bool:
        """Whether a spelling matches a connection."""
        pattern = self._regular(text, trial.path)
        return pattern is not None and pattern.matches(trial.host)

    def wide(self, host: str) -> bool:
        """Whether the expression matches a name that has nothing in common with a required one, whatever the path."""
        pattern = self._regular(self.text, every=True)
        return pattern is not None and pattern.matches(host)

    def keeps(self, text: str) -> bool:
        """Whether a spelling still covers every required name that the expression covers."""
        if text in ("", self.text):
            return False
        if self._covers is None:
            self._covers = self._covered(self.text)
        lost = self._covers - self._covered(text)
        # An expression without a right end covers "a.test.x.a.test" below "a.test" too, which nobody needs.
        for owner in {registrable(host) for host in self.samples} if lost else ():
            lost = lost - self.required.inside(owner)
        return not lost

    def difference(self, text: str) -> str | None:
        """A foreign name under a usual ending that the expression matches and another spelling does not."""
        before, after = self._regular(self.text), self._regular(text)
        if before is None or after is None:
            return None
        region = empty()
        for ending in {host.rpartition(".")[2] for host in self.samples}:
            region = region | below(ending)
        for owner in self.required.owned:
            region = region - suffix(owner)
        host = (narrowed(region, before) - regular(after)).witness()
        return host if host is not None and self.required.foreign(host) else None


def _trials(reading: Reading) -> Iterator[Trial]:
    """Foreign connections that look like required ones, the plainest first."""
    for host in reading.samples:
        owner = registrable(host)
        if not owner:
            continue
        lower = host[: -len(owner)].rstrip(".")
        if reading.paths:
            yield Trial(Kind.PATH, "evil.test", f"/{host}/")
        yield Trial(Kind.LEFT, f"evil{owner}")
        yield from (Trial(Kind.LEFT, f"{label}.evil{owner}") for label in (lower, "x") if label)
        for left in dict.fromkeys((lower.rpartition(".")[2], lower)) if lower else ():
            yield from (Trial(Kind.DOT, f"{left}{char}{owner}") for char in "x-1")
        yield Trial(Kind.RIGHT, f"{host}.evil.test")


def faults(reading: Reading) -> list[Fault]:
    """The faults of an expression, each once. Raises TooComplex where finding them would take too much work."""
    for host in reading.samples:
        _, _, ending = registrable(host).partition(".")
        anybody = Trial(Kind.WIDE, f"evil.{ending}")
        if ending and reading.required.foreign(anybody.host) and reading.wide(anybody.host):
            return [Fault(Kind.WIDE, anybody, reading.view)]
    found: dict[tuple[Kind, int], Fault] = {}
    for trial in _trials(reading):
        if not reading.required.foreign(trial.host) or not reading.finds(reading.text, trial):
            continue
        fault = _judged(reading, trial)
        found.setdefault((fault.kind, fault.at), fault)
        if fault.kind is Kind.PATH:
            # Whatever the name, it is found behind it too.
            return [fault]
    return list(found.values()) or list(_searched(reading))


def _judged(reading: Reading, trial: Trial) -> Fault:
    """Which fault lets a foreign name through: the one whose repair alone keeps it out."""
    if trial.kind in (Kind.PATH, Kind.RIGHT):
        return Fault(trial.kind, trial, reading.view)
    for at in loose_dots(reading.text):
        if _cures(reading, escaped(reading.text, [at]), trial):
            return Fault(Kind.DOT, trial, reading.view, at)
    left = with_left_end(reading.text, url=reading.url)
    return Fault(Kind.LEFT if _cures(reading, left, trial) else Kind.GAP, trial, reading.view)


def _cures(reading: Reading, text: str, trial: Trial) -> bool:
    return reading.keeps(text) and not reading.finds(text, trial)


def _searched(reading: Reading) -> Iterator[Fault]:
    """What a repair takes away that nobody thought of."""
    for at in loose_dots(reading.text):
        yield from _taken(reading, Kind.DOT, escaped(reading.text, [at]), at)
    yield from _taken(reading, Kind.LEFT, with_left_end(reading.text, url=reading.url))
    yield from _taken(reading, Kind.RIGHT, with_right_end(reading.text, url=reading.url))


def _taken(reading: Reading, kind: Kind, text: str, at: int = -1) -> Iterator[Fault]:
    host = reading.difference(text) if reading.keeps(text) else None
    if host is not None:
        yield Fault(kind, Trial(kind, host), reading.view, at)


def repaired(readings: list[Reading], found: list[Fault]) -> str:
    """A spelling without any of the faults that covers what the expression covers; empty where none was found."""
    text, url = readings[0].text, any(reading.url for reading in readings)
    dots = escaped(text, loose_dots(text))
    for plain in dict.fromkeys((dots, text)):
        right, left = with_right_end(plain, url=url), with_left_end(plain, url=url)
        both = with_left_end(right, url=url) if right else ""
        for proposal in (plain, right, left, both):
            if all(reading.keeps(proposal) and _clean(reading, proposal, found) for reading in readings):
                return proposal
    return ""


def _clean(reading: Reading, text: str, found: list[Fault]) -> bool:
    trials = [*(fault.trial for fault in found if fault.view is reading.view), *_trials(reading)]
    return not any(reading.required.foreign(trial.host) and reading.finds(text, trial) for trial in trials)
