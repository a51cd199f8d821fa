"""What holds for the checks together: no fault is passed over, and one fault gives one finding."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.checks import Examined
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Verdict
from allowlint.platforms import Options
from allowlint.sources import load_policy
from tests.support import FIXTURES

CASES = sorted(path.parent for path in FIXTURES.glob("checks/*/*/*/squid.conf"))
EXPERIMENTS = sorted(path.parent for path in FIXTURES.glob("platforms/squid/experiments/*/squid.conf"))
POLICY = (Requirement("*.a.test"), Requirement("a.test"), Requirement("o.test", (80,), "http"))
FAULTS = (Answer.VIOLATED, Answer.PARTIAL, Answer.UNKNOWN)
FAMILIES = {Stage.ACCESS: ("ACC", "TLS003"), Stage.INSPECTION: ("TLS",), Stage.AUTHENTICATION: ("AUT",)}
"""The codes that tell of a fault of a stage."""

each_case = pytest.mark.parametrize("case", CASES + EXPERIMENTS, ids=lambda path: "-".join(path.parts[-3:]))


def examined_in(case: Path) -> Examined:
    config = case / "squid.conf"
    (device,) = registry.load("platforms", "squid").parse(str(config), config.read_bytes(), Options())
    policy = case / "policy.yaml"
    requirements = load_policy(str(policy))[0].requirements if policy.exists() else POLICY
    flow = flow_for()
    return Examined(str(config), device, judge(device, requirements, flow), flow)


def findings_of(examined: Examined) -> list[Finding]:
    return [finding for check in registry.all("checks").values() for finding in check.run(examined)]


def faults_of(examined: Examined) -> Iterator[tuple[Verdict, Stage]]:
    for verdict in examined.verdicts:
        for stage in FAMILIES:
            if verdict.stages[stage].answer in FAULTS and verdict.requirement.expect.get(stage) != "any":
                yield verdict, stage


def tolds(findings: list[Finding], verdict: Verdict, stage: Stage) -> list[str]:
    """The codes that tell of a fault. What cannot be told may follow from an access that cannot be told."""
    codes = [finding.code for finding in findings if finding.requirement == verdict.id]
    own = [code for code in codes if code.startswith(FAMILIES[stage])]
    unknown = verdict.stages[stage].answer is Answer.UNKNOWN
    return own or [code for code in codes if unknown and code == "ACC004"]


@each_case
def test_every_fault_is_told_once(case: Path) -> None:
    examined = examined_in(case)
    findings = findings_of(examined)
    if examined.device.load_faults:
        assert {finding.code for finding in findings} == {"CFG002"}
        return

    for verdict, stage in faults_of(examined):
        assert len(tolds(findings, verdict, stage)) == 1, f"{verdict.id} at {stage}"


@each_case
def test_what_is_blocked_has_no_other_fault(case: Path) -> None:
    examined = examined_in(case)
    blocked = {verdict.id for verdict in examined.verdicts if verdict.stages[Stage.ACCESS].answer is Answer.VIOLATED}

    codes = {f.requirement: f.code for f in findings_of(examined) if f.requirement in blocked}

    assert set(codes.values()) <= {"ACC001", "ACC003", "TLS003"}


@each_case
def test_a_finding_has_a_place_that_can_be_opened(case: Path) -> None:
    for finding in findings_of(examined_in(case)):
        for location in (finding.location, *(related.location for related in finding.related)):
            assert location.line >= 1, finding
            assert Path(location.path).is_file(), finding


@each_case
def test_fingerprints_tell_findings_apart(case: Path) -> None:
    findings = findings_of(examined_in(case))

    assert len({finding.fingerprint for finding in findings}) == len(findings)
