"""What a settings file says; one that extends another has both as one."""

from __future__ import annotations

from collections.abc import Mapping

from allowlint.model.demand import Demand
from allowlint.model.finding import Severity
from allowlint.model.location import Location
from allowlint.model.path import Path
from allowlint.model.record import NamedTuple
from allowlint.model.waiver import Waiver

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.model.live import LiveFile

FOLDER = "{folder}"
"""In the name of a machine: the folder in which a file lies."""
MISNAMED = ("allowlint.yml", ".allowlint.yaml", ".allowlint.yml")
"""What a settings file might be called by mistake. It is not read, and whoever wrote it believes that it holds."""


class PolicyRef(NamedTuple):
    """A policy by its bundled name or its file, with the files that change it."""

    reference: str
    overlays: tuple[str, ...] = ()


class Configuration(NamedTuple):
    """What is said of some configurations, or of some devices in them."""

    files: tuple[str, ...]
    """As they can be opened from here."""
    platform: str
    """Instead of detection; empty where nothing is said."""
    device: str
    """Which devices of them, with ``*``; empty for all."""
    demand: Demand
    location: Location
    patterns: tuple[str, ...] = ()
    """What the settings call them: names and patterns, as ``glob`` takes them from here."""
    machine: str = ""
    """The endpoint whose settings the files hold; ``FOLDER`` in it stands for the folder of each. Empty: nothing is said."""

    def fits(self, device: str) -> bool:
        """Whether it speaks of a device of its files."""
        return fits(self.device, device)


def fits(pattern: str, device: str) -> bool:
    """Whether a pattern of the settings is for a device; an empty one is for all."""
    if not pattern:
        return True
    from fnmatch import fnmatchcase

    return fnmatchcase(device, pattern)


class CheckChoice(NamedTuple):
    """Which checks are run, and how bad their findings are."""

    select: tuple[str, ...] | None = None
    """Codes, beginnings of codes or names; None where nothing is said."""
    ignore: tuple[str, ...] | None = None
    severity: Mapping[str, Severity] = {}
    """By code or name."""
    mandatory: Mapping[str, Location] = {}
    """What may be neither left out, nor weakened, nor waived: codes or their beginnings, with the place that says so."""


class WaiverRules(NamedTuple):
    """What every waiver must have. None: nothing is said of it."""

    expiry_required: bool | None = None
    """Default: yes."""
    warn_days: int | None = None
    """How many days before its end a waiver is reported; default: ``WARN_DAYS``."""
    longest_days: int | None = None
    """How far away an end may be; default: without a limit."""
    inline: bool | None = None
    """Whether waivers may stand in configurations; default: yes."""


WARN_DAYS = 30


class Settings(NamedTuple):
    """What a settings file says."""

    file: str = ""
    """The file, as it was found; empty where there is none."""
    extended: tuple[str, ...] = ()
    """The files that it extends, nearest first."""
    policies: tuple[PolicyRef, ...] = ()
    mandatory_policies: tuple[PolicyRef, ...] = ()
    """Those of them that nobody can take away: of the files that make checks mandatory."""
    demand: Demand = Demand()
    configurations: tuple[Configuration, ...] = ()
    """The first one that fits a device and says something holds."""
    exclude: tuple[str, ...] = ()
    """Files below folders that are passed over: patterns, relative to the settings."""
    paths: Mapping[str, Path] = {}
    """The declared paths, by name."""
    assumptions: frozenset[str] = frozenset()
    """What verdicts may lean on."""
    refused_assumptions: frozenset[str] = frozenset()
    """What they may not: said to be false, which holds against the command line and against what is extended by."""
    ratings: Mapping[str, tuple[str, ...]] = {}
    checks: CheckChoice = CheckChoice()
    fail_on: str = ""
    least_fail_on: str = ""
    """The weakest threshold that the findings of mandatory checks may have; empty where there are none."""
    waivers: tuple[Waiver, ...] = ()
    waiver_rules: WaiverRules = WaiverRules()
    baseline: str = ""
    live: tuple[LiveFile, ...] = ()
    """Live results of tests on endpoints."""
    live_days: int | None = None
    """For how many days a live result is taken for recent; None where nothing is said."""
    limits: Mapping[str, int] = {}
    """How much is read at most, by the names of the limits; nothing less than by default."""
    outputs: tuple[tuple[str, str], ...] = ()
    """Reports that every run writes: format and file."""
    jobs: str = ""
    """How many processes work: a number, or ``auto``; empty where nothing is said."""
    cache: str = ""
    """``auto``: results are kept in the folder of the user; empty where nothing is said."""
    origins: Mapping[str, tuple[Location, ...]] = {}
    """Where each key is said (``fail-on``, ``profile.geographies``), nearest first."""
