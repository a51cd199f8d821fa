"""The reviewed lists that ship with allowlint, loaded from a compiled form in about a millisecond.

The YAML in ``policies/mde`` is what people review. Beside it lies the same policy as compact JSON with the size and
checksum of the YAML it was made from; when they no longer agree, the YAML is read instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from allowlint._resources import read_resource, resource
from allowlint.errors import PolicyError
from allowlint.model.requirement import Need, Origin, Policy, Requirement

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import Any

BUNDLED: Mapping[str, str] = {
    "mde-streamlined": "streamlined",
    "mde-standard": "standard",
    "mde-gov-streamlined": "gov-streamlined",
    "mde-gov-standard": "gov-standard",
}
"""Name of a bundled policy to its file under ``policies/mde``, without the suffix."""

FORMAT = 1
"""Layout of the compiled form; a file with another number is not used."""


def load(name: str) -> Policy:
    """A bundled policy by name.

    Raises:
        PolicyError: there is no such policy (with the nearest name), or its file is missing from the installation.
    """
    if name not in BUNDLED:
        import difflib

        near = difflib.get_close_matches(name, BUNDLED, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"bundled are: {', '.join(BUNDLED)}"
        raise PolicyError(f"no bundled policy is called {name!r}", hint=hint)
    source = read_resource("policies", "mde", f"{BUNDLED[name]}.yaml")
    if source is None:
        message = f"the bundled policy {name} is missing from this installation"
        raise PolicyError(message, hint="install allowlint again")
    compiled = read_resource("policies", "mde", "compiled", f"{name}.json")
    path = resource("policies", "mde", f"{BUNDLED[name]}.yaml") or f"{BUNDLED[name]}.yaml"
    if compiled is not None:
        import json
        import zlib

        data = json.loads(compiled)
        if data["format"] == FORMAT and data["source"] == [len(source), zlib.crc32(source)]:
            return _from_json(data["policy"], path)
    return _from_yaml(source, path)


def compile_policy(policy: Policy, source: bytes) -> str:
    """The compiled form of a policy that was read from ``source``: JSON, one requirement on each line."""
    import json
    import zlib

    origins = sorted({(item.origin.document, item.origin.sheet) for item in policy.requirements if item.origin})
    fields = {key: getattr(policy, key) for key in _POLICY_FIELDS}
    rows = [json.dumps(_row(item, origins), separators=(",", ":")) for item in policy.requirements]
    head = json.dumps({"format": FORMAT, "source": [len(source), zlib.crc32(source)]})[:-1]
    body = json.dumps({**fields, "origins": origins})[:-1]
    return f'{head}, "policy": {body}, "requirements": [\n' + ",\n".join(rows) + "\n]}}\n"


_POLICY_FIELDS = ("name", "source", "sha256", "published", "onboarding", "cloud")


def _row(item: Requirement, origins: list[tuple[str, str]]) -> list[object]:
    origin = item.origin
    place = [origins.index((origin.document, origin.sheet)), origin.row] if origin else None
    return [
        item.host, item.ports, item.protocol, item.path, item.geography, item.systems, item.need, item.when, item.expect,
        item.audience, item.note, place, item.explicit_id,
    ]  # fmt: skip


def _from_json(data: Mapping[str, Any], path: str) -> Policy:
    origins = data["origins"]
    needs = {need.value: need for need in Need}
    requirements = []
    for row in data["requirements"]:
        host, ports, protocol, urlpath, place, systems, need, when, expect, audience, note, origin, explicit = row
        document, sheet = origins[origin[0]] if origin else ("", "")
        where = Origin(document, sheet, origin[1]) if origin else None
        requirements.append(
            Requirement(
                host, tuple(ports), protocol, urlpath, place, tuple(systems), needs[need], when, expect, audience, note,
                where, explicit,
            )
        )  # fmt: skip
    words = {key: str(data[key]) for key in _POLICY_FIELDS}
    return Policy(requirements=tuple(requirements), path=path, **words)  # type: ignore[arg-type]


def _from_yaml(source: bytes, path: str) -> Policy:
    import hashlib

    from allowlint.sources.policy_yaml import parse_policy

    policy = parse_policy(source.decode("utf-8"), path)
    return policy._replace(sha256=policy.sha256 or hashlib.sha256(source).hexdigest())
