"""What a rule does to a connection, in words that follow its text."""

from allowlint.model.device import Action, Way
from allowlint.model.path import NO_WAY
from allowlint.model.verdict import Step
from allowlint.reports._grouping import Block

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


def pointed(block: Block) -> str:
    """What the line that is pointed at does, as the trace has it."""
    first = block.first
    steps = [step for step in first.trace if step.rule.location == first.location]
    if not steps:
        return ""
    step = steps[-1]
    whom = "it" if len(block.findings) == 1 else "them"
    if not step.default:
        return effect(step, whom)
    # What happens to whatever is left needs no condition.
    return effect(step._replace(certain=True), whom) if step.rule.routes else step.rule.text
