"""What a profile selects from a policy, and what it must refuse."""

import pytest

from allowlint.errors import PolicyError, UsageError
from allowlint.model.requirement import Need, Policy, Requirement
from allowlint.profile import make_profile, select
from allowlint.sources import bundled


def policy(*requirements: Requirement, cloud: str = "", onboarding: str = "") -> Policy:
    return Policy("test", requirements, cloud=cloud, onboarding=onboarding)


def selected(name: str, *places: str, systems: tuple[str, ...] = ("windows",)) -> dict[str, Requirement]:
    chosen = select(bundled.load(name), make_profile(places, systems)).selected
    return {item.id: item for item in chosen}


def test_every_requirement_is_selected_or_left_out_with_a_reason() -> None:
    for name in bundled.BUNDLED:
        whole = bundled.load(name)
        place = "GCCH" if "gov" in name else "UK"
        for system in ("windows", "windows-1607", "windows-legacy", "windows-server-mma", "macos", "linux"):
            selection = select(whole, make_profile([place], [system]))
            assert len(selection.selected) + len(selection.left_out) == len(whole.requirements)
            assert all(left.reason for left in selection.left_out)
            assert not [item for item in selection.selected if item.audience == "admin"]
            assert len({item.id for item in selection.selected}) == len(selection.selected)


def test_worldwide_rows_always_count() -> None:
    assert {item.geography for item in selected("mde-standard", "EU").values()} == {"WW", "EU"}
    assert {item.geography for item in selected("mde-standard", "EU", "UK").values()} == {"WW", "EU", "UK"}


def test_the_government_list_counts_its_shared_rows_its_worldwide_row_and_the_own_cloud() -> None:
    chosen = selected("mde-gov-standard", "GCC")

    assert {item.geography for item in chosen.values()} == {"WW", "USGOV", "GCC"}
    assert chosen["*.endpoint.security.microsoft.com:443"].geography == "WW"


def test_without_a_geography_the_shared_rows_are_selected_with_a_notice() -> None:
    selection = select(bundled.load("mde-standard"), make_profile())

    assert {item.geography for item in selection.selected} == {"WW"}
    assert selection.notices == ("no --geo given: rows of the tenant's own data location are not checked",)
    assert select(bundled.load("mde-streamlined"), make_profile()).notices == ()


@pytest.mark.parametrize("place", ["CH", "IN", "AE"])
@pytest.mark.parametrize("system", ["windows", "macos", "linux", "windows-1607"])
def test_the_standard_list_cannot_describe_new_regions(place: str, system: str) -> None:
    with pytest.raises(PolicyError, match=f"cannot describe {place}") as refused:
        selected("mde-standard", place, systems=(system,))

    assert "mde-streamlined" in str(refused.value.hint)


@pytest.mark.parametrize("place", ["CH", "IN", "AE", "EU"])
def test_the_streamlined_list_serves_every_region_on_current_systems(place: str) -> None:
    assert "*.endpoint.security.microsoft.com:443" in selected("mde-streamlined", place)


@pytest.mark.parametrize("system", ["windows-1607", "windows-1803", "windows-legacy", "windows-server-mma"])
def test_the_streamlined_list_cannot_describe_new_regions_on_old_systems(system: str) -> None:
    assert selected("mde-streamlined", "AU", systems=(system,))
    with pytest.raises(PolicyError, match=f"cannot describe CH .* for {system}"):
        selected("mde-streamlined", "CH", systems=(system,))
    with pytest.raises(PolicyError, match="cannot describe CH"):
        selected("mde-streamlined", "CH", systems=("windows", system))


@pytest.mark.parametrize(("name", "place"), [("mde-standard", "GCC"), ("mde-gov-standard", "EU")])
def test_the_other_cloud_is_refused(name: str, place: str) -> None:
    with pytest.raises(PolicyError, match=f"cannot describe {place}"):
        selected(name, place)


def test_two_clouds_at_once_are_refused() -> None:
    with pytest.raises(PolicyError, match="commercial and government"):
        select(policy(Requirement("a.example.com")), make_profile(["EU", "GCC"]))


def test_onboarding_must_fit_the_list() -> None:
    whole = bundled.load("mde-standard")
    with pytest.raises(PolicyError, match="standard onboarding; the profile says streamlined") as refused:
        select(whole, make_profile(["EU"], onboarding="streamlined"))

    assert "mde-streamlined" in str(refused.value.hint)
    assert "mde-streamlined" in select(whole, make_profile(["EU"], onboarding="mixed")).notices[0]


def test_machines_on_the_monitoring_agent_never_use_the_streamlined_endpoint() -> None:
    chosen = selected("mde-streamlined", "EU", systems=("windows-legacy", "windows-server-mma"))

    assert "*.endpoint.security.microsoft.com:443" not in chosen
    assert {"*.ods.opinsights.azure.com:443", "*.oms.opinsights.azure.com:443"} <= set(chosen)
    assert "*.ods.opinsights.azure.com:443" not in selected("mde-streamlined", "EU")


CONDITIONAL = Requirement(
    "a.example.com", need=Need.CONDITIONAL, when={"live_response": True, "security_settings_management": True}
)


@pytest.mark.parametrize(
    ("answers", "need"),
    [
        ({}, Need.CONDITIONAL),
        ({"live_response": False}, Need.CONDITIONAL),
        ({"live_response": True}, Need.REQUIRED),
        ({"live_response": False, "security_settings_management": True}, Need.REQUIRED),
        ({"updates_internal": True}, Need.CONDITIONAL),
    ],
)
def test_one_fitting_answer_makes_a_conditional_requirement_required(answers: dict[str, bool], need: Need) -> None:
    assert select(policy(CONDITIONAL), make_profile(answers=answers)).selected[0].need is need


def test_a_conditional_requirement_is_left_out_when_every_answer_is_against_it() -> None:
    other = Requirement("b.example.com", need=Need.OPTIONAL)
    answers = {"live_response": False, "security_settings_management": False}
    selection = select(policy(CONDITIONAL, other), make_profile(answers=answers))

    assert [item.host for item in selection.selected] == ["b.example.com"]
    assert selection.selected[0].need is Need.OPTIONAL
    assert "live_response is answered no" in selection.left_out[0].reason


def test_the_streamlined_endpoint_of_the_standard_list_is_required_of_mixed_onboarding_only() -> None:
    whole = bundled.load("mde-standard")
    needs = {}
    for onboarding in ("standard", "mixed"):
        chosen = select(whole, make_profile(["EU"], onboarding=onboarding)).selected
        needs[onboarding] = next(item.need for item in chosen if item.host == "*.endpoint.security.microsoft.com")

    assert needs == {"standard": Need.CONDITIONAL, "mixed": Need.REQUIRED}


def test_one_endpoint_of_two_rows_is_selected_once_with_the_stronger_need() -> None:
    chosen = selected("mde-standard", "EU", systems=("windows", "linux"))

    assert chosen["go.microsoft.com:443"].need is Need.REQUIRED
    assert selected("mde-standard", "EU")["go.microsoft.com:443"].need is Need.CONDITIONAL


def test_a_direct_connection_is_not_demanded_of_a_host_with_a_second_role() -> None:
    chosen = selected("mde-standard", "EU")

    assert chosen["*.wns.windows.com:443"].expect == {"routing": "direct"}
    assert chosen["login.microsoftonline.com:443"].expect == {}
    assert set(chosen["login.microsoftonline.com:443"].when) == {
        "live_response", "network_scanner", "security_settings_management"
    }  # fmt: skip


def test_a_list_of_ones_own_without_regions_serves_every_tenant() -> None:
    assert select(policy(Requirement("a.example.com")), make_profile(["CH"])).selected


def test_a_list_of_ones_own_with_regions_must_have_the_one_asked_for() -> None:
    regional = policy(Requirement("a.example.com"), Requirement("eu.example.com", geography="EU"))
    with pytest.raises(PolicyError, match="cannot describe CH"):
        select(regional, make_profile(["CH"]))


def test_an_empty_selection_is_an_error() -> None:
    with pytest.raises(PolicyError, match="selects nothing"):
        select(policy(Requirement("a.example.com", systems=("linux",))), make_profile([], ["macos"]))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ({"geographies": ["EUU"]}, "'EU'"),
        ({"geographies": ["GCCHIGH"]}, "'GCCH'"),
        ({"systems": ["windwos"]}, "'windows'"),
        ({"onboarding": "streamline"}, "'streamlined'"),
        ({"answers": {"live_respons": True}}, "'live_response'"),
        ({"geographies": ["qqq"]}, "known are: WW, US"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_known_one(words: dict[str, object], hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        make_profile(**words)  # type: ignore[arg-type]

    assert hint in str(refused.value.hint)


def test_case_of_words_does_not_matter() -> None:
    assert make_profile(["eu"], ["Windows"]) == make_profile(["EU"], ["windows"])
