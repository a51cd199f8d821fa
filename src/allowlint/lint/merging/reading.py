"""Reads reports that are to be put together. What is none of ours, or only the beginning of one, is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import NoneType
from typing import Any

from allowlint.errors import InputError
from allowlint.lint.asked import MOST_PARTS
from allowlint.model.finding import Severity
from allowlint.model.report import STRICTNESS
from allowlint.reports.json import SCHEMA_VERSION

MAX_REPORT = 1 << 30
_SEVERITIES = frozenset(Severity)
_HINT = "give what allowlint check --format json or --format sarif has written"


def read_result(path: str) -> dict[str, Any]:
    """A report. Raises InputError for what cannot be read, or is not in the form of one."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_REPORT + 1)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path, hint="check the path and its permissions") from error
    if len(content) > MAX_REPORT:
        raise InputError(f"larger than {MAX_REPORT >> 20} MB", path=path, hint=_HINT)
    try:
        report = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no JSON: {error}", path=path, hint=_HINT) from error
    if isinstance(report, dict) and "runs" in report:
        _check(path, report, "sarif")
    else:
        _check(path, report, "report")
    return dict(report)


def _check(path: str, report: object, name: str) -> None:
    """Raises InputError where a report is not in its form."""
    fault = _sarif_fault(report) if name == "sarif" else _fault(report)
    if fault:
        raise InputError(f"not the report of a run: {fault}", path=path, hint=_HINT)


_Form = Mapping[str, type | tuple[type, ...]]
_WHOLE: _Form = {
    "schema_version": int, "tool": dict, "policies": list, "profile": dict, "configs": list, "verdicts": list, "findings": list,
    "waivers": list, "baseline": (dict, NoneType), "comparison": (dict, NoneType), "live": (dict, NoneType), "notices": list,
    "provenance": dict, "summary": dict,
}  # fmt: skip
_LISTED: Mapping[str, _Form] = {
    "configs": {"path": str, "platform": str, "devices": list, "rules": int, "files": list, "not_understood": int},
    "verdicts": {"config": str, "device": str, "requirement": str, "access": str},
    "findings": {
        "code": str, "name": str, "severity": str, "config": str, "device": str, "path": str, "line": int, "column": int,
        "requirement": str, "waiver": (dict, NoneType), "known": str, "fingerprint": str,
    },
    "waivers": {"path": str, "line": int, "state": str, "findings": int, "why": str, "inline": bool},
}  # fmt: skip
_NAMED: Mapping[str, _Form] = {
    "tool": {"name": str, "version": str},
    "provenance": {"command": list, "settings": list, "made": str},
    "summary": dict.fromkeys(("devices", "paths", "requirements", "rules", "not_understood", "unknown"), int),
    "baseline": {"path": str, "matched": int, "dead": list},
    "shard": {
        "number": int, "total": int, "digest": str, "configs": list, "paths": list, "unknown_zones": list, "thresholds": dict,
    },
}  # fmt: skip


def _fault(report: Any) -> str:
    """Why something is no report of ours that can be put together with others; empty where it is one.

    Only what is made use of is looked at: the whole schema would take longer than the run that made the report.
    """
    forms = [("the report", report, _WHOLE)]
    if isinstance(report, dict):
        forms += [(key, report[key], form) for key, form in _NAMED.items() if report.get(key) is not None]
        forms += [
            (f"{key} {number}", each, form)
            for key, form in _LISTED.items()
            if isinstance(report.get(key), list)
            for number, each in enumerate(report[key])
        ]
    return next(filter(None, (_misformed(*each) for each in forms)), "") or _strange(report)


def _misformed(name: str, value: Any, form: _Form) -> str:
    """Why a value is not in a form; empty where it is."""
    if not isinstance(value, dict):
        return f"{name} is no object"
    missing = next((key for key, kind in form.items() if key not in value or not isinstance(value[key], kind)), "")
    return f"{name} has no {missing}, or something else in its place" if missing else ""


def _odd_part(shard: Any) -> str:
    """Why something is no part of a run; empty where it is one, and for no part at all."""
    if shard is None:
        return ""
    fault = _misformed("shard", shard, _NAMED["shard"])
    if fault:
        return fault
    if not 1 <= shard["number"] <= shard["total"] <= MOST_PARTS:
        return f"there is no part {str(shard['number'])[:20]} of {str(shard['total'])[:20]}"
    texts = (*shard["unknown_zones"], *shard["thresholds"].values())
    if not all(isinstance(text, str) for text in texts) or not set(shard["thresholds"].values()) <= set(STRICTNESS):
        return "a threshold that there is not"
    places = (*shard["configs"], *shard["paths"])
    return "" if all(isinstance(place, int) for place in places) else "a place that is no number"


def _strange(report: Any) -> str:
    """What has the right form and makes no sense."""
    if report["schema_version"] != SCHEMA_VERSION or report["tool"]["name"] != "allowlint":
        return f"it is not in version {SCHEMA_VERSION} of the form"
    if report["comparison"] is not None or report["live"] is not None:
        return "a comparison with another revision, or with live results, is about one run as a whole"
    if any(each["severity"] not in _SEVERITIES for each in report["findings"]):
        return "a severity that there is not"
    odd = _odd_part(report.get("shard"))
    if odd:
        return odd
    judged = {(config["path"], str(device)) for config in report["configs"] for device in config["devices"]}
    stray = next((each for each in report["verdicts"] if (each["config"], each["device"]) not in judged), None)
    return f"a verdict on {stray['device'][:60]}, which is in no configuration" if stray else ""


def _sarif_fault(log: Any) -> str:
    """Why something is no log of ours; empty where it is one."""
    runs = log.get("runs")
    if log.get("version") != "2.1.0" or not isinstance(runs, list) or not runs:
        return "expected SARIF 2.1.0 with runs"
    for run in runs:
        match run:
            case {
                "tool": {"driver": {"name": "allowlint", "version": str(), "rules": list()}},
                "invocations": [{"executionSuccessful": True}],
                "results": list() as results,
                "properties": {
                    "policies": list(),
                    "profile": dict(),
                    "configurations": list(),
                    "devices": int(),
                    "unknown": int(),
                    "assuming": dict(),
                },
            } if all(map(_is_result, results)):
                odd = _odd_part(run["properties"].get("shard"))
                if odd:
                    return odd
                continue
        return "expected runs of allowlint that came to their end"
    return ""


def _is_result(value: object) -> bool:
    match value:
        case {
            "ruleId": str(),
            "level": "error" | "warning" | "note",
            "locations": [_, *_],
            "partialFingerprints": dict(),
            "properties": {"config": str(), "device": str()},
        }:
            return True
    return False
