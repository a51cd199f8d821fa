"""The choice of checks in a settings file."""

from collections.abc import Mapping
from functools import cache

from allowlint import registry
from allowlint.model.finding import Severity
from allowlint.model.location import Location
from allowlint.model.settings import CheckChoice
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node

_CHOICE = ("select", "ignore", "severity", "mandatory")


@cache
def codes() -> Mapping[str, str]:
    """The codes of all checks, by name."""
    return {check.name: check.code for check in registry.all("checks").values()}


def known_code(form: SettingsForm, node: Node, word: str) -> str:
    """A code, or the beginning of some, from what the user calls a check."""
    from difflib import get_close_matches

    known = codes()
    code = known.get(word.lower(), word.upper())
    if not any(each.startswith(code) for each in known.values()):
        near = get_close_matches(word.upper(), known.values(), 1) or get_close_matches(word.lower(), known, 1)
        hint = f"did you mean {near[0]!r}?" if near else "allowlint rule lists them all"
        form.fail(node, f"unknown check {word[:60]!r}", hint)
    return code


def read_choice(form: SettingsForm, node: Node) -> CheckChoice:
    """Which checks are run, and how bad their findings are."""
    keys = form.mapping(node, _CHOICE, "a choice of checks")
    severities = form.pairs(keys["severity"], "checks, each with a severity") if "severity" in keys else ()
    return CheckChoice(
        select=_codes(form, keys["select"]) if "select" in keys else None,
        ignore=_codes(form, keys["ignore"]) if "ignore" in keys else None,
        severity={
            known_code(form, key, form.filled(key, "a check")): Severity(form.choice(value, [*Severity], "severity"))
            for key, value in severities
        },
        mandatory=dict.fromkeys(
            _codes(form, keys["mandatory"]) if "mandatory" in keys else (), Location(form.path, node.line)
        ),
    )


def _codes(form: SettingsForm, node: Node) -> tuple[str, ...]:
    return tuple(known_code(form, node, word) for word in form.words(node, "a check"))
