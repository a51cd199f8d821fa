"""The part of a run that is about one configuration, as text that can be kept or sent: JSON, so that reading it runs nothing.

What may hold a secret is masked before it is written, as reports mask it: lines that were not understood. The content of the
configuration is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeVar

from allowlint.lint.pieces import Piece, Remarks
from allowlint.lint.portable.forms import Showing, packed, unpacked
from allowlint.lint.portable.patterns import Malformed, Patterns
from allowlint.model.device import Device, Entrance, LoadFault, Stage, Unread
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import StageVerdict, Verdict
from allowlint.syntax.secrets import masked, without_secrets

__all__ = ["Malformed", "packed_piece", "packed_record", "unpacked_piece", "unpacked_record"]

_Record = TypeVar("_Record")
MAX_TEXT = 64 << 20
"""Characters of one piece; a larger one is not sent and not kept."""


class _Facts(NamedTuple):
    """What is left of a device."""

    name: str
    platform: str
    explicit: bool | None
    """Whether clients must address each of its entrances; None where it has none."""
    labels: frozenset[str]
    exits: frozenset[str]
    unread: tuple[Unread, ...]
    load_faults: tuple[LoadFault, ...]
    rule_count: int
    files: tuple[str, ...]


class _Judged(NamedTuple):
    """A verdict, with the number of its requirement."""

    requirement: int
    port: int
    stages: Mapping[Stage, StageVerdict]


class _Result(NamedTuple):
    """What is left of a result."""

    facts: _Facts
    verdicts: tuple[_Judged, ...]
    profile: Mapping[str, object]


class _Whole(NamedTuple):
    """What is left of a piece."""

    path: str
    platform: str
    results: tuple[_Result, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[Remarks, ...]
    digest: str


def packed_piece(piece: Piece, requirements: Sequence[Requirement]) -> str:
    """A piece as text. ``requirements``: all that its verdicts may be about. Raises ValueError for one that is too large."""
    numbers = {id(each): number for number, each in enumerate(requirements)}
    showing = Showing()
    results = tuple(_result(each, numbers, showing) for each in piece.results)
    findings = tuple(_finding(each, showing) for each in piece.findings)
    text = packed_record(_Whole(piece.path, piece.platform, results, findings, piece.remarks, piece.digest))
    if len(text) > MAX_TEXT:
        raise ValueError(f"{piece.path}: what was found out about it is larger than {MAX_TEXT >> 20} MB")
    return text


def unpacked_piece(text: str, requirements: Sequence[Requirement]) -> Piece:
    """The piece that a text stands for. Raises Malformed."""
    whole: _Whole = unpacked_record(_Whole, text)
    results = tuple(_restored(each, whole.path, requirements) for each in whole.results)
    return Piece(whole.path, whole.platform, results, whole.findings, whole.remarks, whole.digest)


def packed_record(record: object) -> str:
    """A record as text."""
    patterns = Patterns()
    text = packed(record, patterns)
    return f"[{packed(patterns.values, patterns)},{text}]"


def unpacked_record(kind: type[_Record], text: str) -> _Record:
    """The record of a kind that a text stands for. Raises Malformed."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from error
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[0], list):
        raise Malformed("expected patterns and a record")
    found: _Record = unpacked(kind, values[1], Patterns(values[0]))
    return found


def _finding(finding: Finding, showing: Showing) -> Finding:
    """A finding, with rules that are only shown. Its object makes its fingerprint, and stays."""
    return finding._replace(
        trace=showing.steps(finding.trace),
        message=without_secrets(finding.message),
        help=without_secrets(finding.help),
        reasons=tuple(map(without_secrets, finding.reasons)),
    )


def _result(result: DeviceResult, numbers: Mapping[int, int], showing: Showing) -> _Result:
    verdicts = tuple(
        _Judged(numbers[id(each.requirement)], each.port, showing.stages(each.stages)) for each in result.verdicts
    )
    return _Result(_facts(result.device), verdicts, result.profile)


def _facts(device: Device) -> _Facts:
    ways = device.entrances
    return _Facts(
        device.name,
        device.platform,
        all(each.explicit for each in ways) if ways else None,
        frozenset[str]().union(*(each.labels for each in ways)),
        frozenset[str]().union(*(each.exits for each in ways)),
        tuple(each._replace(text=masked(each.text)) for each in device.unread),
        device.load_faults,
        device.rule_count,
        device.files,
    )


def _restored(result: _Result, path: str, requirements: Sequence[Requirement]) -> DeviceResult:
    facts = result.facts
    ways = (
        ()
        if facts.explicit is None
        else (Entrance("", (), labels=facts.labels, exits=facts.exits, explicit=facts.explicit),)
    )
    device = Device(
        facts.name,
        facts.platform,
        ways,
        unread=facts.unread,
        load_faults=facts.load_faults,
        rule_count=facts.rule_count,
        files=facts.files,
    )
    if not all(0 <= each.requirement < len(requirements) for each in result.verdicts):
        raise Malformed("a verdict on a requirement that is not there")
    verdicts = tuple(Verdict(requirements[each.requirement], each.port, each.stages) for each in result.verdicts)
    return DeviceResult(path, device, verdicts, profile=result.profile)
