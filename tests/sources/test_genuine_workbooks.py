"""Microsoft's own workbooks, where the machine has them: every row accounted for, and the selection that counts."""

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from allowlint.errors import PolicyError
from allowlint.model.requirement import Need
from allowlint.profile import make_profile, select
from allowlint.sources import Reading, mde_workbook
from tests.sources.support import SHARED

COMBINED = SHARED / "mde-urls-2021-03.xlsx"
STREAMLINED = SHARED / "mde-streamlined-urls-commercial-2024-08.xlsx"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"Microsoft's workbooks are not in {SHARED}")


@pytest.fixture(scope="module")
def combined() -> Reading:
    return mde_workbook.read(str(COMBINED))


@pytest.fixture(scope="module")
def streamlined() -> Reading:
    return mde_workbook.read(str(STREAMLINED))


def rows_with_a_url(path: Path, sheet: str, column: int, first: int) -> set[int]:
    """Rows that have something in their URL cell, counted without the importer."""
    cells = openpyxl.load_workbook(path)[sheet]
    return {number for number in range(first, cells.max_row + 1) if cells.cell(number, column).value}


@pytest.mark.parametrize(
    ("sheet", "column", "count"),
    [
        ("Microsoft Defender URLs", 5, 100),
        ("Microsoft Defender URLs - USGov", 5, 88),
        ("Security Center URLs", 3, 9),
        ("Security Center URLs - US Gov", 3, 14),
    ],
)
def test_every_row_of_2021_is_accounted_for(combined: Reading, sheet: str, column: int, count: int) -> None:
    accounted = [item.row for item in combined.accounts if item.section == sheet]

    assert sorted(accounted) == sorted(rows_with_a_url(COMBINED, sheet, column, 2))
    assert len(accounted) == count


@pytest.mark.parametrize(
    ("sheet", "column", "first", "count"),
    [
        ("Common endpoints", 3, 4, 13),
        ("Windows 1607 to 1803", 5, 3, 45),
        ("Windows 7, 8.1, 2008R2 (MMA) ", 3, 3, 13),
        ("Admin portal", 1, 3, 4),
    ],
)
def test_every_row_of_2024_is_accounted_for(
    streamlined: Reading, sheet: str, column: int, first: int, count: int
) -> None:
    accounted = {item.row for item in streamlined.accounts if item.section == sheet and item.outcome != "note"}
    headings = {3, 12, 21, 27} if sheet == "Common endpoints" else set()

    assert accounted == rows_with_a_url(STREAMLINED, sheet, column, first) - headings
    assert len(accounted) == count


def test_the_other_sheets_are_named(combined: Reading, streamlined: Reading) -> None:
    named = {item.place for reading in (combined, streamlined) for item in reading.diagnostics if item.code == "LST013"}

    assert named == {
        "Microsoft Defender Processes", "Change Log", "Overview and prerequisites", "IP addresses", "Client Processes"
    }  # fmt: skip


def test_repairs_are_reported(combined: Reading, streamlined: Reading) -> None:
    assert Counter(item.code for item in combined.diagnostics) == {"LST002": 6, "LST001": 1, "LST013": 2}
    assert Counter(item.code for item in streamlined.diagnostics) == {"LST013": 4, "LST001": 1, "LST006": 1}


def test_dates_come_from_the_change_logs(combined: Reading, streamlined: Reading) -> None:
    assert (combined.policy.published, streamlined.policy.published) == ("2021-02-18", "2024-05-06")
    assert (combined.policy.cloud, streamlined.policy.cloud) == ("both", "commercial")
    assert (combined.policy.onboarding, streamlined.policy.onboarding) == ("standard", "streamlined")


def test_eu_and_windows_select_exactly_the_ww_and_eu_rows_for_windows(combined: Reading) -> None:
    """The expected hosts are taken from the sheet directly, with the two rules that its comments state."""
    sheet = openpyxl.load_workbook(COMBINED)["Microsoft Defender URLs"]
    expected = set()
    for row in sheet.iter_rows(min_row=2, values_only=True):
        _, geography, _, port, url, _, current, *others, comment = row[:12]
        windows = current == "Yes" or not any([current, *others])
        if geography in ("WW", "EU") and windows and "Not required for Windows 10" not in str(comment):
            expected.add((str(url).split("://")[-1].partition("/")[0], port))

    selection = select(combined.policy, make_profile(["EU"], ["windows"]))

    assert {(item.host, item.ports[0]) for item in selection.selected} == expected
    assert len(selection.selected) + len(selection.left_out) == len(combined.policy.requirements)
    assert all(left.reason for left in selection.left_out)


def test_telemetry_hosts_follow_the_windows_version(combined: Reading) -> None:
    def hosts(system: str) -> set[str]:
        return {item.host for item in select(combined.policy, make_profile(["EU"], [system])).selected}

    old, new = "eu.vortex-win.data.microsoft.com", "eu-v20.events.data.microsoft.com"
    settings = "settings-win.data.microsoft.com"
    assert hosts("windows-1709") & {old, new, settings} == {old, settings}
    assert hosts("windows-1803") & {old, new, settings} == {new, settings}
    assert hosts("windows") & {old, new, settings} == {new}


def test_the_later_list_bounds_settings_win_at_1703(streamlined: Reading) -> None:
    found = [item for item in streamlined.policy.requirements if item.host == "settings-win.data.microsoft.com"]

    assert [(item.systems, item.need) for item in found] == [(("windows-1607", "windows-1703"), Need.REQUIRED)]


def test_monitoring_agent_rows_are_for_its_machines_alone(combined: Reading, streamlined: Reading) -> None:
    for reading in (combined, streamlined):
        hosts = ("*.ods.opinsights.azure.com", "*.oms.opinsights.azure.com", "*.blob.core.windows.net")
        found = [item for item in reading.policy.requirements if item.host in hosts and item.audience == "device"]
        unscoped = [
            item for item in found if not item.path and set(item.systems) - {"windows-legacy", "windows-server-mma"}
        ]
        assert {item.host for item in found} == set(hosts)
        assert unscoped == []


def test_government_tenants_get_the_shared_rows_and_their_own(combined: Reading) -> None:
    selection = select(combined.policy, make_profile(["DOD"]))

    assert {item.geography for item in selection.selected} == {"USGOV", "DOD"}


@pytest.mark.parametrize("place", ["AU", "CH", "IN", "AE"])
def test_a_geography_without_rows_is_refused(combined: Reading, place: str) -> None:
    with pytest.raises(PolicyError, match=f"cannot describe {place}"):
        select(combined.policy, make_profile([place]))
