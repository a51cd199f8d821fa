"""Policy files: the reviewed requirements that a team keeps in git (YAML).

Where to get it
    ``allowlint import DOCUMENT -o policy.yaml`` writes one from Microsoft's list; the bundled ones lie in ``policies/``;
    a list of one's own is written by hand, with ``schemas/policy.schema.json`` for completion in an editor.

What is read
    ``version: 1``, ``name`` and ``requirements``; of each requirement ``host`` (with an optional path), and where they
    differ from the defaults ``ports``, ``protocol``, ``geography``, ``systems``, ``need``, ``when``, ``expect``,
    ``audience``, ``note``, ``origin`` and ``id``; at the top also ``source``, ``sha256``, ``published``, ``onboarding``
    and ``cloud``. Every error names its line; an unknown key or word is refused with the nearest known one.

What is not
    Anchors, aliases and tags of YAML, several documents in one file, and files above 4 MB.
"""

import hashlib
from collections.abc import Mapping

from allowlint.errors import PolicyError
from allowlint.model.requirement import CONDITIONS, GEOGRAPHIES, SYSTEMS, Need, Origin, Policy, Requirement
from allowlint.sources._document import Reading, protocol_of
from allowlint.sources._source import Source
from allowlint.syntax.yaml_form import Form
from allowlint.syntax.yaml_tree import MAX_BYTES, Node

_TOP = ("version", "name", "source", "sha256", "published", "onboarding", "cloud", "requirements")
_KEYS = (
    "host", "ports", "protocol", "geography", "systems", "need", "when", "expect", "audience", "note", "origin", "id",
)  # fmt: skip
EXPECTATIONS: Mapping[str, tuple[str, ...]] = {
    "access": ("allowed", "any"),
    "inspection": ("bypassed", "any"),
    "authentication": ("anonymous", "any"),
    "routing": ("direct", "any"),
}
"""Words that ``expect`` may demand of each stage."""


def detect(path: str, head: bytes) -> bool:
    """Whether a file claims to be a policy: by its name, or because it begins with the keys of one."""
    if path.casefold().endswith((".yaml", ".yml")):
        return True
    lines = head.decode("utf-8", "replace").splitlines()
    return any(line.startswith(("version:", "requirements:")) for line in lines)


def read(path: str) -> Reading:
    """The policy of a file.

    Raises:
        PolicyError: the file cannot be read or is no valid policy; with the line.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"a policy has at most {MAX_BYTES} bytes", path=path, hint="split it into several policies")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError("not UTF-8 text", path=path, line=line, hint="save the file as UTF-8") from error
    policy = parse_policy(text, path)
    digest = policy.sha256 or hashlib.sha256(data).hexdigest()
    return Reading(policy._replace(sha256=digest))


def parse_policy(text: str, path: str) -> Policy:
    """The policy in a text. ``path`` is for messages. Raises PolicyError, see ``read``."""
    form = _Form(path)
    top = form.mapping(form.tree(text), _TOP, "a policy")
    for key in ("version", "name", "requirements"):
        if key not in top:
            form.fail(None, f"key {key!r} is missing from the policy")
    if top["version"].text != "1":
        form.fail(top["version"], f"version {top['version'].text[:20]!r} is not known; expected 1")
    requirements = tuple(form.requirement(node) for node in form.sequence(top["requirements"], "requirements"))
    if not requirements:
        form.fail(top["requirements"], "the policy has no requirements; a check against it would prove nothing")
    words = {key: form.text(top[key]) for key in ("name", "source", "sha256", "published") if key in top}
    return Policy(
        requirements=requirements,
        onboarding=form.choice(top.get("onboarding"), ("standard", "streamlined"), "onboarding"),
        cloud=form.choice(top.get("cloud"), ("commercial", "gov", "both"), "cloud"),
        path=path,
        **words,
    )


class _Form(Form):
    """Turns nodes into requirements, or fails with the line and what was expected there."""

    error = PolicyError
    described = "the form of a policy is in schemas/policy.schema.json"

    def requirement(self, node: Node) -> Requirement:
        keys = self.mapping(node, _KEYS, "a requirement")
        if "host" not in keys:
            self.fail(node, "the requirement has no 'host'")
        host, path = self.host(keys["host"])
        ports = self.ports(keys["ports"]) if "ports" in keys else (443,)
        natural = protocol_of(ports)
        need = Need(self.choice(keys.get("need"), [word.value for word in Need], "need", "required"))
        when = self.when(keys["when"]) if "when" in keys else {}
        if bool(when) != (need is Need.CONDITIONAL):
            where = keys.get("when") or keys["need"]
            self.fail(where, "'when' and 'need: conditional' belong together: the answers that make it required")
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

    def host(self, node: Node) -> tuple[str, str]:
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
        items = self.sequence(node, "ports, as in [443]")
        if not items:
            self.fail(node, "the list of ports is empty")
        return tuple(dict.fromkeys(self.number(item, 1, 65535, "a port") for item in items))

    def systems(self, node: Node) -> tuple[str, ...]:
        return tuple(self.choice(item, SYSTEMS, "system") for item in self.sequence(node, "systems, as in [windows]"))

    def when(self, node: Node) -> Mapping[str, object]:
        answers = self.mapping(node, CONDITIONS, "conditions, as in {live_response: true}")
        return {key: self.truth(value) for key, value in answers.items()}

    def expect(self, node: Node) -> Mapping[str, str]:
        stages = self.mapping(node, EXPECTATIONS, "stages, as in {inspection: bypassed}")
        return {
            stage: self.choice(value, EXPECTATIONS[stage], f"answer for {stage}") for stage, value in stages.items()
        }

    def origin(self, node: Node) -> Origin:
        keys = self.mapping(node, ("document", "sheet", "row"), "an origin")
        row = self.number(keys["row"], 0, 9_999_999, "a row") if "row" in keys else 0
        document, sheet = (self.text(keys[key]) if key in keys else "" for key in ("document", "sheet"))
        return Origin(document, sheet, row)


SOURCE = Source("policy-yaml", "policy files (YAML)", detect, read)
