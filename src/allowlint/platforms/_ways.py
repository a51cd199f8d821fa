"""What becomes of clients whose way nobody knows, for platforms that only choose the way."""

from allowlint.model.condition import Doubt, Unmodelled
from allowlint.model.device import Action, Route, Rule, Rulebase, Stage, Way, default_rule
from allowlint.model.location import Location
from allowlint.model.path import NO_WAY, UNTOLD_WAY

NOWHERE = Route(Way.NOWHERE)
UNTOLD = Route(Way.UNTOLD)


def no_way(location: Location, text: str, reason: str) -> Rulebase:
    """What becomes of a client without an answer: most go straight to the server, some give up."""
    unknown = Unmodelled(f"{NO_WAY} {location}", reason, location, steady=False)
    return _perhaps(unknown, NO_WAY, text, NOWHERE)


def untold(location: Location, text: str, reason: str, settle: str = "") -> Rulebase:
    """What becomes of a client whose way the file does not tell: it may arrive or not."""
    key = f"{UNTOLD_WAY} {location} {reason}"
    unknown = Unmodelled(key, reason, location, steady=False, settle=settle, doubt=Doubt.MISSING_PART)
    return _perhaps(unknown, UNTOLD_WAY, text, UNTOLD)


def _perhaps(unknown: Unmodelled, name: str, text: str, stands_for: Route) -> Rulebase:
    location = unknown.location
    gives_up = Rule(unknown, Action.BLOCK, location, text)
    going_on = default_rule(Action.PROCEED, location, text)
    return Rulebase(Stage.ROUTING, name, (gives_up,), going_on, stands_for=stands_for)
