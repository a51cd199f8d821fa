"""A quick look through very long tables of policies for those that surely concern nothing that is asked.

Of fifty thousand policies most are about other ports, about servers inside, or about names of others. What such a policy asks is told
by its text: its zones, and all that stands behind its addresses, recur in many policies. The first policy with zones or words
that are new is read by :mod:`.policies`, so that whatever is to be said of its services, its schedule and its profiles is said; what
follows is compared. Whatever is not as plain as that is read, too, and would be found to match nothing in the same way; a test
holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from allowlint.model.condition import NEVER, AnyOf, Condition, Named, PortIn
from allowlint.platforms.fortinet_fortios import profiles as of_profiles
from allowlint.platforms.fortinet_fortios.plain_addresses import (
    INSIDE,
    NOTHING,
    PUBLIC,
    STRANGE,
    UNTOLD,
    PlainAddresses,
    ends_of,
    listed,
    naming,
)
from allowlint.platforms.fortinet_fortios.policies import Objects, Policies, Policy
from allowlint.platforms.fortinet_fortios.schema import IGNORED
from allowlint.syntax.blocks import Block, quoting

LONG = 2_000
"""Policies of a table from which on it is sifted; of a shorter one every policy is read, with all that may be said of it."""
PATIENCE = 1_000
"""Policies that are read before the tables of addresses are looked through, which costs as much."""
_USUAL_PORTS = frozenset((80, 443))
"""Checks ask about these, too."""
_POLICY = re.compile(
    r"    edit \d+(?:\n        set (?:name|uuid|comments) (?:\"[^\"\\\n]*\"|[^\s\"'\\]+))*"
    r"\n        set srcintf ([^\n]+)\n        set dstintf ([^\n]+)(?:\n        set action ([a-z]+))?"
    r"\n        set srcaddr ([^\n]+)\n        set dstaddr ([^\n]+)(.*)",
    re.DOTALL,
)
"""A policy in the order in which every release writes its settings."""
_COMMENT = re.compile(r"\n        set comments \"[^\"\\\n]*\"(?=\n|\Z)")
_SETTING = re.compile(r"\n        set (\S+) ([^\n\"'\\]*(?:\"[^\n\"\\]*\"[^\n\"'\\]*)*)(?=\n|\Z)")
_BEHIND = (IGNORED | frozenset(of_profiles.KEYS) | {"action", "schedule", "service"}) - {"name", "uuid"}
"""What may stand behind the addresses and asks nothing more of a connection than a service and a schedule."""


class _Rest:
    """What stands behind the addresses of some policies."""

    __slots__ = ("action", "asked")

    def __init__(self, action: str) -> None:
        self.action = action
        """Empty where it stands elsewhere."""
        self.asked: bool | None = None
        """Whether one of its ports may be asked about; None until such a policy has been read."""


class SiftedPolicies(Policies):
    """Converts the policies of a long table but for those that surely match nothing that is asked."""

    def __init__(self, objects: Objects, ends: frozenset[str]) -> None:
        super().__init__(objects)
        self.ends = ends
        self.naming = naming(self.vdom, ends)
        self.ports = _USUAL_PORTS.union(endpoint.port for endpoint in self.vdom.options.endpoints)
        self.patience = PATIENCE
        self._rests: dict[str, _Rest | None] = {}
        self._met: set[tuple[str, str]] = set()
        """The zones of policies that were read, as they are written."""
        self._unread: _Rest | None = None
        """What stands behind the addresses of the policy that is read next, where that is not known."""

    @cached_property
    def addresses(self) -> PlainAddresses:
        """What the addresses of policies hold."""
        return PlainAddresses(self.vdom, self.ends)

    def blocks(self, table: str) -> Iterator[Block]:
        """Yield the policies that are to be read, in order; those that are passed over are counted."""
        held = self.vdom.table(table)
        for name, text in held.outline or ():
            self._unread = None
            plain = _POLICY.fullmatch(text)
            if plain is not None and self._passes(*plain.groups(default="")):
                self.count += 1
                continue
            block = held.find(name)
            if block is not None:
                yield block

    def policy(self, block: Block) -> Policy:
        """One policy."""
        found = super().policy(block)
        self._met.add((block.raw("srcintf"), block.raw("dstintf")))
        if self._unread is not None:
            self._unread.asked = _may_hold(self._service(block, found.rule.text), self.ports)
        return found

    def _passes(self, come: str, go: str, action: str, sources: str, targets: str, behind: str) -> bool:
        """Whether a policy surely matches nothing that is asked, and there is nothing new in it."""
        rest = self._rest(behind)
        if rest is None:
            return False
        if rest.asked is False and (come, go) in self._met and self._names_others(targets):
            return True
        self._unread = rest if rest.asked is None else None
        self.patience -= 1
        if self.patience >= 0 or not self.addresses.usable:
            return False
        held = self.addresses.of(targets)
        if held == INSIDE:
            return True
        if rest.asked is None or held & ~self._passing(rest, action) or self.addresses.of(sources) & UNTOLD:
            return False
        return self._noted(come, go)

    def _noted(self, come: str, go: str) -> bool:
        """Note the zones of a policy that is passed over; False where they are not written plainly."""
        if (come, go) not in self._met:
            if quoting(come) or quoting(go):
                return False
            self.betweens[self.between_zones(come, go)] = None
            self._met.add((come, go))
        return True

    def _names_others(self, targets: str) -> bool:
        """Whether a list names objects, and none that may be about what is asked: such a policy is told of, whatever its ports."""
        names = listed(targets)
        return bool(names) and self.naming.isdisjoint(names)

    def _passing(self, rest: _Rest, action: str) -> int:
        """What the addresses may hold of a policy that matches nothing."""
        if not rest.asked:
            return INSIDE | NOTHING | STRANGE | PUBLIC
        # A name that is denied may share its address with one that is asked about; what allows a name is not meant for that.
        return INSIDE | NOTHING | STRANGE if (rest.action or action) == "accept" else INSIDE | NOTHING

    def _rest(self, text: str) -> _Rest | None:
        """What stands behind the addresses; None where it holds something rare."""
        comment = text.find("\n        set comments ")
        if comment >= 0 and (remark := _COMMENT.match(text, comment)):
            text = text[:comment] + text[remark.end() :]
        if text not in self._rests:
            settings = dict(_SETTING.findall(text))
            complete = settings.get("service") and settings.get("schedule")
            usual = complete and len(settings) == text.count("\n") and settings.keys() <= _BEHIND
            self._rests[text] = _Rest(settings.get("action", "")) if usual else None
        return self._rests[text]


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
    outline = objects.vdom.table(table).outline
    ends = ends_of(objects.vdom.options.endpoints)
    if outline is None or len(outline.begins) < LONG or ends is None:
        return Policies(objects)
    return SiftedPolicies(objects, ends)
