"""Overlays: files of a team that add, remove or change requirements of a policy, each with a reason.

``version: 1``, then ``add`` (requirements as a policy has them, with a ``reason``), ``remove`` (``requirement``: an id such as
``host:port``, or a host, with a ``reason``) and ``change`` (the same, with the keys of the requirement that become others).
``policy`` names the policy that the file is for. The form is in ``schemas/overlay.schema.json``.
"""

from collections.abc import Sequence

from allowlint.errors import PolicyError
from allowlint.model.location import Location
from allowlint.model.requirement import Need, Policy, PolicyChange, Requirement
from allowlint.sources._policy_form import KEYS, PolicyForm, read_text
from allowlint.syntax.yaml_tree import Node

_TOP = ("version", "policy", "add", "remove", "change")
_CHANGEABLE = ("ports", "protocol", "geography", "systems", "need", "when", "expect", "note")


def overlaid(policy: Policy, path: str) -> Policy:
    """The policy as an overlay changes it.

    Raises:
        PolicyError: the file cannot be used, is for another policy, or names a requirement that is not there; with the line.
    """
    from hashlib import sha256

    text, digest = read_text(path)
    form = _OverlayForm(path)
    form.described = "the form of an overlay is in schemas/overlay.schema.json"
    top = form.mapping(form.tree(text), _TOP, "an overlay")
    if "version" not in top or top["version"].text != "1":
        form.fail(top.get("version"), "an overlay begins with version: 1")
    if "policy" in top and form.text(top["policy"]) != policy.name:
        form.fail(top["policy"], f"the overlay is for {top['policy'].text[:60]!r}, not for {policy.name!r}")
    for key, apply in (("remove", form.removed), ("change", form.changed), ("add", form.added)):
        for node in form.sequence(top[key], f"requirements to {key}") if key in top else ():
            policy = apply(policy, node)
    return policy._replace(sha256=sha256(f"{policy.sha256}\n{digest}".encode()).hexdigest())


class _OverlayForm(PolicyForm):
    """Applies what stands in an overlay, one item at a time."""

    def removed(self, policy: Policy, node: Node) -> Policy:
        keys = self.mapping(node, ("requirement", "reason"), "a requirement to remove")
        found = self._found(policy, keys.get("requirement"), node)
        rest = tuple(each for each in policy.requirements if each not in found)
        if not rest:
            self.fail(node, "the overlay removes every requirement; a check against it would prove nothing")
        return self._noted(policy._replace(requirements=rest), "removed", found, keys.get("reason"), node)

    def changed(self, policy: Policy, node: Node) -> Policy:
        keys = self.mapping(node, ("requirement", "reason", *_CHANGEABLE), "a requirement to change")
        found = self._found(policy, keys.get("requirement"), node)
        if not any(key in keys for key in _CHANGEABLE):
            self.fail(node, "nothing is changed", f"say what becomes different: {', '.join(_CHANGEABLE)}")
        requirements = tuple(self._other(each, keys, node) if each in found else each for each in policy.requirements)
        return self._noted(policy._replace(requirements=requirements), "changed", found, keys.get("reason"), node)

    def added(self, policy: Policy, node: Node) -> Policy:
        keys = self.mapping(node, ("reason", *KEYS), "a requirement to add")
        requirement = self.requirement_of(keys, node)
        if any((each.id, each.geography) == (requirement.id, requirement.geography) for each in policy.requirements):
            self.fail(node, f"{requirement.id} is in {policy.name} already", "change it instead of adding it")
        requirements = (*policy.requirements, requirement)
        return self._noted(policy._replace(requirements=requirements), "added", [requirement], keys.get("reason"), node)

    def _other(self, requirement: Requirement, keys: dict[str, Node], node: Node) -> Requirement:
        """The requirement with other values."""
        need = self.need(keys["need"]) if "need" in keys else requirement.need
        when = self.when(keys["when"]) if "when" in keys else requirement.when if need is Need.CONDITIONAL else {}
        if bool(when) != (need is Need.CONDITIONAL):
            self.conditional(keys.get("when") or keys.get("need") or node)
        # The reading of a whole requirement knows how each value is read and what follows from it.
        described = {key: value for key, value in keys.items() if key in KEYS and key not in ("need", "when")}
        read = self.requirement_of(
            {**described, "host": Node("str", requirement.host + requirement.path, (), (), node.line)}, node
        )
        given = {key: getattr(read, key) for key in described}
        if "ports" in described and "protocol" not in described:
            given["protocol"] = read.protocol
        return requirement._replace(need=need, when=when, **given)

    def _found(self, policy: Policy, name: Node | None, node: Node) -> list[Requirement]:
        """The requirements that an id or a host names."""
        if name is None:
            self.fail(node, "no 'requirement' is named", "an id such as host:port, or a host")
        text = self.text(name).strip().lower()
        found = [
            each
            for each in policy.requirements
            if text in (each.id.lower(), f"{each.host}{each.path}".lower(), each.host)
        ]
        if not found:
            self.unknown(name._replace(text=text), sorted({each.id for each in policy.requirements}), "requirement")
        return found

    def _noted(
        self, policy: Policy, kind: str, requirements: Sequence[Requirement], reason: Node | None, node: Node
    ) -> Policy:
        if reason is None or not self.text(reason).strip():
            raise PolicyError(
                "there is no 'reason'", path=self.path, line=node.line, hint="say why, for whoever reads it in a year"
            )
        place = Location(self.path, node.line)
        changes = (PolicyChange(kind, each.id, reason.text.strip(), place) for each in requirements)
        return policy._replace(changes=(*policy.changes, *changes))
