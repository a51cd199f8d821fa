"""``allowlint rule``: the page of a check, or the table of all."""

import argparse
import sys
from types import ModuleType

from allowlint import registry
from allowlint.checks import Check
from allowlint.errors import UsageError
from allowlint.sources._diagnostics import PAGES

NAME = "rule"
HELP = "the page of a check; without a code, the table of all"


_EPILOG = """\
examples:
  allowlint rule              the table of all checks
  allowlint rule TLS001       the page of one: what it does, why it is bad, how to fix it
  allowlint rule inspected    the same, by name
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint rule``."""
    parser.epilog = _EPILOG
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code (ACC001) or a name (missing-allow)")
    parser.add_argument("--format", choices=("text", "json"), default="text")


class Page:
    """One row of the table with its page."""

    def __init__(self, code: str, name: str, severity: str, summary: str, text: str) -> None:
        self.code, self.name, self.severity, self.summary, self.text = code, name, severity, summary, text


def run(args: argparse.Namespace) -> int:
    """Print the page or the table."""
    found = pages()
    if args.code:
        wanted = args.code
        found = [page for page in found if page.code == wanted.upper() or page.name == wanted.lower()]
        if not found:
            raise UsageError(
                f"no check is called {wanted[:40]!r}{_suggestion(wanted)}", hint="allowlint rule lists them all"
            )
    if args.format == "json":
        import json

        print(json.dumps([vars(page) for page in found], indent=2))
    elif args.code:
        page = found[0]
        print(f"# {page.code} {page.name} ({page.severity})\n\n{page.text.strip()}")
    else:
        width = max(len(page.name) for page in found)
        for page in found:
            print(f"{page.code}  {page.name:<{width}}  {page.severity:<7}  {page.summary}")
    return 0


def pages() -> list[Page]:
    """The pages of all checks, those of Microsoft's list included, by code."""
    found = [_page(check) for check in registry.all("checks").values()]
    found += [
        Page(
            page.code,
            page.name,
            "info",
            page.summary,
            f"## What it does\n\n{page.what}\n\n## Why it matters\n\n{page.why}\n\n## How to fix\n\n{page.fix}",
        )
        for page in PAGES.values()
    ]
    return sorted(found, key=lambda page: page.code)


def _page(check: Check) -> Page:
    module: ModuleType = sys.modules[check.page]
    return Page(check.code, check.name, str(check.severity), check.summary, module.__doc__ or "")


def _suggestion(word: str) -> str:
    from difflib import get_close_matches

    known = [text for page in pages() for text in (page.code, page.name)]
    close = get_close_matches(word.upper(), known, n=1) or get_close_matches(word.lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
