"""What policy files and the files that change them are read with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from allowlint.errors import PolicyError
from allowlint.model.requirement import CONDITIONS, GEOGRAPHIES, SYSTEMS, Need, Origin, Requirement
from allowlint.sources._document import protocol_of
from allowlint.syntax.yaml_form import Form
from allowlint.syntax.yaml_tree import MAX_BYTES, Node

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import NoReturn

KEYS = (
    "host", "ports", "protocol", "geography", "systems", "need", "when", "expect", "audience", "note", "origin", "id",
)  # fmt: skip
"""The keys of a requirement."""
EXPECTATIONS: Mapping[str, tuple[str, ...]] = {
    "access": ("allowed", "any"),
    "inspection": ("bypassed", "any"),
    "authentication": ("anonymous", "any"),
    "routing": ("direct", "any"),
}
"""Words that ``expect`` may demand of each stage."""


def read_text(path: str) -> tuple[str, str]:
    """The text of a file, with its SHA-256. Raises PolicyError where it cannot be read as UTF-8."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"a policy has at most {MAX_BYTES} bytes", path=path, hint="split it into several policies")
    try:
        return data.decode("utf-8-sig"), hashlib.sha256(data).hexdigest()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError("not UTF-8 text", path=path, line=line, hint="save the file as UTF-8") from error


class PolicyForm(Form):
    """Turns nodes into requirements, or fails with the line and what was expected there."""

    error = PolicyError
    described = "the form of a policy is in schemas/policy.schema.json"

    def requirement(self, node: Node) -> Requirement:
        """The requirement that stands there."""
        return self.requirement_of(self.mapping(node, KEYS, "a requirement"), node)

    def requirement_of(self, keys: Mapping[str, Node], node: Node) -> Requirement:
        """The requirement that some keys describe; ``node`` is where they stand."""
        if "host" not in keys:
            self.fail(node, "the requirement has no 'host'")
        host, path = self.host(keys["host"])
        ports = self.ports(keys["ports"]) if "ports" in keys else (443,)
        natural = protocol_of(ports)
        need = self.need(keys["need"]) if "need" in keys else Need.REQUIRED
        when = self.when(keys["when"]) if "when" in keys else {}
        if bool(when) != (need is Need.CONDITIONAL):
            self.conditional(keys.get("when") or keys["need"])
        return Requirement(
            host=host,
            ports=ports,
            protocol=self.choice(keys.get("protocol"), ("https", "http", "tcp"), "protocol", natural),
            path=path,
            geography=self.choice(keys.get("geography"), GEOGRAPHIES, "geography", "WW"),
            systems=self.systems(keys["systems"]) if "systems" in keys else (),
            need=need,
            when=when,
            expect=self.expect(keys["expect"]) if "expect" in keys else {},
            audience=self.choice(keys.get("audience"), ("device", "admin"), "audience", "device"),
            note=self.text(keys["note"]) if "note" in keys else "",
            origin=self.origin(keys["origin"]) if "origin" in keys else None,
            explicit_id=self.text(keys["id"]) if "id" in keys else "",
        )

    def need(self, node: Node) -> Need:
        """How badly it is needed."""
        return Need(self.choice(node, [word.value for word in Need], "need"))

    def conditional(self, node: Node) -> NoReturn:
        """Fail because an answer is missing, or is given for nothing."""
        self.fail(node, "'when' and 'need: conditional' belong together: the answers that make it required")

    def host(self, node: Node) -> tuple[str, str]:
        """A host pattern and its path."""
        from allowlint.sources._spelling import split_cell

        text = self.text(node)
        form = "expected a name, *.suffix, *suffix or host/path/*"
        if "://" in text:
            self.fail(node, f"host {text[:80]!r} has a scheme; {form}", "remove the scheme, and give 'ports' if needed")
        endpoints, repairs = split_cell(text)
        mended = [repair for repair in repairs if repair.code != "LST002"]
        if len(endpoints) != 1 or mended or endpoints[0].port is not None:
            self.fail(node, f"host {text[:80]!r} is no host name; {form}")
        head, slash, tail = text.partition("/")
        return head.lower(), slash + tail

    def ports(self, node: Node) -> tuple[int, ...]:
        """Ports, once each."""
        items = self.sequence(node, "ports, as in [443]")
        if not items:
            self.fail(node, "the list of ports is empty")
        return tuple(dict.fromkeys(self.number(item, 1, 65535, "a port") for item in items))

    def systems(self, node: Node) -> tuple[str, ...]:
        """Operating systems."""
        return tuple(self.choice(item, SYSTEMS, "system") for item in self.sequence(node, "systems, as in [windows]"))

    def when(self, node: Node) -> Mapping[str, object]:
        """The answers that make it required."""
        answers = self.mapping(node, CONDITIONS, "conditions, as in {live_response: true}")
        return {key: self.truth(value) for key, value in answers.items()}

    def expect(self, node: Node) -> Mapping[str, str]:
        """What each stage must answer."""
        stages = self.mapping(node, EXPECTATIONS, "stages, as in {inspection: bypassed}")
        return {
            stage: self.choice(value, EXPECTATIONS[stage], f"answer for {stage}") for stage, value in stages.items()
        }

    def origin(self, node: Node) -> Origin:
        """Where it comes from."""
        keys = self.mapping(node, ("document", "sheet", "row"), "an origin")
        row = self.number(keys["row"], 0, 9_999_999, "a row") if "row" in keys else 0
        document, sheet = (self.text(keys[key]) if key in keys else "" for key in ("document", "sheet"))
        return Origin(document, sheet, row)
