"""What a rule does to a connection, in words that follow its text."""

from allowlint.model.device import Action, Way
from allowlint.model.path import NO_WAY
from allowlint.model.verdict import Step

_DOES = {
    Action.ALLOW: "allows {}",
    Action.BLOCK: "blocks {}",
    Action.CHALLENGE: "asks for a login",
    Action.INSPECT: "inspects {}",
    Action.BYPASS: "leaves {} uninspected",
    Action.PROCEED: "lets {} through",
}
ROUTES = {
    Way.DIRECT: "straight to the server",
    Way.PROXY: "to the proxy {}",
    Way.SECURE_PROXY: "to the proxy {} by TLS",
    Way.SOCKS: "to a SOCKS proxy",
    Way.NOWHERE: "nowhere",
}
"""Where a rule sends a connection."""


def effect(step: Step, whom: str = "it") -> str:
    """What a step does: ``blocks it``, and whether that is told."""
    if step.rulebase == NO_WAY:
        return f"gives {whom} no way to go"
    route = step.rule.routes[0] if step.rule.routes and step.effect is Action.PROCEED else None
    text = (
        _DOES[step.effect].format(whom) if route is None else f"sends {whom} {ROUTES[route.way].format(route.address)}"
    )
    return text if step.certain else f"{text}, if it matches: that cannot be told"
