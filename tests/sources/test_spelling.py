"""One URL cell to clean endpoints: every spelling that was seen, and none that is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.model.monitoring_agent import OLD_AGENT
from allowlint.sources._assemble import iso_date
from allowlint.sources._columns import WINDOWS_CURRENT, flag_column, heading_key, os_words, read_header
from allowlint.sources._conditions import Remarks, meaning_of
from allowlint.sources._diagnostics import PAGES
from allowlint.sources._geography import geographies_of_host, geography_of
from allowlint.sources._spelling import normal_path, split_cell


@pytest.mark.parametrize(
    ("cell", "endpoints", "codes"),
    [
        ("a.microsoft.com", ["a.microsoft.com"], []),
        ("A.Microsoft.COM", ["a.microsoft.com"], []),
        ("*.wdcp.microsoft.com", ["*.wdcp.microsoft.com"], []),
        ("*urs.microsoft.com", ["*urs.microsoft.com"], ["LST002"]),
        ("*.urs.microsoft.com*", ["*.urs.microsoft.com"], ["LST003"]),
        ("a.microsoft.com\u00a0 \u00a0", ["a.microsoft.com"], ["LST001"]),
        ("a\u200b.microsoft.com", ["a.microsoft.com"], ["LST001"]),
        ("\ta.microsoft.com", ["a.microsoft.com"], ["LST001"]),
        ("a.microsoft.com\nb.microsoft.com", ["a.microsoft.com", "b.microsoft.com"], []),
        ("a.microsoft.com b.microsoft.com", ["a.microsoft.com", "b.microsoft.com"], []),
        (
            "a.microsoft.com,b.microsoft.com; c.microsoft.com",
            ["a.microsoft.com", "b.microsoft.com", "c.microsoft.com"],
            [],
        ),
        ("`a.microsoft.com`", ["a.microsoft.com"], []),
        ("[a.microsoft.com](https://b.example.com/x)", ["a.microsoft.com"], []),
        ("<https://a.microsoft.com/x/>", ["a.microsoft.com/x/*"], []),
        ("https://a.microsoft.com", ["a.microsoft.com"], []),
        ("http://a.microsoft.com/pki/certs", ["a.microsoft.com/pki/certs/*"], []),
        ("*.blob.core.windows.net/networkscannerstable/*", ["*.blob.core.windows.net/networkscannerstable/*"], []),
        ("see the other page", [], ["LST005"]),
        ("see the page at a.microsoft.com", [], ["LST005"]),
        ("a.microsoft.com or", ["a.microsoft.com"], ["LST005"]),
        ("\u0430.microsoft.com", [], ["LST005"]),
        (" ,; ``", [], ["LST001", "LST005"]),
        ("a.microsoft.com\x85\x00", ["a.microsoft.com"], ["LST001"]),
    ],
)
def test_a_cell(cell: str, endpoints: list[str], codes: list[str]) -> None:
    found, repairs = split_cell(cell)

    assert [item.host + item.path for item in found] == endpoints
    assert [item.code for item in repairs] == codes


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("", ""), ("/", ""), ("/*", ""), ("/a", "/a/*"), ("/a/", "/a/*"), ("/a/*", "/a/*"), ("/a/b.asmx", "/a/b.asmx"),
        ("/OneCollector/1.0", "/OneCollector/1.0/*"), ("/Case/Kept", "/Case/Kept/*"),
    ],
)  # fmt: skip
def test_a_path(path: str, normal: str) -> None:
    assert normal_path(path) == normal
    assert normal_path(normal) == normal


@given(st.text(min_size=1, max_size=200))
def test_any_text_gives_clean_names_or_a_report(text: str) -> None:
    found, repairs = split_cell(text)

    for item in found:
        assert item.host == item.host.lower()
        assert item.host.isascii()
        assert not set(item.host) & set(" /:\u00a0\t")
    assert found or repairs


@given(
    st.lists(
        st.from_regex(r"(\*\.)?[a-z]{1,9}(\.[a-z]{2,9}){1,3}(/[a-z]{1,5})?", fullmatch=True), min_size=1, max_size=6
    )
)
def test_what_was_joined_is_split_again(names: list[str]) -> None:
    found, repairs = split_cell("\n".join(names))

    assert [item.host for item in found] == [name.partition("/")[0] for name in names]
    assert repairs == ()


@pytest.mark.parametrize(
    ("heading", "systems"),
    [
        ("Windows 10 / Server 2019", WINDOWS_CURRENT),
        ("Windows 10, 11; Server 2022, 2019, 2016 (Unified Agent); Server 2012 R2 (Unified Agent)", WINDOWS_CURRENT),
        ("Windows 11 / Windows 10 / Server 2022 / 2019 / Server 2016 (Unified Agent)", WINDOWS_CURRENT),
        ("Windows 10/11 / Server 2019 -2022 / Server 2012 R2/Server 2016 (Unified Agent)", WINDOWS_CURRENT),
        ("Win 11/10/Server (Unified)", WINDOWS_CURRENT),
        ("Windows 7 / 8.1", ("windows-legacy",)),
        ("Win 7/8.1", ("windows-legacy",)),
        ("Windows Server 2008 R2 / 2012 R2 / 2016", ("windows-server-mma",)),
        ("Windows Server 2008 R2, 2012 R2, 2016 \\(MMA Based\\)", ("windows-server-mma",)),
        ("Server (MMA)", ("windows-server-mma",)),
        ("Mac", ("macos",)),
        ("Linux", ("linux",)),
        ("Comments", ()),
    ],
)
def test_a_heading_of_flags(heading: str, systems: tuple[str, ...]) -> None:
    assert flag_column(heading_key(heading)) == systems


def test_a_header_is_found_by_its_words() -> None:
    assert read_header(["Port", "x", " Endpoint/URLs\n"]) is not None
    assert read_header(["Endpoint/URL\u00a0"]) is None
    assert read_header(["Process", "Path", "Comment"]) is None
    assert read_header(["Defender", "443", "a.microsoft.com"]) is None


def test_words_of_the_single_column() -> None:
    assert os_words("Linux, macOS") == ("macos", "linux")
    assert os_words("Windows/Linux") == (*WINDOWS_CURRENT, *OLD_AGENT, "linux")
    assert os_words("Solaris") is None


@pytest.mark.parametrize(
    ("host", "places"),
    [
        ("usseu1northprod.blob.core.windows.net", {"EU"}),
        ("ussuk1westprod.blob.core.windows.net", {"UK"}),
        ("ussau1eastprod.blob.core.windows.net", {"AU"}),
        ("ussus1eastprod.blob.core.windows.net", {"US"}),
        ("us4-v20.events.data.microsoft.com", {"GCC", "GCCH", "DOD"}),
        ("winatp-gw-aen0a.microsoft.com", {"AE"}),
        ("winatp-gw-usmt.microsoft.com", {"GCC"}),
        ("update.microsoft.com", set()),
    ],
)
def test_what_a_host_says_of_its_place(host: str, places: set[str]) -> None:
    assert geographies_of_host(host) == places


def test_places_are_compared_as_whole_words() -> None:
    assert [geography_of(word) for word in ("GCC High", "GCC", "gcc-high", "Ww", "", "US  Gov", "Usa")] == [
        "GCCH", "GCC", "GCCH", "WW", None, "USGOV", None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("16/06/2025", "2025-06-16"),
        ("06/02/2026", "2026-06-02"),
        ("2024-05-06T00:00:00", "2024-05-06"),
        ("99/99/2020", ""),
    ],
)
def test_a_date_of_the_change_log(text: str, date: str) -> None:
    assert iso_date(text) == date


def test_a_remark_bounds_the_windows_versions() -> None:
    def systems(comment: str) -> tuple[str, ...]:
        return meaning_of("a.microsoft.com", None, WINDOWS_CURRENT, Remarks("", "", comment, "")).systems

    assert systems("Not required for Windows 10 1809 (RS5) and above / Windows 2019") == WINDOWS_CURRENT[1:]
    assert systems("Not required for Windows 10 1803 (RS4) and later") == WINDOWS_CURRENT[1:4]
    assert (
        systems("Only required for Windows 10 1703 and below. Not required on Windows Server.") == WINDOWS_CURRENT[1:3]
    )
    assert systems("Required since Windows 10 1803") == WINDOWS_CURRENT


def test_every_code_has_a_whole_page() -> None:
    for code, page in PAGES.items():
        assert page.code == code
        assert all(page)
