"""What findings count for, once everything is known that the settings say of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from allowlint.checks import Check
from allowlint.lint.running import declared, order
from allowlint.model.finding import Finding, Severity
from allowlint.model.record import NamedTuple
from allowlint.model.report import STRICTNESS, Run
from allowlint.model.settings import Settings
from allowlint.syntax.repository import repository_above

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.waivers import Coverage


class Account(NamedTuple):
    """By what the findings of a run are accounted for."""

    settings: Settings = Settings()
    checks: Sequence[Check] = ()
    """The checks that were run."""
    paths: Sequence[str] = ()
    """What was asked for; empty for all that the settings declare."""
    waive: bool = True
    baseline: str = ""
    """The file of the baseline; empty where none is used."""
    root: str = ""
    """The folder that fingerprints name configurations from."""


def accounted(run: Run, account: Account) -> Run:
    """The run with the severities of the settings, and with its findings marked that are waived or known."""
    run = graded(run, account)
    if not account.waive:
        run = run._replace(waivers=())
    elif run.waivers or account.settings.waivers:
        run = _waived(run, account)
    if account.baseline:
        from allowlint.lint.known import baselined

        run = baselined(run, account)
    return run


def graded(run: Run, account: Account) -> Run:
    """The run with the severities of the settings, and with findings that can be told from each other."""
    severities = account.settings.checks.severity
    findings = (
        [f._replace(severity=_severity(f, account.settings)) for f in run.findings] if severities else run.findings
    )
    return run._replace(findings=identified(sorted(findings, key=order) if severities else findings, account.root))


def identified(findings: Iterable[Finding], root: str) -> tuple[Finding, ...]:
    """The findings with the places of their configurations, and numbers where they are otherwise the same."""
    units: dict[tuple[str, str], tuple[str, str]] = {}
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for finding in findings:
        named = (finding.config, finding.device)
        if named not in units:
            units[named] = unit_of(*named, root)
        key = (finding.code, units[named], finding.requirement, finding.object, finding.extent)
        seen[key] = seen.get(key, 0) + 1
        found.append(finding._replace(unit=units[named], ordinal=seen[key]))
    return tuple(found)


def unit_of(config: str, device: str, root: str) -> tuple[str, str]:
    """A configuration by its place below a root, with slashes, and a device of it, however they were named.

    A device that is called as its file has no name of its own.
    """
    folder, name = os.path.split(os.path.abspath(config))
    own = "" if device == config or os.path.abspath(device) == os.path.abspath(config) else device
    if config in ("", "-"):
        return config, own
    path = os.path.join(os.path.realpath(folder), name)
    return os.path.relpath(path, os.path.realpath(root or ".")).replace(os.sep, "/"), own


def reviewed(run: Run, account: Account) -> Run:
    """The run with what its checks say of its waivers and its baseline. Those findings are neither waived nor known."""
    found = [finding for check in account.checks if check.review for finding in check.review(run)]
    if not found:
        return run
    own = (finding._replace(severity=_severity(finding, account.settings)) for finding in found)
    return run._replace(findings=identified(sorted((*run.findings, *own), key=order), account.root))


def root_of(settings: Settings, baseline: str = "") -> str:
    """The folder that fingerprints name configurations from: that of the baseline, else of the settings, else of the repository."""
    for file in (baseline, settings.file):
        if file:
            return os.path.dirname(os.path.abspath(file))
    here = os.getcwd()
    return repository_above(here) or here


def _waived(run: Run, account: Account) -> Run:
    from allowlint.waivers import waived
    from allowlint.waivers.day import today

    def mandatory(code: str) -> bool:
        return any(code.startswith(each) or each.startswith(code) for each in account.settings.checks.mandatory)

    return waived(run, account.settings, today(), coverage_of(run, account), mandatory)


def coverage_of(run: Run, account: Account) -> Coverage:
    """What the run has looked at."""
    from allowlint.waivers import Coverage

    files = {config.path for config in run.configs}
    files |= {file for result in run.results for file in result.device.files}
    judged = frozenset(os.path.abspath(file) for file in files)
    codes = frozenset(check.code for check in account.checks)
    return Coverage(codes, judged, judges_all(account.settings, account.paths, judged))


def judges_all(settings: Settings, paths: Sequence[str], judged: frozenset[str]) -> bool:
    """Whether a run of some paths, which has judged some files, has judged everything that the settings are for."""
    if not paths:
        return True
    if settings.configurations:
        return judged.issuperset(os.path.abspath(file) for file in declared(settings))
    # Where nothing is declared, the folder that the settings lie in is what they are for.
    folder = os.path.dirname(os.path.abspath(settings.file)) if settings.file else os.getcwd()
    given = (os.path.abspath(path) for path in paths if os.path.isdir(path))
    return any(folder == path or folder.startswith(path.rstrip(os.sep) + os.sep) for path in given)


def _severity(finding: Finding, settings: Settings) -> Severity:
    """The severity that the longest fitting code is given."""
    fitting = [code for code in settings.checks.severity if finding.code.startswith(code)]
    return settings.checks.severity[max(fitting, key=len)] if fitting else finding.severity


def is_mandatory(code: str, settings: Settings) -> bool:
    """Whether a check may be neither left out, nor weakened, nor waived."""
    return bool(settings.checks.mandatory) and code.startswith(tuple(settings.checks.mandatory))


def thresholds(fail_on: str, settings: Settings) -> dict[str, str]:
    """From what on findings make the run fail, by the beginning of their codes: mandatory checks may have a stricter one."""
    least = settings.least_fail_on
    stricter = least and STRICTNESS.index(least) > STRICTNESS.index(fail_on)
    return {"": fail_on} | (dict.fromkeys(settings.checks.mandatory, least) if stricter else {})
