"""A settings file together with those that it extends: the nearer one is heard first."""

from collections.abc import Mapping

from allowlint.model.location import Location
from allowlint.model.settings import CheckChoice, PolicyRef, Settings, WaiverRules
from allowlint.settings._form import SettingsError
from allowlint.settings._reader import FAIL_ON


def merged(near: Settings, far: Settings) -> Settings:
    """What both say. Lists of waivers and configurations add up; everything else is replaced by what is nearer.

    Raises SettingsError where the nearer one weakens what the other makes mandatory.
    """
    _check_mandatory(near, far)
    _check_assumptions(near, far)
    least = far.least_fail_on or (far.fail_on or "error" if far.checks.mandatory else "")
    return Settings(
        file=near.file,
        extended=(*near.extended, far.file, *far.extended),
        policies=_policies(near, far),
        mandatory_policies=_kept(near.mandatory_policies, far),
        demand=near.demand.over(far.demand),
        configurations=near.configurations + far.configurations,
        exclude=near.exclude + far.exclude,
        paths={**far.paths, **near.paths},
        assumptions=far.assumptions - near.refused_assumptions | near.assumptions,
        refused_assumptions=near.refused_assumptions | far.refused_assumptions,
        ratings={**far.ratings, **near.ratings},
        checks=_choice(near.checks, far.checks),
        fail_on=near.fail_on or far.fail_on,
        least_fail_on=max(near.least_fail_on, least, key=("", *FAIL_ON).index),
        waivers=near.waivers + far.waivers,
        waiver_rules=_rules(near.waiver_rules, far.waiver_rules),
        baseline=near.baseline or far.baseline,
        live=near.live + far.live,
        live_days=far.live_days if near.live_days is None else near.live_days,
        limits={**far.limits, **near.limits},
        outputs=near.outputs or far.outputs,
        jobs=near.jobs or far.jobs,
        cache=near.cache or far.cache,
        origins={
            key: near.origins.get(key, ()) + far.origins.get(key, ())
            for key in dict.fromkeys((*near.origins, *far.origins))
        },
    )


def _kept(near: tuple[PolicyRef, ...], far: Settings) -> tuple[PolicyRef, ...]:
    """The policies that nobody takes away: whoever makes checks mandatory says of what.

    Without that, a list of the repository's own with one endpoint that works would satisfy every check.
    """
    own = far.policies if far.checks.mandatory else ()
    return tuple(dict.fromkeys((*near, *own, *far.mandatory_policies)))


def _policies(near: Settings, far: Settings) -> tuple[PolicyRef, ...]:
    return tuple(dict.fromkeys((*(near.policies or far.policies), *_kept(near.mandatory_policies, far))))


def _rules(near: WaiverRules, far: WaiverRules) -> WaiverRules:
    """Rules for waivers come from above: a repository may make them stricter, and not weaker."""
    longest = [days for days in (near.longest_days, far.longest_days) if days is not None]
    warn = [days for days in (near.warn_days, far.warn_days) if days is not None]
    return WaiverRules(
        True if far.expiry_required else _first(near.expiry_required, far.expiry_required),
        max(warn, default=None),
        min(longest, default=None),
        False if far.inline is False else _first(near.inline, far.inline),
    )


def _first(near: bool | None, far: bool | None) -> bool | None:
    return far if near is None else near


def _choice(near: CheckChoice, far: CheckChoice) -> CheckChoice:
    return CheckChoice(
        near.select if near.select is not None else far.select,
        near.ignore if near.ignore is not None else far.ignore,
        {**far.severity, **near.severity},
        {**near.mandatory, **far.mandatory},
    )


def _check_mandatory(near: Settings, far: Settings) -> None:
    for word, place in far.checks.mandatory.items():
        for code in near.checks.ignore or ():
            if code.startswith(word) or word.startswith(code):
                raise SettingsError(
                    f"checks: {code} is ignored, but {place} makes {word} mandatory",
                    path=near.file,
                    hint="take it out of 'ignore'; what is mandatory cannot be left out",
                )
    _check_severities(near, far.checks.mandatory)
    # Two files that a third one extends side by side are no different.
    _check_severities(far, near.checks.mandatory)


def _check_severities(settings: Settings, mandatory: Mapping[str, Location]) -> None:
    for word, place in mandatory.items():
        for code, severity in settings.checks.severity.items():
            if (code.startswith(word) or word.startswith(code)) and severity.rank > 0:
                raise SettingsError(
                    f"checks: {code} is made less severe ({severity}), but {place} makes {word} mandatory",
                    path=settings.file,
                    hint="take it out of 'severity'; what is mandatory cannot be weakened",
                )


def _check_assumptions(near: Settings, far: Settings) -> None:
    refused = sorted(near.assumptions & far.refused_assumptions)
    if refused:
        raise SettingsError(
            f"assume: {refused[0]} is accepted, but {far.file} refuses it",
            path=near.file,
            hint=f"take it out of 'assume', or ask whoever keeps {far.file}",
        )
