"""How live results are given on the command line and in the settings, and what is shown of them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.calling import Call
from tests.cli.conftest import call as call_fixture
from tests.live.test_comparing import ALLOWED, BAD, OK, UNKNOWN, block, folder, setup
from tests.support import ROOT

call = call_fixture
folder = folder  # noqa: PLW0127 - a fixture of the other module
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
GUID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize("platform", [[], ["--platform", "squid"]])
def test_a_result_among_the_paths_is_no_configuration(platform: list[str], folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK, BAD, BAD))

    done = call("check", "squid.conf", "result.txt", "--policy", "mine.yaml", "--format", "json", *platform)
    report = json.loads(done.stdout)

    assert [config["path"] for config in report["configs"]] == ["squid.conf"]
    assert [result["path"] for result in report["live"]["results"]] == ["result.txt"]


def test_results_in_a_folder_are_found_whatever_their_encoding(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK, BAD, BAD))
    (folder / "utf16.txt").write_bytes(block(OK).encode("utf-16"))
    with zipfile.ZipFile("MDEClientAnalyzerResult.zip", "w") as made:
        made.writestr("SystemInfoLogs\\MDEClientAnalyzer.txt", block(OK))
    with zipfile.ZipFile("other.zip", "w") as made:
        made.writestr("notes.txt", "nothing")

    report = json.loads(call("check", ".", "--policy", "mine.yaml", "--format", "json").stdout)

    found = {result["path"] for result in report["live"]["results"]}
    assert found == {"result.txt", "utf16.txt", "MDEClientAnalyzerResult.zip"}


def test_a_package_of_the_cross_platform_analyzer_is_read(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK))
    with zipfile.ZipFile("mde.zip", "w") as made:
        made.writestr("mde.xml", '<mdatp><events><event id="332003"/></events></mdatp>')
        made.writestr("connectivity.txt", "https://api.good.test/ping ... [OK]\n")

    report = json.loads(call("check", "squid.conf", "mde.zip", "--policy", "mine.yaml", "--format", "json").stdout)

    (result,) = report["live"]["results"]
    assert (result["format"], result["tests"]) == ("xmde_client_analyzer", 1)
    assert [check["subject"] for check in result["service_checks"]] == ["command and control"]
    assert "LIV008" in {finding["code"] for finding in report["findings"]}


def test_results_alone_are_nothing_to_check(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK))

    done = call("check", "result.txt", "--policy", "mine.yaml")

    assert done.code == 3
    assert "no configuration found" in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nothing of the kind\n", "nothing of it can be read as a live result"),
        (b"", "nothing of it can be read as a live result"),
        (b"Testing URL : https://a.good.test/\n", "no attempt stands behind it"),
        (b"PK\x03\x04 MDEClientAnalyzer.txt", "damaged"),
        (b"<!DOCTYPE a><MDEResults/>", "document type"),
    ],
)
def test_a_result_of_which_nothing_is_read_ends_the_run(content: bytes, words: str, folder: Path, call: Call) -> None:
    setup(ALLOWED, "")
    Path("result.txt").write_bytes(content)

    done = call("check", "squid.conf", "--live", "result.txt", "--policy", "mine.yaml")

    assert done.code == 3
    assert words in done.stderr


def test_a_result_that_is_not_there_ends_the_run(folder: Path, call: Call) -> None:
    setup(ALLOWED, "")

    assert call("check", "squid.conf", "--live", "gone.txt", "--policy", "mine.yaml").code == 3


def test_a_day_that_is_none_is_wrong_usage(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK))

    done = call("check", "squid.conf", "--live", "result.txt@2099-13-40", "--policy", "mine.yaml")

    assert done.code == 2
    assert "is no day" in done.stderr


def test_the_settings_name_results(folder: Path, call: Call) -> None:
    setup(UNKNOWN, block(OK, BAD, BAD))
    Path("allowlint.yaml").write_text(
        "version: 1\nconfigurations: [squid.conf]\npolicies: [mine.yaml]\nlive: [{file: result.txt, date: 2099-12-20}]\n",
        encoding="utf-8",
    )

    assert call("check", "--fail-on", "unknown").code == 0
    assert "live: result.txt of 2099-12-20" in call("check", "--show-settings").stdout


def test_compare_live_prints_a_table_and_ends_as_a_check(folder: Path, call: Call) -> None:
    setup(ALLOWED, block("Failed (403)", BAD, BAD))

    done = call("compare-live", "result.txt@2099-12-20", "squid.conf", "--policy", "mine.yaml")

    head, row = done.stdout.splitlines()[:2]
    assert done.code == 1
    assert head.split("  ")[0] == "requirement"
    for word in (
        "api.good.test:443",
        "allowed, bypassed, anonymous",
        "default failed 403",
        "direct failed 12029",
        "contradicted",
    ):
        assert word in row


def test_the_json_report_obeys_the_schema(folder: Path, call: Call) -> None:
    setup(
        UNKNOWN,
        block(OK, BAD, "Gelukt") + "The issuer for https://x.good.test/ was fetched but was not expected :\nCN=A\n",
    )
    done = call("compare-live", "result.txt", "squid.conf", "--policy", "mine.yaml", "--format", "json")

    report = json.loads(done.stdout)

    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(report)] == []
    assert report["live"]["results"][0]["unread"][0]["line"] == 4


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "gitlab", "github", "markdown", "csv"])
def test_no_report_tells_of_machines_people_and_tenants(form: str, folder: Path, call: Call) -> None:
    text = (
        f"Device Host Name: SECRET-PC\nTesting URL : https://{GUID}.ods.good.test/{GUID}?user=secret-user\n"
        f"1 - Default proxy: Failed (407)\nTesting URL : https://secret-user:secret-word@api.good.test/?t={GUID}\n"
        "1 - Default proxy: what SECRET-PC says\n2 - Proxy auto discovery (WPAD): Failed (12007)\n"
    )
    setup(ALLOWED, text, host="*.good.test")

    done = call("check", "squid.conf", "--live", "result.txt", "--policy", "mine.yaml", "--format", form)

    assert "LIV00" in done.stdout
    for secret in (GUID, "SECRET", "secret-user", "secret-word"):
        assert secret not in done.stdout + done.stderr


def test_files_are_shown_for_what_they_are(folder: Path, call: Call) -> None:
    setup(ALLOWED, block(OK))

    done = call("check", ".", "--show-files", "--policy", "mine.yaml")

    assert "result.txt  read as a live result" in done.stdout
