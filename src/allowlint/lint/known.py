"""Findings that were there before: those that a baseline lists, or that another revision of the files had."""

import os
from collections.abc import Iterable, Sequence

from allowlint.baseline import Entry, FileEntries, load, matched
from allowlint.lint.accounts import Account, coverage_of, is_mandatory
from allowlint.lint.judging import UNDECIDED
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import BaselineUse, DeadEntry, Run
from allowlint.model.waiver import OWN_CODES
from allowlint.waivers import Coverage


def baselined(run: Run, account: Account) -> Run:
    """The run with the findings marked that the baseline knows. Raises BaselineError for a file that cannot be used."""
    listed = load(account.baseline)
    place = shown_path(account.baseline)
    findings, left = marked(run.findings, listed.entries, place, account)
    run = run._replace(findings=findings)
    coverage = coverage_of(run, account)
    dead = tuple(
        DeadEntry(listed.entries[index].text, why, listed.lines[index])
        for index in left
        if (why := death_of(listed.entries[index], run, account, coverage))
    )
    return run._replace(baseline=BaselineUse(place, len(listed.entries) - len(left), dead))


def shown_path(path: str) -> str:
    """The file of the baseline as reports name it."""
    return os.path.relpath(path) if os.path.isabs(path) else os.path.normpath(path)


def excusable(finding: Finding, account: Account) -> bool:
    """Whether a finding may be known at all. Behind a check that could not be run to its end there may be anything."""
    mandatory = is_mandatory(finding.code, account.settings)
    return not finding.code.startswith(OWN_CODES) and not mandatory and finding.object != UNDECIDED


def marked(
    findings: Sequence[Finding], entries: Sequence[Entry], where: str, account: Account
) -> tuple[tuple[Finding, ...], tuple[int, ...]]:
    """The findings with those marked that some entries know, and the entries that know none."""
    may = [index for index, finding in enumerate(findings) if excusable(finding, account)]
    found = matched([findings[index] for index in may], entries)
    known = {may[index] for index in found.entry_of}
    return tuple(
        finding._replace(known=finding.known or where) if index in known else finding
        for index, finding in enumerate(findings)
    ), found.unmatched


def death_of(entry: Entry, run: Run, account: Account, coverage: Coverage) -> str:
    """Why an entry that knows no finding says nothing true any more; empty where the run cannot tell."""
    if is_mandatory(entry.code, account.settings):
        return f"{entry.code} is mandatory, and no baseline hides it"
    if entry.code not in coverage.codes:
        return ""
    path = os.path.join(account.root, entry.config)
    if entry.config != "-" and not os.path.exists(path):
        return "its configuration is gone"
    if os.path.abspath(path) not in coverage.files or not _judged(entry, run, coverage):
        return ""
    if any(finding.counts and Entry.of(finding).key == entry.key for finding in _of(entry.code, run.findings)):
        return "what is found there now is not that fault or a part of it, and counts"
    return "it is no longer found"


def _of(code: str, findings: Iterable[Finding]) -> Iterable[Finding]:
    return (finding for finding in findings if finding.code == code)


def _judged(entry: Entry, run: Run, coverage: Coverage) -> bool:
    """Whether a run has judged what an entry is about: of the declared paths it may have judged some."""
    if not entry.device or (coverage.whole and run.shard is None):
        return True
    paths = {result.device.name for result in run.results if result.hops}
    named = {result.device.name for result in run.results}
    return entry.device in named or not paths


class Rewritten(NamedTuple):
    """What a baseline is to hold from now on, and what became of its entries."""

    known: tuple[Entry, ...] = ()
    """The faults that it knew and that are still there, as they are found now."""
    smaller: int = 0
    """How many of them have become smaller."""
    untold: tuple[Entry, ...] = ()
    """Entries of which the run cannot tell: they stay as they are."""
    dropped: tuple[Entry, ...] = ()
    new: tuple[Entry, ...] = ()
    """Faults that it did not know."""


def rewritten(run: Run, listed: FileEntries, account: Account) -> Rewritten:
    """What a baseline is to hold after a run. What is waived is not new to it: it counts again when its waiver ends."""
    own = [finding for finding in run.findings if excusable(finding, account)]
    found = matched(own, listed.entries)
    coverage = coverage_of(run, account)
    known = {index: Entry.of(own[index]) for index in found.entry_of}
    left = [listed.entries[index] for index in found.unmatched]
    dead = [bool(death_of(entry, run, account, coverage)) for entry in left]
    return Rewritten(
        tuple(known.values()),
        sum(listed.entries[found.entry_of[index]] != entry for index, entry in known.items()),
        tuple(entry for entry, gone in zip(left, dead, strict=True) if not gone),
        tuple(entry for entry, gone in zip(left, dead, strict=True) if gone),
        tuple(Entry.of(f) for index, f in enumerate(own) if index not in known and f.waiver is None),
    )
