"""What ``--show-settings`` and ``--show-files`` print: what was decided, and why."""

import argparse
from collections.abc import Iterator, Sequence

from allowlint.cli._task import live_from
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.lint.looking import Looked
from allowlint.model.demand import Demand
from allowlint.model.settings import WARN_DAYS, PolicyRef, Settings
from allowlint.reports._harmless import harmless
from allowlint.reports._visible import visible

_OPTIONS = {
    "profile.geographies": "geo", "profile.systems": "os", "profile.onboarding": "onboarding", "profile.client": "client",
    "profile.workspaces": "workspace_id", "profile.workspace_hosts": "workspace_hosts", "profile.from_zone": "from_zone", "profile.to_zone": "to_zone", "policies": "policy", "checks.select": "select",
    "checks.ignore": "ignore", "fail-on": "fail_on", "outputs": "output", "baseline": "baseline", "live": "live",
}  # fmt: skip
"""The options that override what settings say, by the key of the settings."""
_ADDED_UP = ("waivers", "configurations", "exclude", "live")
"""Of these every file adds its own."""
_NOT_SAID = "not said"


class Why:
    """Tells where something was said."""

    def __init__(self, args: argparse.Namespace, settings: Settings) -> None:
        self._args = args
        self._origins = settings.origins

    def __call__(self, key: str) -> str:
        """The option, the variable, or the place in the settings; ``default`` where nobody said it."""
        option = _OPTIONS.get(key, "")
        if option and getattr(self._args, option, None):
            variable = option in self._args.environment
            return f"ALLOWLINT_{option.upper()}" if variable else f"--{option.replace('_', '-')}"
        places = self._origins.get(key, ())
        return ", ".join(map(str, places if key in _ADDED_UP else places[:1])) or "default"


def shown_files(looked: Sequence[Looked]) -> str:
    """One line for each file: what becomes of it."""
    width = max((len(visible(each.path)) for each in looked), default=0)
    return "".join(f"{harmless(f'{visible(each.path):<{width}}  {each.decision}')}\n" for each in looked)


def shown_settings(args: argparse.Namespace, reading: Reading, policies: Sequence[PolicyRef], demands: Demands) -> str:
    """The settings that hold, in the form of a settings file, each with where it was said."""
    settings = reading.settings
    rows = list(_rows(args, reading, policies, demands))
    width = min(max(len(text) for text, _ in rows), 60)
    files = (settings.file, *settings.extended) if settings.file else ()
    head = f"# settings: {', which extends '.join(files) or 'none found'}"
    lines = (f"{visible(text):<{width}}  # {why}" for text, why in rows)
    return "".join(f"{harmless(line)}\n" for line in (head, *lines))


def _rows(
    args: argparse.Namespace, reading: Reading, policies: Sequence[PolicyRef], demands: Demands
) -> Iterator[tuple[str, str]]:
    """Yield each line with the reason for it."""
    settings = reading.settings
    why = Why(args, settings)
    yield f"policies: {_words([_policy(each) for each in policies])}", why("policies")
    for kept in settings.mandatory_policies:
        yield f"policy that is always asked: {_policy(kept)}", ", ".join(settings.extended)
    yield from _of_profile(args, demands, why)
    for each in settings.configurations:
        parts = (
            each.platform,
            each.device and f"device {each.device}",
            each.machine and f"machine {each.machine}",
            _own(each.demand),
        )
        text = "; ".join((_words(each.files), *(part for part in parts if part)))
        yield f"configuration: {text}", str(each.location)
    for name, path in settings.paths.items():
        yield f"path: {name} ({_words([stop.config for stop in path.stops])})", str(path.location)
    for word in sorted(reading.options.assumptions):
        yield f"assume: {word}", why(f"assume.{word}") if word in settings.assumptions else "--assume"
    yield from _of_checks(args, settings, why)


def _of_profile(args: argparse.Namespace, demands: Demands, why: Why) -> Iterator[tuple[str, str]]:
    demand, base = demands.base.demand, demands.base
    yield "profile:", why("profile")
    yield f"  geographies: {_words(base.profile.geographies)}", why("profile.geographies")
    yield f"  systems: {_words(base.profile.systems)}", why("profile.systems")
    yield f"  onboarding: {base.words['onboarding'] or _NOT_SAID}", why("profile.onboarding")
    for key, answer in sorted(demand.answers.items()):
        given = args.answer and any(text.partition("=")[0].strip() == key for text in args.answer)
        yield f"  answers.{key}: {str(answer).lower()}", "--answer" if given else why("profile.answers")
    for key, words in (("workspaces", demand.workspaces), ("workspace_hosts", demand.workspace_hosts)):
        if words:
            yield f"  {key}: {_words(words)}", why(f"profile.{key}")
    yield f"  client: {base.client.text or 'every inside address'}", why("profile.client")
    for key, zone in zip(("from_zone", "to_zone"), base.client.zones, strict=True):
        yield f"  {key}: {zone or 'any'}", why(f"profile.{key}")


def _of_checks(args: argparse.Namespace, settings: Settings, why: Why) -> Iterator[tuple[str, str]]:
    choice = settings.checks
    yield f"select: {_words(args.select or choice.select or ()) or 'every check'}", why("checks.select")
    yield f"ignore: {_words(args.ignore or choice.ignore or ()) or 'none'}", why("checks.ignore")
    for code, severity in choice.severity.items():
        yield f"severity: {code} is {severity}", why("checks.severity")
    for code, place in choice.mandatory.items():
        yield f"mandatory: {code}", str(place)
    yield f"fail-on: {args.fail_on or settings.fail_on or 'error'}", why("fail-on")
    if settings.least_fail_on:
        yield f"fail-on of mandatory checks, at least: {settings.least_fail_on}", ", ".join(settings.extended)
    rules = settings.waiver_rules
    yield f"waivers: {len(settings.waivers)}", why("waivers")
    yield f"  expiry: {'optional' if rules.expiry_required is False else 'required'}", why("waiver-rules.expiry")
    yield f"  warn_days: {WARN_DAYS if rules.warn_days is None else rules.warn_days}", why("waiver-rules.warn_days")
    yield f"  longest_days: {rules.longest_days or 'without a limit'}", why("waiver-rules.longest_days")
    yield f"  inline: {'refused' if rules.inline is False else 'allowed'}", why("waiver-rules.inline")
    yield from ((f"{key}: {value}", why(key)) for key, value in _of_work(settings).items() if value)
    yield from ((f"limit: {key} {limit}", why(f"limits.{key}")) for key, limit in settings.limits.items())
    yield from ((f"limit: {text}", "--limit") for text in args.limit)
    yield f"baseline: {getattr(args, 'baseline', None) or settings.baseline or 'none'}", why("baseline")
    for live in live_from(args, settings):
        day = f" of {live.date}" if live.date else ""
        where = f" for {_words(list(map(str, live.scopes)))}" if live.scopes else ""
        yield f"live: {live.path}{day}{where}", why("live")
    for format_name, file in settings.outputs if not args.output else ():
        yield f"output: {format_name}={file}", why("outputs")
    for text in args.output:
        yield f"output: {text}", why("outputs")


def _of_work(settings: Settings) -> dict[str, str]:
    return {"jobs": settings.jobs, "cache": settings.cache}


def _policy(reference: PolicyRef) -> str:
    return f"{reference.reference}{f' with {_words(reference.overlays)}' if reference.overlays else ''}"


def _own(demand: Demand) -> str:
    """For whom devices are asked, as far as that is said of them alone."""
    said = {**demand._asdict(), **{f"answers.{key}": str(answer).lower() for key, answer in demand.answers.items()}}
    parts = ((key, _words(value) if isinstance(value, tuple) else value) for key, value in said.items())
    return ", ".join(f"{key} {value}" for key, value in parts if value and key != "answers")


def _words(words: Sequence[str]) -> str:
    return ", ".join(words)
