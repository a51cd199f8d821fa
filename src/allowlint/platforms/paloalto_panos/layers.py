"""The rulebases of a device in the order in which a connection meets them, and the parts of them that an export lacks.

docs.paloaltonetworks.com, "Device Group Policies": shared pre-rules, those of device groups from the top of the hierarchy down, the
firewall's own rules, post-rules from the device group up to the shared ones, and the default rules.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.condition import All as Every
from allowlint.model.condition import Doubt, Identity, Unmodelled
from allowlint.model.device import Action, Rule
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.syntax.xml_tree import Node


class Layer(NamedTuple):
    """The rules of one level, or the place where rules are met that the export lacks."""

    node: Node
    base: str
    """``rulebase``, ``pre-rulebase`` or ``post-rulebase``."""
    lacking: str = ""
    """What is missing here, in words; empty where the rules are in the export."""
    settle: str = ""

    def held(self, kind: str) -> Node | None:
        """What holds the rules of a kind (``security``, ``decryption``, ...)."""
        return self.node.find(f"{self.base}/{kind}/rules") if not self.lacking else None

    def rules(self, kind: str) -> Iterator[Node]:
        """Yield the rules of a kind, in order."""
        held = self.held(kind)
        if held is not None:
            yield from held.entries()


def missing(layer: Layer, actions: Iterable[Action], kind: str) -> list[Rule]:
    """The rules that stand for those that the export lacks: any of the actions may be theirs."""
    if not layer.lacking:
        return []
    place = layer.node.location
    return [_missing(layer, action, kind, place) for action in actions]


def _missing(layer: Layer, action: Action, kind: str, place: Location) -> Rule:
    key = f"missing {kind} {layer.lacking} {action}"
    untold = Unmodelled(key, layer.lacking, place, settle=layer.settle, doubt=Doubt.MISSING_PART)
    if action is Action.CHALLENGE:
        portal = Identity(key, f"an authentication rule of {layer.lacking}", place)
        return Rule(Every((untold, portal)), Action.PROCEED, place, layer.lacking)
    return Rule(untold, action, place, layer.lacking)
