"""The table of wildcards is what allowlint holds, and what the vendors' words say of the entries that people write most."""

from collections.abc import Collection

import pytest
import yaml

from docs._wildcards import FOLDER, REFUSED, Table, entries, page, places, table
from tests.support import Golden

pytestmark = pytest.mark.checkout

SELF, WWW, DEEP, OTHER, EVIL = (
    "example.com",
    "www.example.com",
    "a.b.example.com",
    "notexample.com",
    "example.com.evil.test",
)

SAID = [
    # https://wiki.squid-cache.org/SquidFaq/SquidAcl: a name with a dot before it stands for itself and all below.
    ("squid-dstdomain", "example.com", {SELF}),
    ("squid-dstdomain", ".example.com", {SELF, WWW, DEEP}),
    ("squid-dstdomain", "*.example.com", ()),
    # Guidelines for URL Category Exceptions: an asterisk is one or more tokens, a caret one; no subdomain without either.
    ("panos-url-category", "example.com/", {SELF}),
    ("panos-url-category", "*.example.com/", {WWW, DEEP}),
    ("panos-url-category", "^.example.com/", {WWW}),
    # Exclude a Server from Decryption: each asterisk controls one variable subdomain.
    ("panos-exclusion-list", "*.example.com", {WWW}),
    # shExpMatch and dnsDomainIs, as Netscape described them.
    ("pac-shexpmatch", "*.example.com", {WWW, DEEP}),
    ("pac-shexpmatch", "*example.com", {SELF, WWW, DEEP, OTHER}),
    ("pac-dnsdomainis", "example.com", {SELF, WWW, DEEP, OTHER}),
    ("pac-dnsdomainis", ".example.com", {WWW, DEEP}),
    # URL filter of FortiOS, type wildcard; and a regular expression is searched, not compared.
    ("fortios-url-wildcard", "*.example.com", {WWW, DEEP}),
    ("fortios-url-regex", "example\\.com", {SELF, WWW, DEEP, OTHER, EVIL}),
    ("squid-dstdom-regex", "(^|\\.)example\\.com$", {SELF, WWW, DEEP}),
]


@pytest.fixture(scope="module")
def found() -> Table:
    return table()


def test_the_table_is_the_reviewed_one(found: Table, golden: Golden) -> None:
    golden.check(FOLDER / "expected.yaml", yaml.safe_dump(found, sort_keys=False, width=140, default_flow_style=None))


@pytest.mark.parametrize(("place", "entry", "matched"), SAID)
def test_an_entry_matches_what_the_documents_say(
    found: Table, place: str, entry: str, matched: Collection[str]
) -> None:
    assert {host for host, answer in found[place][entry].items() if answer == "yes"} == set(matched)
    assert set(found[place][entry].values()) <= {"yes", "no"}


def test_every_place_has_every_entry_and_every_host(found: Table) -> None:
    hosts, written = entries()

    assert [*found] == [place.id for place in places()]
    for answers in found.values():
        assert [*answers] == written
        assert all(
            [*asked] == [*hosts] and {*asked.values()} <= {"yes", "no", "unknown", REFUSED}
            for asked in answers.values()
        )


def test_the_page_shows_each_place_once() -> None:
    text = page()

    assert [place.title for place in places() if text.count(f"| {place.title} |") != 1] == []
