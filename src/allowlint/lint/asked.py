"""What the user asks: who connects, how configurations are read, what is taken for granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from allowlint.checks import Examined
from allowlint.engine.runs import flow_for
from allowlint.errors import UsageError
from allowlint.lint.watch import Watch
from allowlint.model.addresses import INSIDE, AddressSet
from allowlint.model.assumption import ASSUMPTIONS
from allowlint.model.device import Device
from allowlint.model.flow import Flow
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult
from allowlint.model.requirement import Requirement
from allowlint.model.settings import Settings
from allowlint.platforms import Endpoint, Options

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.lint.memory import Memory
    from allowlint.model.live import LiveFile


class Client(NamedTuple):
    """Who connects, as the user says it."""

    addresses: AddressSet = INSIDE
    chosen: bool = False
    text: str = ""
    zones: tuple[str, str] = ("", "")
    accepted: frozenset[str] = frozenset()
    """The assumptions that verdicts may lean on."""

    def flow(self) -> Flow:
        """The flow that verdicts start from."""
        flow = flow_for(self.addresses, client_chosen=self.chosen, zones=self.zones)
        return flow._replace(accepted=self.accepted)


def _unheard(text: str) -> None:
    """Nobody is there to be told."""


class Spread(NamedTuple):
    """Who does the work of a run."""

    jobs: int = 1
    """Processes; 0: as many as pay."""
    runner: str = "processes"
    """What starts them, or hands the work to others."""
    address: str = ""
    """Where the others are; empty: the runner starts some itself."""
    cache: str = ""
    """The folder in which results are kept; empty: they are not."""
    memory: Memory | None = None
    """What was found out in this run, for who judges some of the same files again; None where nobody does."""
    tell: Callable[[str], None] = _unheard
    """Takes what whoever runs this should know of the cache, and what is no part of the result."""


MOST_PARTS = 256
"""Of one run."""


class Shard(NamedTuple):
    """One of several parts of a run."""

    number: int
    """From 1."""
    total: int


class Reading(NamedTuple):
    """How configurations are read."""

    options: Options = Options()
    platform: str = ""
    """Instead of detection."""
    settings: Settings = Settings()
    """What the repository says about its devices."""
    watch: Watch = Watch()
    """Measures the parts of the run."""
    live: tuple[LiveFile, ...] = ()
    """Live results that the user gives."""
    spread: Spread = Spread()
    shard: Shard | None = None
    """The part that is judged; None: all."""


class Judged(NamedTuple):
    """What becomes of the requirements on a path or device, for reports and for checks."""

    result: DeviceResult
    examined: Examined
    alone: bool | None = None
    """Which checks look at it: those of a device by itself (True), those of requirements (False), or all (None)."""


def endpoints_of(requirements: Iterable[Requirement]) -> tuple[Endpoint, ...]:
    """What will be asked about, once each, in order."""
    asked = [Endpoint(item.host, port, item.protocol, item.path) for item in requirements for port in item.ports]
    return tuple(dict.fromkeys(asked))


def check_zone(client: Client, devices: Iterable[Device]) -> None:
    """Raises UsageError where no device has the way in, or the way out, that the user names."""
    for key, wanted, known in unknown_zones(client.zones, devices):
        raise UsageError(f"--{key.replace('_', '-')} {wanted!r}: no configuration has it", hint=f"known: {known}")


def unknown_zones(zones: tuple[str, str], devices: Iterable[Device]) -> Iterator[tuple[str, str, str]]:
    """The zones that none of the devices has: which of the two it is, its name, and the names that are known."""
    entrances = [entrance for device in devices for entrance in device.entrances]
    known = ([each.labels for each in entrances], [each.exits for each in entrances])
    for key, wanted, names in zip(("from_zone", "to_zone"), zones, known, strict=True):
        if wanted and not any(wanted in some for some in names):
            yield key, wanted, ", ".join(sorted(frozenset().union(*names))) or "none"


def chosen_assumptions(words: Iterable[str]) -> frozenset[str]:
    """The assumptions that the user names. Raises UsageError for an unknown one."""
    chosen = frozenset(word.replace("-", "_") for word in words)
    for word in sorted(chosen - ASSUMPTIONS.keys()):
        known = ", ".join(f"{name} ({text})" for name, text in ASSUMPTIONS.items())
        raise UsageError(f"unknown assumption {word!r}", hint=f"known: {known}")
    return chosen
