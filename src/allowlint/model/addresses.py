"""Sets of client addresses as sorted, disjoint integer ranges; IPv4 is kept in its IPv6-mapped range."""

from collections.abc import Iterable
from functools import cache, lru_cache

_V4 = 0xFFFF_0000_0000
_V4_LAST = _V4 + 0xFFFF_FFFF
_LAST = (1 << 128) - 1

_OCTETS = {str(number): number for number in range(256)}
"""The parts of an IPv4 address. With a leading zero they are octal to some readers and decimal to others."""

Range = tuple[int, int]


class AddressSet:
    """An immutable set of IPv4 and IPv6 addresses."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        merged: list[Range] = []
        for first, last in sorted(ranges):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        self.ranges = tuple(merged)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AddressSet) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return hash(self.ranges)

    def __and__(self, other: "AddressSet") -> "AddressSet":
        if self.ranges == other.ranges or other is EVERY_ADDRESS:
            return self
        common = [(max(a, c), min(b, d)) for a, b in self.ranges for c, d in other.ranges if max(a, c) <= min(b, d)]
        return AddressSet(common)

    def __sub__(self, other: "AddressSet") -> "AddressSet":
        rest = list(self.ranges)
        for first, last in other.ranges:
            rest = [
                piece
                for low, high in rest
                for piece in ((low, min(high, first - 1)), (max(low, last + 1), high))
                if piece[0] <= piece[1]
            ]
        return AddressSet(rest)

    def __or__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet((*self.ranges, *other.ranges))

    def __str__(self) -> str:
        return ", ".join(_spell(first, last) for first, last in self.ranges[:4]) + (
            ", ..." if len(self.ranges) > 4 else ""
        )


def parse_addresses(text: str) -> AddressSet:
    """Read ``10.0.0.5``, ``10.0.0.0/8``, ``10.0.0.0/255.0.0.0``, ``2001:db8::/32`` or ``10.0.0.1-10.0.0.9``.

    Raises ValueError, saying what is wrong, for anything else.
    """
    low, dash, high = text.partition("-")
    if dash:
        low_mask, high_mask = low.partition("/"), high.partition("/")
        if low_mask[1] or high_mask[1]:
            raise ValueError(f"a range with a mask is not supported: {text!r}")
        first, last = _address(low), _address(high)
        if first > last:
            raise ValueError(f"the range {text!r} ends before it begins")
        return AddressSet([(first, last)])
    address, slash, mask = text.partition("/")
    value = _address(address)
    if not slash:
        return AddressSet([(value, value)])
    bits = _prefix(mask, v4=":" not in address)
    size = 1 << bits
    start = value - value % size
    return AddressSet([(start, start + size - 1)])


def _address(text: str) -> int:
    parts = text.split(".")
    if len(parts) == 4 and ":" not in text:
        octets = [_OCTETS.get(part, -1) for part in parts]
        if -1 in octets:
            raise ValueError(f"not an address: {text!r}")
        a, b, c, d = octets
        return _V4 + (a << 24) + (b << 16) + (c << 8) + d
    if ":" not in text:
        raise ValueError(f"not an address: {text!r}")
    # Only needed for IPv6, and not free to import.
    import ipaddress

    return int(ipaddress.IPv6Address(text))


@lru_cache(maxsize=1_000)
def _prefix(mask: str, *, v4: bool) -> int:
    """Number of host bits of ``8`` or ``255.0.0.0``."""
    width = 32 if v4 else 128
    if mask.isascii() and mask.isdigit() and len(mask) <= 3:
        if int(mask) > width:
            raise ValueError(f"a prefix of /{mask} is longer than an address")
        return width - int(mask)
    if not v4:
        raise ValueError(f"not a prefix length: /{mask}")
    if ":" in mask:
        raise ValueError(f"not the netmask of an IPv4 network: {mask!r}")
    inverted = 0xFFFF_FFFF - (_address(mask) - _V4)
    if inverted & (inverted + 1):
        raise ValueError(f"not a contiguous netmask: {mask!r}")
    return inverted.bit_length()


def _spelled(address: int, *, v4: bool) -> str:
    if v4:
        return ".".join(map(str, (address - _V4).to_bytes(4)))
    from ipaddress import IPv6Address

    return str(IPv6Address(address))


def _spell(first: int, last: int) -> str:
    v4 = first >= _V4 and last <= _V4_LAST
    low, high = _spelled(first, v4=v4), _spelled(last, v4=v4)
    size = last - first + 1
    if size == 1:
        return low
    if size & (size - 1) == 0 and first % size == 0:
        return f"{low}/{(32 if v4 else 128) - size.bit_length() + 1}"
    return f"{low}-{high}"


EVERY_ADDRESS = AddressSet([(0, _LAST)])
LOOPBACK = AddressSet([(_V4 + (127 << 24), _V4 + (128 << 24) - 1), (1, 1)])
INSIDE = EVERY_ADDRESS - LOOPBACK
"""An inside client of which nothing is known: any address but the device's own loopback."""
NOT_PUBLIC = (
    "127.0.0.0/8 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 169.254.0.0/16 198.18.0.0/15 "
    "224.0.0.0/4 240.0.0.0/4 "
    "::/127 fe80::/10 fc00::/7 ff00::/8"
)


@cache
def not_public() -> AddressSet:
    """Addresses that no public endpoint has."""
    found = AddressSet()
    for text in NOT_PUBLIC.split():
        found = found | parse_addresses(text)
    return found
