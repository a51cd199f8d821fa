"""No secret of a configuration, of a policy's companions or of a live result appears in anything that the program writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, is_zipfile

import pytest

from allowlint import registry
from tests.cli.calling import Call, caller
from tests.secrets.catalogue import CATALOGUE, FILES, page, planted
from tests.support import FIXTURES, ROOT, Golden

TOKEN = "Zq9pl4nted"  # noqa: S105 - what is looked for
POLICY = "version: 1\nname: mine\nrequirements:\n  - host: winatp-gw-neu.microsoft.com\n  - host: '*.endpoint.security.microsoft.com'\n  - {host: a.good.test, ports: [80]}\n"
PLACES = 7
"""Of each configuration at which the secrets are planted."""
CONFIGS = {
    "squid": FIXTURES / "projects/demo/squid/squid.conf",
    "pac": FIXTURES / "platforms/pac/corporate/proxy.pac",
    "paloalto_panos": FIXTURES / "projects/firewalls/panos/running-config.xml",
    "fortinet_fortios": FIXTURES / "projects/firewalls/fortios/branch.conf",
    "mde_endpoint": FIXTURES / "projects/live/endpoint/sensor.reg",
}
SQUID = "http_port 3128\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n"
FORMATS = registry.names("reports")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")
    return caller(capsys, monkeypatch)


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def shown(call: Call, *words: str) -> str:
    done = call(*words)
    assert done.code in {0, 1, 2, 3}, done.stderr
    return done.stdout + done.stderr


def everything(call: Call, name: str, platform: str) -> Iterator[tuple[str, str]]:
    """Yield what every command writes about a configuration, with what it is."""
    outputs = [word for form in FORMATS for word in ("--output", f"{form}=report.{form}")]
    check = ("check", name, "--policy", "policy.yaml", "--platform", platform, "--verbose")
    yield "check", shown(call, *check, "--timing", *outputs)
    for form in FORMATS:
        path = Path(f"report.{form}")
        if not path.exists():
            continue
        if is_zipfile(path):
            with ZipFile(path) as packed:
                yield form, "".join(packed.read(part).decode("utf-8", "replace") for part in packed.namelist())
        else:
            yield form, path.read_text(encoding="utf-8")
    yield "files", shown(call, *check, "--show-files", "--show-settings")
    for form in ("text", "json"):
        yield (
            "explain",
            shown(
                call,
                "explain",
                "winatp-gw-neu.microsoft.com",
                name,
                "--platform",
                platform,
                "--verbose",
                "--format",
                form,
            ),
        )
    yield "baseline", shown(call, "baseline", *check[1:], "--baseline", "known.json")
    if Path("known.json").exists():
        yield "the file of the baseline", Path("known.json").read_text(encoding="utf-8")
    yield "init", shown(call, "init", ".", "--dry-run")
    yield from _kept(call, check)


def _kept(call: Call, check: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what is kept of a run, or sent: the cache, the reports of its parts, and what is made of them."""
    with TemporaryDirectory() as folder:
        shown(call, *check, "--cache", folder, "--jobs", "1")
        kept = [path.read_text(encoding="utf-8") for path in Path(folder).rglob("*") if path.is_file()]
        yield "the cache", "".join(kept)
        yield "a run from the cache", shown(call, *check, "--cache", folder, "--format", "json")
    for part in ("1", "2"):
        yield "a part", shown(call, *check, "--shard", f"{part}/2", "--output", f"json=part-{part}.json")
    parts = [name for name in ("part-1.json", "part-2.json") if Path(name).exists()]
    if parts:
        yield "merge", shown(call, "merge", *parts, "--output", "whole.json")
    yield from (
        (path.name, path.read_text(encoding="utf-8"))
        for path in (*Path().glob("part-?.json"), *Path().glob("whole.json"))
    )


def found_in(text: str) -> list[str]:
    """The places where a planted secret stands, with what is around it."""
    return [text[max(0, match.start() - 100) : match.end() + 20] for match in re.finditer(TOKEN, text, re.IGNORECASE)][
        :3
    ]


def _in_it(text: str, platform: str, place: int) -> str:
    """The configuration with every secret planted behind one of its lines."""
    lines = text.splitlines(keepends=True)
    at = max(1, place * len(lines) // PLACES)
    return "".join((*lines[:at], planted(platform, TOKEN), *lines[at:]))


@pytest.mark.parametrize("place", range(PLACES + 1))
@pytest.mark.parametrize("platform", CONFIGS)
def test_no_secret_of_a_configuration_is_shown(platform: str, place: int, call: Call) -> None:
    name = CONFIGS[platform].name
    Path(name).write_text(_in_it(text_of(CONFIGS[platform]), platform, place), encoding="utf-8")

    for what, written in everything(call, name, platform):
        assert found_in(written) == [], what


@pytest.mark.parametrize("platform", CONFIGS)
def test_no_secret_of_a_configuration_in_one_line_or_cut_off_is_shown(platform: str, call: Call) -> None:
    name = CONFIGS[platform].name
    text = _in_it(text_of(CONFIGS[platform]), platform, PLACES // 2)
    secret = text.index(TOKEN)
    for damaged in (
        text.replace("\n", " "),
        text[: secret + 8 * len(TOKEN)],
        text[secret - 9 :],
        text.replace('"', "", 3),
    ):
        Path(name).write_text(damaged, encoding="utf-8")

        for what, written in everything(call, name, platform):
            assert found_in(written) == [], what


@pytest.mark.parametrize("slip", [r"(?m)^(\s*\w+)\w(?= )", r"(?m)^(\s*)(?=\w)", r"(?m)^(\s*[\w-]+ \w+)\w"])
@pytest.mark.parametrize("platform", ["squid", "fortinet_fortios"])
def test_no_secret_behind_a_misspelt_word_is_shown(platform: str, slip: str, call: Call) -> None:
    name = CONFIGS[platform].name
    misspelt = (
        re.sub(slip, r"\1", planted(platform, TOKEN))
        if "?=\\w" not in slip
        else re.sub(slip, r"\1x", planted(platform, TOKEN))
    )
    Path(name).write_text(text_of(CONFIGS[platform]) + misspelt, encoding="utf-8")

    for what, written in everything(call, name, platform):
        assert found_in(written) == [], what


def test_no_secret_of_a_live_result_is_shown(call: Call) -> None:
    result = text_of(FIXTURES / "projects/live/results/MDEClientAnalyzer.txt")
    Path("squid.conf").write_text(SQUID, encoding="utf-8")
    check = ("squid.conf", "--policy", "policy.yaml")
    for place in range(PLACES + 1):
        Path("result.txt").write_text(_in_it(result, "live", place), encoding="utf-8")
        outputs = [word for form in FORMATS if form != "xlsx" for word in ("--output", f"{form}=report.{form}")]

        printed = shown(call, "check", *check, "--live", "result.txt", "--verbose", *outputs)
        printed += shown(call, "compare-live", *check, "--live", "result.txt")

        assert found_in(printed) == []
        for form in FORMATS:
            if form != "xlsx":
                assert found_in(Path(f"report.{form}").read_text(encoding="utf-8")) == [], form


@pytest.mark.parametrize("name", FILES)
def test_no_secret_of_another_file_about_an_endpoint_is_shown(name: str, call: Call) -> None:
    Path(name).write_text(FILES[name].replace("{secret}", TOKEN), encoding="utf-8")
    assert shown(call, "explain", "winatp-gw-neu.microsoft.com", name)

    for what, written in everything(call, name, "mde_endpoint"):
        assert found_in(written) == [], what


@pytest.mark.parametrize("name", ["MDEClientAnalyzerResult.zip", "{31B2F340-016D-11D2-945F-00C04FB984F9}.zip"])
def test_no_secret_of_an_archive_is_shown(name: str, call: Call) -> None:
    """Of archives only live results are read; the backup of a group policy is to be unpacked."""
    live = text_of(FIXTURES / "projects/live/results/MDEClientAnalyzer.txt")
    parts = {"MDEClientAnalyzer.txt": _in_it(live, "live", 2)} if name.startswith("MDE") else {}
    parts |= {f"GPO/{each}": text.replace("{secret}", TOKEN) for each, text in FILES.items()}
    with ZipFile(name, "w") as packed:
        for each, text in parts.items():
            packed.writestr(each, text)
    Path("squid.conf").write_text(SQUID, encoding="utf-8")
    common = ("--policy", "policy.yaml", "--verbose")

    printed = shown(call, "check", name, *common) + shown(call, "check", "squid.conf", *common, "--live", name)
    printed += shown(call, "check", name, *common, "--platform", "mde_endpoint") + shown(call, "check", ".", *common)

    assert found_in(printed) == []


def test_every_platform_has_its_secrets() -> None:
    assert {secret.platform for secret in CATALOGUE} == {*registry.names("platforms"), "live"}
    assert all("{secret}" in secret.text for secret in CATALOGUE)


@pytest.mark.checkout
def test_the_page_shows_the_catalogue(golden: Golden) -> None:
    golden.check_block(ROOT / "docs" / "secrets.md", "secrets", page())
