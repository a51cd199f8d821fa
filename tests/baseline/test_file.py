"""The file of a baseline: its form, what is refused, what never stands in it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from allowlint.baseline import BaselineError, Entry, load, written
from allowlint.model.extent import Extent
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "schemas" / "baseline.schema.json").read_text(encoding="utf-8"))


def finding(**values: Any) -> Finding:
    return Finding(
        **{
            "code": "ACC002",
            "name": "partly-allowed",
            "severity": Severity.ERROR,
            "message": "m",
            "config": "fw/a.conf",
            "device": "root",
            "location": Location("fw/a.conf", 3),
            "requirement": "*.x.test:443",
            "need": "required",
            "object": "policy 5",
            "extent": Extent("", ("*.x.test", "!a.x.test"), (), ("policy 5",), ("the time",)),
        }
        | values
    )


ENTRIES = [
    Entry.of(finding()),
    Entry.of(finding(ordinal=2)),
    Entry.of(
        finding(config="b.conf", device="b.conf", requirement="", need="", object="x \u202e\udcff", extent=Extent())
    ),
    Entry.of(finding(code="CFG001", name="not-understood", severity=Severity.INFO, extent=Extent(client="10.0.0.1"))),
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(written(ENTRIES), encoding="utf-8")

    listed = load(str(path))

    assert set(listed.entries) == set(ENTRIES)
    text = path.read_text(encoding="utf-8").splitlines()
    assert all(f'"fingerprint": "{e.fingerprint}"' in text[line - 1] for e, line in zip(*listed, strict=True))


def test_it_is_sorted_and_has_a_block_of_words_for_each_entry() -> None:
    once, again = written(ENTRIES), written(reversed(ENTRIES))

    assert once == again
    assert once.isascii()
    assert once.endswith("}\n")
    entries = json.loads(once)["entries"]
    assert [entry["config"] for entry in entries] == ["b.conf", *["fw/a.conf"] * 3]
    assert entries[1] == {
        "code": "ACC002",
        "name": "partly-allowed",
        "severity": "error",
        "config": "fw/a.conf",
        "device": "root",
        "requirement": "*.x.test:443",
        "need": "required",
        "object": "policy 5",
        "fails": ["*.x.test", "!a.x.test"],
        "ways": ["policy 5"],
        "reasons": ["the time"],
        "fingerprint": ENTRIES[0].fingerprint,
    }


def test_no_line_of_a_configuration_is_counted_in_it() -> None:
    assert written([Entry.of(finding(location=Location("fw/a.conf", 3)))]) == written(
        [Entry.of(finding(location=Location("other.conf", 99, 7)))]
    )


def test_it_obeys_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    jsonschema.validate(json.loads(written(ENTRIES)), SCHEMA)
    jsonschema.validate(json.loads(written([])), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"entries": {}},
        {"entries": [{"code": "ACC001"}]},
        {"entries": [{"line": 3}]},
        {"entries": ["x"]},
    ],
)
def test_the_schema_refuses_what_the_program_refuses(tmp_path: Path, change: dict[str, object]) -> None:
    data = json.loads(written(ENTRIES)) | change
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)
    with pytest.raises(BaselineError) as caught:
        load(str(path))
    assert caught.value.hint


@pytest.mark.parametrize("field", ["code", "config", "device", "requirement", "object", "fails", "ways", "reasons"])
def test_words_that_are_not_those_of_the_fingerprint_are_found_out(tmp_path: Path, field: str) -> None:
    """What a reviewer reads is what is hidden."""
    data = json.loads(written(ENTRIES[:1]))
    old = data["entries"][0][field]
    data["entries"][0][field] = [*old, "z.test"] if isinstance(old, list) else f"{old}x"
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")

    with pytest.raises(BaselineError, match="is not what its fingerprint says") as caught:
        load(str(path))

    assert caught.value.line is not None
    assert caught.value.line > 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no valid JSON"),
        (b"{", "no valid JSON"),
        (b"[]", "no baseline of version 1"),
        (b'{"version": 1}', "no baseline of version 1"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe\x00", "no valid JSON"),
        (b'{"version": 1, "entries": [{"code": 1}]}', "entry 1 is not one"),
        (b'{"version": 1, "entries": [{"code": "A", "name": "a", "severity": "bad", "config": "c"}]}', "entry 1"),
        (
            b'{"version": 1, "entries": [{"code": "A", "name": "a", "severity": "error", "config": "c", "fails": "x"}]}',
            "entry 1",
        ),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)

    with pytest.raises(BaselineError, match=re.escape(message)) as caught:
        load(str(path))

    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_one_that_is_not_there_says_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="allowlint baseline"):
        load(str(tmp_path / "none.json"))


@pytest.mark.parametrize(
    "text",
    [
        "cache_peer proxy parent 3128 0 login=user:S3CRET",
        "auth_param basic program /bin/x password=S3CRET",
        "cache_peer http://user:S3CRET@proxy",
        "set mgt-config users admin phash S3CRET",
        "set shared log-settings snmptrap x version v2c server y community S3CRET",
        "<phash>S3CRET</phash>",
    ],
)
def test_nothing_that_only_its_owner_should_read_is_written(text: str) -> None:
    entry = Entry.of(finding(object=text, extent=Extent(ways=(text,), reasons=(text,))))

    assert "S3CRET" not in written([entry])
    assert entry.fingerprint == Entry.of(finding(object=text, extent=Extent(ways=(text,), reasons=(text,)))).fingerprint
