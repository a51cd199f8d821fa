"""Who must reach the endpoints, and which requirements of a policy that selects, with the reason for every other one.

The rules are Microsoft's for its own list: worldwide rows count for every tenant, regional rows for tenants whose data
lies there; in the government list the shared rows are labelled US Gov. A geography that a list cannot describe is an
error, because leaving its rows out would look like success.
"""

from collections.abc import Iterable, Mapping

from allowlint.errors import PolicyError, UsageError
from allowlint.model.monitoring_agent import (
    OLD_AGENT,
    Workspaces,
    narrowed_by,
    of_old_agent,
    replacing,
    shortened,
)
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import CONDITIONS, GEOGRAPHIES, SYSTEMS, Need, Policy, Requirement

ONBOARDING = ("standard", "streamlined", "mixed")
CLOUDS = ("commercial", "gov")
COMMERCIAL = ("US", "EU", "UK", "AU", "CH", "IN", "AE")
GOVERNMENT = ("GCC", "GCCH", "DOD")
_STRENGTH = {Need.REQUIRED: 2, Need.CONDITIONAL: 1, Need.OPTIONAL: 0}

_Endpoint = tuple[str, str, tuple[int, ...], str]
_SHOWN = 5
"""Names that a reason lists, before it counts the others."""

_CORE: tuple[tuple[str, str], ...] = (
    ("command and control", "winatp-gw-"),
    ("sensor telemetry", "-v20.events.data."),
    ("telemetry of Windows 10 before 1803", ".vortex-win.data."),
)
"""Services that a device cannot work without. A list that has them for other geographies only does not describe one."""


class Profile(NamedTuple):
    """Where the tenant's data lies, what runs there, and the answers to conditions."""

    geographies: tuple[str, ...] = ()
    """Tenant data locations; empty: only the rows that every tenant needs."""
    systems: tuple[str, ...] = ("windows",)
    onboarding: str = ""
    """``standard``, ``streamlined`` or ``mixed``; empty: that of the policy."""
    cloud: str = ""
    """``commercial`` or ``gov``; empty: follows from the geographies, else from the policy."""
    answers: Mapping[str, bool] = {}
    """Condition (a key of ``CONDITIONS``) to the answer; a condition without an answer stays open."""
    workspaces: Workspaces = Workspaces()
    """What machines on the old agent report to."""


class LeftOut(NamedTuple):
    """A requirement that the profile does not select, and why."""

    requirement: Requirement
    reason: str


class Selection(NamedTuple):
    """What a profile selects from one policy. ``need`` of the selected ones is the effective one."""

    selected: tuple[Requirement, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[str, ...] = ()
    """What the user should know about the selection as a whole."""


def make_profile(
    geographies: Iterable[str] = (),
    systems: Iterable[str] = (),
    onboarding: str = "",
    cloud: str = "",
    answers: Mapping[str, bool] | None = None,
    workspaces: Workspaces | None = None,
) -> Profile:
    """A profile from words as users write them (case does not matter).

    Raises:
        UsageError: a word is not known; with the nearest known one.
    """
    places = tuple(dict.fromkeys(_known(word.upper(), GEOGRAPHIES, "geography") for word in geographies))
    machines = tuple(dict.fromkeys(_known(word.lower(), SYSTEMS, "operating system") for word in systems))
    return Profile(
        places,
        machines or ("windows",),
        _known(onboarding.lower(), ONBOARDING, "onboarding") if onboarding else "",
        _known(cloud.lower(), CLOUDS, "cloud") if cloud else "",
        {_known(key, CONDITIONS, "condition"): answer for key, answer in (answers or {}).items()},
        workspaces or Workspaces(),
    )


def select(policy: Policy, profile: Profile) -> Selection:
    """The requirements of a policy that the profile needs, and for each other one the reason.

    Every requirement of the policy is in exactly one of the two lists. Endpoints that several selected rows name
    (for two geographies, or with different needs for two systems) are selected once, with the strongest need.

    Raises:
        PolicyError: the policy cannot describe the geography or the onboarding of the profile, or nothing is selected.
    """
    cloud = _cloud(policy, profile)
    notices = _check_onboarding(policy, profile)
    _check_geographies(policy, profile, cloud)
    wanted = _wanted_geographies(policy, profile, cloud)
    located = set(profile.geographies) - {"WW", "USGOV"}
    if not located and _regional(policy, profile.systems, cloud):
        notices.append("no --geo given: rows of the tenant's own data location are not checked")
    answers = _answers(policy, profile)
    chosen: dict[_Endpoint, Requirement] = {}
    left_out: list[LeftOut] = []
    for requirement in (*policy.requirements, *_unlisted(policy, profile, notices)):
        reason = _reason_against(requirement, profile, wanted, answers)
        if reason:
            left_out.append(LeftOut(requirement, reason))
            continue
        effective = requirement._replace(need=effective_need(requirement, answers))
        instead = replacing(effective, profile.workspaces) if of_old_agent(requirement, profile.systems) else ()
        if instead:
            left_out.append(LeftOut(requirement, _replaced(requirement, instead, profile.workspaces)))
        elif (key := _endpoint(requirement)) in chosen:
            left_out.append(LeftOut(requirement, f"same endpoint as {_place(chosen[key])}, counted once"))
        for each in instead or (effective,):
            key = _endpoint(each)
            chosen[key] = united(chosen[key], each) if key in chosen else each
    notices += _of_workspaces(profile, chosen.values())
    if not chosen:
        raise PolicyError(
            f"the profile selects nothing from {policy.name}: {_described(profile)}",
            path=policy.path or None,
            hint="`allowlint requirements --explain` shows why each row is left out; check --geo and --os",
        )
    return Selection(tuple(chosen.values()), tuple(left_out), tuple(notices))


def _endpoint(item: Requirement) -> _Endpoint:
    return item.host, item.path, item.ports, item.protocol


def effective_need(requirement: Requirement, answers: Mapping[str, bool]) -> Need:
    """Need of a requirement under the answers: one fitting answer makes a conditional one required."""
    if requirement.need is Need.CONDITIONAL:
        fits = any(key in answers and answers[key] is value for key, value in requirement.when.items())
        return Need.REQUIRED if fits else Need.CONDITIONAL
    return requirement.need


def _known(word: str, known: Iterable[str], what: str) -> str:
    words = tuple(known)
    if word in words:
        return word
    import difflib

    near = difflib.get_close_matches(word, words, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(words)}"
    raise UsageError(f"unknown {what} {word[:60]!r}", hint=hint)


def _cloud(policy: Policy, profile: Profile) -> str:
    """``commercial`` or ``gov``; empty for a list of one's own with no geography asked for."""
    asked = {
        "gov" if place in (*GOVERNMENT, "USGOV") else "commercial" for place in profile.geographies if place != "WW"
    }
    if profile.cloud:
        asked.add(profile.cloud)
    if len(asked) > 1:
        raise PolicyError(
            f"commercial and government geographies in one profile: {', '.join(profile.geographies)}",
            hint="a tenant belongs to one cloud; run once for each",
        )
    cloud = asked.pop() if asked else ""
    if not cloud:
        return "commercial" if policy.cloud == "both" else policy.cloud
    if policy.cloud not in ("", "both", cloud):
        suffix = "-gov" if cloud == "gov" else ""
        other = f"mde{suffix}-{policy.onboarding or 'streamlined'}"
        raise PolicyError(
            f"{policy.name} is the list of the {policy.cloud} cloud and cannot describe {_described(profile)}",
            path=policy.path or None,
            hint=f"use --policy {other}",
        )
    return cloud


def _check_onboarding(policy: Policy, profile: Profile) -> list[str]:
    if not policy.onboarding or profile.onboarding in ("", policy.onboarding):
        return []
    other = "standard" if policy.onboarding == "streamlined" else "streamlined"
    prefix = "mde-gov-" if policy.cloud == "gov" else "mde-"
    if profile.onboarding == "mixed":
        return [f"mixed onboarding needs the {other} list too; add --policy {prefix}{other} if it is not given"]
    raise PolicyError(
        f"{policy.name} lists the endpoints of {policy.onboarding} onboarding; the profile says {profile.onboarding}",
        path=policy.path or None,
        hint=f"use --policy {prefix}{profile.onboarding}, or --onboarding mixed with both lists",
    )


def _wanted_geographies(policy: Policy, profile: Profile, cloud: str) -> frozenset[str]:
    shared = {"USGOV"} if cloud == "gov" else {"WW"}
    if cloud == "gov" and policy.cloud != "both":
        shared.add("WW")  # the government list labels a few rows worldwide; in the combined one those are commercial
    return frozenset(shared | set(profile.geographies) - {"WW", "USGOV"})


def _regional(policy: Policy, systems: Iterable[str], cloud: str) -> dict[str, list[Requirement]]:
    """Regional device rows for any of the systems, by geography, of one cloud."""
    places = {"gov": GOVERNMENT, "commercial": COMMERCIAL}.get(cloud, (*COMMERCIAL, *GOVERNMENT))
    found: dict[str, list[Requirement]] = {}
    machines = set(systems)
    for item in policy.requirements:
        concerned = not item.systems or machines & set(item.systems)
        if item.audience == "device" and item.geography in places and concerned:
            found.setdefault(item.geography, []).append(item)
    return found


def _check_geographies(policy: Policy, profile: Profile, cloud: str) -> None:
    """Refuse a geography for which the list has no rows although it has them for others, system by system."""
    for system in profile.systems:
        regional = _regional(policy, (system,), cloud)
        for place in profile.geographies:
            if place in ("WW", "USGOV") or not regional:
                continue
            if place not in regional:
                _cannot_describe(policy, place, system, "no rows", regional)
            others = [_services(rows) for other, rows in regional.items() if other != place]
            expected = frozenset.intersection(*others) if others else frozenset()
            if missing := sorted(expected - _services(regional[place])):
                _cannot_describe(policy, place, system, f"no rows for {' and '.join(missing)}", regional)


def _services(rows: Iterable[Requirement]) -> frozenset[str]:
    return frozenset(name for row in rows for name, mark in _CORE if mark in row.host)


def _cannot_describe(policy: Policy, place: str, system: str, lack: str, regional: Mapping[str, object]) -> None:
    known = ", ".join(sorted(set(regional) - {place}))
    if policy.onboarding == "standard" and policy.cloud != "gov":
        hint = "newer regions exist with streamlined onboarding only: use --policy mde-streamlined"
    else:
        hint = f"for {system} this list describes {known}; is --geo the location of the tenant's data?"
    raise PolicyError(
        f"{policy.name} cannot describe {place} ({GEOGRAPHIES[place]}) for {system}: it has {lack} there, but for {known}",
        path=policy.path or None,
        hint=hint,
    )


def _answers(policy: Policy, profile: Profile) -> Mapping[str, bool]:
    onboarding = profile.onboarding or policy.onboarding
    implied = {"streamlined": True} if onboarding in ("streamlined", "mixed") else {}
    return {**implied, **profile.answers}


def _reason_against(item: Requirement, profile: Profile, wanted: frozenset[str], answers: Mapping[str, bool]) -> str:
    if item.audience != "device":
        return "a portal for administrators, not needed by devices"
    if item.geography not in wanted:
        return f"for {item.geography} ({GEOGRAPHIES.get(item.geography, '?')}); the profile has {', '.join(sorted(wanted))}"
    if item.systems and not set(item.systems) & set(profile.systems):
        return f"for {', '.join(item.systems)}; the profile has {', '.join(profile.systems)}"
    if item.need is Need.CONDITIONAL and all(
        key in answers and answers[key] is not item.when[key] for key in item.when
    ):
        said = ", ".join(f"{key} is answered {'yes' if answers[key] else 'no'}" for key in item.when)
        return f"not needed: {said}"
    return ""


def united(first: Requirement, second: Requirement) -> Requirement:
    """Two requirements of one endpoint as one, as badly needed as either; a list that does not repeat a demand lifts it."""
    best = second if _STRENGTH[second.need] > _STRENGTH[first.need] else first
    when = {**first.when, **second.when} if first.need is second.need else best.when
    expect = {stage: answer for stage, answer in first.expect.items() if second.expect.get(stage) == answer}
    systems = tuple(dict.fromkeys(first.systems + second.systems)) if first.systems and second.systems else ()
    # What the policy asks for itself stands for nothing else.
    replaces = first.replaces if second.replaces else None
    return first._replace(need=best.need, when=when, expect=expect, systems=systems, replaces=replaces)


def _unlisted(policy: Policy, profile: Profile, notices: list[str]) -> list[Requirement]:
    """Where a list has oms for machines on the old agent, the ods that it lacks: two names of one service.

    Microsoft's list of 2024 has oms twice in place of the two, and that went into lists that were made of it. An overlay that
    removes ods on purpose is obeyed.
    """
    known = {item.host for item in policy.requirements} | {
        change.requirement.partition(":")[0] for change in policy.changes
    }
    found = []
    for item in policy.requirements:
        twin = item.host.replace("*.oms.opinsights.", "*.ods.opinsights.")
        listed = any(host.endswith(twin.lstrip("*")) for host in known)
        if twin != item.host and not listed and item.audience == "device" and of_old_agent(item, profile.systems):
            notices.append(f"{policy.name} asks for {item.host} and never for {twin}: that is asked for too")
            found.append(item._replace(host=twin, explicit_id=""))
    return found


def _replaced(item: Requirement, instead: tuple[Requirement, ...], workspaces: Workspaces) -> str:
    """Why a wildcard is left out for which the names are known."""
    hosts = [each.host for each in instead]
    more = f" and {len(hosts) - _SHOWN} more" if len(hosts) > _SHOWN else ""
    if narrowed_by(item) == "ids":
        why = f"workspace {', '.join(map(shortened, workspaces.ids))}"
    else:
        why = f"named in {', '.join(workspaces.outputs)}"
    return f"replaced by {', '.join(hosts[:_SHOWN])}{more} ({why})"


def _of_workspaces(profile: Profile, chosen: Iterable[Requirement]) -> list[str]:
    """What the user should know about the workspaces that the profile names."""
    workspaces = profile.workspaces
    if not workspaces.ids and not workspaces.outputs:
        return []
    if not set(profile.systems) & set(OLD_AGENT):
        return [f"workspaces change nothing for {', '.join(profile.systems)}: they concern {' and '.join(OLD_AGENT)}"]
    notices = list(workspaces.notices)
    for item in chosen:
        kind = narrowed_by(item)
        if kind and of_old_agent(item, profile.systems):
            notices.append(f"{item.host} is asked for as a whole: {_lacking(item, kind, workspaces)}")
    if foreign := [each for each in workspaces.named if each not in workspaces.ids]:
        notices.append(f"{', '.join(workspaces.outputs)} names workspace {', '.join(foreign)}: say --workspace-id")
    missing = [shortened(each) for each in workspaces.ids if each not in workspaces.named]
    if missing and workspaces.outputs and (workspaces.named or len(workspaces.ids) > len(workspaces.outputs)):
        notices.append(
            f"no output of TestCloudConnection is of workspace {', '.join(missing)}: each may need other accounts"
        )
    return notices


def _lacking(item: Requirement, kind: str, workspaces: Workspaces) -> str:
    if kind == "ids":
        return "say --workspace-id"
    if item.host.lstrip("*.") in workspaces.cut:
        return f"{', '.join(workspaces.outputs)} has a name below it that is not whole"
    if workspaces.outputs:
        return f"{', '.join(workspaces.outputs)} names nothing below it"
    return "say --workspace-hosts, the output of TestCloudConnection"


def _place(item: Requirement) -> str:
    origin = item.origin
    return f"{item.id} ({item.geography}{f', {origin.sheet}, row {origin.row}' if origin else ''})"


def _described(profile: Profile) -> str:
    places = ", ".join(profile.geographies) or "no geography"
    return f"{places} on {', '.join(profile.systems)}"
