"""Sets of addresses: compared with the ``ipaddress`` module, and with plain sets of numbers."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.addresses import EVERY_ADDRESS, INSIDE, LOOPBACK, AddressSet, parse_addresses

MAPPED = int(ipaddress.IPv6Address("::ffff:0:0"))
SMALL = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair))), max_size=5)


def numbers(addresses: AddressSet) -> set[int]:
    return {number for first, last in addresses.ranges for number in range(first, last + 1)}


def expected(ranges: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(SMALL, SMALL)
@settings(max_examples=300, deadline=None)
def test_operations_are_those_of_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    one, two = AddressSet(left), AddressSet(right)

    assert numbers(one & two) == expected(left) & expected(right)
    assert numbers(one | two) == expected(left) | expected(right)
    assert numbers(one - two) == expected(left) - expected(right)
    assert bool(one) is bool(left)


@given(SMALL)
def test_equal_sets_have_equal_ranges_in_order_and_apart(ranges: list[tuple[int, int]]) -> None:
    addresses = AddressSet(ranges)
    singly = AddressSet((number, number) for number in expected(ranges))

    assert addresses == singly
    assert hash(addresses) == hash(singly)
    assert all(last + 1 < first for (_, last), (first, _) in zip(addresses.ranges, addresses.ranges[1:], strict=False))


@given(SMALL)
def test_every_address_is_the_unit_of_both_operations(ranges: list[tuple[int, int]]) -> None:
    addresses = AddressSet(ranges)

    assert addresses & EVERY_ADDRESS == addresses
    assert EVERY_ADDRESS & addresses == addresses
    assert addresses | EVERY_ADDRESS == EVERY_ADDRESS
    assert EVERY_ADDRESS - (EVERY_ADDRESS - addresses) == addresses


V4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)


def shifted(network: ipaddress.IPv4Network) -> tuple[int, int]:
    return MAPPED + int(network[0]), MAPPED + int(network[-1])


@given(V4, st.integers(0, 32))
def test_an_ipv4_network_is_what_ipaddress_says(address: ipaddress.IPv4Address, prefix: int) -> None:
    network = ipaddress.IPv4Network((address, prefix), strict=False)

    assert parse_addresses(f"{address}/{prefix}").ranges == (shifted(network),)
    assert parse_addresses(f"{address}/{network.netmask}").ranges == (shifted(network),)
    assert parse_addresses(str(address)).ranges == ((MAPPED + int(address), MAPPED + int(address)),)


@given(V6, st.integers(0, 128))
def test_an_ipv6_network_is_what_ipaddress_says(address: ipaddress.IPv6Address, prefix: int) -> None:
    network = ipaddress.IPv6Network((address, prefix), strict=False)

    for text in (str(address), address.exploded, str(address).upper()):
        assert parse_addresses(f"{text}/{prefix}").ranges == ((int(network[0]), int(network[-1])),)
        assert parse_addresses(text).ranges == ((int(address), int(address)),)


@given(V4, V4)
def test_a_range_holds_both_ends(one: ipaddress.IPv4Address, two: ipaddress.IPv4Address) -> None:
    low, high = sorted((one, two))

    assert parse_addresses(f"{low}-{high}").ranges == ((MAPPED + int(low), MAPPED + int(high)),)
    if low != high:
        with pytest.raises(ValueError, match="ends before it begins"):
            parse_addresses(f"{high}-{low}")


@given(V4)
def test_an_ipv4_address_and_its_mapped_form_are_one(address: ipaddress.IPv4Address) -> None:
    assert parse_addresses(f"::ffff:{address}") == parse_addresses(str(address))


@given(st.one_of(st.tuples(V4, st.integers(0, 32)), st.tuples(V6, st.integers(0, 128))))
def test_what_is_printed_reads_as_the_same_set(
    network: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int],
) -> None:
    addresses = parse_addresses(f"{network[0]}/{network[1]}")

    assert parse_addresses(str(addresses)) == addresses


def test_sets_are_printed_as_people_write_them() -> None:
    text = "10.0.0.0/8 192.168.1.7 172.16.0.1-172.16.0.9 2001:db8::/32 203.0.113.0/24"
    parts = [parse_addresses(word) for word in text.split()]
    joined = AddressSet()
    for part in parts:
        joined = joined | part

    assert [str(part) for part in parts] == text.split()
    assert str(joined) == "10.0.0.0/8, 172.16.0.1-172.16.0.9, 192.168.1.7, 203.0.113.0/24, ..."
    assert str(AddressSet()) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "all", "proxy.example.com", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.-1", "10.0.0.0/33",
        "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "10.0.0.0/255.0.255.0", "10.0.0.0/0.0.0.255", "10.0.0.1-", "-10.0.0.1",
        "10.0.0.1-10.0.0.0", "10.0.0.0/8-10.0.0.9", "10.0.0.0-10.0.0.9/24", "1.2.3.4/1.2.3", "010.0.0.1", "10.0.0.01",
        "2001:db8::/129", "2001:db8::/ffff::", "::g", "10.0.0.0/\u00b2", "\u0661.2.3.4", "1.2.3.4 ", "10.0.0.0/0008",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_addresses(text)


@pytest.mark.parametrize("text", ["10.0.0.0/::", "10.0.0.0/::ffff:ff00:0"])
def test_an_ipv4_network_has_no_ipv6_netmask(text: str) -> None:
    with pytest.raises(ValueError, match="netmask"):
        parse_addresses(text)


@pytest.mark.parametrize("text", ["::ffff:10.0.0.0/104", "::ffff:10.0.0.0/24", "2001:db8::1.2.3.4/64"])
def test_a_prefix_of_an_ipv6_network_with_an_ipv4_tail_counts_all_bits(text: str) -> None:
    network = ipaddress.IPv6Network(text, strict=False)

    assert parse_addresses(text).ranges == ((int(network[0]), int(network[-1])),)


def test_an_inside_client_is_any_but_the_device_itself() -> None:
    assert parse_addresses("127.0.0.1") & LOOPBACK == parse_addresses("127.0.0.1")
    assert parse_addresses("::1") & LOOPBACK == parse_addresses("::1")
    assert INSIDE | LOOPBACK == EVERY_ADDRESS
    assert not INSIDE & LOOPBACK
