"""What is not in a file, or not known, and may do anything."""

from allowlint.model.condition import Doubt, Unmodelled
from allowlint.model.device import Action, Rulebase
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import Vdom


def unsteady(reason: str, place: Location) -> Unmodelled:
    """Cannot be told, and may be answered otherwise the next time."""
    return Unmodelled(f"unsteady {reason}", reason, place, steady=False, doubt=Doubt.NOT_MODELLED)


def untold_profile(vdom: Vdom, kind: str, name: str, at: int) -> Rulebase:
    """A profile that is not in the file may refuse or ask."""
    help = f"define {kind} {name}, or export it too"  # noqa: A001 - the word of the model
    vdom.note("unresolved", at, f"{kind} {name!r} is used and not defined", help)
    reason = f"what {kind} {name!r} does, which is not in this export"
    actions = (Action.BLOCK, Action.CHALLENGE)
    settle = "export it too, or correct the name"
    return _doubts.anything(reason, vdom.at(at), f"{kind} {name}", Doubt.PROFILE_UNKNOWN, actions, settle)
