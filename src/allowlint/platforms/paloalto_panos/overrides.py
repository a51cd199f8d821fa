"""Application override rules: connections that App-ID does not look at.

"Policies > Application Override" (PAN-OS web interface help): what such a rule matches (zones, addresses, a protocol and ports) is
taken for the application that it names, and is not looked into further. So no name is seen, and which of the rules that ask for
names or applications it still meets is not documented.
"""

from collections.abc import Iterable

from allowlint.model.condition import ALWAYS, NEVER, All, Condition, Doubt, PortIn
from allowlint.model.device import Action, Rule
from allowlint.model.number import LAST_PORT, whole
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.layers import Layer
from allowlint.platforms.paloalto_panos.rules import ASIDE, Match, Matcher, Parts
from allowlint.platforms.paloalto_panos.security import Ruled

_ASIDE = ASIDE | {"application", "port", "protocol"}


def overrides(layers: Iterable[Layer], parts: Parts, serials: frozenset[str] | None) -> list[Ruled]:
    """What stands before the security rules for the connections that overrides may match: either outcome."""
    matcher = Matcher(parts, aside=_ASIDE)
    matcher.serials = serials
    found: list[Ruled] = []
    for layer in layers:
        for node in layer.rules("application-override"):
            match = matcher.read(node)
            ports = _ports(match) if match is not None else NEVER
            if match is None or ports is NEVER or match.condition is NEVER:
                continue
            found += [Ruled(match.between, rule) for rule in _either(match, ports)]
    return found


def _either(match: Match, ports: Condition) -> Iterable[Rule]:
    text = f"application override rule '{match.name}'"
    for action, word in ((Action.BLOCK, "stopped"), (Action.ALLOW, "let through")):
        reason = f"whether a connection is {word} that is taken for '{match.text('application')}' ({text})"
        settle = "except the required hosts from the override, or disable it"
        untold = _doubts.not_modelled(reason, match.location, Doubt.APP_ID, settle)
        wanted = tuple(each for each in (match.condition, ports, untold) if each is not ALWAYS)
        yield Rule(All(wanted), action, match.location, text)


def _ports(match: Match) -> Condition:
    """The ports of an override; only those of TCP concern a sensor."""
    if match.text("protocol") not in ("tcp", ""):
        return NEVER
    ranges: list[tuple[int, int]] = []
    for text in match.text("port").replace(" ", "").split(","):
        low, _, high = text.partition("-")
        first, last = whole(low, LAST_PORT), whole(high or low, LAST_PORT)
        if first is None or last is None or first > last:
            return _doubts.not_modelled(f"the ports of the application override rule '{match.name}'", match.location)
        ranges.append((first, last))
    return PortIn(tuple(ranges))
