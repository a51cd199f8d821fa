"""Puts SARIF logs together: one log with one run, since code scanning refuses several runs of one tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allowlint.errors import UsageError
from allowlint.lint.merging import Merged
from allowlint.lint.merging.parts import Place, Result, check_alike, shard_of, thresholds_of, without_repeated
from allowlint.model.report import FAILING

Values = dict[str, Any]
_UNUSED = "unused-waiver"
_LEVELS = ("error", "warning", "note")


def merged_logs(results: list[Result]) -> Merged:
    """One log of several. Raises UsageError where they do not belong together, or where one is missing."""
    runs = [Result(each.path, run) for each in results for run in each.report["runs"]]
    check_alike([(each.path, _alike(each.report)) for each in runs])
    runs, notes = without_repeated(runs, lambda run: {**run, "invocations": None})
    thresholds = thresholds_of(runs)
    _check_once(runs)
    logs = [each.report for each in runs]
    found = _results(logs)
    rules: dict[str, Values] = {}
    for _, rule in found:
        rules.setdefault(rule["id"], rule)
    codes = sorted(rules)
    whole = {
        **logs[0],
        "tool": {"driver": {**logs[0]["tool"]["driver"], "rules": [rules[code] for code in codes]}},
        "invocations": [invocation for run in logs for invocation in run["invocations"]],
        "results": [{**result, "ruleIndex": codes.index(rule["id"])} for result, rule in found],
        "properties": _properties(logs),
    }
    return Merged({**results[0].report, "runs": [whole]}, thresholds, tuple(notes))


def failing_log(log: Values, thresholds: Mapping[str, str]) -> bool:
    """Whether a log has something at or above the thresholds, as a run has it that finds the same."""
    (run,) = log["runs"]
    for beginning, threshold in thresholds.items():
        levels = {
            result["level"]
            for result in run["results"]
            if result["ruleId"].startswith(beginning)
            and not result.get("suppressions")
            and result.get("baselineState") != "unchanged"
        }
        if not levels.isdisjoint(FAILING[threshold]) or (threshold == "unknown" and run["properties"]["unknown"]):
            return True
    return False


def _alike(run: Values) -> Values:
    properties = run["properties"]
    return {
        "version": run["tool"]["driver"]["version"],
        "policies": properties["policies"],
        "profile": properties["profile"],
    }


def _check_once(runs: list[Result]) -> None:
    """Raises UsageError where two runs are about one configuration; declared paths of one settings file may be in several."""
    owners: dict[str, str] = {}
    for each in runs:
        along = bool((shard_of(each.report) or {}).get("paths"))
        for number, name in enumerate(each.report["properties"]["configurations"]):
            if name in owners and not (along and not number):
                raise UsageError(
                    f"{name} is in {owners[name]} too, and not with the same result",
                    path=each.path,
                    hint="check each configuration once, or give the newer report only",
                )
            owners[name] = each.path


def _results(runs: list[Values]) -> list[tuple[Values, Values]]:
    """The results of all runs, each with its rule, as a run sorts them.

    What several say of shared settings is said once, and a waiver that one of them uses is not unused.
    """
    used = [part["location"] for run in runs for result in run["results"] for part in result.get("suppressions", ())]
    found: dict[tuple[object, ...], tuple[Values, Values]] = {}
    for run in runs:
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        for result in run["results"]:
            rule, about = rules[result["ruleId"]], result["properties"]
            if rule["name"] == _UNUSED and result["locations"][0] in used:
                continue
            key = (str(result["partialFingerprints"]), about["config"], about["device"], str(result["locations"]))
            found.setdefault(key, (result, rule))
    return sorted(found.values(), key=_order)


def _order(found: tuple[Values, Values]) -> tuple[object, ...]:
    result, about = found[0], found[0]["properties"]
    place = result["locations"][0]["physicalLocation"]
    where = (place["artifactLocation"]["uri"], place["region"]["startLine"])
    return about["config"], about["device"], _LEVELS.index(result["level"]), *where, result["ruleId"]


def _properties(runs: list[Values]) -> Values:
    parts = [run["properties"] for run in runs]
    assuming = {name: words for part in parts for name, words in part["assuming"].items()}
    return {
        "policies": parts[0]["policies"],
        "profile": parts[0]["profile"],
        "configurations": [name for _, name in sorted(_configurations(runs))],
        "devices": sum(part["devices"] for part in parts),
        "unknown": sum(part["unknown"] for part in parts),
        "assuming": dict(sorted(assuming.items())),
    }


def _configurations(runs: list[Values]) -> set[tuple[Place, str]]:
    """The configurations with their places; the settings file stands for all declared paths."""
    found: set[tuple[Place, str]] = set()
    for number, run in enumerate(runs):
        names, shard = run["properties"]["configurations"], shard_of(run)
        along = [((0, 0, 0), names[0])] if shard and shard["paths"] else []
        places = [(1, 0, at) for at in shard["configs"]] if shard else [(1, number, at) for at in range(len(names))]
        found.update((*along, *zip(places, names[len(along) :], strict=True)))
    return found
