"""Waivers of the settings, from the command line to the reports."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from allowlint.errors import UsageError
from allowlint.settings import SettingsError, load
from allowlint.waivers.day import today
from tests.cli.calling import BLOCKED, SQUID, Call, report_of

FAR = "2101-03-31"
BAD = "api.bad.test:443"


@pytest.fixture(autouse=True)
def _blocked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")  # 2100-01-01
    policy = folder / "mine.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + BLOCKED, encoding="utf-8")


def settings(text: str = "", *, expiry: str = FAR, head: str = "", **values: str) -> None:
    """Write settings with one waiver."""
    given = {"check": "ACC001", "requirement": f'"{BAD}"', "reason": "The vendor retires it."} | values
    lines = [f"    {key}: {value}" for key, value in given.items() if value] + (
        [f"    expiry: {expiry}"] if expiry else []
    )
    lines[0] = f"  - {lines[0].strip()}"
    body = "\n".join(("version: 1", "policies: [mine.yaml]", "configurations: [squid.conf]", head, "waivers:", *lines))
    Path("allowlint.yaml").write_text(f"{body}\n{text}", encoding="utf-8")


def checked(call: Call, *words: str) -> tuple[int, dict[str, Any]]:
    done = call("check", *words, "--format", "json")
    assert done.code in (0, 1), done.stderr
    return done.code, report_of(done)


def codes(report: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def test_only_the_exit_code_ignores_what_is_waived(call: Call) -> None:
    settings(owner="network team", ticket="CHG-1")

    code, report = checked(call)

    assert code == 0
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"]) == ("ACC001", "error")
    waiver = {key: finding["waiver"][key] for key in ("reason", "owner", "ticket", "expiry", "line", "inline")}
    assert waiver == {
        "reason": "The vendor retires it.",
        "owner": "network team",
        "ticket": "CHG-1",
        "expiry": FAR,
        "line": 6,
        "inline": False,
    }
    assert (report["summary"]["errors"], report["summary"]["waived"]) == (0, 1)
    assert [(use["state"], use["findings"]) for use in report["waivers"]] == [("active", 1)]


def test_the_text_shows_it_and_counts_it(call: Call) -> None:
    settings()

    text = " ".join(call("check").stdout.split())

    assert f"[waived until {FAR}]" in text
    assert "waived: The vendor retires it." in text
    assert "1 waived" in text
    assert "ACCEPTED: 1 of 4 required endpoints does not work, which is waived" in text


def test_sarif_says_where_and_why(call: Call) -> None:
    settings(owner="me")

    (result,) = json.loads(call("check", "--format", "sarif").stdout)["runs"][0]["results"]

    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].startswith("The vendor retires it. (owner me")


def test_no_waivers_shows_everything_as_if_there_were_none(call: Call) -> None:
    settings(expiry="2020-01-01")

    code, report = checked(call, "--no-waivers")

    assert code == 1
    assert codes(report) == {"ACC001"}
    assert report["findings"][0]["waiver"] is None
    assert report["waivers"] == []


@pytest.mark.parametrize(("expiry", "state"), [("2100-01-01", "expiring"), ("2099-12-31", "expired")])
def test_the_last_day_belongs_to_it(call: Call, expiry: str, state: str) -> None:
    settings(expiry=expiry)

    code, report = checked(call)

    assert [use["state"] for use in report["waivers"]] == [state]
    assert code == (0 if state == "expiring" else 1)
    expected = {"ACC001", "WVR002"} if state == "expiring" else {"ACC001", "WVR001"}
    assert codes(report) == expected


def test_an_expired_waiver_fails_by_itself(call: Call) -> None:
    settings(expiry="2099-12-31")
    Path("squid.conf").write_text(SQUID.replace("allow mine", "allow all"), encoding="utf-8")

    code, report = checked(call)

    assert (code, codes(report) & {"ACC001", "WVR001"}) == (1, {"WVR001"})


def test_a_day_of_the_past_does_not_stretch_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    for text, expected in (("0", now.date()), ("-1", now.date()), ("", now.date())):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
        assert today() == expected
    later = now + timedelta(days=400)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(later.timestamp())))
    assert today() == later.date()


@pytest.mark.parametrize("text", ["yesterday", "1e9", "9" * 30])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)

    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        today()


@pytest.mark.parametrize(
    ("words", "values", "state"),
    [
        ((), {"requirement": "other.test"}, "unused"),
        (("squid.conf",), {"requirement": "other.test"}, "unused"),
        # Of another file this run says nothing, nor of a check that was not run.
        (("squid.conf",), {"config": "other.conf"}, "active"),
        (("other.conf",), {"config": "squid.conf"}, "active"),
        (("other.conf",), {"requirement": "other.test"}, "active"),
        ((), {"requirement": "other.test", "check": "[ACC001, TLS]"}, "unused"),
        (("--select", "ACC001,WVR"), {"requirement": "other.test", "check": "[ACC001, TLS]"}, "active"),
        (("squid.conf",), {"config": "squid.conf", "requirement": "other.test"}, "unused"),
        (("squid.conf",), {"config": "'*.conf'", "requirement": "other.test"}, "unused"),
        # A file that is there and is not judged may hold what it is for; one that is gone does not.
        ((), {"config": "other.conf"}, "active"),
        ((), {"config": "gone.conf"}, "unused"),
        # A device that is not there any more is found out by a run over everything.
        ((), {"device": "fw9"}, "unused"),
    ],
)
def test_unused_is_only_what_the_run_could_have_used(
    call: Call, words: tuple[str, ...], values: dict[str, str], state: str
) -> None:
    Path("other.conf").write_text(SQUID.replace(".good.test", ".good.test .bad.test"), encoding="utf-8")
    settings(**({"requirement": ""} | values))

    _, report = checked(call, *words)

    assert [use["state"] for use in report["waivers"]] == [state]
    assert ("WVR003" in codes(report)) is (state == "unused")


def test_a_folder_that_holds_the_settings_is_all_of_it(call: Call) -> None:
    settings(requirement="other.test")
    text = Path("allowlint.yaml").read_text(encoding="utf-8").replace("configurations: [squid.conf]\n", "")
    Path("allowlint.yaml").write_text(text, encoding="utf-8")

    assert [use["state"] for use in checked(call, ".")[1]["waivers"]] == ["unused"]
    assert [use["state"] for use in checked(call, "squid.conf")[1]["waivers"]] == ["active"]


def test_a_second_waiver_of_the_same_finding_is_not_unused(call: Call) -> None:
    settings("  - {check: ACC001, requirement: api.bad.test, reason: The vendor retires it., expiry: 2101-01-01}\n")

    _, report = checked(call)

    assert [(use["state"], use["findings"]) for use in report["waivers"]] == [("active", 1), ("active", 0)]


@pytest.mark.parametrize(
    ("values", "head", "why"),
    [
        ({}, "checks: {mandatory: [ACC001]}", "ACC001 is mandatory and cannot be waived"),
        ({}, "checks: {mandatory: [ACC]}", "ACC001 is mandatory"),
        ({"check": "ACC"}, "checks: {mandatory: [ACC001]}", "ACC is mandatory"),
        ({"check": "[TLS001, ACC001]"}, "checks: {mandatory: [ACC001]}", "ACC001 is mandatory"),
        ({}, "waiver-rules: {longest_days: 90}", "it ends in 454 days, and 90 is the longest"),
        ({"check": "WVR001"}, "", "what WVR001 says of waivers"),
        ({"check": "BSL"}, "", "what BSL says of waivers"),
        ({"check": "[ACC001, W]"}, "", "what W says of waivers"),
    ],
)
def test_a_refused_waiver_does_nothing_and_is_an_error(call: Call, values: dict[str, str], head: str, why: str) -> None:
    settings(head=head, **values)

    code, report = checked(call)

    (refused,) = (finding for finding in report["findings"] if finding["code"] == "WVR004")
    assert why in refused["message"]
    assert (refused["severity"], refused["config"], refused["line"]) == ("error", "allowlint.yaml", 6)
    assert all(finding["waiver"] is None for finding in report["findings"])
    assert (code, "ACC001" in codes(report)) == (1, True)


def test_what_is_mandatory_above_cannot_be_waived_below(call: Call) -> None:
    Path("org.yaml").write_text("version: 1\nchecks: {mandatory: [ACC001]}\n", encoding="utf-8")
    settings(head="extends: org.yaml")

    code, report = checked(call)

    assert code == 1
    assert codes(report) == {"ACC001", "WVR004"}


def test_expiring_is_told_as_early_as_the_settings_say(call: Call) -> None:
    settings(head="waiver-rules: {warn_days: 500}")

    code, report = checked(call)

    assert code == 0
    (warning,) = (finding for finding in report["findings"] if finding["code"] == "WVR002")
    assert "ends in 454 days, on 2101-03-31" in warning["message"]


def test_its_severity_can_be_raised(call: Call) -> None:
    settings(head="checks: {severity: {WVR003: error}}", requirement="other.test")

    code, report = checked(call)

    assert code == 1
    assert {"WVR003": "error"}.items() <= {f["code"]: f["severity"] for f in report["findings"]}.items()


def test_an_unknown_verdict_that_is_waived_does_not_count_as_unknown(call: Call) -> None:
    Path("squid.conf").write_text(
        SQUID.replace("http_access allow mine", "acl late time 01:00-02:00\nhttp_access allow mine late"),
        encoding="utf-8",
    )
    settings("  - {check: ACC004, everywhere: true, reason: The proxy is shut at night., expiry: 2101-01-01}\n")

    code, report = checked(call, "--fail-on", "unknown")

    assert report["summary"]["unknown"] == 0
    assert code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{check: TLS001, reason: long enough for all}", "the waiver has no expiry"),
        ("{check: TLS001, reason: long enough for all, until: 2027-03-31, expiry: 2027-03-31}", "say the same"),
        ("{check: TLS001, reason: long enough for all, until: 20270331}", "'20270331' is no day"),
        ("{check: TLS001, reason: long enough for all, until: 2027-W13-3}", "'2027-W13-3' is no day"),
        ("{check: TLS, requirement: '*', reason: long enough for all, until: 2027-03-31}", "for more than one check"),
        ("{check: TLS, requirement: '*:443', reason: long enough for all, until: 2027-03-31}", "for more than one"),
        ("{check: TLS, config: '**/*', device: '*', reason: long enough for all, until: 2027-03-31}", "more than one"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    Path("allowlint.yaml").write_text(f"version: 1\nwaivers:\n  - {text}\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load("allowlint.yaml")

    assert message in str(caught.value)
    assert (caught.value.path, caught.value.line) == ("allowlint.yaml", 3)
    assert caught.value.hint


def test_until_is_the_same_as_expiry() -> None:
    waiver = "{check: TLS, device: fw1, reason: long enough for all, until: 2027-03-31}"
    Path("allowlint.yaml").write_text(f"version: 1\nwaivers:\n  - {waiver}\n", encoding="utf-8")

    assert [each.expiry for each in load("allowlint.yaml").waivers] == ["2027-03-31"]


@pytest.mark.parametrize(
    ("far", "near", "expected"),
    [
        ("{}", "{}", (None, None, None, None)),
        ("{expiry: optional}", "{}", (False, None, None, None)),
        ("{expiry: optional}", "{expiry: required}", (True, None, None, None)),
        ("{expiry: required}", "{expiry: optional}", (True, None, None, None)),
        ("{}", "{expiry: optional}", (False, None, None, None)),
        ("{warn_days: 60}", "{warn_days: 7}", (None, 60, None, None)),
        ("{warn_days: 7}", "{warn_days: 60}", (None, 60, None, None)),
        ("{longest_days: 60}", "{longest_days: 90}", (None, None, 60, None)),
        ("{inline: refused}", "{inline: allowed}", (None, None, None, False)),
        ("{inline: allowed}", "{inline: refused}", (None, None, None, False)),
    ],
)
def test_rules_from_above_can_be_made_stricter_only(far: str, near: str, expected: tuple[object, ...]) -> None:
    Path("org.yaml").write_text(f"version: 1\nwaiver-rules: {far}\n", encoding="utf-8")
    Path("allowlint.yaml").write_text(f"version: 1\nextends: org.yaml\nwaiver-rules: {near}\n", encoding="utf-8")

    assert load("allowlint.yaml").waiver_rules == expected


def test_the_waiver_of_a_file_above_must_end_where_the_file_below_wants_it() -> None:
    Path("org.yaml").write_text(
        "version: 1\nwaiver-rules: {expiry: optional}\nwaivers:\n  - {check: TLS001, reason: long enough for all}\n",
        encoding="utf-8",
    )
    Path("allowlint.yaml").write_text(
        "version: 1\nextends: org.yaml\nwaiver-rules: {expiry: required}\n", encoding="utf-8"
    )

    with pytest.raises(SettingsError) as caught:
        load("allowlint.yaml")

    assert (caught.value.path, caught.value.line) == ("org.yaml", 4)


@pytest.mark.parametrize(
    "words",
    [
        {"requirement": "'*t*'"},
        {"requirement": "", "config": "'*.conf'"},
        {"requirement": "", "device": "'*s*'"},
        {"requirement": "'*.test'", "config": "'*d.conf'"},
        {"check": "'[ACC001, ACC002]'".strip("'"), "requirement": "'*.test:*'"},
    ],
)
def test_patterns_that_leave_nothing_out_are_no_way_around_everywhere(call: Call, words: dict[str, str]) -> None:
    settings(**{"check": "ACC", **words})
    code, report = checked(call)

    assert code == 1
    (finding,) = (f for f in report["findings"] if f["code"] == "WVR004")
    assert "is for more than one check and leaves nothing out" in json.dumps(finding)

    settings(**{"check": "ACC", **words, "everywhere": "true"})
    assert checked(call)[0] == 0


@pytest.mark.parametrize("words", [{"requirement": "'*.bad.test'"}, {"requirement": "", "config": "squid.conf"}])
def test_patterns_that_leave_something_out_or_names_are_taken(call: Call, words: dict[str, str]) -> None:
    settings(**{"check": "ACC", **words})

    assert checked(call)[0] == 0


def test_of_a_part_of_the_repository_nobody_can_tell_what_a_pattern_leaves_out(call: Call) -> None:
    Path("other").mkdir()
    Path("other/squid.conf").write_text(SQUID, encoding="utf-8")
    settings(check="ACC", requirement="", config="'squid*'")
    text = Path("allowlint.yaml").read_text(encoding="utf-8")
    Path("allowlint.yaml").write_text(text.replace("[squid.conf]", "[squid.conf, other/squid.conf]"), encoding="utf-8")

    _, report = checked(call)
    assert {f["config"] for f in report["findings"] if f["waiver"] is None} == {"other/squid.conf"}
    assert checked(call, "squid.conf")[0] == 0
