"""What the reports of several runs come to, as the report of one run would have it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Any

from allowlint.model.finding import Severity

Values = dict[str, Any]
_UNUSED = "unused-waiver"
_RANKS = {severity.value: severity.rank for severity in Severity}


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values, each once, in their order."""
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def findings(reports: Sequence[Values], used: Sequence[Values]) -> list[Values]:
    """The findings of all reports, sorted as a run sorts them.

    What several runs say of the settings that they share is said once, and a waiver that one of them uses is not unused.
    """
    busy = [(use["path"], use["line"]) for use in used if use["findings"]]
    found: dict[tuple[object, ...], Values] = {}
    for each in (finding for report in reports for finding in report["findings"]):
        if each["name"] != _UNUSED or (each["path"], each["line"]) not in busy:
            found.setdefault((each["fingerprint"], each["config"], each["device"], each["line"], each["column"]), each)
    return sorted(found.values(), key=_order)


def _order(finding: Values) -> tuple[object, ...]:
    keys = ("config", "device", "severity", "path", "line", "code", "requirement")
    return tuple(_RANKS[finding[key]] if key == "severity" else finding[key] for key in keys)


def waivers(reports: Sequence[Values], configs: Sequence[Values]) -> list[Values]:
    """What became of each waiver in all runs together: those of the settings, then those of the configurations in their order."""
    uses: dict[str, list[Values]] = {}
    for use in (use for report in reports for use in report["waivers"]):
        key = repr({name: value for name, value in use.items() if name not in ("state", "findings", "why")})
        uses.setdefault(key, []).append(use)
    places = {posixpath.normpath(config["path"]): place for place, config in reversed(list(enumerate(configs)))}
    found = [_together(same) for same in uses.values()]
    return sorted(
        found, key=lambda use: (use["inline"], places.get(posixpath.normpath(use["path"]), 0) if use["inline"] else 0)
    )


def _together(uses: Sequence[Values]) -> Values:
    """One waiver in several runs: as it stands where it is used; else unused, where some run can tell that."""
    telling = next((use for use in uses if use["findings"]), None)
    telling = telling or next((use for use in uses if use["state"] == "unused"), uses[0])
    return {**telling, "findings": sum(use["findings"] for use in uses)}


def baseline(reports: Sequence[Values]) -> Values | None:
    """What became of the baseline in all runs together."""
    uses = [report["baseline"] for report in reports if report["baseline"]]
    if not uses:
        return None
    dead = sorted(distinct(entry for use in uses for entry in use["dead"]), key=lambda entry: entry["line"])
    return {"path": uses[0]["path"], "matched": sum(use["matched"] for use in uses), "dead": dead}


def summary(report: Values, reports: Sequence[Values]) -> Values:
    """The numbers of a report. What cannot be counted from the rest of it is added up."""
    parts = [each["summary"] for each in reports]
    counting = [each for each in report["findings"] if each["waiver"] is None and not each["known"]]
    severity = {f"{name.value}s": sum(each["severity"] == name.value for each in counting) for name in Severity}
    return {
        "devices": sum(each["devices"] for each in parts),
        "paths": sum(each["paths"] for each in parts),
        "requirements": max(each["requirements"] for each in parts),
        "rules": sum(each["rules"] for each in parts),
        "not_understood": sum(each["not_understood"] for each in parts),
        **severity,
        "unknown": sum(each["unknown"] for each in parts),
        "waived": sum(each["waiver"] is not None for each in report["findings"]),
        "known": sum(each["waiver"] is None and bool(each["known"]) for each in report["findings"]),
    }
