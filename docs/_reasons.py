"""The codes of what cannot be told, with what settles each, and the assumptions: from the code that gives them."""

import ast
import inspect

from allowlint.model import condition
from allowlint.model.assumption import ASSUMPTIONS
from allowlint.model.condition import Doubt

SETTLES = {
    Doubt.DNS_BOUND: "`dns_consistent`, or an entry that the device compares by name",
    Doubt.ADDRESS_BOUND: "An entry by name: addresses change",
    Doubt.VENDOR_CATEGORY: "`ratings`: the category that the vendor's look-up page tells; better an own category or list",
    Doubt.FEED: "The list's content beside the configuration where the platform reads it, else `feeds_unrelated`",
    Doubt.APP_ID: "`app_ids_kept`, or a rule by host and port that asks for no application",
    Doubt.USER_BOUND: "`no_user_mapping`, or a rule for every user above it",
    Doubt.SCHEDULE: "A rule without a schedule: an endpoint must work at every hour",
    Doubt.DEVICE_POSTURE: "A rule that asks nothing of the client machine",
    Doubt.MISSING_PART: "A whole export: pushed policies, included files, the device groups above",
    Doubt.UNRESOLVED_REF: "The object's definition in the export, or its right name",
    Doubt.PROFILE_UNKNOWN: "The profile's definition in the export, or its right name",
    Doubt.CERT_CHECK: "`trusted_servers`",
    Doubt.VERSION: "An entry that every release reads alike: the reason says how to write it",
    Doubt.NOT_MODELLED: "A simpler rule above it for the required endpoints; and tell us, with the line",
}
"""What the user can do about each."""


def page() -> str:
    """The table of codes, and that of assumptions."""
    codes = "".join(f"| `{doubt}` | {_meaning()[doubt]} | {SETTLES[doubt]} |\n" for doubt in Doubt)
    words = "".join(f"| `{word}` | {text[0].upper()}{text[1:]}. |\n" for word, text in ASSUMPTIONS.items())
    return (
        f"## The codes\n\n| code | it depends on | what settles it |\n| --- | --- | --- |\n{codes}\n"
        f"## The assumptions\n\n| word | what you say with it |\n| --- | --- |\n{words}"
        "| `ratings` | The vendor rates these hosts so: host patterns, each with its categories. In `allowlint.yaml` only. |\n"
    )


def _meaning() -> dict[Doubt, str]:
    """The text that stands below each member of the enumeration."""
    tree = ast.parse(inspect.getsource(condition))
    (doubt,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Doubt.__name__)
    found = {}
    for member, text in zip(doubt.body, doubt.body[1:], strict=False):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            (target,) = (each.id for each in member.targets if isinstance(each, ast.Name))
            found[Doubt[target]] = str(text.value.value)
    return found
