"""What is not modelled of Squid, said in words that complete "it depends on ..."."""

from allowlint.model.condition import Condition, Doubt, Not, Unmodelled
from allowlint.model.location import Location
from allowlint.platforms.squid.config import Acl
from allowlint.platforms.squid.text import Guard, Token


def values_of(acl: Acl) -> list[Token]:
    """The values of all lines of an ACL."""
    return [value for line in acl.lines for value in line.values]


def place_of(acl: Acl) -> Location:
    """Where an ACL is defined first."""
    return acl.lines[0].location


def unmodelled_by(acl: Acl, location: Location, reason: str) -> Unmodelled:
    """An unknown that an ACL brings; the same one wherever the ACL gives the same reason."""
    steady = acl.type in _STEADY
    return Unmodelled(f"acl {acl.key} {reason}", reason, location, steady, doubt=_DOUBTS.get(acl.type))


def reason_of(acl: Acl) -> str:
    """Why the answer of an ACL of this type cannot be told."""
    return f"acl {acl.name}: {_REASONS.get(acl.type, f'{acl.type} is not modelled')}"


_STEADY = frozenset(
    ("time", "ident", "ident_regex", "arp", "eui64", "srcdomain", "srcdom_regex", "src_as", "localip", "dst")
)
"""Types that answer the same all through one connection. Headers, notes and helpers may change from one request to the next."""
_DOUBTS = {
    "time": Doubt.SCHEDULE,
    "random": Doubt.SCHEDULE,  # from one moment to the next
    **dict.fromkeys(("ident", "ident_regex", "ext_user", "ext_user_regex"), Doubt.USER_BOUND),
    **dict.fromkeys(
        ("arp", "eui64", "srcdomain", "srcdom_regex", "src_as", "browser", "maxconn", "max_user_ip"),
        Doubt.DEVICE_POSTURE,
    ),
}
"""What answers otherwise for the next machine or tomorrow."""
_REASONS = {
    "time": "the time of day",
    "random": "chance",
    "maxconn": "how many connections the client has open",
    "browser": "the User-Agent that the client sends",
    "ident": "what the client's ident service answers",
    "ident_regex": "what the client's ident service answers",
    "srcdomain": "the reverse name of the client",
    "srcdom_regex": "the reverse name of the client",
    "arp": "the client's hardware address",
    "eui64": "the client's hardware address",
    "localip": "the address that the client connects to",
    "req_header": "the headers that the client sends",
    "rep_mime_type": "the type of the answer",
    "rep_header": "the headers of the answer",
    "dst_as": "the network that the host's address belongs to",
}


def guarded(guard: Guard) -> Condition:
    """The conditional that a line stands in: the same unknown for every line of it, and the opposite behind ``else``."""
    reason = f"how Squid is started (if {guard.text})"
    condition = Unmodelled(f"if {guard.text}", reason, guard.location)
    return condition if guard.holds else Not(condition)
