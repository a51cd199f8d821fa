"""A quick look through very long tables of policies for those that surely concern nothing that is asked.

Of fifty thousand policies most are about other ports, about servers inside, or about names of others. What such a policy asks is told
by its text: its zones, and all that stands behind its addresses, recur in many policies. One expression goes through the table and
takes each policy apart that is written as devices write it. The first one with other words than the service that are new is read by
:mod:`.policies`, so that whatever is to be said of its schedule and its profiles is said; of one with a new service that is read;
what follows is compared. Whatever is not as plain as that is read, too, and would be found to match nothing in the same way; a test
holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from allowlint.model.condition import NEVER, AnyOf, Condition, Named, PortIn
from allowlint.platforms.fortinet_fortios import profiles as of_profiles
from allowlint.platforms.fortinet_fortios.authentication import USER_KEYS
from allowlint.platforms.fortinet_fortios.plain_addresses import (
    INSIDE,
    NOTHING,
    PUBLIC,
    STRANGE,
    UNTOLD,
    PlainAddresses,
    ends_of,
    naming,
)
from allowlint.platforms.fortinet_fortios.policies import Objects, Policies, Policy, title
from allowlint.platforms.fortinet_fortios.schema import IGNORED
from allowlint.syntax.blocks import Block, Uneven

LONG = 2_000
"""Policies of a table from which on it is sifted; of a shorter one every policy is read, with all that may be said of it."""
_USUAL_PORTS = frozenset((80, 443))
"""Checks ask about these, too."""
_QUOTED = r'"[^"\\\n]*+"'
_LIST = rf"{_QUOTED}(?: {_QUOTED})*+"
_GOING, _COMING = "\n        set dstintf ", "\n        set srcaddr "
_POLICY = re.compile(
    r"    edit (\d++)(?:\n        set status ([a-z]++))?+"
    rf"(?:\n        set (?:name|uuid|comments) (?:{_QUOTED}|[^\s\"'\\]++))*+"
    rf"\n        set srcintf ({_LIST}{_GOING}{_LIST})((?:\n        set action [a-z]++)?+{_COMING}{_LIST})"
    rf"\n        set dstaddr ({_LIST})((?:\n        set .*+)*+)\n    next\n"
)
"""A policy in the order in which every release writes its settings: (number, status, zones, action and sources, destinations, all
that stands behind these). What is nearly always alike is one group, because each one costs a twentieth of looking at a policy."""
_ENTRY = re.compile(r"\n    next\n")
_COMMENT = re.compile(r"\n        set comments \"[^\"\\\n]*\"(?=\n|\Z)")
_SETTING = re.compile(r"\n        set (\S+) ([^\n\"'\\]*(?:\"[^\n\"\\]*\"[^\n\"'\\]*)*)(?=\n|\Z)")
_BEHIND = IGNORED.union(of_profiles.KEYS, USER_KEYS, ("action", "schedule", "service", "status")) - {"name", "uuid"}
"""What may stand behind the addresses and asks of a connection no more than a service, a schedule and who the client is."""
_OTHERWISE = frozenset(("dstaddr", "dstaddr4", "dstaddr-negate", "internet-service"))
"""What changes which destinations a policy is about."""


class _Rest:
    """What stands behind the addresses of some policies."""

    __slots__ = ("action", "asked", "others", "status", "usual")

    def __init__(self, settings: dict[str, str]) -> None:
        self.others = tuple(item for item in settings.items() if item[0] != "service")
        """All but the service."""
        self.action = settings.get("action", "")
        self.status = settings.get("status", "")
        """Both are empty where they stand elsewhere."""
        self.usual = bool(settings.get("service") and settings.get("schedule")) and settings.keys() <= _BEHIND
        """Whether nothing stands in it that asks for anything else."""
        self.asked: bool | None = None
        """Whether one of its ports may be asked about; None where nobody has looked yet."""


class SiftedPolicies(Policies):
    """Converts the policies of a long table but for those that surely match nothing that is asked."""

    def __init__(self, objects: Objects, ends: frozenset[str]) -> None:
        super().__init__(objects)
        self.ends = ends
        self.naming = naming(self.vdom, ends)
        self.ports = _USUAL_PORTS.union(endpoint.port for endpoint in self.vdom.options.endpoints)
        self._rests: dict[str, _Rest | None] = {}
        self._met: set[str] = set()
        """The zones of policies that were read, as they are written."""
        self._read_with: set[tuple[tuple[str, str], ...]] = set()
        """What else stood behind the addresses of these."""
        self._quiet: set[tuple[str, str]] = set()
        """Such zones, with what stood behind the addresses of policies about other ports."""
        self._next: _Rest | None = None
        """What stands behind the addresses of the policy that is read next, where that is known."""

    @cached_property
    def addresses(self) -> PlainAddresses:
        """What the addresses of policies hold."""
        return PlainAddresses(self.vdom, self.ends)

    def blocks(self, table: str) -> Iterator[Block]:
        """Yield the policies that are to be read, in order; those that are passed over are counted.

        Raises :class:`~allowlint.syntax.blocks.Uneven` where the table is not written as devices do.
        """
        held, source = self.vdom.table(table), self.vdom.file.source
        if held.span is None:
            yield from super().blocks(table)
            return
        at, end = held.span
        numbers: list[str] = []
        quiet, names_others = self._quiet, self.naming.isdisjoint
        for policy in _POLICY.finditer(source.text, at, end):
            begin, behind_it = policy.span()
            if begin != at:
                yield from self._odd(held, at, begin, numbers)
            at = behind_it
            number, status, zones, origin, targets, behind = policy.groups("")
            numbers.append(number)
            # Nearly every policy of a large firewall ends here.
            if (zones, behind) in quiet and not status and names_others(targets.split('"')):
                self.count += 1
                continue
            block = held.within(number, begin, *source.content(begin))
            if self._is_read(block, status, zones, origin, targets, behind):
                yield block
        if at < end:
            yield from self._odd(held, at, end, numbers)
        if len(set(numbers)) < len(numbers):
            # The second one of a number changes the first.
            raise Uneven

    def _odd(self, held: Block, begin: int, end: int, numbers: list[str]) -> Iterator[Block]:
        """Yield the policies of a part of the table whose settings are not in the usual order."""
        source = self.vdom.file.source
        names, begins = source.parted(begin, end)
        if not names:
            raise Uneven
        numbers += names
        for name, at in zip(names, begins, strict=True):
            self._next = None
            yield held.within(name, at, *source.content(at))

    def policy(self, block: Block) -> Policy:
        """One policy."""
        found = super().policy(block)
        self._met.add(f"{block.raw('srcintf')}{_GOING}{block.raw('dstintf')}")
        if self._next is not None:
            self._read_with.add(self._next.others)
        return found

    def _is_read(self, block: Block, status: str, zones: str, origin: str, targets: str, behind: str) -> bool:
        """Whether a policy is to be read. One that is enabled and passed over is counted."""
        self._next = rest = self._rest(behind)
        if rest is None:
            return True
        if (rest.status or status) == "disable":
            return False
        if not self._passes(block, rest, zones, origin, targets):
            return True
        self.count += 1
        if rest.asked is False and zones in self._met and behind in self._rests:
            self._quiet.add((zones, behind))
        return False

    def _passes(self, block: Block, rest: _Rest, zones: str, origin: str, targets: str) -> bool:
        """Whether a policy surely matches nothing that is asked, and there is nothing new in it."""
        if rest.asked is False and zones in self._met and self.naming.isdisjoint(targets.split('"')):
            # One that names what is asked is told of, whatever its ports.
            return True
        held = self.addresses.of(targets) if self.addresses.usable else UNTOLD
        if held == INSIDE:
            return True
        if not rest.usual or rest.others not in self._read_with:
            return False
        if rest.asked is None:
            rest.asked = _may_hold(self._service(block, title(block)), self.ports)
            return self._passes(block, rest, zones, origin, targets)
        action, _, sources = origin.rpartition(_COMING)
        if held & ~_passing(rest, rest.action or action.rpartition(" ")[2]) or self.addresses.of(sources) & UNTOLD:
            return False
        if zones not in self._met:
            self.betweens[self.between_zones(*zones.split(_GOING))] = None
            self._met.add(zones)
        return True

    def _rest(self, text: str) -> _Rest | None:
        """What stands behind the addresses; None where it holds something rare."""
        comment = text.find("\n        set comments ")
        if comment >= 0 and (remark := _COMMENT.match(text, comment)):
            text = text[:comment] + text[remark.end() :]
        if text not in self._rests:
            settings = dict(_SETTING.findall(text))
            complete = len(settings) == text.count("\n") and settings.keys().isdisjoint(_OTHERWISE)
            self._rests[text] = _Rest(settings) if complete else None
        return self._rests[text]


def _passing(rest: _Rest, action: str) -> int:
    """What the addresses may hold of a policy that matches nothing."""
    if not rest.asked:
        return INSIDE | NOTHING | STRANGE | PUBLIC
    # A name that is denied may share its address with one that is asked about; what allows a name is not meant for that.
    return INSIDE | NOTHING | STRANGE if action == "accept" else INSIDE | NOTHING


def _may_hold(condition: Condition, ports: frozenset[int]) -> bool:
    """Whether a condition about ports may hold for one of them."""
    match condition:
        case Named(_, inner, _):
            return _may_hold(inner, ports)
        case AnyOf(parts):
            return any(_may_hold(part, ports) for part in parts)
        case PortIn(ranges):
            return any(first <= port <= last for first, last in ranges for port in ports)
    return condition is not NEVER


def policies_of(objects: Objects, table: str) -> Policies:
    """What reads a table of policies: a long one is sifted where it is known what will be asked."""
    span = objects.vdom.table(table).span
    ends = ends_of(objects.vdom.options.endpoints)
    if span is None or ends is None or not _is_long(objects.vdom.file.source.text, *span):
        return Policies(objects)
    return SiftedPolicies(objects, ends)


def _is_long(text: str, begin: int, end: int) -> bool:
    """Whether a table has so many entries; no more of them are counted."""
    return any(True for _ in islice(_ENTRY.finditer(text, begin, end), LONG - 1, None))
