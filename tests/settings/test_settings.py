"""``allowlint.yaml``: what is read of it, and what is refused in which words."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from allowlint.cli import main
from allowlint.model.assumption import ASSUMPTIONS, RATINGS
from allowlint.settings import SettingsError, load
from tests.support import ROOT

WHOLE = """\
version: 1
paths:
  hq:
    client: 10.20.0.0/16
    fallback: direct
    chain:
      - pac/hq.pac
      - proxies:
          Proxy.HQ.example:3128: {config: proxies/hq.conf, address: 192.0.2.10}
          old.hq.example:8080: unreachable
      - {config: edge.conf, device: vsys1}
"""
PROXIES = "version: 1\npaths:\n  hq:\n    chain:\n      - edge.conf\n      - proxies:"
SQUID = "http_port 3128\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n"
POLICY = "version: 1\nname: mine\nrequirements:\n  - host: '*.good.test'\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("pac/hq.pac", "proxies/hq.conf", "edge.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str) -> str:
    Path("allowlint.yaml").write_text(text, encoding="utf-8")
    return "allowlint.yaml"


def test_a_path_is_read(folder: Path) -> None:
    path = load(write(WHOLE)).paths["hq"]

    first, proxies, edge = path.links
    assert first.stop is not None
    assert first.stop.config == "pac/hq.pac"
    assert list(proxies.proxies) == ["proxy.hq.example:3128", "old.hq.example:8080"]
    known = proxies.proxies["proxy.hq.example:3128"]
    assert known is not None
    assert (known.config, str(known.address)) == ("proxies/hq.conf", "192.0.2.10")
    assert proxies.proxies["old.hq.example:8080"] is None
    assert edge.stop is not None
    assert (edge.stop.config, edge.stop.device) == ("edge.conf", "vsys1")
    assert (path.demand.clients, path.falls_back, path.location.line) == (("10.20.0.0/16",), True, 3)


def test_file_names_are_relative_to_the_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(WHOLE)
    monkeypatch.chdir(folder / "pac")

    path = load("../allowlint.yaml").paths["hq"]

    assert [stop.config for stop in path.stops] == ["../pac/hq.pac", "../proxies/hq.conf", "../edge.conf"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "the file is empty"),
        ("paths: {}\n", None, "key 'version' is missing"),
        ("version: 2\n", 1, "version '2' is not known; expected 1"),
        ("version: 1\npath: {}\n", 2, "unknown key 'path'\n  hint: did you mean 'paths'?"),
        ("version: 1\npaths: []\n", 2, "expected paths"),
        ("version: 1\npaths:\n  hq: {}\n", 3, "the path 'hq' has no 'chain'"),
        ("version: 1\npaths:\n  hq: {chain: []}\n", 3, "a chain begins with the configuration"),
        ("version: 1\npaths:\n  hq: {chain: [none.conf]}\n", 3, "no such file: 'none.conf'"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf], fallback: yes}\n", 3, "expected a text"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf], fallback: direkt}\n", 3, "unknown fallback 'direkt'"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf], client: 10.0.0.0/99}\n", 3, "'10.0.0.0/99': "),
        ("version: 1\npaths:\n  hq: {chain: [{proxies: {'a:1': edge.conf}}]}\n", 3, "a chain begins with the config"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf, {proxies: {}}]}\n", 3, "no proxy is named"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf, {proxies: {a: edge.conf}}]}\n", 3, "'a' is no proxy"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf, {proxies: {'a:0': edge.conf}}]}\n", 3, "'a:0' is no proxy"),
        (f"{PROXIES} {{'http://a:1': edge.conf}}\n", 6, "'http://a:1' is no proxy"),
        (f"{PROXIES} {{'a:1': edge.conf, 'A.:01': edge.conf}}\n", 6, "the proxy a:1 was already given"),
        (f"{PROXIES} {{'a:1': {{config: edge.conf, port: 0}}}}\n", 6, "a port must be a number from 1 to 65535"),
        ("version: 1\npaths:\n  '': {chain: [edge.conf]}\n", 3, "a path has an empty name"),
        ("version: 1\npaths:\n  hq: {chain: [edge.conf], client: foo}\n", 3, "'foo': not an address"),
        ("version: 1\npaths:\n  hq: {chain: [{device: x}]}\n", 3, "has no 'config'"),
        ("version: 1\npaths: {a: {chain: [edge.conf]}, a: {}}\n", 2, "key 'a' was already given"),
        ("version: 1\nassume: {dns_consistant: true}\n", 2, "did you mean 'dns_consistent'?"),
        ("version: 1\nassume: {dns_consistent: 3}\n", 2, "expected true or false, found '3'"),
        ("version: 1\nassume: [dns_consistent]\n", 2, "expected what is assumed"),
        ("version: 1\nassume:\n  ratings:\n    'a b': x\n", 4, "'a b' is no host"),
        ("version: 1\nassume:\n  ratings:\n    '*.a': {}\n", 4, "expected a text, found a mapping"),
        ("version: 1\nx: &a 1\n", 2, "anchors and aliases"),
        ("version: [\n", None, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(folder: Path, text: str, line: int | None, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(text))

    assert message in str(caught.value)
    assert caught.value.path == "allowlint.yaml"
    assert line is None or caught.value.line == line
    assert caught.value.hint


def test_the_schema_describes_what_is_read(folder: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "settings.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(yaml.safe_load(WHOLE), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(WHOLE.replace("chain:", "chains:")), schema)


ASSUMING = """\
version: 1
assume:
  dns_consistent: true
  feeds_unrelated: false
  ratings:
    "*.Endpoint.example": [Low-Risk, 52]
    one.example: 31
"""


def test_what_is_assumed_is_read(folder: Path) -> None:
    settings = load(write(ASSUMING))

    assert settings.assumptions == {"dns_consistent", "ratings"}
    assert settings.ratings == {"*.endpoint.example": ("low-risk", "52"), "one.example": ("31",)}


def test_the_schema_knows_every_assumption(folder: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "settings.schema.json").read_text(encoding="utf-8"))

    assert schema["properties"]["assume"]["properties"].keys() == {*ASSUMPTIONS, RATINGS}
    jsonschema.validate(yaml.safe_load(ASSUMING), schema)


RESOLVING = """\
http_port 3128
acl inside dst 10.0.0.0/8
acl mine dstdomain .good.test
http_access deny inside
http_access allow mine
http_access deny all
"""


def test_a_verdict_that_leans_on_an_assumption_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "edge.conf").write_text(RESOLVING, encoding="utf-8")
    write("version: 1\nassume: {public_dns: true}\n")

    code, found = report(capsys, "edge.conf")
    assert code == 0
    assert (found["verdicts"][0]["access"], found["verdicts"][0]["assuming"]) == ("allowed", {"access": ["public_dns"]})

    main(["check", "edge.conf", "--policy", "mine.yaml"])
    text = capsys.readouterr().out
    assert "assumed      public_dns (1 verdict on it)" in text
    assert text.rstrip().endswith("is allowed, not inspected and anonymous, assuming public_dns")

    main(["explain", "a.good.test", "edge.conf"])
    assert "assuming public_dns" in capsys.readouterr().out


def test_what_is_sure_anyway_leans_on_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, "edge.conf", "--assume", "public-dns")

    assert code == 0
    assert "assuming" not in found["verdicts"][0]


CHECK = ("--policy", "mine.yaml", "--format", "json")


def report(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, list[dict[str, object]]]]:
    code = main(["check", *words, *CHECK])
    return code, json.loads(capsys.readouterr().out)


PLAIN = "version: 1\npaths:\n  hq:\n    chain:\n      - proxies/hq.conf\n"


def test_a_device_on_a_path_is_judged_as_a_part_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAIN)

    for words in ((), ("proxies/hq.conf",), ("proxies",)):
        code, found = report(capsys, *words)

        assert code == 0
        assert [(one["config"], one["device"]) for one in found["verdicts"]] == [("allowlint.yaml", "hq")]
        hops = found["verdicts"][0]["hops"]
        assert isinstance(hops, list)
        assert [hop["name"] for hop in hops] == ["proxies/hq.conf"]


def test_of_a_device_on_a_path_it_is_told_what_was_not_understood(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(PLAIN)
    config = folder / "proxies" / "hq.conf"
    missing = 'acl listed dstdomain "/etc/squid/none.txt"\nhttp_access deny listed\n'
    config.write_text(missing + config.read_text(encoding="utf-8"), encoding="utf-8")

    _, found = report(capsys)

    told = [(one["config"], one["device"]) for one in found["findings"] if one["code"] == "CFG001"]
    assert sorted(told) == [("allowlint.yaml", "hq"), ("proxies/hq.conf", "proxies/hq.conf")]


def test_isolated_and_other_files_are_judged_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAIN)

    for words in (("proxies/hq.conf", "--isolated"), ("edge.conf",)):
        _, found = report(capsys, *words)

        assert [one["device"] for one in found["verdicts"]] == [words[0]]


def test_the_nearest_settings_hold_up_to_the_root_of_the_repository(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(PLAIN)
    monkeypatch.chdir(folder / "proxies")
    (folder / "proxies" / "mine.yaml").write_text(POLICY, encoding="utf-8")
    _, found = report(capsys, "hq.conf")
    assert found["verdicts"][0]["device"] == "hq"

    (folder / "proxies" / ".git").mkdir()
    _, found = report(capsys, "hq.conf")
    assert found["verdicts"][0]["device"] == "hq.conf"


def test_settings_that_lead_nowhere_are_not_taken_for_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("allowlint.yaml").unlink(missing_ok=True)
    Path("allowlint.yaml").symlink_to("organisation/allowlint.yaml")

    assert main(["check", "edge.conf", *CHECK]) == 2
    assert capsys.readouterr().err.startswith("allowlint: error: allowlint.yaml: cannot be read: ")
    assert main(["check", "edge.conf", "--isolated", *CHECK]) != 2


@pytest.mark.parametrize("name", ["allowlint.yml", ".allowlint.yaml", ".allowlint.yml"])
def test_settings_of_another_name_are_not_passed_over_in_silence(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path("allowlint.yaml").unlink(missing_ok=True)
    Path(name).write_text("version: 1\n", encoding="utf-8")

    assert main(["check", "edge.conf", *CHECK]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"allowlint: error: {name}: settings are not read from a file of this name")
    assert "call it allowlint.yaml" in message


def test_a_settings_file_that_is_named_must_be_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "edge.conf", "--config", "none.yaml", *CHECK]) == 2
    assert capsys.readouterr().err.startswith("allowlint: error: none.yaml: cannot be read: ")


def test_explain_takes_the_name_of_a_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAIN)

    assert main(["explain", "a.good.test", "hq", "--format", "json"]) == 0

    (found,) = json.loads(capsys.readouterr().out)
    assert (found["device"], found["access"]) == ("hq", "allowed")


def test_a_hop_with_several_devices_or_none_of_that_name_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(PLAIN.replace("- proxies/hq.conf", "- {config: proxies/hq.conf, device: vsys9}"))

    assert main(["check", *CHECK]) == 2

    assert "allowlint.yaml:3: path hq: proxies/hq.conf has no device 'vsys9'" in capsys.readouterr().err


PAC = 'function FindProxyForURL(url, host) {{ return "{way}"; }}\n'
CHAIN = """\
version: 1
paths:
  hq:
    chain:
      - pac/hq.pac
      - proxies:
          {proxy}
"""


@pytest.mark.parametrize(
    ("way", "proxy", "access"),
    [
        ("PROXY p.corp:3128", "p.corp:3128: edge.conf", "allowed"),
        ("PROXY P.corp.:03128", "p.corp:3128: edge.conf", "allowed"),
        # Nothing listens there, as far as the files tell.
        ("PROXY p.corp:9999", "p.corp:9999: edge.conf", "unknown"),
        ("PROXY p.corp:9999", "p.corp:9999: {config: edge.conf, port: 3128}", "allowed"),
        # A client that speaks TLS to a plain port gets no further.
        ("HTTPS p.corp:3128", "p.corp:3128: edge.conf", "unknown"),
        ("HTTP p.corp:3128", "p.corp:3128: edge.conf", "unknown"),
        # By the address that the declared proxy has.
        ("PROXY 192.0.2.10:3128", "p.corp:3128: {config: edge.conf, address: 192.0.2.10}", "allowed"),
        ("PROXY 192.0.2.11:3128", "p.corp:3128: {config: edge.conf, address: 192.0.2.10}", "unknown"),
    ],
)
def test_a_proxy_is_entered_by_the_port_that_it_listens_on(
    folder: Path, capsys: pytest.CaptureFixture[str], way: str, proxy: str, access: str
) -> None:
    (folder / "pac" / "hq.pac").write_text(PAC.format(way=way), encoding="utf-8")
    write(CHAIN.format(proxy=proxy))

    _, found = report(capsys)

    assert [one["access"] for one in found["verdicts"]] == [access]


def test_a_file_that_clients_evaluate_stands_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pac" / "hq.pac").write_text(PAC.format(way="DIRECT"), encoding="utf-8")
    write("version: 1\npaths:\n  hq:\n    chain: [edge.conf, pac/hq.pac]\n")

    assert main(["check", *CHECK]) == 2

    assert "allowlint.yaml:3: path hq: pac/hq.pac only chooses the way" in capsys.readouterr().err


def test_nor_is_it_a_proxy_of_the_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, way in (("hq.pac", "PROXY p.corp:3128"), ("other.pac", "DIRECT")):
        (folder / "pac" / name).write_text(PAC.format(way=way), encoding="utf-8")
    write(CHAIN.format(proxy="p.corp:3128: pac/other.pac"))

    assert main(["check", *CHECK]) == 2

    assert "allowlint.yaml:3: path hq: pac/other.pac only chooses the way" in capsys.readouterr().err


def test_each_hop_tells_what_becomes_of_an_endpoint_so_far(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "closed.conf").write_text("http_port 3128\nhttp_access deny all\n", encoding="utf-8")
    for chain, expected in (
        ("closed.conf, edge.conf", [("closed.conf", "blocked"), ("edge.conf", "blocked")]),
        # Whether what the first one sends on passes the port of the second one is not told.
        ("edge.conf, closed.conf", [("edge.conf", "allowed"), ("closed.conf", "unknown")]),
    ):
        write(f"version: 1\npaths:\n  hq:\n    chain: [{chain}]\n")

        _, found = report(capsys)

        (hops,) = (verdict["hops"] for verdict in found["verdicts"])
        assert isinstance(hops, list)
        assert [(hop["name"], hop["access"]) for hop in hops] == expected


def test_a_zone_that_a_device_on_a_path_does_not_have_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of the pen would be traffic that no rule is about."""
    policy = (
        'config system interface\n    edit "lan"\n    next\n    edit "wan"\n    next\nend\nconfig firewall policy\n    edit 1\n'
        '        set srcintf "lan"\n        set dstintf "wan"\n        set srcaddr "all"\n        set dstaddr "all"\n'
        '        set service "ALL"\n        set schedule "always"\n        set action accept\n    next\nend\n'
    )
    (folder / "fw.conf").write_text(policy, encoding="utf-8")
    write("version: 1\npaths:\n  hq:\n    chain: [{config: fw.conf, from_zone: lna}]\n")

    assert main(["check", *CHECK]) == 2

    assert "allowlint.yaml:3: path hq: fw.conf has no from_zone 'lna'" in capsys.readouterr().err
