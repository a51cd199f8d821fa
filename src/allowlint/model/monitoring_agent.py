"""The names that machines on the old agent (the Microsoft Monitoring Agent) need: a workspace's own, and accounts of storage.

Microsoft's list has them as wildcards, and its article on verifying connectivity says by what they can be replaced: those of
Log Analytics and Azure Automation by the ID of each workspace, the one of storage by the names that TestCloudConnection prints.
"""

from collections.abc import Iterable, Mapping

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Replacement, Requirement

OLD_AGENT = ("windows-legacy", "windows-server-mma")
"""The systems that are on it."""

NAMED_BY_WORKSPACE: Mapping[str, str] = {
    "ods.opinsights.azure.com": "ods.opinsights.azure.com",
    "oms.opinsights.azure.com": "oms.opinsights.azure.com",
    "azure-automation.net": "agentsvc.azure-automation.net",
    "agentsvc.azure-automation.net": "agentsvc.azure-automation.net",
    "ods.opinsights.azure.us": "ods.opinsights.azure.us",
    "oms.opinsights.azure.us": "oms.opinsights.azure.us",
    "azure-automation.us": "agentsvc.azure-automation.us",
    "agentsvc.azure-automation.us": "agentsvc.azure-automation.us",
}
"""What a list asks for as a wildcard, with the name below which the workspaces have theirs."""

STORAGE = ("blob.core.windows.net", "blob.core.usgovcloudapi.net")
"""Below these anybody can rent an account; the agent needs a few of them."""

_GROUPS = (8, 4, 4, 4, 12)
_HEX = frozenset("0123456789abcdef")


class WorkspaceHost(NamedTuple):
    """An account of storage that the agent needs, with the line of the tool's output that names it."""

    host: str
    location: Location


class Workspaces(NamedTuple):
    """The workspaces that machines on the old agent report to, as far as somebody has said it."""

    ids: tuple[str, ...] = ()
    """GUIDs, lower case with hyphens."""
    hosts: tuple[WorkspaceHost, ...] = ()
    """The accounts of storage."""
    outputs: tuple[str, ...] = ()
    """The files that the accounts are from."""
    named: tuple[str, ...] = ()
    """The GUIDs of the workspaces that those files name."""
    notices: tuple[str, ...] = ()
    """What in those files could not be read."""
    cut: tuple[str, ...] = ()
    """The names of storage below which those files have a name that is not whole: it is not known which accounts there are."""


def workspace_id(text: str) -> str:
    """A workspace's ID in its normal form. Raises ValueError where the text is none."""
    found = text.strip().removeprefix("{").removesuffix("}").lower()
    groups = found.split("-")
    if tuple(map(len, groups)) != _GROUPS or not _HEX.issuperset("".join(groups)):
        raise ValueError("no workspace ID")
    return found


def shortened(workspace: str) -> str:
    """Enough of an ID to tell one's own workspaces apart."""
    return f"{workspace[:8]}..."


def storage_of(host: str) -> str:
    """The name of shared storage that a pattern asks for with everything below it; empty where it asks for something else."""
    name = host.lstrip("*.")
    return name if host.startswith("*") and name in STORAGE else ""


def narrowed_by(requirement: Requirement) -> str:
    """``ids`` or ``hosts``: the field of :class:`Workspaces` that says what a wildcard comes down to; else empty."""
    if requirement.path or not requirement.host.startswith("*"):
        return ""
    if requirement.host.lstrip("*.") in NAMED_BY_WORKSPACE:
        return "ids"
    return "hosts" if storage_of(requirement.host) else ""


def of_old_agent(requirement: Requirement, systems: Iterable[str] | None = None) -> bool:
    """Whether nothing but machines on the old agent needs it: of some systems, or of all that it names."""
    needing = set(requirement.systems)
    if systems is not None:
        needing = needing & set(systems) if needing else set(systems)
    return bool(needing) and needing <= set(OLD_AGENT)


def replacing(requirement: Requirement, workspaces: Workspaces) -> tuple[Requirement, ...]:
    """What stands for a wildcard where the workspaces are known; nothing where they do not tell."""
    kind = narrowed_by(requirement)
    name = requirement.host.lstrip("*.")
    if kind == "ids":
        below = NAMED_BY_WORKSPACE[name]
        found = [(f"{each}.{below}", f"workspace {shortened(each)}") for each in workspaces.ids]
    elif kind == "hosts":
        fitting = (each for each in workspaces.hosts if each.host.endswith(f".{name}") and name not in workspaces.cut)
        found = [(each.host, f"named by {each.location}") for each in fitting]
    else:
        found = []
    return tuple(
        requirement._replace(host=host, explicit_id="", replaces=Replacement(requirement.id, why))
        for host, why in found
    )
