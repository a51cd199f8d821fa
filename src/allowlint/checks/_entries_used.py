"""The values of lists that some rule uses."""

from collections.abc import Iterator

from allowlint.checks._rules import namings, owned, rulebases, uses
from allowlint.model.condition import Expression, TextMatches
from allowlint.model.device import Device, Entry, LongList

MOST = 20
"""Entries of one list that are reported one by one."""


def used_entries(device: Device) -> Iterator[Entry]:
    """Yield the entries that some rule asks about, of those that are kept one by one."""
    used = _Used(device)
    return (entry for entry in device.written if used[entry.owner])


def used_lists(device: Device) -> Iterator[LongList]:
    """Yield the long lists that some rule asks about."""
    used = _Used(device)
    return (listed for listed in device.long_lists if used[listed.owner])


class _Used(dict[str, bool]):
    """Whether some rule asks about the entries of an owner."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._lists = uses(device).every

    def __missing__(self, owner: str) -> bool:
        used = self[owner] = owned(owner, self._lists)
        return used


def used_expressions(device: Device) -> Iterator[tuple[str, Expression]]:
    """Yield (list, expression) for the expressions that some rule asks about, each once."""
    seen: set[int] = set()
    met: set[tuple[int, str, bool]] = set()
    conditions = (rule.condition for rulebase in rulebases(device) for rule in rulebase.rules)
    for naming in (found for condition in conditions for found in namings(condition, seen=met)):
        if isinstance(naming.condition, TextMatches) and id(naming.condition.expressions) not in seen:
            seen.add(id(naming.condition.expressions))
            yield from ((naming.owner, expression) for expression in naming.condition.expressions)
