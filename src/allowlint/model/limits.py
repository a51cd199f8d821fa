"""How much a run reads and how long it takes at most: what comes from anybody must neither fill a machine nor keep it busy for ever.

Each limit ends in an error, or in an answer that is unknown; never in one that is sure.
"""

from __future__ import annotations

from allowlint.model.record import NamedTuple


class Limits(NamedTuple):
    """The limits that can be set."""

    seconds: int = 300
    """For reading one configuration, and for judging it."""
    config_mb: int = 1024
    """Megabytes of one configuration, and of one file of live results."""
    side_file_mb: int = 512
    """Megabytes of one file that a configuration includes or takes values from."""
    side_files: int = 10_000
    """Files that are opened for one configuration; those that include each other over and over would multiply without end."""


DEFAULTS = Limits()
LIMITS = {
    "seconds": "seconds for reading one configuration, and for judging it",
    "config-mb": "megabytes of one configuration",
    "side-file-mb": "megabytes of one file that a configuration includes or takes values from",
    "side-files": "files that are opened for one configuration",
}
"""Their names, as settings and options have them, each with what it limits."""
MOST = 1_000_000
"""What a limit can be set to at most."""


def limited(values: dict[str, int], limits: Limits = DEFAULTS) -> Limits:
    """The limits with some of them set, by their names."""
    return limits._replace(**{name.replace("-", "_"): value for name, value in values.items()})


def raising(name: str) -> str:
    """How a limit is raised, as a hint says it."""
    return f"raise the limit if it is meant to be so: --limit {name}=N, or limits: {{{name}: N}} in allowlint.yaml"
