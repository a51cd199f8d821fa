"""``allowlint explain``: the rules met by one flow."""

import argparse
import os
import sys

from allowlint.cli._device_options import (
    accepted_from,
    add_device_options,
    add_settings_options,
    add_style_options,
    device_demand_from,
    options_from,
    settings_from,
    style_from,
)
from allowlint.engine.explain import explain
from allowlint.errors import UsageError
from allowlint.lint.asked import Client, Reading, check_zone
from allowlint.lint.demands import Demands
from allowlint.lint.inputs import Config, HowToRead, read
from allowlint.lint.options import OptionsFor
from allowlint.model.requirement import Policy, Requirement
from allowlint.model.tree import LONGEST_NAME

NAME = "explain"
HELP = "the rules met by one flow, in order, with the one that decides"
HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


_EPILOG = """\
examples:
  allowlint explain winatp-gw-neu.microsoft.com squid.conf
  allowlint explain '*.endpoint.security.microsoft.com' fw.xml -v     every rule, nothing folded
  allowlint explain http://crl.microsoft.com/pki/ squid.conf          plain HTTP, port 80
  allowlint explain x.example.com headquarters                        along a path of allowlint.yaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint explain``."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "host",
        metavar="HOST[:PORT]",
        help="a name, a pattern such as *.example.com, or http://HOST/path for plain HTTP",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="CONFIG",
        help="file, folder, - for standard input, or the name of a path that allowlint.yaml declares",
    )
    add_device_options(parser)
    add_settings_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_style_options(parser)


def run(args: argparse.Namespace) -> int:
    """Explain, and return the exit code: 0, whatever the answer is."""
    from allowlint.cli import _explained

    requirement = asked(args.host)
    settings = settings_from(args)
    accepted = accepted_from(args, settings)
    # What is asked is what the user names, whatever a policy would ask for instead.
    asking = device_demand_from(args)._replace(workspaces=(), workspace_hosts=())
    demands = Demands([Policy("asked", (requirement,))], asking, settings, accepted)
    how = OptionsFor(Reading(options_from(args, settings, accepted), args.platform, settings), demands)
    named = [word for word in args.paths if word in settings.paths and not os.path.exists(word)]
    files = [word for word in args.paths if word not in named]
    devices = [
        (config.path, device, demands.of(config.path, device.name).client.flow())
        for config in _configs(files, how, demands.base.client)
        for device in config.devices
    ]
    if named:
        from allowlint.lint.along import joined

        along, _ = joined([settings.paths[name] for name in named], how, (), every=True)
        devices += [
            (each.path.location.path, each.device, demands.on(each.path.demand).client.flow()) for each in along
        ]
    branches = [
        (path, device.fallback._replace(name=f"{device.name}, where the proxy does not answer"), flow)
        for path, device, flow in devices
        if device.fallback is not None
    ]
    items = [
        (path, device, explanation)
        for path, device, flow in (*devices, *branches)
        for explanation in explain(device, requirement, requirement.ports[0], flow)
    ]
    style = style_from(args, terminal=sys.stdout.isatty())
    sys.stdout.write(_explained.render_json(items) if args.format == "json" else _explained.render_text(items, style))
    return 0


def _configs(files: list[str], how: HowToRead, client: Client) -> list[Config]:
    if not files:
        return []
    configs = list(read(files, how))
    check_zone(client, (device for config in configs for device in config.devices))
    return configs


def asked(text: str) -> Requirement:
    """The flow that the user names: port 443 unless said otherwise; port 80 is plain HTTP.

    Raises UsageError for what is no host name.
    """
    scheme, mark, rest = text.strip().partition("://")
    scheme, rest = (scheme.lower(), rest) if mark else ("", scheme)
    authority, slash, path = rest.partition("/")
    host, colon, port_text = authority.partition(":")
    host = host.lower().rstrip(".")
    if scheme not in ("", "http", "https"):
        raise UsageError(
            f"the scheme {scheme[:20]!r} is not one of http and https",
            hint="name a host, such as winatp-gw-neu.microsoft.com:443",
        )
    if colon and not (
        port_text.isascii() and port_text.isdigit() and len(port_text) <= 5 and 0 < int(port_text) < 65536
    ):
        raise UsageError(f"{port_text[:20]!r} is not a port", hint="HOST:PORT with a port from 1 to 65535")
    port = int(port_text) if colon else 80 if scheme == "http" else 443
    _check_host(host, text)
    plain = scheme == "http" or (not scheme and port == 80)
    return Requirement(host, (port,), "http" if plain else "https", slash + path if slash else "")


def _check_host(host: str, text: str) -> None:
    bare = host.removeprefix("*").removeprefix(".") if host.startswith("*") else host
    labels = bare.split(".")
    if (
        not bare
        or not all(labels)
        or not HOST_CHARACTERS.issuperset(bare)
        or len(bare) > LONGEST_NAME
        or any(len(label) > 63 for label in labels)
    ):
        raise UsageError(
            f"{text[:80]!r} is not a host name",
            hint="a name such as winatp-gw-neu.microsoft.com, or *.example.com for all below it",
        )
    if all(label.isdigit() for label in labels):
        raise UsageError(f"{text[:80]!r} is an address", hint="allowlint judges names; a required endpoint has one")
