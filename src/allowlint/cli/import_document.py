"""``allowlint import``: a requirement document becomes a policy file."""

import argparse
import sys
from typing import TYPE_CHECKING

from allowlint.cli._saying import tell
from allowlint.errors import UsageError

if TYPE_CHECKING:
    from allowlint.sources import Reading

NAME = "import"
HELP = "turn Microsoft's list (.xlsx, .md, .html) into a policy file"

_EPILOG = """\
examples:
  allowlint import mde-urls-commercial.xlsx -o policies/mde.yaml
  allowlint import standard-device-connectivity-urls-commercial.md > policies/mde.yaml

Documents that are read: Microsoft's URL workbooks for Defender for Endpoint (2020 to 2025), and the articles that
replaced them (defender-endpoint/{standard,streamlined}-device-connectivity-urls-{commercial,gov}.md in the repository
MicrosoftDocs/defender-docs, or the page saved as HTML). Repairs and doubts are printed to standard error, one a line.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("document", metavar="DOCUMENT", help="the workbook, article or policy file to read")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--name", help="name of the policy (default: from the file name)")


def run(args: argparse.Namespace) -> int:
    """Read the document, write the policy, and account for every row. Returns the exit code."""
    from allowlint.reports._harmless import harmless
    from allowlint.sources import read_document
    from allowlint.sources._yaml_write import policy_to_yaml

    reading = read_document(args.document)
    policy = reading.policy._replace(name=args.name) if args.name else reading.policy
    text = policy_to_yaml(policy, (harmless(f"Written by `allowlint import` from {policy.source or args.document}."),))
    if args.output:
        try:
            with open(args.output, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", path=args.output) from error
    else:
        sys.stdout.write(text)
    for diagnostic in reading.diagnostics:
        tell(str(diagnostic))
    tell(summary(reading, args.document))
    return 0


def summary(reading: "Reading", document: str) -> str:
    """One line that accounts for every row of the document."""
    from allowlint.sources._diagnostics import IGNORED_SECTION

    repairs = sum(1 for item in reading.diagnostics if item.code != IGNORED_SECTION)
    total = f"{len(reading.policy.requirements)} requirements"
    if not reading.rows:
        return f"{document}: {total}"
    return (
        f"{document}: {reading.rows} rows read: {reading.count('requirement')} with a requirement of their own, "
        f"{reading.count('merged')} merged into others, {reading.count('admin')} of portals, "
        f"{reading.count('reported')} without an address; {total}; {repairs} repairs and doubts"
    )
