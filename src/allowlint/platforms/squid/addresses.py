"""Address lists (``src``, ``dst``) as Squid keeps them."""

from allowlint.model.addresses import EVERY_ADDRESS, AddressSet, parse_addresses
from allowlint.model.condition import Unmodelled
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.config import Acl
from allowlint.platforms.squid.text import Reading

EVERYBODY = ("all", "0/0", "0.0.0.0/0", "0.0.0.0/0.0.0.0", "0.0.0.0-255.255.255.255", "0.0.0.0-0.0.0.0/0")
"""Spellings that Squid takes for every address (``acl/Ip.cc``)."""


class Addresses(NamedTuple):
    """What an address ACL holds."""

    kept: AddressSet
    """What Squid 5.7 matches."""
    written: AddressSet
    """What stands in the configuration; more than ``kept`` where Squid ignores a network."""
    unresolved: tuple[Unmodelled, ...]
    """Values that only the machine can resolve (host names)."""


def addresses_of(acl: Acl, reading: Reading) -> Addresses:
    """The addresses of an ACL.

    A network that overlaps an earlier one is ignored with a warning, also where it is the wider of the two (observed).
    """
    kept, written = AddressSet(), AddressSet()
    unresolved = []
    for line in acl.lines:
        for value in line.values:
            try:
                found = _parsed(value.text)
            except ValueError as error:
                if not _may_be_a_name(value.text):
                    reading.fault(value.location, f"Bad host/IP: {error}")
                reason = f"acl {acl.name}: what {value.text[:60]} stands for when Squid starts"
                unresolved.append(Unmodelled(f"acl {acl.key} {value.text}", reason, value.location))
                continue
            if not kept & found:
                kept = kept | found
            elif found - kept:
                why = "it overlaps an earlier network of the same ACL: Squid 6 and earlier ignore it"
                reading.unknown(value.location, value.text, why, matters=False)
            written = written | found
    return Addresses(kept, written, tuple(unresolved))


def _parsed(text: str) -> AddressSet:
    if text in EVERYBODY:
        return EVERY_ADDRESS
    address, _, mask = text.partition("/")
    if mask and not mask.strip("0.") and "-" not in text:
        # Squid takes a mask of no bits for no mask at all: that one address (observed; Ip::Address::applyMask).
        return parse_addresses(address)
    return parse_addresses(text)


_NUMERIC = frozenset("0123456789abcdefABCDEF.:/,-")


def _may_be_a_name(text: str) -> bool:
    """Whether Squid may make something of it: a name that the resolver knows, or one of the odd ways to write a number."""
    plain = text.replace("-", "").replace(".", "").replace("_", "")
    # An address with a mask of letters, or with the name of an interface, is taken (observed), for what is not modelled.
    address = text.replace("%", "/").partition("/")[0]
    return (plain.isalnum() and plain.isascii()) or (bool(address) and _NUMERIC.issuperset(address))
