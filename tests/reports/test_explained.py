"""How `allowlint explain` shows the way of a flow; the ways are made by hand."""

import json
import re
from typing import Any

from allowlint.cli._explained import render_json, render_text
from allowlint.engine.explain import Explanation, Met
from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Device, LoadFault, Rule, Stage
from allowlint.model.location import Location
from allowlint.model.verdict import Answer, Reason, StageVerdict, Verdict
from allowlint.reports import Style
from tests.reports.runs import verdict


def met(line: int, text: str, answer: str = "no", why: str = "", **more: Any) -> Met:
    action = more.pop("action", Action.BLOCK)
    rule = Rule(ALWAYS, action, Location("squid.conf", line, 1, len(text)), text)
    default = more.pop("default", False)
    return Met(
        rule, more.pop("rulebase", "http_access"), more.pop("stage", Stage.ACCESS), answer, why, answer != "no", default
    )


def explained(*steps: Met, entrance: str = "", shown: Verdict | None = None) -> Explanation:
    return Explanation(shown or verdict({"host": "a.example.com", "access": "blocked"}), entrance, steps)


SQUID = Device("squid.conf", "squid", ())
STEPS = (
    met(1, "http_access deny !web", why="not web (port 443 in 80, 443)"),
    met(9, "http_access deny all", "yes", "all"),
)


def text_of(*explanations: Explanation, device: Device = SQUID, style: Style = Style(width=120)) -> str:  # noqa: B008 - frozen
    return render_text([("squid.conf", device, each) for each in explanations], style)


def json_of(*explanations: Explanation, device: Device = SQUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render_json([("squid.conf", device, each) for each in explanations]))
    return found


def test_every_rule_has_its_place_its_answer_and_why_and_the_deciding_one_is_marked() -> None:
    assert text_of(explained(*STEPS)) == (
        "a.example.com:443 through squid.conf (squid)\n"
        "\n"
        "  http_access (access)\n"
        "    squid.conf:1  http_access deny !web  no   not web (port 443 in 80, 443)\n"
        "  > squid.conf:9  http_access deny all   yes: blocks it   all\n"
        "\n"
        "  access          blocked\n"
        "  inspection      bypassed\n"
        "  authentication  anonymous\n"
        "  routing         not-applicable\n"
    )


def test_why_goes_below_where_there_is_no_room() -> None:
    lines = text_of(explained(met(1, "http_access deny !web", why="because " * 12)), style=Style(width=80)).splitlines()

    assert lines[3] == "    squid.conf:1  http_access deny !web  no"
    assert lines[4].startswith(" " * 20 + "because because")
    assert max(map(len, lines)) <= 80


def test_many_rules_about_other_hosts_are_folded_and_verbose_lists_them() -> None:
    others = [
        met(n, f"http_access allow list{n}", why=f"list{n} (the host, 3 entries) does not match") for n in range(2, 40)
    ]
    way = explained(STEPS[0], *others, STEPS[1])

    assert "      ... 38 rules that speak of other hosts; --verbose lists them\n" in text_of(way)
    assert "list20" not in text_of(way)
    assert "list20" in text_of(way, style=Style(width=120, verbose=True))


def test_a_rule_that_fails_for_another_reason_is_never_folded() -> None:
    others = [met(n, f"http_access allow all{n}", why="not list (the host, 3 entries)") for n in range(2, 40)]

    assert "other hosts" not in text_of(explained(*others))


def test_a_list_that_is_asked_again_is_a_section_of_its_own() -> None:
    text = text_of(explained(*STEPS, *STEPS))

    assert text.count("  http_access (access)\n") == 2


def test_what_cannot_be_told_is_said_with_what_settles_it() -> None:
    unknown = StageVerdict(
        Answer.UNKNOWN, "a.example.com", reasons=(Reason("the client's address", settle="--client ADDRESS"),)
    )
    shown = verdict({"host": "*.example.com"})
    shown = shown._replace(stages={**shown.stages, Stage.ACCESS: unknown})

    text = text_of(explained(met(1, "http_access deny x", "maybe"), shown=shown))

    assert "maybe: blocks it" in text
    assert "  access          unknown  for instance a.example.com\n" in text
    assert "depends on the client's address; settle it with --client ADDRESS\n" in text


def test_a_challenge_is_not_called_an_allow() -> None:
    asked = met(1, "http_access allow staff", "challenged", action=Action.ALLOW)

    assert "challenged: asks for a login" in text_of(explained(asked))
    assert json_of(explained(asked))[0]["trace"][0]["effect"] == "challenge"


def test_a_configuration_that_does_not_load_says_so() -> None:
    device = SQUID._replace(load_faults=(LoadFault(Location("squid.conf", 4, 1), "no such ACL", "every version"),))

    text = text_of(explained(), device=device)

    assert "does not load squid.conf:4:1: no such ACL (every version)" in text
    assert "no rule is met" in text
    assert json_of(explained(), device=device)[0]["load_faults"] == ["squid.conf:4:1: no such ACL"]


def test_json_has_one_object_for_a_device_whatever_its_entrances() -> None:
    first, second = (explained(*STEPS, entrance=name) for name in ("3128", "3129"))

    (found,) = json_of(first, second)

    stages = ("access", "inspection", "authentication", "routing")
    assert [found[stage] for stage in stages] == ["blocked", "bypassed", "anonymous", "not-applicable"]
    assert [found[key] for key in ("config", "device", "host", "port")] == [
        "squid.conf",
        "squid.conf",
        "a.example.com",
        443,
    ]
    assert [(step["entrance"], step["line"]) for step in found["trace"]] == [("3128", 9), ("3129", 9)]
    assert [step["line"] for step in found["met"]] == [1, 9, 1, 9]
    step = {key: found["trace"][0][key] for key in ("config", "line", "rule", "effect", "certain")}
    assert step == {
        "config": "squid.conf",
        "line": 9,
        "rule": "http_access deny all",
        "effect": "block",
        "certain": True,
    }


def test_two_devices_are_two_objects() -> None:
    items = [("fw.xml", Device(name, "paloalto_panos", ()), explained()) for name in ("vsys1", "vsys2")]

    assert [each["device"] for each in json.loads(render_json(items))] == ["vsys1", "vsys2"]
    assert "through fw.xml, vsys2 (paloalto_panos)" in render_text(items, Style())


def test_entrances_are_told_apart() -> None:
    text = text_of(explained(*STEPS, entrance="http_port 3128"), explained(*STEPS, entrance="https_port 3129"))

    assert "coming in by http_port 3128\n" in text
    assert "coming in by https_port 3129\n" in text


def test_colours_add_nothing_but_escapes_and_names_are_made_safe() -> None:
    evil = explained(met(1, "deny \x1b[2J\u202e", "yes", "\x1b[0m"), entrance="\x1b")

    plain = text_of(evil, evil)
    colored = text_of(evil, evil, style=Style(width=120, color=True))

    assert plain.replace("\n", "").isprintable()
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
