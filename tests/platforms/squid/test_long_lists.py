"""Long lists of domains are read by quicker ways, which are held to the plain ones here."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allowlint import cli
from allowlint.checks import _entries
from allowlint.model.hosts import HostSet, covering, everything
from allowlint.model.location import Location
from allowlint.model.namelist import FEW, NameList, ancestors
from allowlint.platforms.squid import domains, value_files
from allowlint.platforms.squid.config import Acl, AclLine
from allowlint.platforms.squid.domains import Domains
from allowlint.platforms.squid.text import Token
from allowlint.platforms.squid.value_files import file_values
from tests.support import FIXTURES

PLACE = Location("f", 1)
DOTTED = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map(".".join)
ENTRIES = st.lists(st.one_of(DOTTED, DOTTED.map(".{}".format), st.text("ab.", max_size=7)), max_size=12)


def domains_of(texts: list[str]) -> Domains:
    acl = Acl("names", "dstdomain")
    acl.lines.append(AclLine(PLACE, "", tuple(Token(each, PLACE) for each in texts)))
    return Domains(acl)


def plain_overlaps(texts: list[str]) -> Iterator[str]:
    """The values that Squid 6 and earlier refuse, each compared with all that were kept before."""
    kept: list[str] = []
    for each in texts:
        wide = each.startswith(".")
        bare = each[1:] if wide else each
        parents = list(ancestors(bare))[1:]
        if each in kept or any(f".{parent}" in kept for parent in parents):
            continue
        narrower = any(bare in list(ancestors(one.removeprefix(".")))[1:] for one in kept)
        if (bare if wide else f".{bare}") in kept or (wide and narrower):
            yield each
        else:
            kept.append(each)


@given(ENTRIES)
@settings(max_examples=300)
@example(["x.c.b.a", ".b.a"])
@example(["*.a", ".a"])
def test_overlaps_are_those_that_comparing_each_with_each_finds(texts: list[str]) -> None:
    assert [token.text for token, _ in domains_of(texts).overlaps()] == list(plain_overlaps(texts))


@given(
    st.one_of(
        st.text("aZ.-_*:/ \u00a0\n", max_size=6), st.integers(250, 256).map(lambda size: "." * (size % 2) + "a" * size)
    )
)
def test_an_entry_is_faultless_at_first_sight_where_none_of_its_faults_is_found(spelled: str) -> None:
    assert domains.fault_of(spelled) == domains._looked_for(spelled)


LONGEST = "a" * 253


@pytest.mark.parametrize(
    "spelled",
    [
        f"{LONGEST}a",
        f".{LONGEST}a",
        "*.b.test",
        "https://b.test",
        "b.test/x",
        "b.test:443",
        "b,test",
        "b.test.",
        "..b.test",
        ".",
    ],
)
def test_an_entry_that_can_be_no_host_is_told(spelled: str) -> None:
    assert domains.fault_of(spelled)


@pytest.mark.parametrize("spelled", [LONGEST, f".{LONGEST}", "b.test", ".b.test", "b-b_b.test", "10.0.0.1"])
def test_an_entry_that_may_be_a_host_has_no_fault(spelled: str) -> None:
    assert domains.fault_of(spelled) == ""


def test_of_a_very_long_line_each_part_that_squid_reads_at_once_is_a_value() -> None:
    """As ``squid -k parse`` shows, which says of the second part that it is below a domain of the list."""
    found = file_values(b"a" * 2047 + b"x.y.test\n" + b"#" * 2046 + b"\n", "f")

    assert [token.text for token in found] == ["a" * 2047, "x.y.test"]


def test_an_entry_with_a_dot_reaches_what_is_below_it_too() -> None:
    acl = Acl("names", "dstdomain")
    acl.lines.append(AclLine(PLACE, "", tuple(Token(each, PLACE) for each in (".a.test", "b.test", "*.c.test"))))

    assert [each.reach for each in domains.entries(acl, Domains(acl))] == [
        ("a.test", True, True),
        ("b.test", True, False),
        None,
    ]


@given(
    st.binary(max_size=40),
    st.lists(st.sampled_from([b"a.b", b" .x \r", b"# c", b"a # c", b"a#b", b"\xff", b"\xc3", b"\t"])),
)
def test_a_file_is_read_as_line_by_line(start: bytes, lines: list[bytes]) -> None:
    content = start.replace(b"\0", b"") + b"\n".join(lines)

    # A NUL ends a line, and makes the file one that is read line by line.
    assert list(file_values(content, "f")) == list(file_values(content + b"\n\0", "f"))
    assert list(value_files._plain_values(content, "f")) == list(file_values(content + b"\n\0", "f"))


NAMES = st.lists(st.sampled_from(("a", "b")), min_size=1, max_size=3).map(".".join)
LISTED = st.lists(st.tuples(NAMES, st.sampled_from(("exact", "lower", "whole"))), max_size=30)
ASKED = st.lists(st.tuples(NAMES, st.booleans(), st.booleans()), max_size=5)


@given(LISTED, st.one_of(ASKED.map(covering), st.just(everything())))
def test_a_long_list_covers_of_a_region_what_all_its_entries_cover(
    listed: list[tuple[str, str]], region: HostSet
) -> None:
    names = NameList()
    for name, part in listed:
        getattr(names, part)[name] = 0
    for number in range(FEW):
        # A short list is taken whole.
        names.exact[f"x{number}.test"] = 0

    assert names.within(region) == covering(names.entries()) & region


LINES = """
edr-neu.eu.endpoint.security.microsoft.com|.endpoint.security.microsoft.com|Definitionupdates.Microsoft.com|.microsoft.com
microsoft.com|.dm.microsoft.con|x.dm.microsoft.com|.com|com|.blob.core.windows.net|*.update.microsoft.com|a.b |# said|
 .c.test|x..y|..d.test|e.test.|f.test # why|-n|-|--consensus|k_.test|\u0435.test|l.test\t|/m|.
0a1b2c3d-1111-2222-3333-444455556666.ods.opinsights.azure.com|9f8e7d6c-1111-2222-3333-444455556666.oms.opinsights.azure.com
"""
TOO_LONG = ".".join("g" * size for size in (60, 60, 60, 80))
ROWS = st.lists(st.sampled_from([*LINES.strip("\n").replace("\n", "|").split("|"), TOO_LONG]), max_size=8)
OF_WORKSPACES = FIXTURES / "checks" / "workspace-specific-entry" / "fail" / "named-workspaces"
ASKING = (["--policy", "mde-streamlined"], ["--policy", str(OF_WORKSPACES / "policy.yaml"), "--os", "windows-legacy"])


def report_of(folder: Path, asking: list[str]) -> dict[str, object]:
    """All that a check says of ``squid.conf``."""
    to = folder / "report.json"
    code = cli.main(["check", str(folder / "squid.conf"), *asking, "--output", f"json={to}", "--quiet"])
    assert code in (0, 1)
    report: dict[str, object] = json.loads(to.read_text(encoding="utf-8"))
    del report["provenance"]
    return report


@settings(max_examples=60)
@given(
    st.sampled_from(("dstdomain", "ssl::server_name")),
    ROWS,
    ROWS,
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from((0, 100)),
    st.sampled_from(ASKING),
)
@example(
    "dstdomain",
    ["a.test", ".com", "x.dm.microsoft.com"],
    [".com", "b.com", ".blob.core.windows.net"],
    "\n",
    0,
    ASKING[0],
)
@example("dstdomain", [], ["0a1b2c3d-1111-2222-3333-444455556666.ods.opinsights.azure.com"], "\n", 0, ASKING[1])
def test_a_list_that_is_kept_as_it_is_says_what_its_values_one_by_one_say(
    kind: str, before: list[str], rows: list[str], end: str, few: int, asking: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        for file, lines in (("before.txt", before), ("list.txt", rows)):
            (folder / file).write_bytes(end.join([*lines, ""]).encode())
        (folder / "squid.conf").write_text(
            f'http_port 3128\nacl sites {kind} .dm.microsoft.com\nacl sites {kind} "before.txt"\nacl sites {kind} "list.txt"\n'
            "http_access allow sites\nhttp_access deny all\n"
        )
        reports = []
        patch.setattr(_entries, "FEW", few)
        for least in (0, 10**9):
            patch.setattr(value_files, "LONG", least)
            reports.append(report_of(folder, asking))

    assert reports[0] == reports[1]


def test_a_list_is_kept_as_it_is_where_all_its_lines_are_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_files, "LONG", 2)
    plain = b"# made by hand\n.a.test\r\n\nB.test\n"

    listed = value_files.values_in(plain, "f")

    assert isinstance(listed, value_files.Listed)
    assert [name for _, name in listed.names.names()] == [".a.test", "b.test"]
    assert list(listed) == list(file_values(plain, "f"))
    acl = Acl("names", "dstdomain")
    acl.lines.append(AclLine(PLACE, "", listed))
    (kept,) = domains.long_lists(acl, Domains(acl))
    assert [kept.entry(place).reach for place, _ in kept.names.names()] == [
        ("a.test", True, True),
        ("b.test", True, False),
    ]
    assert isinstance(value_files.values_in(f"a.test\n{LONGEST}\n\nb.test".encode(), "f"), value_files.Listed)


@pytest.mark.parametrize(
    "odd", ["*.b.test", "..b.test", "b.test.", "b.test # said", "b test", "b\u00e9.test", f"{LONGEST}a"]
)
@pytest.mark.parametrize("before", [0, 1, 200])
def test_where_one_line_is_no_name_each_is_looked_at(odd: str, before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or nobody would be told of an entry that never matches."""
    monkeypatch.setattr(value_files, "LONG", 2)
    content = "\n".join(["a.test"] * before + [odd] + ["a.test"] * 3).encode()

    assert isinstance(value_files.values_in(content, "f"), tuple)
