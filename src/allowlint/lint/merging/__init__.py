"""Puts JSON reports together: the parts of one run (``--shard``), or runs on different configurations.

What is put together is looked at first. A part that is missing, a report of another version, list or profile, and one configuration
that two reports tell differently of end with an error: a sum of what does not belong together says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allowlint.errors import UsageError
from allowlint.lint.merging.parts import Place, Result, check_alike, places_of, thresholds_of, without_repeated
from allowlint.lint.merging.sums import baseline, distinct, findings, summary, waivers
from allowlint.model.record import NamedTuple
from allowlint.model.report import FAILING

Values = dict[str, Any]
_ALIKE = ("schema_version", "tool", "policies", "profile")


class Merged(NamedTuple):
    """Reports put together."""

    report: Values
    """In the form of each of them."""
    thresholds: dict[str, str]
    """From what on findings make the run fail, as the parts of it say; empty where no part does."""
    notes: tuple[str, ...]
    """What was passed over."""


def merged(results: Sequence[Result], command: Sequence[str]) -> Merged:
    """One report of several. Raises UsageError where they do not belong together, or where one is missing."""
    check_alike([(each.path, {key: each.report[key] for key in _ALIKE}) for each in results])
    results, notes = without_repeated(results, lambda report: {**report, "provenance": None})
    thresholds = thresholds_of(results)
    reports = [result.report for result in results]
    report: Values = {key: reports[0][key] for key in _ALIKE}
    report["configs"] = _configs(results)
    report["verdicts"] = _sorted(report["configs"], [each for one in reports for each in one["verdicts"]])
    report["waivers"] = waivers(reports, report["configs"])
    report["findings"] = findings(reports, report["waivers"])
    report["baseline"] = baseline(reports)
    report["comparison"] = report["live"] = None
    report["notices"] = distinct(notice for one in reports for notice in one["notices"])
    settings = distinct(name for one in reports for name in one["provenance"]["settings"])
    made = max(one["provenance"]["made"] for one in reports)
    report["provenance"] = {"command": list(command), "settings": settings, "made": made}
    report["summary"] = summary(report, reports)
    return Merged({key: report[key] for key in reports[0] if key in report}, thresholds, tuple(notes))


def failing(report: Values, thresholds: dict[str, str]) -> bool:
    """Whether a report has something at or above the thresholds, as a run has it that finds the same."""
    return any(
        _reached(report, [each for each in report["findings"] if each["code"].startswith(beginning)], threshold)
        for beginning, threshold in thresholds.items()
    )


def _reached(report: Values, found: Iterable[Values], threshold: str) -> bool:
    severities = {each["severity"] for each in found if each["waiver"] is None and not each["known"]}
    if threshold == "unknown" and report["summary"]["unknown"]:
        return True
    return not severities.isdisjoint(FAILING[threshold])


def _configs(results: Sequence[Result]) -> list[Values]:
    """The configurations of all reports in the order of the whole run, and before them the declared paths of each settings file."""
    found: dict[tuple[str, str], tuple[Place, Values, str]] = {}
    along: dict[str, list[tuple[Place, str, Values]]] = {}
    for number, result in enumerate(results):
        stops, places = places_of(result, number)
        for config in result.report["configs"]:
            if config["platform"] == "path":
                named = zip(stops, config["devices"], strict=True)
                along.setdefault(config["path"], []).extend((place, name, config) for place, name in named)
                continue
            key = (config["path"], config["platform"])
            if key in found:
                _refuse(config["path"], found[key][2], result.path)
            found[key] = (places.pop(0), config, result.path)
    ways = [_joined(sorted(parts, key=lambda part: part[0])) for parts in along.values()]
    return [*ways, *(config for _, config, _ in sorted(found.values(), key=lambda item: item[0]))]


def _refuse(path: str, first: str, second: str) -> None:
    raise UsageError(
        f"{path} is in {first} too, and not with the same result",
        path=second,
        hint="check each configuration once, or give the newer report only",
    )


def _joined(parts: Sequence[tuple[Place, str, Values]]) -> Values:
    """The declared paths of one settings file: place, name, and the entry of the report that it is from."""
    names = [name for _, name, _ in parts]
    for _, name, entry in parts:
        if names.count(name) > 1:
            raise UsageError(f"the path {name} of {entry['path']} is in several reports", hint="check each once")
    entries = list({id(entry): entry for _, _, entry in parts}.values())
    joined = {**entries[0], "devices": names}
    joined["rules"] = sum(entry["rules"] for entry in entries)
    joined["not_understood"] = sum(entry["not_understood"] for entry in entries)
    joined["files"] = sorted({file for entry in entries for file in entry["files"]})
    if profiles := {name: entry["profiles"][name] for _, name, entry in parts if name in entry.get("profiles", ())}:
        joined["profiles"] = profiles
    return joined


def _sorted(configs: Sequence[Values], verdicts: Sequence[Values]) -> list[Values]:
    """The verdicts in the order of the configurations and of their devices."""
    places = {
        (config["path"], device): (number, place)
        for number, config in reversed(list(enumerate(configs)))
        for place, device in enumerate(config["devices"])
    }
    return sorted(verdicts, key=lambda verdict: places[verdict["config"], verdict["device"]])
