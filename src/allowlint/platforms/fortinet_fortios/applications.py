"""Application control lists: what a policy refuses by what the FortiGate recognises a connection as.

An entry without action blocks (docs.fortinet.com, "config application list", CLI reference 7.4). Which signature a required endpoint
carries is not in a configuration, so an entry that may be about it cannot be told; categories that no TLS or web session of a service
carries are passed over.
"""

from allowlint.model.condition import NEVER
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.ratings import numbers
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.unknowns import untold_profile
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

SHIPPED_OPEN = frozenset(("default", "wifi-default"))
"""Lists as shipped that monitor all and refuse nothing ("config application list" in backups of 6.4 and 7.2)."""
FOREIGN = frozenset((2, 3, 5, 6, 7, 8, 23, 26))
"""P2P, VoIP, Video/Audio, Proxy, Remote.Access, Game, Social.Media, Industrial."""
FOREIGN_APPLICATIONS = frozenset((40169,))
"""QUIC, which is no TCP."""


class Applications:
    """The application lists of a VDOM, each converted once."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self._known: dict[str, tuple[Rulebase, ...]] = {}

    def rulebases(self, name: str, at: int) -> tuple[Rulebase, ...]:
        """What a connection meets that a policy hands to a list."""
        if name not in self._known:
            found = self.vdom.find("application list", name)
            if found is None and name in SHIPPED_OPEN:
                self._known[name] = ()
            elif found is None:
                self._known[name] = (untold_profile(self.vdom, "application-list", name, at),)
            elif not self._understood(found):
                reason = f"what application list {name!r} does, which is not understood"
                place = self.vdom.at(found.at)
                self._known[name] = (
                    _doubts.anything(reason, place, f"application list {name}", actions=(Action.BLOCK,)),
                )
            else:
                self._known[name] = self._list(found)
        return self._known[name]

    def _understood(self, block: Block) -> bool:
        """Whether every word of a list and of its entries is known."""
        entries = block.block("entries").entries.values()
        known = [understood(self.vdom, block, "application list")]
        known += [understood(self.vdom, entry, "application entries") for entry in entries]
        return all(known)

    def _list(self, block: Block) -> tuple[Rulebase, ...]:
        refusing = [
            (entry.at, f"entry {entry.name}")
            for entry in block.block("entries").entries.values()
            if entry.word("action", "block") not in ("pass", "monitor") and _may_concern(entry)
        ]
        keys = ("other-application-action", "unknown-application-action")
        refusing += [(block.place(key), key) for key in keys if block.word(key, "pass") == "block"]
        if not refusing:
            return ()
        label = f"application list {block.name}"
        place = self.vdom.at(refusing[0][0])
        shown = ", ".join(text for _, text in refusing[:4])
        recognised = _doubts.by_application(f"{label}: {shown}", place, kept=NEVER)
        rule = Rule(recognised, Action.BLOCK, place, f"{label}: {shown} blocks")
        default = default_rule(Action.PROCEED, self.vdom.at(block.at), f"{label}: nothing that it blocks")
        return (Rulebase(Stage.ACCESS, label, (rule,), default),)


def _may_concern(entry: Block) -> bool:
    """Whether an entry may be about a TLS or web session of a service."""
    applications = numbers(entry.words("application"))
    if applications:
        return not FOREIGN_APPLICATIONS.issuperset(applications)
    categories = numbers(entry.words("category"))
    return not categories or not FOREIGN.issuperset(categories)
