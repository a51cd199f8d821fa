"""Every key of the settings: what is read, what the schema says of it, what is refused with which words."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from allowlint.model.live import LiveFile, LiveScope
from allowlint.model.location import Location
from allowlint.settings import SettingsError, load
from allowlint.settings._reader import _TOP
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "schemas" / "settings.schema.json").read_text(encoding="utf-8"))
WHOLE = """\
version: 1
required-version: ">=0.1"
extends: [org.yaml]
policies:
  - mde-streamlined
  - {policy: mine.yaml, overlays: [mine.yaml]}
profile: {cloud: commercial, geographies: [eu], systems: [Windows, linux], onboarding: streamlined,
          answers: {live_response: true}, client: [10.0.0.0/8], from_zone: trust, to_zone: untrust,
          workspaces: ["{01234567-89AB-cdef-0123-456789abcdef}"], workspace_hosts: mine.yaml}
configurations:
  - squid.conf
  - {files: ["*.conf"], platform: squid, device: "fw-*", profile: {geographies: UK}}
exclude: lab/
paths: {hq: {chain: [squid.conf], client: 10.1.1.1, profile: {geographies: [UK]}}}
assume: {dns_consistent: true}
checks: {select: [ACC, TLS], ignore: HYG001, severity: {TLS004: error, inspected: warning}, mandatory: [ACC001]}
fail-on: unknown
waivers:
  - {check: TLS001, requirement: "*.good.test:443", reason: a reason that is long enough, owner: me, ticket: T-1, expiry: 2027-03-31}
  - {check: [TLS, ACC001], everywhere: true, reason: a reason that is long enough}
waiver-rules: {expiry: optional, warn_days: 7, longest_days: 365, inline: refused}
baseline: .allowlint-baseline.json
live: {files: [squid.conf, {file: mine.yaml, date: 2026-11-20, for: [hq, {config: squid.conf, device: a*}]}], recent_days: 7}
limits: {seconds: 600, config-mb: 2048, side-file-mb: 512, side-files: 20000}
outputs: {json: out/report.json}
jobs: 4
cache: auto
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("org.yaml", "version: 1\n"), ("mine.yaml", "version: 1\n"), ("squid.conf", "http_port 1\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def write(text: str) -> str:
    Path("allowlint.yaml").write_text(text, encoding="utf-8")
    return "allowlint.yaml"


def plain(text: str) -> object:
    """The values as an editor that knows the schema sees them."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_every_key_is_read_and_described(folder: Path) -> None:
    settings = load(write(WHOLE))

    jsonschema.validate(plain(WHOLE), SCHEMA)
    assert set(yaml.safe_load(WHOLE)) == set(_TOP) == set(SCHEMA["properties"])
    assert settings.demand.geographies == ("EU",)
    assert settings.demand.systems == ("windows", "linux")
    assert settings.demand.workspaces == ("01234567-89ab-cdef-0123-456789abcdef",)
    assert settings.demand.workspace_hosts == ("mine.yaml",)
    assert settings.policies[1].overlays == ("mine.yaml",)
    assert settings.configurations[1].files == ("squid.conf",)
    assert (settings.configurations[1].fits("fw-1"), settings.configurations[1].fits("dmz")) == (True, False)
    assert settings.checks.severity.keys() == {"TLS004", "TLS001"}
    assert [waiver.checks for waiver in settings.waivers] == [("TLS001",), ("TLS", "ACC001")]
    assert settings.waivers[0].expiry == "2027-03-31"
    assert settings.waiver_rules == (False, 7, 365, False)
    scopes = (
        LiveScope("hq", location=Location("allowlint.yaml", 23)),
        LiveScope("squid.conf", "squid.conf", "a*", Location("allowlint.yaml", 23)),
    )
    assert settings.live == (
        LiveFile("squid.conf", declared=True),
        LiveFile("mine.yaml", "2026-11-20", scopes, declared=True),
    )
    assert settings.live_days == 7
    assert settings.limits == {"seconds": 600, "config-mb": 2048, "side-file-mb": 512, "side-files": 20_000}
    assert settings.outputs == (("json", "out/report.json"),)
    assert (settings.jobs, settings.cache) == ("4", "auto")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail_on: error", "unknown key 'fail_on'\n  hint: did you mean 'fail-on'?"),
        ("fail-on: errors", "unknown threshold 'errors'\n  hint: did you mean 'error'?"),
        ("policies: []", "no policy is named"),
        ("policies: [mde-streamlind]", "did you mean 'mde-streamlined'?"),
        ("policies: [./none.yaml]", "no such file: './none.yaml'"),
        ("policies: [{overlays: []}]", "the policy has no 'policy'"),
        ("profile: {geographies: [EUR]}", "unknown geography 'EUR'"),
        ("profile: {geographies: []}", "no geography is named"),
        ("profile: {systems: [win]}", "unknown operating system 'win'"),
        ("profile: {cloud: azure}", "unknown cloud 'azure'"),
        ("profile: {answers: {liveresponse: true}}", "did you mean 'live_response'?"),
        ("profile: {answers: {live_response: maybe}}", "expected true or false"),
        ("profile: {client: 10.0.0.0/99}", "'10.0.0.0/99': "),
        ("profile: {client: []}", "no client is named"),
        ("profile: {workspaces: [01234567-89ab]}", "'01234567-89ab': no workspace ID"),
        ("profile: {workspaces: []}", "no workspace is named"),
        ("profile: {workspace_hosts: none.txt}", "no such file: 'none.txt'"),
        ("profile: {workspace_hosts: []}", "no file is named"),
        ("configurations: [{platform: squid}]", "the configuration has no 'files'"),
        ("configurations: ['*.xml']", "no file fits '*.xml'"),
        ("configurations: [{files: squid.conf, platform: squit}]", "did you mean 'squid'?"),
        ("extends: none.yaml", "no such file: 'none.yaml'"),
        ("checks: {select: [TLS999]}", "unknown check 'TLS999'"),
        ("checks: {severity: {TLS001: fatal}}", "unknown severity 'fatal'"),
        ("checks: {severity: {inspekted: error}}", "did you mean 'inspected'?"),
        ("waivers: [{check: TLS001}]", "the waiver has no 'reason'"),
        ("waivers: [{reason: long enough for all}]", "the waiver has no 'check'"),
        ("waivers: [{check: TLS001, reason: short}]", "the reason 'short' is too short"),
        ("waivers: [{check: TLS, reason: long enough for all}]", "for more than one check, everywhere"),
        ("waivers: [{check: [TLS001, TLS002], reason: long enough for all}]", "for more than one check, everywhere"),
        ("waivers: [{check: TLS001, reason: long enough for all, expiry: 31.3.2027}]", "'31.3.2027' is no day"),
        ("waivers: [{check: TLS001, reason: long enough for all, expiry: 2027-02-30}]", "'2027-02-30' is no day"),
        ("waiver-rules: {warn_days: -1}", "warn_days must be a number from 0"),
        ("live: [gone.txt]", "no such file"),
        ("live: {files: [squid.conf], days: 3}", "unknown key"),
        ("live: [{date: 2026-11-20}]", "has no 'file'"),
        ("live: [{file: squid.conf, date: 20.11.2026}]", "is no day"),
        ("live: [{file: squid.conf, for: []}]", "no place is named"),
        ("live: [{file: squid.conf, for: nowhere}]", "neither a path nor a file 'nowhere'"),
        ("live: [{file: squid.conf, for: {device: a}}]", "the place has no 'config'"),
        ("live: [{file: squid.conf, for: {config: gone.conf}}]", "no such file"),
        ("live: [{file: squid.conf, for: offce}]\npaths: {office: {chain: [squid.conf]}}", "did you mean 'office'?"),
        ("outputs: {pdf: x}", "unknown format 'pdf'"),
        ("outputs: {json: ''}", "an empty text says nothing"),
        ("jobs: many", "'many' is no number of processes"),
        ("jobs: 0", "'0' is no number of processes"),
        ("cache: ../elsewhere", "unknown place for a cache '../elsewhere'"),
        ("exclude: ['']", "an empty text says nothing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(f"version: 1\n\n{text}\n"))

    assert message in str(caught.value)
    assert (caught.value.path, caught.value.line) == ("allowlint.yaml", 3)
    assert caught.value.hint
