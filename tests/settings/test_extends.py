"""Settings that extend others: what is nearer is heard first, and what is mandatory stays so."""

from pathlib import Path

import pytest

from allowlint.model.finding import Severity
from allowlint.settings import SettingsError, load
from tests.cli.calling import Call, caller, report_of

ORG = """\
version: 1
policies: [mde-standard]
profile: {geographies: [EU], systems: [windows], answers: {updates_internal: true, live_response: false}}
assume: {dns_consistent: true, public_dns: false}
checks: {mandatory: [TLS001], severity: {HYG001: error}}
waiver-rules: {longest_days: 90}
fail-on: warning
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "base.yaml").write_text(ORG, encoding="utf-8")
    (tmp_path / "squid.conf").write_text(
        "http_port 3128\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "allowlint.yaml") -> str:
    Path(name).write_text(f"version: 1\n{text}", encoding="utf-8")
    return name


def test_what_is_nearer_is_heard_first(folder: Path) -> None:
    settings = load(write("extends: org/base.yaml\nprofile: {geographies: [UK], answers: {live_response: true}}\n"))

    assert settings.demand.geographies == ("UK",)
    assert settings.demand.systems == ("windows",)
    assert settings.demand.answers == {"updates_internal": True, "live_response": True}
    assert [each.reference for each in settings.policies] == ["mde-standard"]
    assert settings.checks.severity == {"HYG001": Severity.ERROR}
    assert (settings.fail_on, settings.least_fail_on) == ("warning", "warning")
    assert settings.extended == ("org/base.yaml",)
    assert [str(place) for place in settings.origins["profile.geographies"]] == ["allowlint.yaml:3", "org/base.yaml:3"]


def test_a_weaker_threshold_does_not_reach_what_is_mandatory(folder: Path) -> None:
    settings = load(write("extends: org/base.yaml\nfail-on: never\n"))

    assert (settings.fail_on, settings.least_fail_on) == ("never", "warning")


def test_rules_for_waivers_become_stricter_only(folder: Path) -> None:
    longer = load(write("extends: org/base.yaml\nwaiver-rules: {longest_days: 900, expiry: optional}\n"))
    shorter = load(write("extends: org/base.yaml\nwaiver-rules: {longest_days: 9}\n"))

    assert longer.waiver_rules.longest_days == 90
    assert shorter.waiver_rules.longest_days == 9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("checks: {ignore: [TLS001]}\n", "TLS001 is ignored, but org/base.yaml:5 makes TLS001 mandatory"),
        ("checks: {ignore: [TLS]}\n", "TLS is ignored, but org/base.yaml:5 makes TLS001 mandatory"),
        ("checks: {ignore: [inspected]}\n", "TLS001 is ignored"),
        ("checks: {severity: {TLS001: info}}\n", "TLS001 is made less severe (info)"),
        ("assume: {public_dns: true}\n", "public_dns is accepted, but org/base.yaml refuses it"),
    ],
)
def test_what_is_mandatory_cannot_be_weakened(folder: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(f"extends: org/base.yaml\n{text}"))

    assert message in str(caught.value)
    assert caught.value.path == "allowlint.yaml"


@pytest.mark.parametrize("files", ["[org/base.yaml, weak.yaml]", "[weak.yaml, org/base.yaml]"])
@pytest.mark.parametrize("code", ["TLS", "TLS001", "inspected"])
def test_a_file_beside_it_cannot_weaken_it_either(folder: Path, files: str, code: str) -> None:
    write(f"checks: {{severity: {{{code}: info}}}}\n", "weak.yaml")

    with pytest.raises(SettingsError) as caught:
        load(write(f"extends: {files}\n"))

    assert "is made less severe (info), but org/base.yaml:5 makes TLS001 mandatory" in str(caught.value)


def test_an_assumption_can_be_taken_back(folder: Path) -> None:
    assert load(write("extends: org/base.yaml\n")).assumptions == {"dns_consistent"}
    assert load(write("extends: org/base.yaml\nassume: {dns_consistent: false}\n")).assumptions == frozenset()


def test_a_circle_is_refused_with_its_line(folder: Path) -> None:
    write("extends: ../allowlint.yaml\n", "org/base.yaml")

    with pytest.raises(SettingsError) as caught:
        load(write("extends: org/base.yaml\n"))

    assert "is extended in a circle" in str(caught.value)
    assert (caught.value.path, caught.value.line) == ("org/base.yaml", 2)


def test_many_files_in_a_row_are_refused(folder: Path) -> None:
    for number in range(30):
        write(f"extends: {number + 1}.yaml\n", f"{number}.yaml")
    write("", "30.yaml")

    with pytest.raises(SettingsError) as caught:
        load("0.yaml")

    assert "more than 10 files" in str(caught.value)


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return caller(capsys, monkeypatch)


INSPECTING = """\
http_port 3128 ssl-bump cert=/etc/squid/ca.pem
acl mine dstdomain .good.test
acl step1 at_step SslBump1
ssl_bump peek step1
ssl_bump bump all
http_access allow mine
http_access deny all
"""
POLICY = "version: 1\nname: mine\nrequirements:\n  - host: '*.good.test'\n"


def test_the_command_line_cannot_leave_out_or_excuse_what_is_mandatory(folder: Path, call: Call) -> None:
    (folder / "squid.conf").write_text(INSPECTING, encoding="utf-8")
    (folder / "mine.yaml").write_text(POLICY, encoding="utf-8")
    write("extends: org/base.yaml\npolicies: [mine.yaml]\n")

    ignored = call("check", "squid.conf", "--ignore", "TLS")
    never = call("check", "squid.conf", "--fail-on", "never", "--select", "ACC", "--format", "json")

    assert (ignored.code, "org/base.yaml:5 makes TLS001 mandatory" in ignored.stderr) == (2, True)
    assert never.code == 1
    assert "TLS001" in {finding["code"] for finding in report_of(never)["findings"]}
    assert call("check", "squid.conf", "--assume", "public_dns").code == 2


OVERLAY = """\
version: 1
remove:
  - {requirement: api.bad.test, reason: it is in our way}
"""


@pytest.mark.parametrize(
    "own",
    ["", "policies: [own.yaml]\n", "policies: [{policy: org/mine.yaml, overlays: [overlay.yaml]}]\n"],
)
@pytest.mark.parametrize("words", [(), ("--policy", "own.yaml")])
def test_the_policies_of_what_is_mandatory_cannot_be_taken_away(
    folder: Path, call: Call, own: str, words: tuple[str, ...]
) -> None:
    write("policies: [mine.yaml]\nchecks: {mandatory: [ACC]}\n", "org/base.yaml")
    (folder / "org" / "mine.yaml").write_text(POLICY + "  - host: api.bad.test\n", encoding="utf-8")
    (folder / "own.yaml").write_text(POLICY.replace("name: mine", "name: own"), encoding="utf-8")
    (folder / "overlay.yaml").write_text(OVERLAY, encoding="utf-8")
    write(f"extends: org/base.yaml\n{own}")

    done = call("check", "squid.conf", *words, "--format", "json")

    assert done.code == 1
    assert ("ACC001", "api.bad.test:443") in {(f["code"], f["requirement"]) for f in report_of(done)["findings"]}
    shown = call("check", "squid.conf", *words, "--show-settings").stdout
    assert "policy that is always asked: org/mine.yaml" in shown


def test_a_version_that_is_not_this_one_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write("required-version: '>=99'\n"))
    assert "allowlint >=99 is required, this is" in str(caught.value)

    assert load(write("required-version: '0.1'\n")).file
    with pytest.raises(SettingsError, match="is no version"):
        load(write("required-version: 'x y'\n"))


def test_the_version_is_looked_at_before_keys_that_only_it_knows(folder: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write("new-key: 1\nrequired-version: '>=99'\n"))

    assert "allowlint >=99 is required" in str(caught.value)
