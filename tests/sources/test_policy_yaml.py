"""Policy files: what is refused, with the line; and the schema, which agrees with the reader."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from allowlint.errors import PolicyError
from allowlint.model.requirement import CONDITIONS, GEOGRAPHIES, SYSTEMS, Need
from allowlint.sources.policy_yaml import EXPECTATIONS, parse_policy
from tests.sources.support import SOURCES
from tests.support import ROOT

HEAD = "version: 1\nname: x\nrequirements:\n"
ITEM = HEAD + "  - host: a.example.com\n"
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))
WRITTEN = [*sorted((ROOT / "policies").rglob("*.yaml")), *sorted(SOURCES.glob("*/*/expected.yaml"))]

BAD = [
    ("", None, "empty"),
    ("- a\n", 1, "expected a policy"),
    ("just text", 1, "expected a policy"),
    ("version: 1\nname: x\n", None, "'requirements' is missing"),
    ("version: 2\nname: x\nrequirements: []\n", 1, "version '2' is not known"),
    (HEAD.replace("requirements:\n", "requirements: []\n"), 3, "no requirements"),
    (HEAD + "  host: a\n", 4, "expected a list of requirements"),
    (HEAD + "  - just-a-name.example.com\n", 4, "expected a requirement"),
    (HEAD + "  - ports: [443]\n", 4, "no 'host'"),
    (ITEM + "    port: 443\n", 5, "unknown key 'port'"),
    (ITEM + "    ports: 443\n", 5, "expected a list of ports"),
    (ITEM + "    ports: []\n", 5, "empty"),
    (ITEM + "    ports: [0]\n", 5, "from 1 to 65535"),
    (ITEM + "    ports: ['443']\n", 5, "a port must be a number"),
    (ITEM + "    ports: [" + "9" * 100_000 + "]\n", 5, "a port must be a number"),
    (ITEM + "    ports: [1e3]\n", 5, "a port must be a number"),
    (ITEM + "    geography: Europe\n", 5, "unknown geography"),
    (ITEM + "    systems: windows\n", 5, "expected a list of systems"),
    (ITEM + "    systems: [windos]\n", 5, "unknown system"),
    (ITEM + "    need: yes\n", 5, "expected a text"),
    (ITEM + "    need: must\n", 5, "unknown need"),
    (ITEM + "    need: conditional\n", 5, "belong together"),
    (ITEM + "    when: {live_response: true}\n", 5, "belong together"),
    (ITEM + "    need: conditional\n    when: {live_respons: true}\n", 6, "unknown key 'live_respons'"),
    (ITEM + "    need: conditional\n    when: {live_response: maybe}\n", 6, "expected true or false, found 'maybe'"),
    (ITEM + "    expect: {inspection: inspected}\n", 5, "unknown answer for inspection"),
    (ITEM + "    expect: {speed: high}\n", 5, "unknown key 'speed'"),
    (ITEM + "    host: b.example.com\n", 5, "already given on line 4"),
    (ITEM + "    note: [a]\n", 5, "expected a text, found a list"),
    (ITEM + "    origin: {row: -1}\n", 5, "a row must be a number"),
    (ITEM + "  - host: https://a.example.com\n", 5, "has a scheme"),
    (ITEM + "  - host: a.example.com:8443\n", 5, "no host name"),
    (ITEM + "  - host: 'a.example.com b.example.com'\n", 5, "no host name"),
    (ITEM + "  - host: '*'\n", 5, "no host name"),
    (ITEM + '  - host: "a\\u00a0.example.com"\n', 5, "no host name"),
    (ITEM + '  - host: "\\u0430.example.com"\n', 5, "no host name"),
    (ITEM + "  - host: *.example.com\n", 5, "not valid YAML|anchors and aliases"),
    (ITEM + "  - &a {host: a.example.com}\n  - *a\n", 5, "anchors and aliases"),
    (ITEM + "  - !!python/object/apply:os.system ['true']\n", 5, "tags such as"),
    (ITEM + "---\nversion: 1\n", 5, "second YAML document"),
    (ITEM + "    note: 'open\n", None, "not valid YAML"),
    (HEAD + "\t- host: a\n", 4, "not valid YAML"),
    (HEAD + "  - " + "[" * 5000 + "\n", 4, "levels deep"),
    ("? [a, b]\n: 1\n", 1, "a key must be a word"),
    ("a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n", 1, "anchors and aliases"),
]


@pytest.mark.parametrize(("text", "line", "message"), BAD, ids=[f"{n}-{case[2][:24]}" for n, case in enumerate(BAD)])
def test_a_bad_policy_is_refused_with_its_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(PolicyError, match=message) as refused:
        parse_policy(text, "policy.yaml")

    assert refused.value.path == "policy.yaml"
    if line is not None:
        assert refused.value.line == line
    assert refused.value.hint
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(("typed", "meant"), [("port", "ports"), ("geograhpy", "geography"), ("hosts", "host")])
def test_an_unknown_key_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(f"{ITEM}    {typed}: x\n", "policy.yaml")

    assert refused.value.hint == f"did you mean {meant!r}?"


def test_defaults_are_those_of_the_contract() -> None:
    (item,) = parse_policy(ITEM, "p").requirements

    assert (item.host, item.ports, item.protocol, item.path) == ("a.example.com", (443,), "https", "")
    assert (item.geography, item.systems, item.need, item.when, item.expect) == ("WW", (), Need.REQUIRED, {}, {})
    assert (item.audience, item.origin, item.id) == ("device", None, "a.example.com:443")


@pytest.mark.parametrize(("ports", "protocol"), [("[80]", "http"), ("[443]", "https"), ("[8443]", "tcp")])
def test_the_protocol_follows_from_the_port(ports: str, protocol: str) -> None:
    assert parse_policy(f"{ITEM}    ports: {ports}\n", "p").requirements[0].protocol == protocol


def test_a_large_policy_is_read_in_reasonable_time() -> None:
    text = HEAD + "".join(f"  - host: h{number}.example.com\n    ports: [443]\n" for number in range(10_000))
    start = time.monotonic()

    assert len(parse_policy(text, "p").requirements) == 10_000
    assert time.monotonic() - start < 20


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_written_fits_the_schema(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)] == []


def test_the_schema_and_the_reader_know_the_same_words() -> None:
    item = SCHEMA["$defs"]["requirement"]["properties"]

    assert set(item["geography"]["enum"]) == set(GEOGRAPHIES)
    assert set(item["systems"]["items"]["enum"]) == set(SYSTEMS)
    assert set(item["when"]["properties"]) == set(CONDITIONS)
    assert {stage: tuple(word["enum"]) for stage, word in item["expect"]["properties"].items()} == dict(EXPECTATIONS)
    assert set(item["need"]["enum"]) == {word.value for word in Need}


SYNTAX_ONLY = (
    "already given",
    "anchors",
    "tags",
    "second YAML",
    "not valid YAML",
    "levels deep",
    "key must be",
    "empty",
)


@pytest.mark.parametrize("text", [case[0] for case in BAD if not case[2].startswith(SYNTAX_ONLY)])
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))
