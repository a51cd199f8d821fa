"""Builds the result of a run from a few lines of YAML, so that reports are tested without reading a configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Device, Rule, Stage, Unread
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.live import (
    Attempt,
    Conclusion,
    Doubt,
    LiveAnswer,
    LiveResults,
    LiveUse,
    Reach,
    ServiceCheck,
    Sign,
    UnreadPart,
    Way,
)
from allowlint.model.location import Location
from allowlint.model.report import (
    BaselineUse,
    Change,
    Comparison,
    ConfigResult,
    DeadEntry,
    DeviceResult,
    HopResult,
    PolicyUse,
    Provenance,
    Run,
)
from allowlint.model.requirement import Need, Policy, Requirement
from allowlint.model.verdict import WORDS, Answer, Reason, StageVerdict, Step, Verdict
from allowlint.model.waiver import Waiver, WaiverState, WaiverUse

ANSWERS = {word: answer for (_, answer), word in WORDS.items()} | {answer.value: answer for answer in Answer}
GOOD = {"access": "allowed", "inspection": "bypassed", "authentication": "anonymous", "routing": "not-applicable"}
PROFILE: Mapping[str, object] = {
    "geographies": ["EU"],
    "systems": ["windows"],
    "onboarding": "streamlined",
    "client": "10.0.0.1",
    "assumptions": [],
}


def load(case: Path) -> Run:
    """The run that ``run.yaml`` of a fixture describes; ``like`` names another case, of which it has all but what it says itself."""
    values = yaml.safe_load((case / "run.yaml").read_text(encoding="utf-8"))
    if "like" in values:
        other = yaml.safe_load((case / values.pop("like") / "run.yaml").read_text(encoding="utf-8"))
        values = other | values
    return build(values)


def build(values: Mapping[str, Any]) -> Run:
    """A run from plain values."""
    policies = tuple(
        PolicyUse(Policy(each["name"], (), published=each.get("published", "")), each.get("selected", 0))
        for each in values.get("policies", [{"name": "mde-streamlined", "published": "2026-06-02"}])
    )
    devices = [_device(each) for each in values.get("devices", [])]
    configs = tuple(
        ConfigResult(path, "squid", tuple(result for result in devices if result.config == path))
        for path in dict.fromkeys(result.config for result in devices)
    )
    return Run(
        values.get("version", "1.2.3"),
        policies,
        {**PROFILE, **values.get("profile", {})},
        configs,
        tuple(finding(each) for each in values.get("findings", [])),
        tuple(values.get("notices", ())),
        {path: text.encode("utf-8", "surrogatepass") for path, text in values.get("sources", {}).items()},
        tuple(_waiver_use(each) for each in values.get("waivers", ())),
        _baseline(values["baseline"]) if "baseline" in values else None,
        _comparison(values["comparison"]) if "comparison" in values else None,
        Provenance(**_tuples(values.get("provenance", {}))),
        {"": values.get("fail_on", "error")},
        _live(values["live"]) if "live" in values else None,
    )


def waiver(values: Mapping[str, Any]) -> Waiver:
    """A waiver from plain values, with ``at`` for its place."""
    rest = {key: value for key, value in values.items() if key != "at"}
    return Waiver(**_tuples(rest), location=location(values.get("at", "allowlint.yaml:1")))


def _waiver_use(values: Mapping[str, Any]) -> WaiverUse:
    rest = {key: value for key, value in values.items() if key not in ("state", "findings")}
    return WaiverUse(waiver(rest), WaiverState(values["state"]), values.get("findings", 0))


def _baseline(values: Mapping[str, Any]) -> BaselineUse:
    dead = tuple(DeadEntry(text, "it is no longer found") for text in values.get("dead", ()))
    return BaselineUse(values["path"], values["matched"], dead)


def _comparison(values: Mapping[str, Any]) -> Comparison:
    changes = tuple(Change(**each) for each in values.get("changes", ()))
    return Comparison(
        values["ref"],
        values.get("commit", ""),
        changes,
        values.get("left", 0),
        values.get("gone", 0),
        values.get("failed", ""),
        values.get("new", 0),
        tuple(values.get("notes", ())),
    )


def _live(values: Mapping[str, Any]) -> LiveUse:
    return LiveUse(
        results=tuple(_result(each) for each in values["results"]),
        answers=tuple(_answer(each) for each in values.get("answers", ())),
        doubts=tuple(Doubt(**each) for each in values.get("doubts", ())),
        untested=tuple(values.get("untested", ())),
        foreign=tuple((path, target) for path, target in values.get("foreign", ())),
        settled=tuple((config, device, name) for config, device, name in values.get("settled", ())),
        scopes={path: tuple(places) for path, places in values.get("scopes", {}).items()},
        tools=values.get("tools", {}),
    )


def _result(values: Mapping[str, Any]) -> LiveResults:
    checks = tuple(
        ServiceCheck(**{**each, "reach": Reach(each["reach"]), "about": tuple(each["about"])})
        for each in values.get("checks", ())
    )
    unread = tuple(UnreadPart(**each) for each in values.get("unread", ()))
    rest = {"date": str(values.get("date", "")), "facts": values.get("facts", {})}
    return LiveResults(values["path"], values["format"], checks=checks, unread=unread, **rest)


def _answer(values: Mapping[str, Any]) -> LiveAnswer:
    """A test from plain values; ``at`` is where it stands, and ``places`` the configurations that it was put beside."""
    place = location(values["at"])
    places = values["places"]
    alone = places[0] if len(places) == 1 else ""
    return LiveAnswer(
        requirement=values["requirement"],
        need="required",
        config=alone,
        device=alone,
        host=values.get("host", values["requirement"].partition(":")[0]),
        port=443,
        static=values["static"],
        attempts=tuple(
            Attempt(Way(each["way"]), Reach(each["reach"]), each.get("code", ""), Sign(each.get("sign", "")))
            for each in values["attempts"]
        ),
        conclusion=Conclusion(values["conclusion"]),
        reasons=tuple(values.get("reasons", ())),
        date=values.get("date", "2026-11-20"),
        path=place.path,
        line=place.line,
        sign=Sign(values.get("sign", "")),
        issuer_name=values.get("issuer_name", ""),
        places=tuple((each, each) for each in places),
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def finding(values: Mapping[str, Any]) -> Finding:
    """A finding from plain values; ``at`` is ``path:line:column+length``."""
    place = location(values["at"])
    config = values.get("config", place.path)
    return Finding(
        code=values["code"],
        name=values["name"],
        severity=Severity(values.get("severity", "error")),
        message=values["message"],
        config=config,
        device=values.get("device", config),
        location=place,
        requirement=values.get("requirement", ""),
        witness=values.get("witness", ""),
        need=values.get("need", ""),
        object=values.get("object", ""),
        reasons=tuple(values.get("reasons", ())),
        trace=tuple(_step(each) for each in values.get("trace", ())),
        related=tuple(Related(location(each["at"]), each["message"]) for each in values.get("related", ())),
        help=values.get("help", "").rstrip("\n"),
        waiver=waiver(values["waiver"]) if "waiver" in values else None,
        known=values.get("known", ""),
    )


def location(text: str) -> Location:
    """``path:line``, ``path:line:column`` or ``path:line:column+length``."""
    path, line, *rest = text.split(":")
    column, _, length = (rest[0] if rest else "0").partition("+")
    return Location(path, int(line), int(column), int(length or 0))


def verdict(values: Mapping[str, Any]) -> Verdict:
    """A verdict from the words of the report; what is not said is well."""
    port = values.get("port", 443)
    requirement = Requirement(
        values["host"],
        (port,),
        "http" if port == 80 else "https",
        values.get("path", ""),
        need=Need(values.get("need", "required")),
        note=values.get("note", ""),
        when=values.get("when", {}),
        expect=values.get("expect", {}),
    )
    words = GOOD | {stage.value: values[stage.value] for stage in Stage if stage.value in values}
    reasons = tuple(Reason(**each) for each in values.get("reasons", ()))
    leans = tuple(values.get("leans", ()))
    stages = {
        stage: StageVerdict(
            ANSWERS[words[stage.value]],
            reasons=reasons if words[stage.value] == "unknown" else (),
            leans=leans if stage is Stage.ACCESS else (),
        )
        for stage in Stage
    }
    return Verdict(requirement, port, stages)


def _device(values: Mapping[str, Any]) -> DeviceResult:
    config = values["config"]
    unread = tuple(
        Unread(location(each["at"]), each["text"], each["why"], each.get("matters", True))
        for each in values.get("unread", ())
    )
    device = Device(
        values.get("name", config),
        values.get("platform", "squid"),
        (),
        unread=unread,
        rule_count=values.get("rules", 0),
    )
    return DeviceResult(
        config,
        device,
        tuple(verdict(each) for each in values.get("verdicts", ())),
        tuple(HopResult(hop["name"], tuple(map(verdict, hop["verdicts"]))) for hop in values.get("hops", ())),
        values.get("on_path", False),
        values.get("profile", {}),
    )


def _step(values: Mapping[str, Any]) -> Step:
    rule = Rule(ALWAYS, Action(values["effect"]), location(values["at"]), values["text"])
    stage = Stage(values.get("stage", "access"))
    return Step(
        rule, stage, rule.action, values.get("certain", True), values.get("rulebase", ""), values.get("default", False)
    )
