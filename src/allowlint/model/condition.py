"""What a rule asks of a flow: conditions that hold, fail, or cannot be told.

A platform turns its own words into these; the engine knows nothing else. A condition that is not modelled is never dropped
and never "false": it is :class:`Unmodelled`, and the engine follows both of its answers.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from allowlint.model.addresses import AddressSet
from allowlint.model.automaton import Automaton, Budget
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple


class Always(NamedTuple):
    """Holds for every flow, or for none."""

    holds: bool


class HostIn(NamedTuple):
    """The host is in a list of names."""

    names: NameList


USUAL_PORTS = {View.PLAIN: 80, View.DECRYPTED: 443}
"""Ports that a URL does not spell out."""


class Frame(NamedTuple):
    """The text that a product compares with its expressions: what stands around the host."""

    head: str = ""
    tail: str = ""
    """``{port}`` stands for the port, ``{:port}`` for a colon and the port unless it is the usual one of the view."""
    path: bool = False
    """Whether the path of the request follows the tail."""
    unescaped: bool = False
    """Whether ``%20`` and its like are decoded before the path is compared."""
    host: bool = True
    """Whether the host is part of the text at all (an expression may look at the path alone)."""

    def end(self, port: int, view: View) -> str:
        """The text between the host and the path."""
        usual = "" if port == USUAL_PORTS.get(view) else f":{port}"
        return self.tail.replace("{port}", str(port)).replace("{:port}", usual)


class Expression(NamedTuple):
    """One compiled expression of a configuration, with its spelling."""

    text: str
    automaton: Automaton
    location: Location
    compiled_as: "Callable[[str, Budget], Automaton] | None" = None
    """Compiles another text as the product would compile it in this place, so that a proposal can be proven; None where what is
    written is no regular expression."""


class TextMatches(NamedTuple):
    """An expression is found in the text that the product builds from the flow."""

    expressions: tuple[Expression, ...]
    automata: tuple[Automaton, ...]
    """The expressions joined into as few automata as possible; a match of any is a match."""
    frames: Mapping[View, Frame]
    """The text by view; a view that is missing has no text, and nothing matches there."""
    text: str
    """What stands in the configuration, shortened, for reasons and traces."""


class PortIn(NamedTuple):
    """The port is in one of the ranges, both ends included."""

    ranges: tuple[tuple[int, int], ...]


class ViewIn(NamedTuple):
    """The device sees the flow in one of these ways (a method or protocol that only some flows have)."""

    views: frozenset[View]


class ClientIn(NamedTuple):
    """The client's address is in a set."""

    addresses: AddressSet


class Doubt(StrEnum):
    """Why something cannot be told from a configuration: the code that reports give beside the reason."""

    DNS_BOUND = "DNS_BOUND"
    """A name is compared by the addresses that it resolves to."""
    ADDRESS_BOUND = "ADDRESS_BOUND"
    """Public addresses are compared, and which ones a host has is not in the configuration."""
    VENDOR_CATEGORY = "VENDOR_CATEGORY"
    """The vendor's rating of the host."""
    FEED = "FEED"
    """A list that is kept elsewhere (external list, internet service, updatable object)."""
    APP_ID = "APP_ID"
    """What the device recognises as the application."""
    USER_BOUND = "USER_BOUND"
    """Which user the device takes the client for."""
    SCHEDULE = "SCHEDULE"
    """The time."""
    DEVICE_POSTURE = "DEVICE_POSTURE"
    """What the device knows of the client machine (tags, host checks, hardware)."""
    MISSING_PART = "MISSING_PART"
    """Rules or objects that this export does not hold."""
    UNRESOLVED_REF = "UNRESOLVED_REF"
    """An object is named that is not defined."""
    PROFILE_UNKNOWN = "PROFILE_UNKNOWN"
    """A profile is named that is not defined."""
    CERT_CHECK = "CERT_CHECK"
    """The device judges the server's certificate."""
    VERSION = "VERSION"
    """Releases of the product differ."""
    NOT_MODELLED = "NOT_MODELLED"
    """Something that allowlint does not know."""


PASSING = frozenset((Doubt.SCHEDULE, Doubt.USER_BOUND, Doubt.DEVICE_POSTURE))
"""Doubts whose answer is good for one moment or one machine: no single test on an endpoint settles them."""


class Unmodelled(NamedTuple):
    """Cannot be told from the configuration. ``reason`` completes "it depends on ..."."""

    key: str
    """The same key gives the same answer wherever it is asked for one flow."""
    reason: str
    location: Location
    steady: bool = True
    """False where the answer may differ from one asking to the next (a helper, chance)."""
    settle: str = ""
    """What the user could give to settle it."""
    doubt: Doubt | None = None
    """The kind of it, where reports give it a code."""


class Assumable(NamedTuple):
    """Cannot be told, unless the user accepts an assumption under which a condition answers instead.

    A verdict that is sure only because of it says so.
    """

    assumption: str
    """The word by which the user accepts it (``dns_consistent``)."""
    unmodelled: Unmodelled
    condition: "Condition"
    """What holds where the assumption is accepted."""


class Identity(NamedTuple):
    """The client has said who it is, and is one of those wanted. A sensor cannot."""

    key: str
    text: str
    location: Location
    challenges: bool = True
    """Whether a client without an identity is challenged on the spot (407, portal) rather than passed over."""
    any_identity: bool = True
    """Whether every identity will do; else some will and some will not."""
    members: frozenset[str] | None = None
    """The users that are wanted, where the configuration names them; None for any identity, or a group kept elsewhere."""
    carried: bool = False
    """Holds only where an earlier condition has already established the identity (a request inside a tunnel)."""


class Not(NamedTuple):
    """Holds where the other does not."""

    condition: "Condition"


class All(NamedTuple):
    """Every condition holds, asked in this order: a later one is not asked once one has failed."""

    conditions: "tuple[Condition, ...]"


class AnyOf(NamedTuple):
    """One of the conditions holds, asked in this order."""

    conditions: "tuple[Condition, ...]"


class Named(NamedTuple):
    """A condition under the name that the configuration gives it (an ACL, an address object), for traces."""

    name: str
    condition: "Condition"
    location: Location


Condition = (
    Always
    | HostIn
    | TextMatches
    | PortIn
    | ViewIn
    | ClientIn
    | Unmodelled
    | Assumable
    | Identity
    | Not
    | All
    | AnyOf
    | Named
)

ALWAYS = Always(True)
NEVER = Always(False)


def parts(*conditions: Condition) -> Iterator[Condition]:
    """Yield conditions and everything that they are made of, each once."""
    seen: set[int] = set()
    todo = [*reversed(conditions)]
    while todo:
        part = todo.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        match part:
            case Named(_, inner, _) | Not(inner):
                todo.append(inner)
            case Assumable(_, unmodelled, inner):
                todo += (inner, unmodelled)
            case All(conditions) | AnyOf(conditions):
                todo += reversed(conditions)
