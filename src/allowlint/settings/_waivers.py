"""The waivers of a settings file, and what every waiver must have."""

from allowlint.model.location import Location
from allowlint.model.settings import Settings, WaiverRules
from allowlint.model.waiver import SHORTEST_REASON, Waiver, day_of
from allowlint.settings._checks import known_code
from allowlint.settings._form import SettingsError, SettingsForm
from allowlint.syntax.yaml_tree import Node

_NARROWING = ("requirement", "object", "device", "config")
_EXPIRY = ("expiry", "until")
_WAIVER = ("check", *_NARROWING, "reason", "owner", "ticket", *_EXPIRY, "everywhere")
_RULES = ("expiry", "warn_days", "longest_days", "inline")
_LONG = 36_500


def read_rules(form: SettingsForm, node: Node) -> WaiverRules:
    """What every waiver must have."""
    keys = form.mapping(node, _RULES, "rules for waivers")
    expiry = form.choice(keys["expiry"], ("required", "optional"), "word for expiry") if "expiry" in keys else ""
    return WaiverRules(
        expiry == "required" if expiry else None,
        form.number(keys["warn_days"], 0, _LONG, "warn_days") if "warn_days" in keys else None,
        form.number(keys["longest_days"], 1, _LONG, "longest_days") if "longest_days" in keys else None,
        form.choice(keys["inline"], ("allowed", "refused"), "word for inline") == "allowed"
        if "inline" in keys
        else None,
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
    codes = tuple(dict.fromkeys(known_code(form, keys["check"], word) for word in checks))
    narrow = {key: form.filled(keys[key], key) for key in _NARROWING if key in keys}
    everywhere = "everywhere" in keys and form.truth(keys["everywhere"])
    narrows = any(_narrows(key, text) for key, text in narrow.items())
    if not everywhere and not narrows and (len(codes) > 1 or any(len(code) < len("TLS001") for code in codes)):
        form.fail(
            node,
            "the waiver is for more than one check, everywhere",
            "name a requirement, object, device or config that is not just *; or say 'everywhere: true'",
        )
    waiver = Waiver(
        checks=codes,
        reason=_reason(form, keys["reason"]),
        location=Location(form.path, node.line),
        owner=form.filled(keys["owner"], "owner") if "owner" in keys else "",
        ticket=form.filled(keys["ticket"], "ticket") if "ticket" in keys else "",
        expiry=_expiry(form, keys),
        everywhere=everywhere,
    )
    return waiver._replace(**narrow)  # type: ignore[arg-type]


def check_expiry(settings: Settings) -> None:
    """Raises SettingsError for a waiver without an end where one is required, whichever of the files requires it."""
    if settings.waiver_rules.expiry_required is False:
        return
    for waiver in settings.waivers:
        if not waiver.expiry:
            raise SettingsError(
                "the waiver has no expiry",
                path=waiver.location.path,
                line=waiver.location.line,
                hint="the last day on which it holds, such as expiry: 2027-03-31; or waiver-rules: {expiry: optional}",
            )


def _narrows(key: str, text: str) -> bool:
    """Whether a pattern leaves anything out: one of stars and signs fits everything, and so does a port."""
    return any(char.isalpha() or (char.isdigit() and key != "requirement") for char in text)


def _reason(form: SettingsForm, node: Node) -> str:
    text = form.filled(node, "reason")
    if len(text) < SHORTEST_REASON:
        form.fail(
            node,
            f"the reason {text!r} is too short",
            f"a sentence of {SHORTEST_REASON} characters or more that says why",
        )
    return text


def _expiry(form: SettingsForm, keys: dict[str, Node]) -> str:
    given = [keys[key] for key in _EXPIRY if key in keys]
    if len(given) > 1:
        form.fail(given[1], "'expiry' and 'until' say the same", "keep one of them")
    if not given:
        return ""
    text = form.text(given[0]).strip()
    found = day_of(text)
    if not found:
        form.fail(given[0], f"{text[:40]!r} is no day", "the last day on which the waiver holds, such as 2027-03-31")
    return found
