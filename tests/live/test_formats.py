"""Each format on its fixtures: `fixtures/live/<format>/<case>/`, a result and what is read of it (`expected.json`)."""

import json
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.live import Live
from allowlint.model.live import LiveResults, Reach, Sign, Way
from tests.support import FIXTURES, Golden

FORMATS: dict[str, Live] = registry.all("live")
CASES = sorted(path for path in FIXTURES.glob("live/*/*/*") if path.name != "expected.json")
CONFIGURATIONS = sorted(
    path
    for path in (
        *FIXTURES.glob("projects/**/*"),
        *FIXTURES.glob("platforms/*/*/*"),
        *FIXTURES.glob("checks/*/*/*/*.conf"),
    )
    if path.is_file() and path.stem in {"squid", "config", "proxy", "wpad", "hq", "upstream"}
)

each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: "-".join(path.parts[-3:-1]))


def read(path: Path) -> LiveResults:
    return FORMATS[path.parts[-3]].read("result", path.read_bytes())


@each_case
def test_a_result_is_read_as_written(path: Path, golden: Golden) -> None:
    found = read(path)

    values = found._asdict() | {
        "tests": [
            test._asdict()
            | {"attempts": [str(each) + (f" [{each.sign}]" if each.sign else "") for each in test.attempts]}
            for test in found.tests
        ],
        "checks": [check._asdict() for check in found.checks],
        "unread": [part._asdict() for part in found.unread],
    }
    golden.check(path.parent / "expected.json", json.dumps(values, indent=1, ensure_ascii=False) + "\n")


@each_case
def test_a_result_is_recognised_by_its_own_format_alone(path: Path) -> None:
    head = path.read_bytes()[:65536]

    assert [name for name, live in FORMATS.items() if live.detect(str(path), head)] == [path.parts[-3]]


@each_case
def test_no_platform_takes_a_result_for_a_configuration(path: Path) -> None:
    head = path.read_bytes()[:65536]

    assert [p.id for p in registry.all("platforms").values() if p.detect(str(path), head)] == []


def test_no_format_takes_a_configuration_for_a_result() -> None:
    assert len(CONFIGURATIONS) > 50
    heads = {path: path.read_bytes()[:65536] for path in CONFIGURATIONS}

    assert [path for path, head in heads.items() for live in FORMATS.values() if live.detect(str(path), head)] == []


@each_case
def test_what_was_read_holds_no_name_of_a_machine(path: Path) -> None:
    assert "endpoint-0815" not in repr(read(path)).lower()


def test_the_documented_block_is_five_attempts() -> None:
    (test,) = read(FIXTURES / "live/mde_client_analyzer/documented-block/result.txt").tests

    assert (test.host, test.port, test.path) == ("xxx.microsoft.com", 443, "/xxx")
    assert [(each.way, each.reach, each.code) for each in test.attempts] == [
        (Way.DEFAULT, Reach.REACHED, "200"),
        (Way.WPAD, Reach.REACHED, "200"),
        (Way.DIRECT, Reach.REACHED, "200"),
        (Way.NAMED, Reach.ABSENT, ""),
        (Way.COMMAND_LINE, Reach.ABSENT, ""),
    ]


@pytest.mark.parametrize("name", ["whole-in-utf-16-be", "whole-without-a-mark"])
def test_every_encoding_is_the_same_text(name: str) -> None:
    cases = FIXTURES / "live/mde_client_analyzer"

    assert read(cases / name / "result.txt") == read(cases / "whole-in-utf-16/result.txt")


@pytest.mark.parametrize(
    ("end", "reach", "sign"),
    [
        ("Succeeded (200)", Reach.REACHED, Sign.NONE),
        ("Succeeded (400)", Reach.REACHED, Sign.NONE),
        ("Failed (404)", Reach.REACHED, Sign.NONE),
        ("Failed (405)", Reach.UNREAD, Sign.NONE),
        ("Succeeded (404)", Reach.REACHED, Sign.NONE),
        ("Succeeded (405)", Reach.REACHED, Sign.NONE),
        ("Succeeded (204)", Reach.FAILED, Sign.NONE),
        ("Gelukt (200)", Reach.REACHED, Sign.NONE),
        ("Failed (403)", Reach.FAILED, Sign.NONE),
        ("Failed (407)", Reach.FAILED, Sign.AUTHENTICATION),
        ("Failed (12175)", Reach.FAILED, Sign.INSPECTION),
        ("Failed (0x80072F8F)", Reach.FAILED, Sign.INSPECTION),
        ("Failed (-2147012721)", Reach.FAILED, Sign.INSPECTION),
        ("Doesn\u2019t exist", Reach.ABSENT, Sign.NONE),
        ("Bestaat niet", Reach.UNREAD, Sign.NONE),
        ("Failed", Reach.FAILED, Sign.NONE),
    ],
)
def test_the_code_of_an_attempt_decides(end: str, reach: Reach, sign: Sign) -> None:
    content = f"Testing URL : https://a.example.com/\n1 - Default proxy: {end}\n".encode()

    (test,) = FORMATS["mde_client_analyzer"].read("r", content).tests

    assert [(each.reach, each.sign) for each in test.attempts] == [(reach, sign)]


@pytest.mark.parametrize(
    "words", ["not connected", "was not successful", "unsuccessful", "could not be connected", "connected: false"]
)
@pytest.mark.parametrize("name", ["cloud_connection", "xmde_client_analyzer"])
def test_a_denied_success_is_a_failure(name: str, words: str) -> None:
    content = f"TestCloudConnection MDESupportTool\nhttps://x.ods.opinsights.azure.com/ {words}\n".encode()

    (test,) = FORMATS[name].read("r", content).tests

    assert [each.reach for each in test.attempts] == [Reach.FAILED]


def test_the_reason_of_a_failure_stands_in_the_next_line() -> None:
    content = (
        b"Testing connection with https://nf.smartscreen.microsoft.com/api/network/mac... [Error]\n"
        b"Expected a 200 Response from Proxy, received: 407\n"
        b"Testing connection with https://x.cp.wd.microsoft.com/api/report ... [OK]\n"
    )

    first, second = FORMATS["mdatp_connectivity"].read("r", content).tests

    assert [(each.reach, each.code, each.sign) for each in first.attempts] == [
        (Reach.FAILED, "407", Sign.AUTHENTICATION)
    ]
    assert (first.path, second.attempts[0].reach) == ("/api/network/mac", Reach.REACHED)


def test_a_test_behind_an_issuer_without_a_name_is_not_lost() -> None:
    content = (
        b"The issuer for https://a.example.com/ was fetched but was not expected :\n"
        b"Testing URL : https://b.example.com/\n1 - Default proxy: Succeeded (200)\n"
    )

    first, second = FORMATS["mde_client_analyzer"].read("r", content).tests

    assert (first.host, first.issuer, second.host) == ("a.example.com", "unexpected", "b.example.com")
