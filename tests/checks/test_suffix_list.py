"""The names below which anybody can get a name, and the file that they are kept in."""

import pytest

from allowlint.checks._broad import FEW, OURS, _line, _texts, broad_names, judge_suffix
from tests.checks.suffix_list import rendered, snapshot, version_of
from tests.support import ROOT, Golden

FILE = ROOT / "src" / "allowlint" / "checks" / "_suffixes.txt"


@pytest.mark.checkout
def test_the_file_is_made_from_the_list_that_tldextract_ships(golden: Golden) -> None:
    text = snapshot()
    if not golden.update and version_of(text) not in FILE.read_text(encoding="ascii"):
        pytest.skip(f"tldextract ships another list ({version_of(text)}): make golden takes it over")

    golden.check(FILE, rendered(text))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "com",
        "co.uk",
        "blob.core.windows.net",
        "windows.net",
        "cloudapp.azure.com",
        "akamaized.net",
        "azurewebsites.net",
        "trafficmanager.net",
        "azureedge.net",
        "s3.amazonaws.com",
        "amazonaws.com",
        "azurecontainer.io",
        "onmicrosoft.com",
    ],
)
def test_anybody_can_get_a_name_there(name: str) -> None:
    assert judge_suffix(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "microsoft.com",
        "endpoint.security.microsoft.com",
        "windowsupdate.com",
        "delivery.mp.microsoft.com",
        "ods.opinsights.azure.com",
        "automatedirstrprdneu.blob.core.windows.net",
        "live.com",
        "core.windows",
    ],
)
def test_these_have_one_owner(name: str) -> None:
    assert judge_suffix(name) is None


def test_a_name_above_tells_what_is_below_it() -> None:
    broad = judge_suffix("windows.net")

    assert broad is not None
    assert broad.why == "everything below blob.core.windows.net too, where anybody can get a name"


@pytest.mark.checkout
def test_our_own_list_adds_to_the_public_one() -> None:
    public = set(FILE.read_text(encoding="ascii").split())

    assert sorted(public & set(OURS)) == []


@pytest.mark.parametrize("text", _texts(), ids=["shared", "above"])
def test_every_line_is_found_by_its_name_and_no_other(text: str) -> None:
    lines = {line.partition("=")[0]: line for line in text.split()}

    assert {name: _line(text, name) for name in lines} == lines
    assert [name for name in lines if _line(text, f"{name}-") or _line(text, f"-{name}") or _line(text, "")] == []


@pytest.mark.parametrize("length", [3, FEW * 3])
def test_a_long_list_gives_what_a_short_one_gives(length: int) -> None:
    names = ["akamaized.net", "com", "azure.com", *(f"site{number}.example" for number in range(length))]

    assert [broad.name for broad in broad_names(names)] == ["akamaized.net", "azure.com", "com"]
