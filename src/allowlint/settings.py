"""``allowlint.yaml``: what a repository says about its devices, so that nobody has to say it on the command line.

The nearest file up to the root of the git repository holds (``--config`` names another one, ``--isolated`` ignores it). File
names in it are relative to it. The form is in ``schemas/settings.schema.json``.
"""

import os
import re

from allowlint.errors import UsageError
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.assumption import ASSUMPTIONS, RATINGS
from allowlint.model.location import Location
from allowlint.model.path import Link, Path, Settings, Stop, proxy_address
from allowlint.syntax.yaml_form import Form
from allowlint.syntax.yaml_tree import MAX_BYTES, Node

_TOP = ("version", "paths", "assume")
_PATH = ("chain", "client", "fallback")
_STOP = ("config", "device", "port", "from_zone", "to_zone", "address")
_HOST_PATTERN = re.compile(r"(\*\.?)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")
UNREACHABLE = "unreachable"
"""In place of a configuration: a proxy that does not answer any more."""


class SettingsError(UsageError):
    """A settings file that cannot be used: exit code 2."""


def load(path: str) -> Settings:
    """Read a settings file. Raises SettingsError, with the line and what was expected there."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise SettingsError(f"settings have at most {MAX_BYTES} bytes", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8 text", path=path, line=line, hint="save the file as UTF-8") from error
    return _Reader(path).settings(text)


class _Reader(Form):
    """Turns nodes into settings."""

    error = SettingsError
    described = "the form of the settings is in schemas/settings.schema.json"

    def settings(self, text: str) -> Settings:
        """The settings in a text."""
        top = self.mapping(self.tree(text), _TOP, "settings")
        if "version" not in top:
            self.fail(None, "key 'version' is missing from the settings")
        if top["version"].text != "1":
            self.fail(top["version"], f"version {top['version'].text[:20]!r} is not known; expected 1")
        pairs = self.pairs(top["paths"], "paths, each under its name") if "paths" in top else ()
        paths = {key.text: self.path_from(key, value) for key, value in pairs}
        assumptions, ratings = self.assumed(top["assume"]) if "assume" in top else (frozenset(), {})
        return Settings(self.path, paths, assumptions, ratings)

    def assumed(self, node: Node) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
        """What verdicts may lean on, and the categories of hosts."""
        keys = self.mapping(node, (*ASSUMPTIONS, RATINGS), "what is assumed")
        ratings = self.pairs(keys[RATINGS], "host patterns, each with its categories") if RATINGS in keys else ()
        rated = {self.pattern(host): self.categories(value) for host, value in ratings}
        words = frozenset(word for word, value in keys.items() if word != RATINGS and self.truth(value))
        return words | {RATINGS} if rated else words, rated

    def categories(self, node: Node) -> tuple[str, ...]:
        """The names or numbers of vendor categories: one, or a list."""
        nodes = self.sequence(node, "categories") if node.kind == "seq" else (node,)
        return tuple(self.text(each).lower() for each in nodes)

    def pattern(self, node: Node) -> str:
        """A host pattern as requirements have it."""
        host = self.text(node).strip().lower()
        if not _HOST_PATTERN.fullmatch(host):
            self.fail(node, f"{host[:60]!r} is no host", "an exact name, *.suffix or *suffix")
        return host

    def path_from(self, name: Node, node: Node) -> Path:
        """One declared path."""
        if not name.text.strip():
            self.fail(name, "a path has an empty name", "a word by which to ask for it")
        keys = self.mapping(node, _PATH, "a path")
        if "chain" not in keys:
            self.fail(node, f"the path {name.text!r} has no 'chain'")
        links = tuple(self.link(item) for item in self.sequence(keys["chain"], "configurations, first to last"))
        if not links or links[0].stop is None:
            self.fail(keys["chain"], "a chain begins with the configuration that the clients meet first")
        client = self.text(keys["client"]) if "client" in keys else ""
        if client:
            self.addresses(keys["client"])
        falls_back = self.choice(keys.get("fallback"), ("none", "direct"), "fallback", "none") == "direct"
        return Path(name.text, links, Location(self.path, name.line), client, falls_back)

    def link(self, node: Node) -> Link:
        """One item of a chain."""
        if node.kind != "map" or not any(key.text == "proxies" for key, _ in node.pairs):
            return Link(self.stop(node))
        proxies = self.mapping(node, ("proxies",), "proxies")["proxies"]
        known: dict[str, Stop | None] = {}
        for key, value in self.pairs(proxies, "proxies, each under its host:port"):
            address = self.proxy(key)
            if address in known:
                self.fail(key, f"the proxy {address} was already given", "name each proxy once")
            known[address] = None if value.text == UNREACHABLE else self.stop(value)
        if not known:
            self.fail(proxies, "no proxy is named", "host:port, then the configuration of that proxy")
        return Link(None, known)

    def proxy(self, node: Node) -> str:
        """``host:port`` as devices are looked up by it."""
        address = proxy_address(node.text.strip().lower().removeprefix("proxy ").strip())
        if not address:
            self.fail(
                node, f"{node.text[:60]!r} is no proxy", "host:port, as the PAC file or the cache_peer line has it"
            )
        return address

    def stop(self, node: Node) -> Stop:
        """A configuration, with what has to be known of its device."""
        if node.kind != "map":
            return Stop(self.file(node))
        keys = self.mapping(node, _STOP, "a device on the path")
        if "config" not in keys:
            self.fail(node, "the device on the path has no 'config'")
        device = self.text(keys["device"]) if "device" in keys else ""
        port = str(self.number(keys["port"], 1, 65535, "a port")) if "port" in keys else ""
        address = self.addresses(keys["address"]) if "address" in keys else None
        coming, leaving = (self.text(keys[key]) if key in keys else "" for key in ("from_zone", "to_zone"))
        return Stop(self.file(keys["config"]), device, port, (coming, leaving), address)

    def file(self, node: Node) -> str:
        """A file that the settings name, as it can be opened from here."""
        name = self.text(node)
        path = os.path.normpath(os.path.join(os.path.dirname(self.path), name))
        if not os.path.isfile(path):
            self.fail(node, f"no such file: {name[:120]!r}", "file names are relative to the settings file")
        return path

    def addresses(self, node: Node) -> AddressSet:
        """An address or network."""
        try:
            return parse_addresses(self.text(node))
        except ValueError as error:
            self.fail(node, f"{node.text[:60]!r}: {error}", "an address or network, such as 10.20.0.0/16")
