"""Several policies at once: what one of them demands, no other takes back, in whichever order they are named."""

from itertools import permutations
from pathlib import Path

import pytest

from tests.cli.calling import Call, caller, report_of

HEAD = "version: 1\nname: {name}\nrequirements:\n"
WEAK = """\
  - {host: api.bad.test, need: optional}
  - {host: "*.good.test", expect: {access: any}}
"""
STRICT = """\
  - {host: api.bad.test}
  - {host: "*.good.test", expect: {routing: direct}}
"""
BLOCKED = "http_port 3128\nhttp_access deny all\n"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    for name, text in {"weak": WEAK, "strict": STRICT}.items():
        Path(f"{name}.yaml").write_text(HEAD.format(name=name) + text, encoding="utf-8")
    Path("squid.conf").write_text(BLOCKED, encoding="utf-8")
    return caller(capsys, monkeypatch)


@pytest.mark.parametrize("policies", [*permutations(("weak.yaml", "strict.yaml"))])
def test_the_stronger_demand_holds_in_either_order(call: Call, policies: tuple[str, str]) -> None:
    words = [word for policy in policies for word in ("--policy", policy)]

    done = call("check", "squid.conf", *words, "--format", "json")

    assert done.code == 1
    report = report_of(done)
    assert [(v["requirement"], v["need"]) for v in report["verdicts"]].count(("api.bad.test:443", "required")) == 1
    errors = {(f["code"], f["requirement"]) for f in report["findings"] if f["severity"] == "error"}
    assert {("ACC001", "api.bad.test:443"), ("ACC001", "*.good.test:443")} <= errors


def test_endpoints_that_are_called_the_same_are_refused(call: Call) -> None:
    text = "  - {host: api.good.test, id: core}\n  - {host: api.bad.test, id: core}\n"
    Path("weak.yaml").write_text(HEAD.format(name="weak") + text, encoding="utf-8")

    done = call("check", "squid.conf", "--policy", "weak.yaml")

    assert done.code == 2
    assert "two requirements are called 'core': api.good.test and api.bad.test" in done.stderr


def test_the_ports_of_an_endpoint_with_a_name_of_its_own_are_told_apart(call: Call) -> None:
    text = "  - {host: api.good.test, ports: [443, 80], id: core}\n"
    Path("weak.yaml").write_text(HEAD.format(name="weak") + text, encoding="utf-8")

    report = report_of(call("check", "squid.conf", "--policy", "weak.yaml", "--format", "json"))

    assert [verdict["requirement"] for verdict in report["verdicts"]] == ["core:443", "core:80"]
    assert len({finding["fingerprint"] for finding in report["findings"]}) == len(report["findings"]) > 1
