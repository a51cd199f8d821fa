"""``allowlint platforms``: what can be read."""

import argparse

from allowlint import registry

NAME = "platforms"
HELP = "the table of platforms and what is read of each"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint platforms``."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    found = registry.all("platforms")
    if args.format == "json":
        import json

        print(json.dumps([{"id": p.id, "title": p.title, "reads": p.reads} for p in found.values()], indent=2))
        return 0
    width = max(len(platform.id) for platform in found.values())
    for platform in found.values():
        print(f"{platform.id:<{width}}  {platform.title}: {platform.reads}")
    return 0
