"""Writes a policy in the form that people edit: one block for each requirement, defaults left out."""

import json
from collections.abc import Iterable, Mapping

from allowlint.model.requirement import Policy, Requirement
from allowlint.sources._document import protocol_of


def policy_to_yaml(policy: Policy, remarks: Iterable[str] = ()) -> str:
    """The policy as YAML. ``remarks``, one line each, become comments at its head. Reading it again gives the same requirements."""
    lines = [f"# {remark}".rstrip() for remark in remarks]
    lines.append("version: 1")
    for key in ("name", "source", "sha256", "published", "onboarding", "cloud"):
        value = getattr(policy, key)
        if value:
            lines.append(f"{key}: {value if key in ('onboarding', 'cloud') else _quote(value)}")
    lines.append("requirements:")
    for requirement in policy.requirements:
        lines.extend(_block(requirement))
    return "\n".join(lines) + "\n"


def _block(requirement: Requirement) -> list[str]:
    natural = protocol_of(requirement.ports)
    fields: list[tuple[str, str]] = [
        ("id", _quote(requirement.explicit_id) if requirement.explicit_id else ""),
        ("ports", f"[{', '.join(map(str, requirement.ports))}]"),
        ("protocol", requirement.protocol if requirement.protocol != natural else ""),
        ("geography", requirement.geography),
        ("systems", f"[{', '.join(requirement.systems)}]" if requirement.systems else ""),
        ("need", requirement.need.value),
        ("when", _flow({key: str(value).lower() for key, value in requirement.when.items()})),
        ("expect", _flow(requirement.expect)),
        ("audience", requirement.audience if requirement.audience != "device" else ""),
        ("note", _quote(requirement.note) if requirement.note else ""),
        ("origin", _origin(requirement)),
    ]
    return [
        f"  - host: {_quote(requirement.host + requirement.path)}",
        *(f"    {key}: {value}" for key, value in fields if value),
    ]


def _origin(requirement: Requirement) -> str:
    origin = requirement.origin
    if origin is None:
        return ""
    sheet = f", sheet: {_quote(origin.sheet)}" if origin.sheet else ""
    return f"{{document: {_quote(origin.document)}{sheet}, row: {origin.row}}}"


def _flow(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}" if pairs else ""


def _quote(text: str) -> str:
    # A JSON string is a YAML string but for characters beyond the basic plane; non-ASCII is escaped, so nothing hides.
    plain = "".join(json.dumps(c)[1:-1] if c < "\U00010000" else f"\\U{ord(c):08X}" for c in text).join('""')
    # Two number signs may begin a command in the log of a CI service.
    return plain.replace("##", "#\\u0023")
