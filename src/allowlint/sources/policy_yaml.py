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

from allowlint.model.requirement import Policy
from allowlint.sources._document import Reading
from allowlint.sources._policy_form import EXPECTATIONS, PolicyForm, read_text
from allowlint.sources._source import Source

__all__ = ["EXPECTATIONS", "SOURCE", "detect", "parse_policy", "read"]

_TOP = ("version", "name", "source", "sha256", "published", "onboarding", "cloud", "requirements")


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
    text, digest = read_text(path)
    policy = parse_policy(text, path)
    return Reading(policy._replace(sha256=policy.sha256 or digest))


def parse_policy(text: str, path: str) -> Policy:
    """The policy in a text. ``path`` is for messages. Raises PolicyError, see ``read``."""
    form = PolicyForm(path)
    top = form.mapping(form.tree(text), _TOP, "a policy")
    for key in ("version", "name", "requirements"):
        if key not in top:
            form.fail(None, f"key {key!r} is missing from the policy")
    if top["version"].text != "1":
        form.fail(top["version"], f"version {top['version'].text[:20]!r} is not known; expected 1")
    requirements = tuple(form.requirement(node) for node in form.sequence(top["requirements"], "requirements"))
    if not requirements:
        form.fail(top["requirements"], "the policy has no requirements; a check against it would prove nothing")
    words = {key: form.text(top[key]) if key in top else "" for key in ("name", "source", "sha256", "published")}
    return Policy(
        requirements=requirements,
        onboarding=form.choice(top.get("onboarding"), ("standard", "streamlined"), "onboarding"),
        cloud=form.choice(top.get("cloud"), ("commercial", "gov", "both"), "cloud"),
        path=path,
        name=words["name"],
        source=words["source"],
        sha256=words["sha256"],
        published=words["published"],
    )


SOURCE = Source("policy-yaml", "policy files (YAML)", detect, read)
