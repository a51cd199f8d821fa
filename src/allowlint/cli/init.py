"""``allowlint init``: a commented settings file for this repository, from what is found in it."""

import argparse
import os
import sys
from collections.abc import Mapping

from allowlint.cli._device_options import SETTINGS
from allowlint.cli._saying import say
from allowlint.errors import UsageError
from allowlint.lint.looking import Found, recognised

NAME = "init"
HELP = "a commented allowlint.yaml for this repository"

_SCHEMA = "https://raw.githubusercontent.com/allowlint/allowlint/main/schemas/settings.schema.json"
_HEAD = f"""\
# yaml-language-server: $schema={_SCHEMA}
# What allowlint shall check in this repository. Every key but version may be left out; file names are relative to this file.
# allowlint check                   checks what is declared here
# allowlint check --show-settings   prints what holds, and where it is said
version: 1

# What must work: bundled lists (mde-streamlined, mde-standard, mde-gov-streamlined, mde-gov-standard), files of your own.
policies:
  - mde-streamlined

# Who must reach it. Without geographies only the rows count that every tenant needs.
profile:
  # geographies: [EU]            # where the tenant's data lies: US, EU, UK, AU, CH, IN, AE; GCC, GCCH, DOD
  systems: [windows]             # windows, windows-legacy, windows-server-mma, macos, linux, ...
  # client: 10.20.0.0/16         # an inside client: an address or network
  # answers:                     # conditions of the list; allowlint requirements names those that are open
  #   updates_internal: false
  # workspaces: [01234567-89ab-cdef-0123-456789abcdef]   # all those of machines on the Microsoft Monitoring Agent;
                                 # workspace_hosts names files with what TestCloudConnection prints

"""
_TAIL = """\
# Devices that stand one behind the other are judged as one path.
# paths:
#   headquarters:
#     chain: [proxy/squid.conf, {config: firewall/edge.xml, device: vsys1}]
#   sensor:                      # from the proxy settings of a machine through its proxy
#     chain: [{config: endpoint/policies.reg, device: EDR sensor}, {proxies: {"10.0.0.6:8080": proxy/squid.conf}}]

# checks:
#   severity: {TLS004: error}    # allowlint rule lists the checks
#   ignore: [HYG007]

fail-on: error                   # error, warning, unknown or never

# Findings that somebody has accepted. They stay visible in every report, and end on their last day.
# waivers:
#   - check: TLS001
#     requirement: "*.blob.core.windows.net"
#     reason: inspected until the storage accounts are named one by one
#     owner: network team
#     ticket: CHG-1234
#     expiry: 2027-03-31

# Reports that every run writes, beside what it prints.
# outputs:
#   sarif: allowlint.sarif
#   html: allowlint.html
"""

_TOGETHER = """\
# Files with the settings of one endpoint are read together where they name one machine:
#   - {files: [policies.reg, winhttp.txt], machine: the servers}
"""

_EPILOG = """\
examples:
  allowlint init              writes allowlint.yaml with the configurations that are found here
  allowlint init --dry-run    prints what it would write
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="where to write it (default: here)")
    parser.add_argument("--force", action="store_true", help="replace the file that is there")
    parser.add_argument("--dry-run", action="store_true", help="print it, and write nothing")


def run(args: argparse.Namespace) -> int:
    """Write the file. Returns the exit code."""
    if not os.path.isdir(args.folder):
        raise UsageError("no such folder", path=args.folder)
    path = os.path.normpath(os.path.join(args.folder, SETTINGS))
    if os.path.lexists(path) and not args.force and not args.dry_run:
        raise UsageError(
            "is there already", path=path, hint="--force replaces it; --dry-run prints what would be written"
        )
    found = recognised(args.folder)
    text = f"{_HEAD}{_configurations(found)}\n{_TAIL}"
    if args.dry_run:
        sys.stdout.write(text)
        return 0
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", path=path, hint="check the folder") from error
    what = ", ".join(f"{file} ({each.platform})" for file, each in found.items()) or "no configuration"
    say(f"{path}: written; found {what}")
    say("next: say in it where your tenant's data lies (geographies), then run: allowlint check")
    return 0


def _configurations(found: Mapping[str, Found]) -> str:
    """The configurations, as a settings file has them."""
    head = "# Configurations that are checked: files or patterns. A profile beside one says what differs there.\n"
    if not found:
        return f'{head}# configurations:\n#   - files: "firewalls/**/*.xml"\n#     profile: {{geographies: [UK]}}\n'
    lines = (f"  - files: {_quoted(file)}{' ' * 3}# {_told(each)}\n" for file, each in found.items())
    together = _TOGETHER if sum(each.platform == "mde_endpoint" for each in found.values()) > 1 else ""
    return f"{head}{together}configurations:\n{''.join(lines)}"


def _told(found: Found) -> str:
    """The platform, and whose settings they are where a file has those of an endpoint."""
    return f"{found.platform}: {', '.join(found.devices)}" if found.platform == "mde_endpoint" else found.platform


def _quoted(name: str) -> str:
    """A file name as YAML has it, in which no pattern is hidden."""
    import glob
    import json

    return json.dumps(glob.escape(name.replace(os.sep, "/")))
