"""What is asked of devices where the workspaces of machines on the old agent are known."""

from pathlib import Path

import pytest

from allowlint.model.location import Location
from allowlint.model.monitoring_agent import WorkspaceHost, Workspaces, workspace_id
from allowlint.model.requirement import Origin, Policy, PolicyChange, Requirement
from allowlint.profile import Profile, Selection, select
from allowlint.sources import bundled, read_workspaces

ONE = "0a1b2c3d-1111-2222-3333-444455556666"
TWO = "9f8e7d6c-1111-2222-3333-444455556666"
MMA = ("windows-legacy", "windows-server-mma")
ACCOUNT = WorkspaceHost("weustg01.blob.core.windows.net", Location("out.txt", 6))
BOTH = Workspaces((ONE, TWO), (ACCOUNT,), ("out.txt",), (ONE, TWO))


def row(host: str, *systems: str, **more: object) -> Requirement:
    return Requirement(host, systems=systems, **more)  # type: ignore[arg-type]


def chosen(*rows: Requirement, workspaces: Workspaces = BOTH, systems: tuple[str, ...] = MMA[:1]) -> Selection:
    return select(Policy("mine", rows), Profile(systems=systems, workspaces=workspaces))


def hosts(selection: Selection) -> list[str]:
    return [item.host + item.path for item in selection.selected]


@pytest.mark.parametrize(
    ("wildcard", "suffix"),
    [
        ("*.ods.opinsights.azure.com", "ods.opinsights.azure.com"),
        ("*.ods.opinsights.azure.us", "ods.opinsights.azure.us"),
        ("*.azure-automation.net", "agentsvc.azure-automation.net"),
        ("*.agentsvc.azure-automation.net", "agentsvc.azure-automation.net"),
        ("*.azure-automation.us", "agentsvc.azure-automation.us"),
        ("*ods.opinsights.azure.com", "ods.opinsights.azure.com"),
    ],
)
def test_a_wildcard_becomes_the_names_of_all_workspaces(wildcard: str, suffix: str) -> None:
    origin = Origin("list.xlsx", "MMA", 7)
    (first, second) = chosen(row(wildcard, *MMA, note="the agent", origin=origin, explicit_id="agent")).selected

    assert [first.id, second.id] == [f"{ONE}.{suffix}:443", f"{TWO}.{suffix}:443"]
    assert (first.note, first.origin, first.systems) == ("the agent", origin, MMA)
    assert first.replaces == ("agent", "workspace 0a1b2c3d...")


def test_the_row_itself_is_left_out_with_the_reason() -> None:
    (left,) = chosen(row("*.blob.core.windows.net", *MMA)).left_out

    assert left.reason == "replaced by weustg01.blob.core.windows.net (named in out.txt)"
    (left,) = chosen(row("*.ods.opinsights.azure.com", *MMA)).left_out
    assert left.reason.endswith("(workspace 0a1b2c3d..., 9f8e7d6c...)")


@pytest.mark.parametrize(
    "kept",
    [
        row("*.ods.opinsights.azure.com"),
        row("*.ods.opinsights.azure.com", "windows", *MMA),
        row("*.blob.core.windows.net", "windows"),
        row("*.blob.core.windows.net", path="/networkscannerstable/*"),
        row("weustg09.blob.core.windows.net", *MMA),
        row("*.file.core.windows.net", *MMA),
        row("*.opinsights.azure.com.example", *MMA),
        row(f"{ONE}.ods.opinsights.azure.com", *MMA),
    ],
)
def test_rows_of_others_are_untouched(kept: Requirement) -> None:
    assert chosen(kept, systems=("windows", *MMA)).selected == (kept,)


def test_of_machines_old_and_new_only_the_row_of_the_old_is_replaced() -> None:
    selection = chosen(
        row("*.blob.core.windows.net", *MMA), row("*.blob.core.windows.net", "windows"), systems=("windows", *MMA)
    )

    assert hosts(selection) == ["weustg01.blob.core.windows.net", "*.blob.core.windows.net"]
    assert selection.selected[1].systems == ("windows",)


def test_a_row_for_all_is_replaced_where_all_are_old() -> None:
    assert hosts(chosen(row("*.blob.core.windows.net"))) == ["weustg01.blob.core.windows.net"]


@pytest.mark.parametrize("order", [1, -1])
def test_an_account_that_the_list_names_too_is_asked_for_once(order: int) -> None:
    rows = (row("*.blob.core.windows.net", *MMA), row("weustg01.blob.core.windows.net", *MMA))
    selection = chosen(*rows[::order])

    assert hosts(selection) == ["weustg01.blob.core.windows.net"]
    assert selection.selected[0].replaces is None


def test_storage_of_another_cloud_replaces_nothing() -> None:
    selection = chosen(row("*.blob.core.usgovcloudapi.net", *MMA))

    assert hosts(selection) == ["*.blob.core.usgovcloudapi.net"]
    assert selection.notices == (
        "*.blob.core.usgovcloudapi.net is asked for as a whole: out.txt names nothing below it",
    )


def test_an_output_with_a_name_that_is_cut_replaces_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out.txt"
    output.write_text(
        "Firewall Rule: *.blob.core.windows.net\nweustg01.blob.core.windows.net\nweustg02.blob.core.wind\n",
        encoding="utf-8",
    )
    workspaces = read_workspaces((), ["out.txt"], str(tmp_path))
    assert [each.host for each in workspaces.hosts] == ["weustg01.blob.core.windows.net"]

    selection = chosen(row("*.blob.core.windows.net", *MMA), workspaces=workspaces)

    assert hosts(selection) == ["*.blob.core.windows.net"]
    assert selection.notices[-1].endswith("out.txt has a name below it that is not whole")


ALL = (row("*.ods.opinsights.azure.com", *MMA), row("*.blob.core.windows.net", *MMA))


@pytest.mark.parametrize(
    ("workspaces", "notices"),
    [
        (Workspaces(), []),
        (BOTH, []),
        (Workspaces((ONE,)), ["*.blob.core.windows.net is asked for as a whole: say --workspace-hosts"]),
        (BOTH._replace(ids=(), named=()), ["*.ods.opinsights.azure.com is asked for as a whole: say --workspace-id"]),
        (BOTH._replace(ids=(ONE,)), [f"out.txt names workspace {TWO}: say --workspace-id"]),
        (BOTH._replace(named=(ONE,)), ["no output of TestCloudConnection is of workspace 9f8e7d6c..."]),
        (BOTH._replace(named=()), ["no output of TestCloudConnection is of workspace 0a1b2c3d..., 9f8e7d6c..."]),
        (BOTH._replace(ids=(ONE,), named=()), []),
        (BOTH._replace(notices=("out.txt:9: unread",)), ["out.txt:9: unread"]),
    ],
)
def test_what_is_missing_is_said(workspaces: Workspaces, notices: list[str]) -> None:
    found = chosen(*ALL, workspaces=workspaces).notices

    assert len(found) == len(notices)
    assert all(each.startswith(start) for each, start in zip(found, notices, strict=True))


def test_workspaces_of_nobody_are_said() -> None:
    (notice,) = chosen(row("good.test"), systems=("windows",)).notices

    assert notice.startswith("workspaces change nothing for windows: they concern windows-legacy")


def test_ods_is_asked_for_where_a_list_lacks_it() -> None:
    oms = row("*.oms.opinsights.azure.us", *MMA, origin=Origin("list.xlsx", "MMA", 7))
    selection = chosen(oms, workspaces=Workspaces())

    assert hosts(selection) == ["*.oms.opinsights.azure.us", "*.ods.opinsights.azure.us"]
    assert selection.selected[1].origin == oms.origin
    assert "asks for *.oms.opinsights.azure.us and never for *.ods" in selection.notices[0]
    assert len(hosts(chosen(oms))) == 4


@pytest.mark.parametrize(
    "policy",
    [
        Policy("mine", (row("*.oms.opinsights.azure.com", *MMA), row("*.ods.opinsights.azure.com", *MMA))),
        Policy("mine", (row("*.oms.opinsights.azure.com", *MMA), row(f"{ONE}.ods.opinsights.azure.com", *MMA))),
        Policy("mine", (row("*.oms.opinsights.azure.com", *MMA, audience="admin"), row("good.test"))),
        Policy(
            "mine",
            (row("*.oms.opinsights.azure.com", *MMA),),
            changes=(PolicyChange("removed", "*.ods.opinsights.azure.com:443", "not ours", Location("o.yaml", 1)),),
        ),
    ],
)
def test_ods_is_not_added_twice_nor_against_an_overlay(policy: Policy) -> None:
    selection = select(policy, Profile(systems=MMA))

    assert selection.notices == ()
    assert len(selection.selected) + len(selection.left_out) == len(policy.requirements)


@pytest.mark.parametrize(
    ("name", "place", "cloud"),
    [("mde-streamlined", "EU", "com"), ("mde-standard", "UK", "com"), ("mde-gov-standard", "GCCH", "us")],
)
def test_of_the_published_lists_no_wildcard_of_the_agent_is_left(name: str, place: str, cloud: str) -> None:
    store = {"com": "blob.core.windows.net", "us": "blob.core.usgovcloudapi.net"}[cloud]
    known = BOTH._replace(hosts=(ACCOUNT._replace(host=f"weustg01.{store}"),))
    found = select(bundled.load(name), Profile((place,), MMA, workspaces=known)).selected
    names = {item.host for item in found if not item.path}

    assert {f"{ONE}.{kind}.opinsights.azure.{cloud}" for kind in ("ods", "oms")} <= names
    assert f"weustg01.{store}" in names
    assert not [host for host in names if host.startswith("*") and ("opinsights" in host or "blob" in host)]


@pytest.mark.parametrize("text", [ONE, ONE.upper(), f"{{{ONE}}}", f"  {ONE}\n"])
def test_an_id_is_read_as_people_write_it(text: str) -> None:
    assert workspace_id(text) == ONE


@pytest.mark.parametrize(
    "text", ["", "x", ONE[:-1], f"{ONE}0", ONE.replace("-", ""), ONE.replace("a", "g"), "*", "-" * 36]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no workspace ID"):
        workspace_id(text)
