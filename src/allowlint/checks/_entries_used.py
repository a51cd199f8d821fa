"""The values of lists that some rule uses."""

from collections.abc import Iterator

from allowlint.checks._rules import namings, owned, rulebases, uses
from allowlint.model.condition import Expression, TextMatches
from allowlint.model.device import Device, Entry

MOST = 20
"""Entries of one list that are reported one by one."""


def used_entries(device: Device) -> Iterator[Entry]:
    """Yield the names that some rule asks about."""
    known = uses(device).every
    owners: dict[str, bool] = {}
    for entry in device.entries:
        used = owners.get(entry.owner)
        if used is None:
            used = owners[entry.owner] = owned(entry, known)
        if used:
            yield entry


def used_expressions(device: Device) -> Iterator[tuple[str, Expression]]:
    """Yield (list, expression) for the expressions that some rule asks about, each once."""
    seen: set[int] = set()
    met: set[tuple[int, str, bool]] = set()
    conditions = (rule.condition for rulebase in rulebases(device) for rule in rulebase.rules)
    for naming in (found for condition in conditions for found in namings(condition, seen=met)):
        if isinstance(naming.condition, TextMatches) and id(naming.condition.expressions) not in seen:
            seen.add(id(naming.condition.expressions))
            yield from ((naming.owner, expression) for expression in naming.condition.expressions)
