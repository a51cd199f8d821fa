"""What the checks of routes have in common."""

from collections.abc import Iterable, Iterator

from allowlint.checks import Examined
from allowlint.checks._findings import Identity
from allowlint.model.device import Stage, Way
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import without_lines
from allowlint.model.verdict import Step

WAYS = {
    Way.DIRECT: "straight to the server",
    Way.PROXY: "to the proxy {}",
    Way.SECURE_PROXY: "to the proxy {} by TLS",
    Way.SOCKS: "to a SOCKS proxy",
    Way.NOWHERE: "nowhere",
    Way.UNTOLD: "a way that is not told",
}


def sender(steps: Iterable[Step]) -> Step | None:
    """The step that chooses the way."""
    return next((step for step in steps if step.stage is Stage.ROUTING and step.rule.routes), None)


def sent_to(step: Step | None) -> str:
    """Where a step sends a connection, in words."""
    if step is None:
        return "through a proxy"
    route = step.rule.routes[0]
    return WAYS[route.way].format(route.address)


def noted(check: Identity, examined: Examined, kind: str, severity: Severity) -> Iterator[Finding]:
    """Yield what the platform has noted of a kind."""
    for note in examined.device.notes:
        if note.kind == kind:
            yield Finding(
                code=check.code,
                name=check.name,
                severity=Severity.INFO if note.mild else severity,
                message=note.text,
                config=examined.config,
                device=examined.device.name,
                location=note.location,
                object=without_lines(note.text),
                help=note.help,
            )
