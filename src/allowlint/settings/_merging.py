"""A settings file together with those that it extends: the nearer one is heard first."""

from allowlint.model.settings import CheckChoice, Settings, WaiverRules
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
        policies=near.policies or far.policies,
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
        outputs=near.outputs or far.outputs,
        origins={
            key: near.origins.get(key, ()) + far.origins.get(key, ())
            for key in dict.fromkeys((*near.origins, *far.origins))
        },
    )


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
        for code, severity in near.checks.severity.items():
            if (code.startswith(word) or word.startswith(code)) and severity.rank > 0:
                raise SettingsError(
                    f"checks: {code} is made less severe ({severity}), but {place} makes {word} mandatory",
                    path=near.file,
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
