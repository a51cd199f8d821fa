"""The declared paths of a settings file."""

from allowlint.model.demand import Demand
from allowlint.model.location import Location
from allowlint.model.path import Link, Path, Stop, proxy_address
from allowlint.settings._demands import read_clients, read_demand
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node

_PATH = ("chain", "client", "fallback", "profile")
_STOP = ("config", "device", "port", "from_zone", "to_zone", "address")
UNREACHABLE = "unreachable"
"""In place of a configuration: a proxy that does not answer any more."""


def read_paths(form: SettingsForm, node: Node) -> dict[str, Path]:
    """The paths, each under its name."""
    return {key.text: _path(form, key, value) for key, value in form.pairs(node, "paths, each under its name")}


def _path(form: SettingsForm, name: Node, node: Node) -> Path:
    if not name.text.strip():
        form.fail(name, "a path has an empty name", "a word by which to ask for it")
    keys = form.mapping(node, _PATH, "a path")
    if "chain" not in keys:
        form.fail(node, f"the path {name.text!r} has no 'chain'")
    links = tuple(_link(form, item) for item in form.sequence(keys["chain"], "configurations, first to last"))
    if not links or links[0].stop is None:
        form.fail(keys["chain"], "a chain begins with the configuration that the clients meet first")
    demand = read_demand(form, keys["profile"]) if "profile" in keys else Demand()
    if "client" in keys:
        demand = demand._replace(clients=read_clients(form, keys["client"]))
    falls_back = form.choice(keys.get("fallback"), ("none", "direct"), "fallback", "none") == "direct"
    return Path(name.text, links, Location(form.path, name.line), falls_back, demand)


def _link(form: SettingsForm, node: Node) -> Link:
    """One item of a chain."""
    if node.kind != "map" or not any(key.text == "proxies" for key, _ in node.pairs):
        return Link(_stop(form, node))
    proxies = form.mapping(node, ("proxies",), "proxies")["proxies"]
    known: dict[str, Stop | None] = {}
    for key, value in form.pairs(proxies, "proxies, each under its host:port"):
        address = _proxy(form, key)
        if address in known:
            form.fail(key, f"the proxy {address} was already given", "name each proxy once")
        known[address] = None if value.text == UNREACHABLE else _stop(form, value)
    if not known:
        form.fail(proxies, "no proxy is named", "host:port, then the configuration of that proxy")
    return Link(None, known)


def _proxy(form: SettingsForm, node: Node) -> str:
    """``host:port`` as devices are looked up by it."""
    address = proxy_address(node.text.strip().lower().removeprefix("proxy ").strip())
    if not address:
        form.fail(node, f"{node.text[:60]!r} is no proxy", "host:port, as the PAC file or the cache_peer line has it")
    return address


def _stop(form: SettingsForm, node: Node) -> Stop:
    """A configuration, with what has to be known of its device."""
    if node.kind != "map":
        return Stop(form.file(node))
    keys = form.mapping(node, _STOP, "a device on the path")
    if "config" not in keys:
        form.fail(node, "the device on the path has no 'config'")
    device = form.text(keys["device"]) if "device" in keys else ""
    port = str(form.number(keys["port"], 1, 65535, "a port")) if "port" in keys else ""
    address = form.addresses(keys["address"]) if "address" in keys else None
    coming, leaving = (form.text(keys[key]) if key in keys else "" for key in ("from_zone", "to_zone"))
    return Stop(form.file(keys["config"]), device, port, (coming, leaving), address)
