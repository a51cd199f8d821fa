"""The output of TestCloudConnection: whatever it looks like, no account is overlooked in silence."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.errors import PolicyError
from allowlint.sources import read_workspaces
from allowlint.sources._test_cloud_connection import MAX_BYTES, MAX_HOSTS, read_output

ONE = "0a1b2c3d-1111-2222-3333-444455556666"
OUTPUT = f"""\
Starting connectivity test for workspace id {ONE}

Firewall Rule: *.ods.opinsights.azure.com
    https://{ONE}.ods.opinsights.azure.com/   Connection successful
Firewall Rule: *.blob.core.windows.net
    https://scadvisorcontent.blob.core.windows.net:443/x?y=z.txt  Connection successful

    weustg01.BLOB.core.windows.net.   Connection failed

Firewall Rule: *.azure-automation.net
    https://other.blob.core.windows.net/
    {ONE}.agentsvc.azure-automation.net
"""
ACCOUNTS = ["scadvisorcontent.blob.core.windows.net", "weustg01.blob.core.windows.net"]


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "output.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def hosts(folder: Path, text: str | bytes) -> list[str]:
    return [each.host for each in read_output(written(folder, text)).hosts]


def test_the_accounts_of_the_section_are_read_with_their_lines(tmp_path: Path) -> None:
    output = read_output(written(tmp_path, OUTPUT))

    assert [each.host for each in output.hosts] == ACCOUNTS
    assert [each.location.line for each in output.hosts] == [6, 8]
    assert output.workspaces == (ONE,)
    assert output.notices == ()


@pytest.mark.parametrize(
    "data",
    [
        OUTPUT.encode("utf-16"),
        b"\xfe\xff" + OUTPUT.encode("utf-16-be"),
        OUTPUT.encode("utf-16-le"),
        OUTPUT.encode("utf-16-be"),
        OUTPUT.encode("utf-16") + b"x",
        OUTPUT.encode("utf-8-sig"),
        OUTPUT.replace("\n", "\r\n").encode(),
        OUTPUT.replace("\n", "\r").encode(),
        OUTPUT.replace("successful", "réussie").encode("cp850"),
    ],
)
def test_every_encoding_that_a_console_writes_is_read(tmp_path: Path, data: bytes) -> None:
    assert hosts(tmp_path, data) == ACCOUNTS


@pytest.mark.parametrize(
    "heading",
    [
        "Firewall Rule: *.blob.core.windows.net",
        "  firewall rule : https://*.blob.core.windows.net:443/",
        'Checking "Firewall Rule: *blob.core.windows.net" ...',
        "Regle de pare-feu : *.blob.core.windows.net",
    ],
)
@pytest.mark.parametrize(
    "line",
    ["one.blob.core.windows.net", "URL:https://one.blob.core.windows.net/", "- <ONE.blob.core.windows.net>, reachable"],
)
def test_it_is_read_leniently(tmp_path: Path, heading: str, line: str) -> None:
    assert hosts(tmp_path, f"{heading}\n\n{line}\n") == ["one.blob.core.windows.net"]


def test_the_storage_of_government_clouds_is_told_apart(tmp_path: Path) -> None:
    text = "Firewall Rule: *.blob.core.usgovcloudapi.net\none.blob.core.usgovcloudapi.net two.blob.core.windows.net\n"
    output = read_output(written(tmp_path, text))

    assert [each.host for each in output.hosts] == ["one.blob.core.usgovcloudapi.net"]
    assert "two.blob.core.windows.net" in output.notices[0]


@pytest.mark.parametrize(
    "line",
    [
        "under_score.blob.core.windows.net",
        "кonto.blob.core.windows.net",
        "cut.blob.core.wind",
        "<account>.blob.core.windows.net",
        "*.one.blob.core.windows.net",
        "another.file.core.windows.net",
        "ok.blob.core.windows.net, bad_one.blob.core.windows.net",
    ],
)
def test_a_line_that_may_hide_an_account_is_reported(tmp_path: Path, line: str) -> None:
    output = read_output(written(tmp_path, f"{OUTPUT}Firewall Rule: *.blob.core.windows.net\n{line}\x1b[31m\n"))

    assert len(output.notices) == 1
    assert f"output.txt:{OUTPUT.count(chr(10)) + 2}: " in output.notices[0]
    assert "\x1b" not in output.notices[0]


def test_many_such_lines_are_counted(tmp_path: Path) -> None:
    output = read_output(written(tmp_path, OUTPUT + "Firewall Rule: *.blob.core.windows.net\n" + "a_b.blob.x\n" * 99))

    assert len(output.notices) == 6
    assert output.notices[-1].endswith("94 more lines could not be read")


def test_words_are_not_reported(tmp_path: Path) -> None:
    words = "\nTesting the connection...\n------\nElapsed: 0.12 s\nv10.20\n"
    assert read_output(written(tmp_path, OUTPUT.replace("weustg01", f"{words}weustg01"))).notices == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "no section 'Firewall Rule' in it"),
        (b"one.blob.core.windows.net\n", "no section 'Firewall Rule' in it"),
        (b"Firewall Rule: *.blob.core.windows.net\n", "its section 'Firewall Rule' names no account"),
        (b"\x00\x01\x02\x03" * 99, "is no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "is no text"),
        (b"PK\x03\x04" + b"\x00" * 99, "is no text"),
        (b"x" * (MAX_BYTES + 1), "larger than 4 MB"),
        (
            b"Firewall Rule: *.blob.core.windows.net\n"
            + b"".join(b"a%d.blob.core.windows.net\n" % number for number in range(MAX_HOSTS + 1)),
            "more than 1000 accounts",
        ),
    ],
)
def test_what_is_no_output_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    with pytest.raises(PolicyError, match=message) as refused:
        read_output(written(tmp_path, text))

    assert refused.value.path
    assert refused.value.hint


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no such file"):
        read_output(str(tmp_path / "none.txt"))
    with pytest.raises(PolicyError, match="is no file"):
        read_output(str(tmp_path))


@pytest.mark.parametrize(
    "filling", ["a.", "a-", "firewall ", "*.blob.core.windows.net", "x" * 60 + ".", " \t", "\u00a0"]
)
def test_hostile_text_costs_little(tmp_path: Path, filling: str) -> None:
    text = f"Firewall Rule: *.blob.core.windows.net\nok.blob.core.windows.net\n{filling * (500_000 // len(filling))}\n"
    begun = time.process_time()

    assert hosts(tmp_path, text) == ["ok.blob.core.windows.net"]
    assert time.process_time() - begun < 5


@given(data=st.binary(max_size=400))
def test_any_bytes_behind_the_heading_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        found = hosts(folder, b"Firewall Rule: *.blob.core.windows.net\n" + data)
    except PolicyError:
        return
    assert all(host.endswith(".blob.core.windows.net") for host in found)


def test_outputs_of_several_workspaces_add_up(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(OUTPUT, encoding="utf-8")
    second.write_text(OUTPUT.replace("weustg01", "weustg02").replace(ONE, ONE[::-1]), encoding="utf-8")

    workspaces = read_workspaces((ONE,), ["a.txt", str(second)], str(tmp_path))

    assert [each.host for each in workspaces.hosts] == [*ACCOUNTS, "weustg02.blob.core.windows.net"]
    assert str(workspaces.hosts[0].location) == "a.txt:6"
    assert workspaces.named == (ONE,)
