"""A path as the user declares it: which devices a connection meets, one after the other."""

from collections.abc import Mapping

from allowlint.model.addresses import AddressSet
from allowlint.model.demand import Demand
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

UNDECLARED = "undeclared proxy"
"""How the rulebase is called that stands for a proxy of which the path says nothing; its keys begin with this too."""

UNTOLD_WAY = "untold way"
"""The same for a way of which the device does not tell where it leads."""

UNREACHABLE_PROXY = "unreachable proxy"
"""The same for a proxy of which the path says that it does not answer."""

NO_WAY = "no way"
"""The same for what a client does that is given no way to go."""


class Stop(NamedTuple):
    """One device on a path."""

    config: str
    """The configuration, as a file name that can be opened."""
    device: str = ""
    """Which device of the configuration, where it has several."""
    port: str = ""
    """The port on which the device, where it is a proxy, takes what is sent to it; empty where that is the port it is known by."""
    zones: tuple[str, str] = ("", "")
    """The zone or interface by which the path comes into the device, and the one by which it leaves; empty where not said."""
    address: AddressSet | None = None
    """The addresses as which the device, where it is a proxy, appears to the next one."""


class Link(NamedTuple):
    """One place of the chain: a device that everything passes, or proxies that are met when the device before names them."""

    stop: Stop | None = None
    proxies: Mapping[str, Stop | None] = {}
    """By ``host:port``, as the device before writes it; None for a proxy that does not answer any more."""


def proxy_address(text: str) -> str:
    """``host:port`` in one spelling, by which a proxy is looked up; empty where the text is none."""
    host, _, port = text.lower().rpartition(":")
    host = host.rstrip(".")
    if not host or "/" in host or " " in host or not port.isascii() or not port.isdigit() or len(port) > 6:
        return ""
    return f"{host}:{int(port)}" if 0 < int(port) < 65536 else ""


class Path(NamedTuple):
    """A named chain of devices."""

    name: str
    links: tuple[Link, ...]
    location: Location
    falls_back: bool = False
    """Whether the clients go straight to the server when their proxy does not answer."""
    demand: Demand = Demand()
    """Who starts it, as far as that differs from what the settings say of all."""

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every device of the path, in the order of the chain."""
        found: list[Stop] = []
        for link in self.links:
            found += [link.stop] if link.stop else [stop for stop in link.proxies.values() if stop]
        return tuple(dict.fromkeys(found))
