"""Merging equal endpoints: nothing is lost, and the order of the rows does not matter."""

from hypothesis import given
from hypothesis import strategies as st

from allowlint.model.requirement import Need, Requirement
from allowlint.sources._columns import ALL_SYSTEMS
from allowlint.sources._merge import merge
from allowlint.sources._rows import Candidate

STRENGTH = [Need.OPTIONAL, Need.CONDITIONAL, Need.REQUIRED]


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    found = []
    for row in range(draw(st.integers(1, 6))):
        need = draw(st.sampled_from(STRENGTH))
        condition = draw(st.sampled_from(["live_response", "network_scanner"]))
        found.append(
            Candidate(
                draw(st.sampled_from(["a.microsoft.com", "b.microsoft.com"])), "", 443, "https",
                draw(st.sampled_from(["WW", "EU"])), "device",
                tuple(draw(st.sets(st.sampled_from(ALL_SYSTEMS), min_size=1))), need,
                {condition: True} if need is Need.CONDITIONAL else {},
                draw(st.sampled_from([{}, {"routing": "direct"}])), "Sheet", row,
            )
        )  # fmt: skip
    return found


Effect = tuple[Need, dict[str, object], dict[str, str]]


def need_by_system(requirements: tuple[Requirement, ...]) -> dict[tuple[str, str, str], Effect]:
    return {
        (item.host, item.geography, system): (item.need, dict(item.when), dict(item.expect))
        for item in requirements
        for system in item.systems or ALL_SYSTEMS
    }


@given(candidates())
def test_each_system_gets_the_strongest_need_of_its_rows(found: list[Candidate]) -> None:
    requirements, accounts = merge(found, "list.xlsx")

    merged = need_by_system(requirements)
    for (host, place, system), (need, when, expect) in merged.items():
        rows = [item for item in found if (item.host, item.geography) == (host, place) and system in item.systems]
        assert need is max((item.need for item in rows), key=STRENGTH.index)
        assert set(when) == {key for item in rows if item.need is need for key in item.when}
        assert (expect == {"routing": "direct"}) == all(item.expect for item in rows)
    assert set(merged) == {(item.host, item.geography, system) for item in found for system in item.systems}
    assert sorted(account.row for account in accounts) == [item.row for item in found]


@given(candidates())
def test_the_order_of_the_rows_does_not_matter(found: list[Candidate]) -> None:
    assert need_by_system(merge(found, "x")[0]) == need_by_system(merge(found[::-1], "x")[0])
