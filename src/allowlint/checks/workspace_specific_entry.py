"""An entry is for one workspace, and nobody says which workspaces there are.

## What it does

Reports an entry that is the name of one workspace (a GUID below `ods.opinsights.azure.com`, `oms.opinsights.azure.com` or
`azure-automation.net`, and the same for government clouds) where machines on the Microsoft Monitoring Agent are checked:

- the policy asks for every workspace's name, because `--workspace-id` is not given, and this device does not let all of them through;
- or workspaces are given, and this one is not among them.

## Why is this bad?

Microsoft's list has wildcards there, and a device that names the workspaces is better than one that follows the list to the letter.
But only who knows the workspaces can tell whether all of them are named: a machine that reports to another one is cut off.

## Example

The list asks for `*.ods.opinsights.azure.com`:

```
acl agent dstdomain 0a1b2c3d-1111-2222-3333-444455556666.ods.opinsights.azure.com
http_access allow agent
http_access deny all
```

## How to fix

Say which workspaces the machines report to, all of them: `--workspace-id GUID,GUID`, or `workspaces` in the profile of
`allowlint.yaml`. The portal shows the ID where old systems are onboarded. The wildcard is then replaced by their names:
`allowlint requirements --explain` shows by which. Remove an entry of a workspace to which no machine reports any more.

The name of Azure Automation may be allowed by its own wildcard (`*.agentsvc.azure-automation.net`) or by the one of earlier
lists (`*.azure-automation.net`): with the workspaces given, both let their names through.

The accounts of `*.blob.core.windows.net` do not follow from the ID. `TestCloudConnection.exe`, in the folder of the agent, prints them
in its section `Firewall Rule: *.blob.core.windows.net`; keep its output as a file, one for each workspace, and name it with
`--workspace-hosts` (`workspace_hosts`). No text of that output is published, so it is read leniently: in UTF-16 or UTF-8, every
name below the wildcard counts that follows the heading; a line that may hide a name is reported.
"""

import re
from collections.abc import Iterator
from itertools import chain

from allowlint.checks import Check, Examined
from allowlint.checks._entries_used import used_entries, used_expressions, used_lists
from allowlint.checks._findings import Identity, members_of
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.lazy import lazy_pattern
from allowlint.model.location import Location
from allowlint.model.monitoring_agent import NAMED_BY_WORKSPACE, narrowed_by, of_old_agent
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import Answer, Verdict

_THIS = Identity("HYG010", "workspace-specific-entry")
_SUFFIXES = "|".join(map(re.escape, NAMED_BY_WORKSPACE))
_ENTRY = lazy_pattern(rf"([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})\.({_SUFFIXES})")
_DASHES = 4
"""Those of an ID, by which few names of a long list are left."""
_SHOWN = 5
"""Further entries of a workspace that a finding points at."""


class _Use(NamedTuple):
    """An entry that is for one workspace."""

    text: str
    owner: str
    location: Location
    suffix: str


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each workspace that the profile does not name."""
    if examined.device.load_faults:
        return
    known = {_workspace(verdict) for verdict in examined.verdicts if verdict.requirement.replaces} - {""}
    whole = {verdict.requirement.host.lstrip("*.") for verdict in examined.verdicts if _lacking(verdict)}
    if not known and not whole:
        return
    for each in members_of(examined).values() or (examined,):
        found = _workspaces(each)
        for workspace, uses in found.items():
            if workspace not in known and (known or any(_below(use.suffix, whole) for use in uses)):
                yield _finding(examined, workspace, uses, tuple(found), known=bool(known))


def _workspace(verdict: Verdict) -> str:
    """The workspace whose name is asked for; empty where it is something else."""
    workspace, _, suffix = verdict.requirement.host.partition(".")
    return workspace if suffix in NAMED_BY_WORKSPACE else ""


def _lacking(verdict: Verdict) -> bool:
    """Whether every workspace's name is asked for, and not all of it works."""
    requirement = verdict.requirement
    return (
        narrowed_by(requirement) == "ids"
        and of_old_agent(requirement)
        and any(
            verdict.matters(stage) and found.answer in (Answer.VIOLATED, Answer.PARTIAL, Answer.UNKNOWN)
            for stage, found in verdict.stages.items()
        )
    )


def _below(suffix: str, names: set[str]) -> bool:
    return any(suffix == name or suffix.endswith(f".{name}") or name.endswith(f".{suffix}") for name in names)


def _workspaces(examined: Examined) -> dict[str, list[_Use]]:
    """The entries that are for one workspace, by its ID."""
    found: dict[str, list[_Use]] = {}
    listed = (
        each.entry(place)
        for each in used_lists(examined.device)
        for place, name in each.names.names()
        if name.count("-") >= _DASHES
    )
    entries = ((entry.text, entry.owner, entry.location) for entry in chain(used_entries(examined.device), listed))
    expressions = ((each.text, owner, each.location) for owner, each in used_expressions(examined.device))
    for text, owner, location in (*entries, *expressions):
        match = _ENTRY.search(text.lower().replace("\\", "").replace("[.]", "."))
        if match is not None:
            uses = found.setdefault(match[1], [])
            if all(use.location != location for use in uses):
                uses.append(_Use(text, owner, location, match[2]))
    return found


def _finding(
    examined: Examined, workspace: str, uses: list[_Use], all_of_them: tuple[str, ...], *, known: bool
) -> Finding:
    first = uses[0]
    entry = f"`{first.text}`{f' in {first.owner}' if first.owner else ''}"
    if known:
        message = f"{entry} is for a workspace that the profile does not name"
        help_ = f"if machines report to it, add {workspace} to --workspace-id (profile.workspaces); else remove it"
    else:
        message = f"{entry} looks workspace-specific, and the policy asks for every workspace's name"
        help_ = (
            f"if machines report to no other workspace, say so: --workspace-id {','.join(all_of_them)} "
            "(profile.workspaces in allowlint.yaml); then their names are asked for instead of all"
        )
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.WARNING,
        message=message,
        config=examined.config,
        device=examined.device.name,
        location=first.location,
        object=workspace,
        related=tuple(Related(use.location, "the same workspace") for use in uses[1 : _SHOWN + 1]),
        help=help_,
    )


CHECK = Check(*_THIS, Severity.WARNING, "an entry is for one workspace, and the profile does not name it", run)
