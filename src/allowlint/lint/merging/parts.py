"""Whether reports belong together: of one version, list and profile, and all the parts of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from allowlint.errors import UsageError
from allowlint.model.record import NamedTuple

Values = dict[str, Any]


class Result(NamedTuple):
    """A report of ``allowlint check``, and the file that it was read from."""

    path: str
    report: Values


def shard_of(report: Values) -> Any:
    """The part of a run that a report is about; None where it is about all. Of SARIF, the run is the report."""
    return report.get("shard") or report.get("properties", {}).get("shard")


def check_alike(named: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Raises UsageError where the reports of some files differ in what must be the same in all."""
    first, expected = named[0]
    for path, values in named[1:]:
        for key, value in values.items():
            if value != expected[key]:
                ours, theirs = _difference(expected[key], value)
                raise UsageError(
                    f"not the same {key.replace('_', ' ')} as in {first}: {theirs} here, {ours} there",
                    path=path,
                    hint="put together only what one version has judged by one list, for one profile",
                )


def _difference(one: Any, other: Any) -> tuple[str, str]:
    """The first thing in which two values differ, of each."""
    if isinstance(one, dict) and isinstance(other, dict):
        key = next(key for key in (*one, *other) if one.get(key) != other.get(key))
        ours, theirs = _difference(one.get(key), other.get(key))
        return f"{key} {ours}", f"{key} {theirs}"
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(_difference(ours, theirs) for ours, theirs in zip(one, other, strict=True) if ours != theirs)
    return str(one)[:80], str(other)[:80]


def without_repeated(results: Sequence[Result], content: Callable[[Values], object]) -> tuple[list[Result], list[str]]:
    """The reports, each once, and notes on those that were given several times. ``content``: what a report says of its run."""
    kept: list[Result] = []
    notes = []
    for result in results:
        same = next((each for each in kept if content(each.report) == content(result.report)), None)
        if same is None:
            kept.append(result)
        else:
            notes.append(f"{result.path} says what {same.path} says, and is passed over")
    return kept, notes


Place = tuple[int, int, int]
"""Where a configuration or a declared path stands in the whole run: what is smaller comes first."""


def thresholds_of(results: Sequence[Result]) -> dict[str, str]:
    """From what on findings make the run fail of which all reports are parts; empty where none is a part.

    Raises UsageError where parts are missing or of different runs.
    """
    parts = [result for result in results if shard_of(result.report)]
    if not parts:
        return {}
    if len(parts) < len(results):
        whole = next(result for result in results if not shard_of(result.report))
        raise UsageError(
            f"it is about a whole run, and {parts[0].path} about a part of one",
            path=whole.path,
            hint="put parts together first",
        )
    _check_parts(parts)
    return dict(shard_of(parts[0].report)["thresholds"])


def places_of(result: Result, number: int) -> tuple[list[Place], list[Place]]:
    """The places of the declared paths of a report, and those of its configurations. ``number``: of the report, among all."""
    shard = result.report.get("shard")
    if shard:
        return [(0, 0, at) for at in shard["paths"]], [(1, 0, at) for at in shard["configs"]]
    configs = [config for config in result.report["configs"] if config["platform"] != "path"]
    devices = [
        name for config in result.report["configs"] if config["platform"] == "path" for name in config["devices"]
    ]
    return [(0, number, at) for at in range(len(devices))], [(1, number, at) for at in range(len(configs))]


def _check_parts(parts: Sequence[Result]) -> None:
    first = parts[0]
    shards = {result.path: shard_of(result.report) for result in parts}
    total = shards[first.path]["total"]
    for result in parts:
        for key in ("total", "digest", "thresholds"):
            if shards[result.path][key] != shards[first.path][key]:
                what = {"total": "number of parts", "digest": "list of configurations", "thresholds": "--fail-on"}[key]
                raise UsageError(
                    f"it is a part of another run than {first.path}: the {what} is not the same",
                    path=result.path,
                    hint="put together the parts of one run, on one revision of the files",
                )
    numbers = [shard["number"] for shard in shards.values()]
    missing = sorted(set(range(1, total + 1)) - set(numbers))
    if missing:
        listed = ", ".join(f"{number}/{total}" for number in missing)
        raise UsageError(f"parts are missing: {listed}", hint="a part that failed has no report: look at its job")
    if len(numbers) > total:
        twice = next(path for path, shard in shards.items() if numbers.count(shard["number"]) > 1)
        raise UsageError("another report is about the same part, and says something else", path=twice)
    never = set.intersection(*(set(shard["unknown_zones"]) for shard in shards.values()))
    if never:
        option = sorted(never)[0].replace("_", "-")
        raise UsageError(f"--{option}: no configuration of any part has that zone", hint="see allowlint explain")
