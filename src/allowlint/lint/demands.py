"""For whom each device is judged: what the command line says, then the settings of the device, then those of all."""

import os
from collections.abc import Iterable, Sequence

from allowlint.errors import AllowlintError, PolicyError, UsageError
from allowlint.lint.asked import Client
from allowlint.model.addresses import INSIDE, AddressSet, parse_addresses
from allowlint.model.demand import Demand
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import PolicyUse
from allowlint.model.requirement import Policy, Requirement
from allowlint.model.settings import Configuration, Settings, fits
from allowlint.profile import Profile, make_profile, select, united
from allowlint.sources import read_workspaces

_Endpoint = tuple[str, str, tuple[int, ...], str]
"""Host, path, ports, protocol."""


class Asked(NamedTuple):
    """What is asked of a device, for whom."""

    demand: Demand
    profile: Profile
    client: Client
    requirements: tuple[Requirement, ...]
    uses: tuple[PolicyUse, ...]
    notices: tuple[str, ...]

    @property
    def words(self) -> dict[str, object]:
        """For whom, in the words of the JSON report."""
        onboarding = next((use.policy.onboarding for use in self.uses), "")
        workspaces = self.profile.workspaces
        said = {"workspaces": list(workspaces.ids), "workspace_hosts": list(workspaces.outputs)}
        return {
            "geographies": list(self.profile.geographies) or ["WW"],
            "systems": list(self.profile.systems),
            "onboarding": self.profile.onboarding or onboarding,
            "client": self.client.text or "not given",
            "assumptions": sorted(self.client.accepted),
            **{key: words for key, words in said.items() if words},
        }


class Demands:
    """Tells what is asked of each device."""

    def __init__(
        self,
        policies: Sequence[Policy],
        given: Demand,
        settings: Settings,
        accepted: frozenset[str] = frozenset(),
        folder: str = "",
    ) -> None:
        self._policies = policies
        self._given = given
        self._accepted = accepted
        self._settings = settings
        # The profile is that of now, also where the files of an older revision are judged, in another folder.
        self._folder = folder or os.getcwd()
        self._known: dict[str, Asked] = {}
        self._files: dict[str, list[int]] = {}
        for index, configuration in enumerate(settings.configurations):
            for file in configuration.files:
                self._files.setdefault(os.path.realpath(file), []).append(index)
        self.base = self._asked(given.over(settings.demand))

    @property
    def accepted(self) -> frozenset[str]:
        """The assumptions that verdicts may lean on."""
        return self._accepted

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about everything that is asked so far."""
        return tuple(dict.fromkeys(notice for asked in self._known.values() for notice in asked.notices))

    def under(self, settings: Settings) -> "Demands":
        """The same asked under other settings."""
        return Demands(self._policies, self._given, settings, self._accepted, self._folder)

    def of(self, path: str, device: str) -> Asked:
        """What is asked of a device of a configuration: the first thing that the settings say of it holds."""
        return next(asked for pattern, asked in self.by_device(path) if fits(pattern, device))

    def by_device(self, path: str) -> tuple[tuple[str, Asked], ...]:
        """What is asked of the devices of a configuration, by patterns for their names; the first that fits holds, the last fits all."""
        said = (each for each in self._said(path) if each.demand != Demand())
        return (*((each.device, self.on(each.demand, each.location)) for each in said), ("", self.base))

    def on(self, own: Demand, place: Location | None = None) -> Asked:
        """What is asked of a device or path of which the settings say something, at a place."""
        try:
            return self._asked(self._given.over(own).over(self._settings.demand))
        except AllowlintError as error:
            error.message += f" (asked for by {place})" if place else ""
            raise

    def own_words(self, asked: Asked) -> dict[str, object]:
        """For whom a device is judged, in the words of reports, where that is not for whom all are."""
        return {} if asked.words == self.base.words else asked.words

    def all_of(self, path: str) -> tuple[Asked, ...]:
        """Everything that may be asked of a configuration, before it is known which devices it has."""
        own = [self.on(each.demand, each.location) for each in self._said(path)]
        # A device on a path is asked what the path is asked.
        file = os.path.realpath(path)
        along = [
            self.on(path.demand, path.location)
            for path in self._settings.paths.values()
            if any(os.path.realpath(stop.config) == file for stop in path.stops)
        ]
        return (self.base, *own, *along)

    def platform_of(self, path: str) -> str:
        """The platform that the settings name for a configuration; empty where they do not."""
        return next((each.platform for each in self._said(path) if each.platform), "")

    def _said(self, path: str) -> list[Configuration]:
        found = self._files.get(os.path.realpath(path), []) if self._files else []
        return [self._settings.configurations[index] for index in found]

    def _asked(self, demand: Demand) -> Asked:
        key = repr(demand)
        if key not in self._known:
            profile = profile_of(demand, self._folder)
            requirements, uses, notices = _selected(self._policies, profile)
            self._known[key] = Asked(demand, profile, client_of(demand, self._accepted), requirements, uses, notices)
        return self._known[key]


def profile_of(demand: Demand, folder: str = "") -> Profile:
    """The profile that somebody asks for. Files that it names are relative to ``folder``.

    Raises UsageError for an unknown word, PolicyError for an output of TestCloudConnection that cannot be used.
    """
    workspaces = None
    if demand.workspaces or demand.workspace_hosts:
        workspaces = read_workspaces(demand.workspaces or (), demand.workspace_hosts or (), folder)
    return make_profile(
        demand.geographies or (),
        demand.systems or (),
        demand.onboarding or "",
        demand.cloud or "",
        demand.answers,
        workspaces,
    )


def client_of(demand: Demand, accepted: frozenset[str] = frozenset()) -> Client:
    """Who connects. Raises UsageError for an address that is none."""
    zones = (demand.from_zone or "", demand.to_zone or "")
    if not demand.clients:
        return Client(INSIDE, zones=zones, accepted=accepted)
    addresses = AddressSet()
    for text in demand.clients:
        try:
            addresses |= parse_addresses(text)
        except ValueError as error:
            raise UsageError(
                f"--client {text[:60]!r}: {error}", hint="an address or network, such as 10.20.0.0/16"
            ) from error
    return Client(addresses, True, ", ".join(demand.clients), zones, accepted)


def _selected(
    policies: Sequence[Policy], profile: Profile
) -> tuple[tuple[Requirement, ...], tuple[PolicyUse, ...], tuple[str, ...]]:
    requirements: dict[_Endpoint, Requirement] = {}
    uses, notices = [], []
    for policy in policies:
        selection = select(policy, profile)
        uses.append(PolicyUse(policy, len(selection.selected)))
        notices += [notice for notice in (*selection.notices, *_changed(policy)) if notice not in notices]
        for requirement in selection.selected:
            endpoint = (requirement.host, requirement.path, requirement.ports, requirement.protocol)
            known = requirements.get(endpoint)
            requirements[endpoint] = _of_both(known, requirement) if known is not None else requirement
    _check_names(requirements.values())
    return tuple(requirements.values()), tuple(uses), tuple(notices)


def _of_both(first: Requirement, second: Requirement) -> Requirement:
    """What two policies want of one endpoint: all that either does. A policy takes nothing back that another one demands."""
    said = [(stage, answer) for each in (first, second) for stage, answer in each.expect.items()]
    demanded = {stage: answer for stage, answer in said if answer != "any"}
    both = united(first, second)
    return both._replace(expect={**both.expect, **demanded})


def _check_names(requirements: Iterable[Requirement]) -> None:
    """Raises PolicyError where two endpoints are called the same: waivers and baselines could not tell them apart."""
    named: dict[str, Requirement] = {}
    for each in requirements:
        other = named.setdefault(each.id, each)
        if other is not each and (each.explicit_id or other.explicit_id):
            raise PolicyError(
                f"two requirements are called {each.id!r}: {other.host}{other.path} and {each.host}{each.path}",
                hint="give each an 'id' of its own, or none",
            )


def _changed(policy: Policy) -> list[str]:
    """What overlays have made of a policy: what is asked is not what the list says."""
    kinds = [change.kind for change in policy.changes]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    files = dict.fromkeys(change.location.path for change in policy.changes)
    return [f"{policy.name} is changed by {', '.join(files)}: {', '.join(counts)}"] if counts else []
