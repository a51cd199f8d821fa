"""The question that a device is asked: connections to a set of hosts, tried in thought."""

from enum import StrEnum

from allowlint.model.addresses import INSIDE, AddressSet
from allowlint.model.hosts import HostSet
from allowlint.model.record import NamedTuple


class View(StrEnum):
    """How much of a connection a device sees when it decides."""

    TUNNEL = "tunnel"
    """TLS that is not decrypted: host and port (CONNECT, SNI), no path, no method."""
    PLAIN = "plain"
    """Plain HTTP: the whole URL."""
    DECRYPTED = "decrypted"
    """A request inside inspected TLS: the whole URL, with ``https``."""


class Flow(NamedTuple):
    """Connections to ``hosts`` on one port. What a field leaves open is part of the question: all of it must work."""

    hosts: HostSet
    port: int
    view: View
    path: str = ""
    """``/pkiops/*`` (a prefix), ``/x.asmx`` (exact), or empty: any path."""
    client: AddressSet = INSIDE
    client_chosen: bool = False
    """Whether the user named the client; else an answer that depends on it is unknown, not partial."""
    zones: tuple[str, str] = ("", "")
    """From and to zone or interface; empty where the user gave none."""
    accepted: frozenset[str] = frozenset()
    """The assumptions that the user accepts, where a verdict may lean on them."""
