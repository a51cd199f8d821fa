"""A test on an endpoint beside a verdict: what it concludes, whatever the place, the way and the requirement."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from allowlint.lint.freshness import changed_on
from tests.cli.calling import Call
from tests.cli.conftest import call as call_fixture
from tests.support import Run

call = call_fixture

ALLOWED = "http_port 3128{mode}\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n"
BLOCKED = "http_port 3128{mode}\nhttp_access deny all\n"
UNKNOWN = "http_port 3128{mode}\nacl t dst 192.0.2.0/24\nhttp_access allow t\nhttp_access deny all\n"
INSPECTED = (
    "http_port 3128{mode} ssl-bump tls-cert=/etc/squid/ca.pem\nacl mine dstdomain .good.test\n"
    "http_access allow mine\nhttp_access deny all\nssl_bump bump all\n"
)
ASKED = (
    "http_port 3128{mode}\nauth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/squid/users\n"
    "acl users proxy_auth REQUIRED\nhttp_access allow users\nhttp_access deny all\n"
)
DIRECT = " intercept"
OK, BAD, NONE = "Succeeded (200)", "Failed (12029)", "Doesn't exist"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    return tmp_path


def block(*ends: str, url: str = "https://api.good.test/test") -> str:
    names = ("Default proxy", "Proxy auto discovery (WPAD)", "Proxy disabled", "Named proxy", "Command line proxy")
    lines = (f"{number} - {name}: {end}" for number, (name, end) in enumerate(zip(names, ends, strict=False), 1))
    return "\n".join((f"Testing URL : {url}", *lines, ""))


def setup(config: str, result: str, host: str = "api.good.test", more: str = "") -> None:
    Path("squid.conf").write_text(config.format(mode=""), encoding="utf-8")
    Path("mine.yaml").write_text(f'version: 1\nname: mine\nrequirements:\n  - host: "{host}"\n{more}', encoding="utf-8")
    Path("result.txt").write_text(result, encoding="utf-8")


def checked(call: Call, *words: str, day: str = "@2099-12-20") -> Run:
    paths = [word for word in words if word.endswith(".conf")]
    words = tuple(word for word in words if word not in paths)
    return call("check", "squid.conf", *paths, "--policy", "mine.yaml", "--live", f"result.txt{day}", *words)


def report(call: Call, *words: str, day: str = "@2099-12-20") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(checked(call, "--format", "json", *words, day=day).stdout)
    return found


def conclusion(call: Call, *words: str, day: str = "@2099-12-20") -> str:
    (answer,) = report(call, *words, day=day)["live"]["answers"]
    return str(answer["conclusion"])


@pytest.mark.parametrize(
    ("config", "ends", "wanted"),
    [
        (ALLOWED, (OK, OK, OK), "confirmed"),
        (ALLOWED, (BAD, BAD, BAD), "contradicted"),
        (ALLOWED, (BAD, BAD, OK), "contradicted"),
        (ALLOWED, ("Failed (12175)", BAD, BAD), "intercepted"),
        (ALLOWED, (OK, "Failed (407)", BAD), "intercepted"),
        (ALLOWED, (NONE, NONE, OK), "inconclusive"),
        (ALLOWED, ("Gelukt", "Gelukt", "Gelukt"), "inconclusive"),
        (BLOCKED, (BAD, BAD, BAD), "fault confirmed"),
        (BLOCKED, ("Failed (407)", BAD, BAD), "fault confirmed"),
        (BLOCKED, (BAD, BAD, OK), "fault confirmed"),
        (BLOCKED, (OK, BAD, BAD), "contradicted"),
        (UNKNOWN, (OK, BAD, BAD), "settled"),
        (UNKNOWN, (BAD, BAD, BAD, OK), "settled"),
        (UNKNOWN, (OK, OK, OK), "unknown and reached"),
        (UNKNOWN, (BAD, BAD, BAD), "unknown and failed"),
        (UNKNOWN, ("Failed (12175)", BAD, BAD), "unknown and failed"),
        (INSPECTED, ("Failed (12175)", BAD, BAD), "fault confirmed"),
        (INSPECTED, (OK, BAD, BAD), "inconclusive"),
        (ASKED, ("Failed (407)", BAD, BAD), "fault confirmed"),
        (ASKED, (OK, BAD, BAD), "contradicted"),
    ],
)
def test_an_explicit_proxy(config: str, ends: tuple[str, ...], wanted: str, folder: Path, call: Call) -> None:
    setup(config, block(*ends))

    assert conclusion(call) == wanted


@pytest.mark.parametrize(
    ("config", "ends", "wanted"), [(UNKNOWN, (OK, OK, OK), "settled"), (UNKNOWN, (NONE, NONE, OK), "settled")]
)
def test_a_device_in_the_way_is_passed_by_whatever_is_sent(
    config: str, ends: tuple[str, ...], wanted: str, folder: Path, call: Call
) -> None:
    setup(config, block(*ends))
    Path("squid.conf").write_text(
        "https_port 3129 intercept ssl-bump tls-cert=/etc/squid/ca.pem\nacl t dst 192.0.2.0/24\nhttp_access allow t\n"
        "http_access deny all\nssl_bump splice all\n",
        encoding="utf-8",
    )

    assert conclusion(call) == wanted


def test_a_success_turns_no_fault_green(folder: Path, call: Call) -> None:
    setup(BLOCKED, block(OK, BAD, BAD))

    with_live = checked(call, "--fail-on", "unknown")

    assert with_live.code == 1
    assert "ACC001" in with_live.stdout
    assert "FAILED: the one required endpoint does not work" in with_live.stdout


def test_what_is_settled_stays_unknown_and_no_longer_fails(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))

    done = checked(call, "--fail-on", "unknown")
    found = report(call)

    assert done.code == 0
    assert "settled by a test on 2099-12-20" in " ".join(done.stdout.split())
    assert "NOT PROVEN" in done.stdout
    assert found["verdicts"][0]["access"] == "unknown"
    assert found["summary"]["unknown"] == 0
    assert found["live"]["settled"] == [
        {"config": "squid.conf", "device": "squid.conf", "requirement": "api.good.test:443", "date": "2099-12-20"}
    ]
    assert call("check", "squid.conf", "--policy", "mine.yaml", "--fail-on", "unknown").code == 1


@pytest.mark.parametrize("day", ["", "@2099-06-01", "@2150-01-01", "@2001-01-01"])
def test_a_result_that_is_not_surely_recent_settles_nothing(day: str, folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))

    assert checked(call, "--fail-on", "unknown", day=day).code == 1
    assert conclusion(call, day=day) == "unknown and reached"
    assert "LIV007" in {finding["code"] for finding in report(call, day=day)["findings"]}


@pytest.mark.parametrize(("day", "code"), [("@2099-06-01", 0), ("@2099-12-20", 1), ("", 1)])
def test_a_contradiction_of_long_ago_is_a_warning(day: str, code: int, folder: Path, call: Call) -> None:
    setup(ALLOWED, block(BAD, BAD, BAD))

    assert checked(call, day=day).code == code
    assert "LIV001" in {finding["code"] for finding in report(call, day=day)["findings"]}


def test_a_result_older_than_the_configuration_settles_nothing(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))
    os.utime("squid.conf", (4102444800 - 86400, 4102444800 - 86400))

    found = report(call)

    assert [doubt["kind"] for doubt in found["live"]["doubts"]] == ["before"]
    assert found["live"]["settled"] == []


def test_the_change_of_a_committed_file_is_that_of_git(folder: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@y.test"]
    Path("a.conf").write_text("1\n", encoding="utf-8")
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "a.conf"], check=True)
    then = {**os.environ, "GIT_COMMITTER_DATE": "2020-02-03T10:00:00Z", "GIT_AUTHOR_DATE": "2020-02-03T10:00:00Z"}
    subprocess.run([*git, "commit", "-qm", "x"], check=True, env=then)

    assert changed_on("a.conf") == "2020-02-03"
    Path("a.conf").write_text("2\n", encoding="utf-8")
    assert changed_on("a.conf") > "2020-02-03"


def test_one_failure_of_two_tests_settles_nothing(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))
    Path("other.txt").write_text(block(BAD, BAD, BAD), encoding="utf-8")

    found = report(call, "--live", "other.txt@2099-12-21")

    assert [each["conclusion"] for each in found["live"]["answers"]] == ["unknown and reached", "unknown and failed"]
    assert found["summary"]["unknown"] == 1


def test_what_depends_on_who_connects_is_not_settled_by_one_machine(folder: Path, call: Call) -> None:
    setup(
        "http_port 3128\nacl net src 10.20.0.0/16\nhttp_access allow net\nhttp_access deny all\n", block(OK, BAD, BAD)
    )

    assert conclusion(call) == "unknown and reached"
    assert checked(call, "--fail-on", "unknown").code == 1
    assert conclusion(call, "--client", "10.20.0.0/24") == "confirmed"


def test_a_success_past_the_proxy_that_is_named_shows_nothing_of_it(folder: Path, call: Call) -> None:
    """Microsoft counts the URL as reachable; what was judged is the way through the proxy."""
    past = block(BAD, OK, BAD, BAD)

    setup(ALLOWED, past)
    assert conclusion(call) == "inconclusive"
    setup(UNKNOWN, past)
    assert conclusion(call) == "unknown and reached"
    setup(ALLOWED, block(BAD, OK, BAD, NONE))
    assert conclusion(call) == "confirmed"


@pytest.mark.parametrize(
    "acl", ["time 09:00-17:00", "random 0.5", "ident REQUIRED", "browser Mozilla", "arp 00:11:22:33:44:55", "maxconn 5"]
)
def test_what_differs_by_the_hour_or_the_machine_is_not_settled(folder: Path, call: Call, acl: str) -> None:
    """One success says nothing of the night, nor of the next machine."""
    named = block(BAD, BAD, BAD, OK)

    setup(UNKNOWN.replace("dst 192.0.2.0/24", acl), named)
    assert conclusion(call) == "unknown and reached"
    setup(UNKNOWN, named)
    assert conclusion(call) == "settled"


def test_a_wildcard_is_not_settled_by_one_host(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD), host="*.good.test")

    assert conclusion(call) == "unknown and reached"


def test_of_two_ports_with_one_id_only_the_tested_one_is_settled(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD), more="    id: api\n    ports: [443, 80]\n")

    found = report(call)

    assert [(each["requirement"], each["conclusion"]) for each in found["live"]["answers"]] == [("api:443", "settled")]
    assert found["summary"]["unknown"] == 1


def test_of_a_wildcard_the_tested_host_is_judged(folder: Path, call: Call) -> None:
    setup(
        "http_port 3128\nacl mine dstdomain bad.good.test\nhttp_access deny mine\nhttp_access allow all\n",
        block(BAD),
        host="*.good.test",
    )
    assert conclusion(call) == "contradicted"

    Path("result.txt").write_text(block(BAD, url="https://bad.good.test/"), encoding="utf-8")
    assert conclusion(call) == "fault confirmed"


@pytest.mark.parametrize(
    ("url", "belongs"),
    [
        ("https://api.good.test/", True),
        ("https://api.good.test:443/x", True),
        ("http://api.good.test/", False),
        ("https://api.good.test:8443/", False),
        ("https://x.api.good.test/", False),
        ("https://api.good.test.evil.example/", False),
    ],
)
def test_a_test_belongs_to_a_requirement_by_host_port_and_scheme(
    url: str, belongs: bool, folder: Path, call: Call
) -> None:
    setup(ALLOWED, block(OK, url=url))

    live = report(call)["live"]

    assert bool(live["answers"]) is belongs
    assert bool(live["unrelated"]) is not belongs


@pytest.mark.parametrize(("path", "belongs"), [("/pki/crl/x", True), ("/other", False)])
def test_a_test_belongs_to_a_path(path: str, belongs: bool, folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK, url=f"http://api.good.test{path}"), more="    ports: [80]\n    protocol: http\n")
    Path("mine.yaml").write_text(
        "version: 1\nname: mine\nrequirements:\n  - {host: api.good.test/pki/crl/*, ports: [80]}\n", encoding="utf-8"
    )

    assert bool(report(call)["live"]["answers"]) is belongs


def test_of_several_devices_it_is_not_known_which_one_was_passed(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))
    Path("second.conf").write_text(ALLOWED.format(mode=""), encoding="utf-8")

    (answer,) = report(call, "second.conf")["live"]["answers"]

    assert (answer["conclusion"], answer["config"]) == ("unknown and reached", "")
    assert "several devices" in answer["reasons"][0]


def test_a_failure_is_explained_by_any_of_several_devices(folder: Path, call: Call) -> None:
    setup(BLOCKED, block(BAD, BAD, BAD))
    Path("second.conf").write_text(ALLOWED.format(mode=""), encoding="utf-8")

    assert conclusion(call, "second.conf") == "fault confirmed"
    Path("result.txt").write_text(block(OK, BAD, BAD), encoding="utf-8")
    assert conclusion(call, "second.conf") == "inconclusive"


def test_the_expected_certificate_shows_that_nobody_inspects(folder: Path, call: Call) -> None:
    text = (
        "The root issuer for https://api.good.test/test is :\n"
        "CN=DigiCert Global Root G2, OU=www.digicert.com, O=DigiCert Inc, C=US\n"
    )
    setup(INSPECTED, block(OK, BAD, BAD) + text)

    assert conclusion(call) == "contradicted"


def test_a_configuration_that_does_not_load_confirms_nothing(folder: Path, call: Call) -> None:
    setup("http_port 3128\nhttp_access allow nowhere\nhttp_access deny all\n", block(OK, BAD, BAD))

    assert conclusion(call) in {"unknown and reached", "inconclusive"}


def test_an_accepted_contradiction_does_not_fail(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(BAD, BAD, BAD))
    assert checked(call).code == 1
    Path("allowlint.yaml").write_text(
        "version: 1\nwaivers:\n  - {check: LIV001, requirement: 'api.good.test:443', reason: the machine is in a lab, expiry: 2100-06-01}\n",
        encoding="utf-8",
    )

    assert checked(call).code == 0


def test_a_way_that_failed_once_is_not_reached(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD) + block(BAD, BAD, BAD))

    assert conclusion(call) == "unknown and failed"


def test_one_url_of_a_host_without_encryption_does_not_settle_the_others(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD, url="http://api.good.test/a"), more="    ports: [80]\n    protocol: http\n")

    assert conclusion(call) == "unknown and reached"


def test_signs_of_another_way_are_none_of_the_proxy(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK, BAD, "Failed (12175)"))

    assert conclusion(call) == "confirmed"


def test_a_certificate_that_may_have_come_without_the_proxy_settles_nothing(folder: Path, call: Call) -> None:
    root = "The root issuer for https://api.good.test/test is :\nCN=DigiCert Global Root G2, O=DigiCert Inc\n"
    unknown = INSPECTED.replace(
        "ssl_bump bump all",
        "external_acl_type help %DST /usr/bin/help\nacl t external help\nssl_bump splice t\nssl_bump bump all",
    )
    setup(unknown, block(NONE, NONE, BAD, OK) + root)
    assert conclusion(call) == "settled"

    Path("result.txt").write_text(block(NONE, NONE, OK, OK) + root, encoding="utf-8")
    assert conclusion(call) == "unknown and reached"


def test_a_list_beside_the_configuration_that_is_newer_settles_nothing(folder: Path, call: Call) -> None:
    listed = "http_port 3128\nacl mine dstdomain '{name}'\nexternal_acl_type help %DST /usr/bin/help\nacl t external help\nhttp_access allow mine t\nhttp_access deny all\n"
    setup(listed.replace("'{name}'", '"names"'), block(OK, BAD, BAD))
    Path("names").write_text(".good.test\n", encoding="utf-8")
    assert conclusion(call) == "settled"

    os.utime("names", (4102444800 - 5 * 86400,) * 2)
    assert conclusion(call) == "unknown and reached"
