"""The waivers of a settings file, and what every waiver must have."""

from allowlint.model.location import Location
from allowlint.model.settings import WaiverRules
from allowlint.model.waiver import Waiver
from allowlint.settings._checks import known_code
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node

_NARROWING = ("requirement", "object", "device", "config")
_WAIVER = ("check", *_NARROWING, "reason", "owner", "ticket", "expiry", "everywhere")
_RULES = ("expiry", "warn_days", "longest_days")
_LONG = 36_500
_SHORT = 10
"""Characters that a reason has at least: less explains nothing to whoever reads it in a year."""


def read_rules(form: SettingsForm, node: Node) -> WaiverRules:
    """What every waiver must have."""
    keys = form.mapping(node, _RULES, "rules for waivers")
    expiry = form.choice(keys["expiry"], ("required", "optional"), "word for expiry") if "expiry" in keys else ""
    return WaiverRules(
        expiry == "required" if expiry else None,
        form.number(keys["warn_days"], 0, _LONG, "warn_days") if "warn_days" in keys else None,
        form.number(keys["longest_days"], 1, _LONG, "longest_days") if "longest_days" in keys else None,
    )


def read_waivers(form: SettingsForm, node: Node) -> tuple[Waiver, ...]:
    """The waivers, in the order of the file."""
    return tuple(_waiver(form, item) for item in form.sequence(node, "waivers"))


def _waiver(form: SettingsForm, node: Node) -> Waiver:
    keys = form.mapping(node, _WAIVER, "a waiver")
    for key in ("check", "reason"):
        if key not in keys:
            form.fail(node, f"the waiver has no {key!r}", "a waiver says which check, and why")
    checks = form.words(keys["check"], "a check")
    if not checks:
        form.fail(keys["check"], "no check is named", "a code such as TLS001")
    codes = tuple(known_code(form, keys["check"], word) for word in checks)
    narrow = {key: form.filled(keys[key], key) for key in _NARROWING if key in keys}
    everywhere = "everywhere" in keys and form.truth(keys["everywhere"])
    if not everywhere and not narrow and (len(codes) > 1 or any(len(code) < len("TLS001") for code in codes)):
        form.fail(
            node,
            "the waiver is for more than one check, everywhere",
            "name a requirement, object, device or config; or say 'everywhere: true'",
        )
    waiver = Waiver(
        checks=codes,
        reason=_reason(form, keys["reason"]),
        location=Location(form.path, node.line),
        owner=form.filled(keys["owner"], "owner") if "owner" in keys else "",
        ticket=form.filled(keys["ticket"], "ticket") if "ticket" in keys else "",
        expiry=_day(form, keys["expiry"]) if "expiry" in keys else "",
    )
    return waiver._replace(**narrow)  # type: ignore[arg-type]


def _reason(form: SettingsForm, node: Node) -> str:
    text = form.filled(node, "reason")
    if len(text) < _SHORT:
        form.fail(node, f"the reason {text!r} is too short", f"a sentence of {_SHORT} characters or more that says why")
    return text


def _day(form: SettingsForm, node: Node) -> str:
    from datetime import date

    text = form.text(node).strip()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        form.fail(node, f"{text[:40]!r} is no day", "the last day on which the waiver holds, such as 2027-03-31")
