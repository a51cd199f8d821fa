"""What is not in a file, or not known, and may do anything."""

from allowlint.model.condition import Doubt, Unmodelled
from allowlint.model.device import ANYTHING, Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.location import Location
from allowlint.platforms.fortinet_fortios.reading import Vdom


def unsteady(reason: str, place: Location, doubt: Doubt = Doubt.NOT_MODELLED, settle: str = "") -> Unmodelled:
    """Cannot be told, and may be answered otherwise the next time."""
    return Unmodelled(f"unsteady {reason}", reason, place, steady=False, settle=settle, doubt=doubt)


def anything(
    reason: str, place: Location, name: str, doubt: Doubt = Doubt.NOT_MODELLED, actions: tuple[Action, ...] = ANYTHING
) -> Rulebase:
    """Something of which only is known what it may do."""
    settle = "export it too, or correct the name" if doubt is Doubt.PROFILE_UNKNOWN else ""
    unknown = unsteady(reason, place, doubt, settle)
    rules = tuple(Rule(unknown, action, place, name) for action in actions)
    return Rulebase(Stage.ACCESS, name, rules, default_rule(Action.PROCEED, place, name))


def untold_profile(vdom: Vdom, kind: str, name: str, at: int) -> Rulebase:
    """A profile that is not in the file may refuse or ask."""
    help = f"define {kind} {name}, or export it too"  # noqa: A001 - the word of the model
    vdom.note("unresolved", at, f"{kind} {name!r} is used and not defined", help)
    reason = f"what {kind} {name!r} does, which is not in this export"
    actions = (Action.BLOCK, Action.CHALLENGE)
    return anything(reason, vdom.at(at), f"{kind} {name}", Doubt.PROFILE_UNKNOWN, actions)
