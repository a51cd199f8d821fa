"""URL filters as long as customers have them."""

from allowlint.model.device import Device
from allowlint.platforms import Endpoint, Options
from tests.platforms.fortinet_fortios.asking import FOLDER, ask, read

ENDPOINTS = (
    Endpoint("winatp-gw-neu.microsoft.com", 443, "https"),
    Endpoint("*.endpoint.security.microsoft.com", 443, "https"),
    Endpoint("*.delivery.mp.microsoft.com", 443, "https"),
)


def blocking(urls: list[str]) -> Device:
    """A device in flow mode whose web filter blocks these sites."""
    config = (FOLDER / "url-simple-foreign-name" / "config.conf").read_text()
    entries = "".join(
        f'            edit {number}\n                set url "{url}"\n                set action block\n            next\n'
        for number, url in enumerate(urls, 1)
    )
    head, rest = config.split("        config entries\n", 1)
    tail = rest[rest.index("        end\n") :]
    (device,) = read(f"{head}        config entries\n{entries}{tail}", Options(endpoints=ENDPOINTS))
    return device


def test_thousands_of_sites_of_others_leave_the_required_hosts_alone() -> None:
    tops = ("com", "de", "net", "org", "co")
    device = blocking([f"shop{number}.{tops[number % len(tops)]}" for number in range(4_000)])

    assert ask(device, "winatp-gw-neu.microsoft.com") == ("allowed", "bypassed", "anonymous")
    assert ask(device, "*.endpoint.security.microsoft.com") == ("allowed", "bypassed", "anonymous")


def test_one_site_among_thousands_that_is_a_part_of_the_host_blocks_it() -> None:
    device = blocking([*(f"shop{number}.com" for number in range(4_000)), "t.com"])

    assert ask(device, "winatp-gw-neu.microsoft.com")[0] == "blocked"


def test_capital_letters_hide_no_site() -> None:
    device = blocking(["T.Com"])

    assert ask(device, "winatp-gw-neu.microsoft.com")[0] == "blocked"
    assert ask(blocking(["Microsoft.COM"]), "winatp-gw-neu.microsoft.com")[0] == "blocked"


def test_a_site_that_may_end_within_a_pattern_leaves_only_that_pattern_open() -> None:
    device = blocking(["telekom.de"])

    assert ask(device, "*.delivery.mp.microsoft.com")[0] == "unknown"
    assert ask(device, "*.endpoint.security.microsoft.com")[0] == "allowed"


def test_without_endpoints_nothing_is_taken_for_another_name() -> None:
    """Who does not say what will be asked gets no promise about names in the middle."""
    config = (FOLDER / "url-simple-foreign-name" / "config.conf").read_text()
    (device,) = read(config)

    assert ask(device, "x.com.internal.example")[0] == "unknown"
    assert ask(device, "x.com")[0] == "blocked"
