"""JUnit XML: every requirement on every device as a test, so that what works shows as well.

What reads it
    The test pages of Jenkins, GitLab, Azure DevOps and most other CI services. There is a suite for each device and each declared
    path, with a test for each requirement and port, and a suite ``checks`` for findings that are about no requirement. There is
    no standard; this keeps to ``junit-10.xsd`` of Jenkins' xUnit plug-in, which is what most producers follow.
    A test fails where it makes the run fail: the exit code is 1 exactly where there is a failure. What does not work and does
    not fail the run is skipped, with the reason: waived or known, not required, below ``--fail-on``, or cannot be told.
    An endpoint that cannot be told is a failure of the type ``unknown`` under ``--fail-on unknown``.
What is left out
    Snippets, and fingerprints. Times: a verdict takes none. Line numbers are in the texts only, so that a test keeps its name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, Run
from allowlint.reports import Report, Style
from allowlint.reports._accepted import justification, mark
from allowlint.reports._defused import defused
from allowlint.reports._summary import device_name, place_names
from allowlint.reports._table import unsettled
from allowlint.reports._tested import Tested, settling, tested
from allowlint.reports._verdicts import Judged, judged, worst
from allowlint.reports._visible import visible

CHECKS = "checks"
"""The suite of the findings that are about no requirement."""


class Case(NamedTuple):
    """One test: it passes, or fails, or is skipped."""

    name: str
    group: str = ""
    outcome: str = ""
    """``failure``, ``skipped``, or empty for one that passes."""
    type: str = ""
    message: str = ""
    text: str = ""
    out: str = ""


class Suite(NamedTuple):
    """The tests of one device or path."""

    name: str
    cases: tuple[Case, ...]
    properties: tuple[tuple[str, str], ...] = ()


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as XML."""
    entries, others = judged(run)
    names = place_names(run)
    cases: dict[tuple[str, str], list[Case]] = {key: [] for key in names}
    undecided = frozenset(run.undecided) if run.fails_by_unknown else frozenset()
    tests = tested(run)
    for entry in entries:
        place = entry.key[:2]
        case = _of_verdict(run, entry, undecided, tests.get(entry.key))
        cases[place].append(case._replace(group=_group(names[place])))
    results = {(result.config, result.device.name): result for result in run.results}
    suites = [Suite(names[key], tuple(cases[key]), _properties(run, results[key])) for key in names]
    if others:
        suites.append(Suite(CHECKS, tuple(_numbered(_of_finding(run, finding) for finding in others))))
    return "\n".join(_document(run, suites)) + "\n"


def _of_verdict(run: Run, entry: Judged, undecided: frozenset[tuple[str, str, str]], test: Tested | None) -> Case:
    verdict, findings = entry.verdict, entry.findings
    case = Case(verdict.id, out=_answers(entry, test))
    failing = [finding for finding in findings if run.fails_by(finding)]
    if failing:
        first = worst(failing) or failing[0]
        return case._replace(outcome="failure", type=first.code, message=first.message, text=_texts(failing))
    if entry.key in undecided:
        why = _unknown(entry)
        return case._replace(outcome="failure", type="unknown", message=why, text=_texts(findings))
    if entry.state == "works":
        return case._replace(out="\n".join(part for part in (case.out, _texts(findings)) if part))
    return case._replace(outcome="skipped", message=_excuse(entry, test), text=_texts(findings))


def _of_finding(run: Run, finding: Finding) -> Case:
    subject = finding.requirement or finding.object or finding.message
    case = Case(f"{finding.code} {finding.name}: {subject}", _group(device_name(finding.config, finding.device)))
    if run.fails_by(finding):
        return case._replace(outcome="failure", type=finding.code, message=finding.message, text=_text(finding))
    why = _accepted(finding) or f"{finding.severity}: {finding.message}"
    return case._replace(outcome="skipped", message=why, text=_text(finding))


def _excuse(entry: Judged, test: Tested | None) -> str:
    """Why what does not work does not fail the run."""
    accepted = [finding for finding in entry.findings if not finding.counts]
    counting = len(accepted) < len(entry.findings)
    fault = _unknown(entry) if entry.state == "unknown" else entry.state
    if accepted and not counting:
        return f"{_accepted(accepted[0])}; {fault}"
    if text := settling(test):
        return f"{text}; {fault}"
    need = entry.verdict.requirement.need
    return f"{fault}; {need}, and does not fail the run"


def _accepted(finding: Finding) -> str:
    return f"waived: {justification(finding.waiver)}" if finding.waiver is not None else mark(finding)


def _unknown(entry: Judged) -> str:
    reasons = unsettled(entry)
    return f"cannot be told: {'; '.join(reasons)}" if reasons else "cannot be told"


def _answers(entry: Judged, test: Tested | None) -> str:
    """The answer of each stage, and of each place of a path, and what tests on endpoints say of it."""
    verdict = entry.verdict
    words = [f"{stage.value} {verdict.word(stage)}" for stage in Stage if stage in verdict.stages]
    lines = [", ".join(words)]
    if verdict.leans:
        lines.append(f"assuming {', '.join(verdict.leans)}")
    for hop in entry.result.hops:
        at = hop.verdicts[entry.position]
        lines.append(f"as far as {hop.name}: {', '.join(f'{stage.value} {at.word(stage)}' for stage in Stage)}")
    if test:
        lines.append(f"live: {test}")
    return "\n".join(lines)


def _texts(findings: Sequence[Finding]) -> str:
    return "\n\n".join(map(_text, findings))


def _text(finding: Finding) -> str:
    """A finding with its place, its trace and what to do."""
    accepted = mark(finding)
    lines = [
        f"{finding.severity}[{finding.code}] {finding.name}: {finding.message}{f' [{accepted}]' if accepted else ''}",
        f"at {finding.location}",
    ]
    if finding.witness and finding.witness not in finding.message:
        lines.append(f"fails, for instance: {finding.witness}")
    lines += (f"depends on: {reason}" for reason in finding.reasons)
    for step in finding.trace:
        doubt = "" if step.certain else " (if it matches)"
        lines.append(f"rule {step.rule.location} {step.rule.text}: {step.effect.value}{doubt}")
    lines += (f"see {related.location}: {related.message}" for related in finding.related)
    return "\n".join([*lines, *([f"help: {finding.help}"] if finding.help else [])])


def _numbered(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases, with a number behind the name of each that another one has."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        seen[case.group, case.name] += 1
        number = seen[case.group, case.name]
        yield case if number == 1 else case._replace(name=f"{case.name} ({number})")


def _group(name: str) -> str:
    """A device as the class of its tests. Jenkins takes what stands before the last dot for the name of a package."""
    return name.replace(".", "_")


def _properties(run: Run, result: DeviceResult) -> tuple[tuple[str, str], ...]:
    policies = ", ".join(f"{use.policy.name} {use.policy.published}".strip() for use in run.policies)
    profile = {**run.profile, **result.profile}
    words = (
        (key, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        for key, value in profile.items()
    )
    return (
        ("allowlint", run.version),
        ("platform", result.device.platform),
        ("policies", policies),
        *((key, text) for key, text in words if text),
    )


def _document(run: Run, suites: Sequence[Suite]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    every = [case for suite in suites for case in suite.cases]
    failures = sum(case.outcome == "failure" for case in every)
    yield f'<testsuites name="allowlint" tests="{len(every)}" failures="{failures}" errors="0">'
    # "2026-11-23T10:00:00Z" without the zone, which older readers of the format refuse.
    made = f' timestamp="{_attribute(run.provenance.made[:19])}"' if run.provenance.made else ""
    for name, cases, properties in suites:
        counts = Counter(case.outcome for case in cases)
        numbers = f'tests="{len(cases)}" failures="{counts["failure"]}" errors="0" skipped="{counts["skipped"]}"'
        yield f'  <testsuite name="{_attribute(name)}" {numbers}{made}>'
        if properties:
            yield "    <properties>"
            for key, value in properties:
                yield f'      <property name="{_attribute(key)}" value="{_attribute(value)}"/>'
            yield "    </properties>"
        for case in cases:
            yield from _case(case)
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(case: Case) -> Iterator[str]:
    head = f'    <testcase name="{_attribute(case.name)}" classname="{_attribute(case.group)}"'
    if not case.outcome and not case.out:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if case.outcome:
        kind = f' type="{_attribute(case.type)}"' if case.type else ""
        yield f'      <{case.outcome}{kind} message="{_attribute(case.message)}">{_content(case.text)}</{case.outcome}>'
    if case.out:
        yield f"      <system-out>{_content(case.out)}</system-out>"
    yield "    </testcase>"


def _content(text: str) -> str:
    """Text between tags. What XML does not allow, or what does not print as itself, is shown by its number."""
    lines = "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))
    # GitLab and Jenkins publish the file that a line such as [[ATTACHMENT|/etc/passwd]] names.
    lines = lines.replace("[[ATTACHMENT", "[<U+005B>ATTACHMENT")
    escaped = lines.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # What might start a command in the log of a CI service means the same to a reader of XML.
    return defused(escaped, "&#35;", "&#58;")


def _attribute(text: str) -> str:
    return _content(text).replace('"', "&quot;").replace("\n", "&#10;")


REPORT = Report("junit", "JUnit XML, for the test pages of CI services", render)
