"""Entries without a slash, where the device may go on behind them ("Custom URL Categories", PAN-OS 10.0; CVE-2022-0011)."""

from collections.abc import Iterable
from random import Random

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.paloalto_panos import PLATFORM
from allowlint.platforms.paloalto_panos.open_ends import is_somebodys
from tests.platforms.paloalto_panos.test_url_language import by_tokens
from tests.support import FIXTURES

CASE = FIXTURES / "platforms" / "paloalto_panos" / "category-open-end-in-a-name" / "config.xml"
REQUIRED = ("go.microsoft.com", "*.endpoint.security.microsoft.com", "*.delivery.mp.microsoft.com")


def denying(entries: Iterable[str], asked: Iterable[str], said: bytes = b"10.1.0", more: bytes = b"") -> Device:
    """A firewall with a category that is denied, and a rule below that allows everything."""
    text = (
        CASE.read_bytes()
        .replace(b'version="10.1.0"', b'version="%b"' % said)
        .replace(b"<devices>", more + b"<devices>")
    )
    begin, end = text.index(b"<list>") + len("<list>"), text.index(b"</list>")
    members = "".join(f"<member>{entry}</member>" for entry in entries).encode()
    options = Options(endpoints=tuple(Endpoint(host, 443, "https") for host in asked))
    (device,) = PLATFORM.parse("config.xml", text[:begin] + members + text[end:], options)
    return device


def access(device: Device, host: str) -> str:
    return judge(device, [Requirement(host, (443,), "https", "")], flow_for())[0].word(Stage.ACCESS)


def expected(entry: list[str], host: list[str]) -> str:
    """What the vendor's words make of a denied entry without a slash: itself, and perhaps ``entry.*``."""
    if by_tokens(entry, host):
        return "blocked"
    goes_on = entry[-1] != "*" and by_tokens([*entry, "*"], host)
    return "unknown" if goes_on else "allowed"


def test_an_entry_goes_on_to_the_names_that_its_tokens_begin() -> None:
    random = Random(11)
    wrong = []
    for _ in range(400):
        entry = [random.choice(("a", "b", "com", "*", "^")) for _ in range(random.randint(1, 3))]
        hosts = [[random.choice(("a", "b", "com", "eu")) for _ in range(random.randint(1, 5))] for _ in range(6)]
        if "*.*" in ".".join(entry):
            continue
        device = denying([".".join(entry)], map(".".join, hosts))
        wrong += [(entry, host) for host in hosts if access(device, ".".join(host)) != expected(entry, host)]

    assert wrong == []


@pytest.mark.parametrize(
    ("said", "more", "word"),
    [
        (b"9.1.0", b"", "unknown"),
        (b"10.1.0", b"", "unknown"),
        (b"", b"", "unknown"),
        (b"10.2.0", b"", "allowed"),
        (b"11.1.0", b"", "allowed"),
        (b"11.1.0", b"<deviceconfig><append-end-token>no</append-end-token></deviceconfig>", "unknown"),
        (b"11.1.0", b"<deviceconfig><append-ending-token>\n no</append-ending-token></deviceconfig>", "unknown"),
        (b"11.1.0", b"<deviceconfig><append-end-token>yes</append-end-token></deviceconfig>", "allowed"),
    ],
)
def test_what_the_release_and_the_switch_say(said: bytes, more: bytes, word: str) -> None:
    asked = ("facebook.com.internal.example",)

    assert access(denying(["facebook.com"], asked, said, more), *asked) == word
    assert access(denying(["facebook.com/"], asked, said, more), *asked) == "allowed"


def test_thousands_of_sites_of_others_leave_required_patterns_alone() -> None:
    tops = ("com", "de", "net", "co.uk", "org")
    sites = [f"{('', '*.')[number % 2]}shop{number}.{tops[number % len(tops)]}" for number in range(10_000)]
    device = denying(sites, REQUIRED)

    assert [access(device, host) for host in REQUIRED] == ["allowed"] * 3


@pytest.mark.parametrize("site", ["eu.events", "*.eu", "x.in", "*.*.x.in", "us"])
def test_one_among_thousands_that_may_be_a_part_of_a_name_leaves_patterns_open(site: str) -> None:
    device = denying([*(f"shop{number}.com" for number in range(1_000)), site], REQUIRED)

    assert [access(device, host) for host in REQUIRED] == ["allowed", "unknown", "unknown"]


def test_where_many_may_be_parts_of_names_only_patterns_are_open() -> None:
    """Several are matched at once, which must not draw in names that none of them begins."""
    device = denying(
        [f"part{number}.label" for number in range(200)], (*REQUIRED, "part7.label.test", "part7x.label.test")
    )

    assert [access(device, host) for host in REQUIRED] == ["allowed", "unknown", "unknown"]
    assert access(device, "part7.label.test") == "unknown"
    assert access(device, "part7x.label.test") == "allowed"


def test_without_endpoints_nothing_is_taken_for_the_name_of_somebody_else() -> None:
    """Who does not say what will be asked gets no promise about the part of a pattern that varies."""
    device = denying(["facebook.com"], ())

    assert access(device, "facebook.com.internal.example") == "unknown"
    assert access(device, "*.internal.example") == "unknown"


def test_a_byte_order_mark_hides_no_open_end() -> None:
    asked = ("facebook.com.internal.example",)

    assert access(denying(["\ufefffacebook.com"], asked), *asked) == "unknown"


@pytest.mark.parametrize(
    ("labels", "below", "whole"),
    [
        ("facebook.com", False, True),
        ("com", False, False),
        ("ru", True, True),
        ("shop.casino", False, True),
        ("casino", True, False),
        ("eu", True, False),
        ("t.co", False, False),
        ("203.0.113.7", False, True),
        ("eu.events", False, False),
        ("us.eu.events.data", False, False),
        ("10.20", False, False),
        ("intranet.local", False, True),
    ],
)
def test_a_whole_name_of_somebody_is_told_from_a_part(labels: str, below: bool, whole: bool) -> None:
    assert is_somebodys(labels.split("."), below=below) is whole
