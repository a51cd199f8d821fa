"""The rulebases of a device in the order in which a connection meets them, and the parts of them that an export lacks.

docs.paloaltonetworks.com, "Device Group Policies": shared pre-rules, those of device groups from the top of the hierarchy down, the
firewall's own rules, post-rules from the device group up to the shared ones, and the default rules.
"""

from collections.abc import Collection, Iterable, Iterator

from allowlint.errors import InputError
from allowlint.model.condition import All as Every
from allowlint.model.condition import Doubt, Identity, Unmodelled
from allowlint.model.device import Action, Rule
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms.paloalto_panos.scopes import CONTAINERS, Scope
from allowlint.platforms.paloalto_panos.sifting import LONG
from allowlint.syntax.xml_tree import Node

READ = frozenset(
    "security decryption authentication captive-portal default-security-rules application-override".split()
)
KINDS = READ | frozenset("dos nat network-packet-broker pbf qos sdwan tunnel-inspect".split())
"""What rulebases are made of (schema of PAN-OS 10.0, and the web interface help of 11.1 for what came later)."""


class Layer(NamedTuple):
    """The rules of one level, or the place where rules are met that the export lacks."""

    node: Node
    base: str
    """``rulebase``, ``pre-rulebase`` or ``post-rulebase``."""
    lacking: str = ""
    """What is missing here, in words; empty where the rules are in the export."""
    settle: str = ""
    level: str = ""
    """What it belongs to, as commands call it (``device-group Branch``, ``shared``); empty for the only system of a firewall."""

    def home(self, kind: str) -> str:
        """The list of the rules of a kind, as commands call it."""
        return f"{self.level} {self.base} {kind}".lstrip()

    def held(self, kind: str) -> Node | None:
        """What holds the rules of a kind (``security``, ``decryption``, ...)."""
        return self.node.find(f"{self.base}/{kind}/rules") if not self.lacking else None

    def rules(self, kind: str) -> Iterator[Node]:
        """Yield the rules of a kind, in order."""
        held = self.held(kind)
        if held is not None:
            yield from held.entries()


def strange(layer: Layer) -> Iterator[Node]:
    """Yield what stands among the rules of one level and is no kind of rules that is known, and no rule."""
    base = layer.node.find(layer.base) if not layer.lacking else None
    for kind in base.children if base is not None else ():
        if kind.tag not in KINDS:
            yield kind
            continue
        for held in kind.children:
            if held.tag != "rules":
                yield held
            elif kind.tag in READ and held.end - held.begin < LONG:
                yield from (rule for rule in held.children if rule.tag != "entry")


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


def refuse_doubles(layers: Iterable[Layer], scopes: Iterable[Scope]) -> None:
    """Raise InputError where an element stands twice that holds rules or objects: no device writes that, and reads one of them."""
    for layer in layers:
        _refuse_double(layer.node, (layer.base,))
        for kind in READ:
            _refuse_double(layer.node.find(layer.base), (kind,))
            _refuse_double(layer.node.find(f"{layer.base}/{kind}"), ("rules",))
    for scope in scopes:
        _refuse_double(scope.node, {path.split("/")[0] for path in CONTAINERS.values()} | {"zone", "captive-portal"})
        _refuse_double(scope.node.find("profiles"), {path.split("/")[-1] for path in CONTAINERS.values()})


def _refuse_double(node: Node | None, tags: Collection[str]) -> None:
    seen: set[str] = set()
    for child in node.children if node is not None else ():
        if child.tag in seen:
            place = child.location
            message = f"<{child.tag}> stands twice in one place"
            raise InputError(message, path=place.path, line=place.line, hint="join the two, or export it again")
        if child.tag in tags:
            seen.add(child.tag)
