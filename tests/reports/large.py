"""A run of as many devices and endpoints as one likes, the same in every run: what a company with many offices hands in."""

from random import Random

from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Device, Rule, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import ConfigResult, DeviceResult, PolicyUse, Provenance, Run
from allowlint.model.requirement import Need, Origin, Policy, Requirement
from allowlint.model.verdict import Answer, Reason, StageVerdict, Step, Verdict

SERVICES = (
    "command and control of the sensor",
    "sensor telemetry",
    "cloud-delivered protection",
    "uploads of suspicious files",
    "definition downloads",
    "certificate revocation and trust lists",
    "web protection and custom indicators",
    "push notifications that start live response",
)
PLACES = ("WW", "EU", "US", "UK", "AU")
RULES = 14
"""Rules of a device; each decides for some endpoints."""


def large_run(devices: int, requirements: int) -> Run:
    """A run in which most endpoints work on most devices, and each device has faults of its own."""
    asked = [_requirement(number) for number in range(requirements)]
    configs, findings, sources = [], [], {}
    for number in range(devices):
        random = Random(number)
        path = f"offices/{'north south east west'.split()[number % 4]}/edge-{number:02}.conf"
        rules = [_rule(path, line) for line in range(1, RULES + 1)]
        sources[path] = "\n".join(rule.text for rule in rules).encode()
        verdicts = tuple(_verdict(each, rules, random) for each in asked)
        device = Device(path, "squid", (), rule_count=RULES)
        configs.append(ConfigResult(path, "squid", (DeviceResult(path, device, verdicts),)))
        findings += [found for verdict in verdicts for found in _findings(verdict, path)]
    policy = Policy("large", tuple(asked), source="large.yaml", published="2026-06-02")
    return Run(
        "1.2.3",
        (PolicyUse(policy, requirements),),
        {"geographies": list(PLACES), "systems": ["windows"], "onboarding": "standard", "client": "10.0.0.0/8"},
        tuple(configs),
        tuple(findings),
        sources=sources,
        provenance=Provenance(("allowlint", "check", "offices"), (), "2026-11-23T10:00:00Z"),
    )


def _requirement(number: int) -> Requirement:
    name = f"{'*.' if number % 7 == 0 else ''}endpoint-{number:03}.{'winatp-gw-' * (number % 3 == 0)}example.com"
    return Requirement(
        name,
        geography=PLACES[number % len(PLACES)],
        need=(Need.REQUIRED, Need.REQUIRED, Need.CONDITIONAL, Need.OPTIONAL)[number % 4],
        note=SERVICES[number // 10 % len(SERVICES)],
        origin=Origin("list.xlsx", "Endpoints", number + 2),
    )


def _rule(path: str, line: int) -> Rule:
    action = (Action.ALLOW, Action.ALLOW, Action.INSPECT, Action.BLOCK)[line % 4]
    return Rule(ALWAYS, action, Location(path, line, 1, 11), f"http_access {action} list-{line:02} from-the-office")


def _verdict(requirement: Requirement, rules: list[Rule], random: Random) -> Verdict:
    rule = random.choices(rules, weights=[5 if rule.action is Action.ALLOW else 1 for rule in rules])[0]
    steps = (Step(rule, Stage.ACCESS, rule.action, certain=True, rulebase="http_access"),)
    access, inspection = StageVerdict(Answer.SATISFIED, steps=steps), StageVerdict(Answer.SATISFIED)
    witness = requirement.host.replace("*", "a")
    if rule.action is Action.BLOCK:
        answer = Answer.PARTIAL if requirement.host.startswith("*") else Answer.VIOLATED
        access = StageVerdict(answer, witness, steps=steps)
    elif rule.action is Action.INSPECT:
        inspection = StageVerdict(Answer.VIOLATED, witness, steps=steps)
    elif random.random() < 0.03:
        doubt = Reason("whether the address is one of theirs", rule, "--assume dns_consistent", doubt="DNS_BOUND")
        access = StageVerdict(Answer.UNKNOWN, witness, steps=steps, reasons=(doubt,))
    stages = {
        Stage.ACCESS: access,
        Stage.INSPECTION: inspection,
        Stage.AUTHENTICATION: StageVerdict(Answer.SATISFIED),
        Stage.ROUTING: StageVerdict(Answer.NOT_APPLICABLE),
    }
    return Verdict(requirement, requirement.ports[0], stages)


def _findings(verdict: Verdict, path: str) -> list[Finding]:
    faults = {
        Stage.ACCESS: ("ACC001", "missing-allow", "is blocked"),
        Stage.INSPECTION: ("TLS001", "inspected", "is inspected"),
    }
    return [
        Finding(
            code,
            name,
            Severity.ERROR if verdict.requirement.need is Need.REQUIRED else Severity.INFO,
            f"{verdict.id} {says} by `{found.steps[0].rule.text}`",
            path,
            path,
            found.steps[0].rule.location,
            requirement=verdict.id,
            witness=found.witness or "",
            need=verdict.requirement.need.value,
            trace=found.steps,
            help=f"above {found.steps[0].rule.location}, add:\n  acl mde dstdomain {verdict.requirement.host.lstrip('*')}\n  http_access allow mde",
        )
        for stage, (code, name, says) in faults.items()
        for found in (verdict.stages[stage],)
        if found.answer in (Answer.VIOLATED, Answer.PARTIAL)
    ]
