"""From what the page was made: for whoever has to check or repeat it."""

from __future__ import annotations

from collections.abc import Iterable

from allowlint.model.report import ConfigResult, DeviceResult, PolicyUse, Run
from allowlint.model.requirement import PolicyChange, Requirement
from allowlint.reports.html.markup import Content, Markup, joined, lines, tag
from allowlint.reports.html.signs import BAD, NONE, OPEN, chip
from allowlint.reports.html.sources import spelled
from allowlint.reports.html.tables import pairs, table
from allowlint.reports.html.view import View, place_name, service
from allowlint.syntax.secrets import masked

MOST = 500
"""Lines of a device that were not understood and change no verdict that are listed."""


def not_understood(view: View) -> Markup | None:
    """Lines that were not understood, and why a product would refuse a configuration."""
    rows: list[list[Content]] = []
    left = 0
    for column in view.columns:
        device = column.result.device
        for fault in device.load_faults if not column.result.hops else ():
            sign = chip(BAD, f"does not load ({fault.versions})")
            rows.append([spelled(fault.location), column.name, fault.message, "", sign])
        rows += _unread(column.name, column.result)
        left += max(sum(not entry.matters for entry in device.unread) - MOST, 0)
    if not rows:
        return None
    heads = ("Place", "Device", "Why", "Text", "What follows")
    more = tag("p", f"{left} more lines that change no verdict are not listed.") if left else None
    return joined((table("Not understood", heads, rows), more))


def _unread(name: str, result: DeviceResult) -> list[list[Content]]:
    entries = result.device.unread
    mattering = [entry for entry in entries if entry.matters]
    others = [entry for entry in entries if not entry.matters][:MOST]
    return [
        [
            spelled(entry.location),
            name,
            entry.why,
            tag("code", masked(entry.text)),
            chip(OPEN, "could change a verdict") if entry.matters else chip(NONE, "changes no verdict"),
        ]
        for entry in (*mattering, *others)
    ]


def provenance(run: Run) -> Markup:
    """Program, command line, settings, policies and configurations."""
    import shlex

    made = run.provenance
    command = shlex.join(made.command)
    about = pairs(
        [
            ("Made by", f"allowlint {run.version}"),
            ("Made", made.made),
            ("Command line", tag("pre", lines(command)) if command else None),
            (
                "Settings",
                tag("ul", (tag("li", tag("code", path)) for path in made.settings)) if made.settings else None,
            ),
        ]
    )
    listed = ("Policy", "Published", "Source", "Requirements", "SHA-256 of the file")
    policies = table("Policies", listed, map(_policy, run.policies))
    changes = [_overlaid(use.policy.name, change) for use in run.policies for change in use.policy.changes]
    overlaid = table("What overlays have changed", ("Endpoint", "Policy", "Change", "Reason", "Written in"), changes)
    heads = ("Configuration", "Platform", "Devices", "Rules", "SHA-256", "Also read")
    read = table("Configurations", heads, (_config(config, run) for config in run.configs))
    return joined((about, policies, overlaid if changes else None, read))


def _policy(use: PolicyUse) -> list[Content]:
    policy = use.policy
    count = f"{use.selected} of {len(policy.requirements)} concern the profile"
    digest = tag("code", policy.sha256) if policy.sha256 else "not known"
    return [policy.name, policy.published or "not said", policy.source or policy.path or "not said", count, digest]


def _overlaid(name: str, change: PolicyChange) -> list[Content]:
    return [tag("code", change.requirement), name, change.kind, change.reason, spelled(change.location)]


def _config(config: ConfigResult, run: Run) -> list[Content]:
    names = ", ".join(result.device.name for result in config.devices)
    files = sorted({path for result in config.devices for path in result.device.files})
    side = tag("ul", (tag("li", tag("code", path)) for path in files)) if files else "nothing"
    return [config.path, config.platform, names, str(config.rules), _digest(run.sources.get(config.path)), side]


def _digest(content: bytes | None) -> Content:
    """The hash of a file as it was read; of one that was not kept there is none."""
    if content is None:
        return "not known"
    from hashlib import sha256

    return tag("code", sha256(content).hexdigest())


def requirements(view: View) -> Markup:
    """What must work, and where the policy has it from."""
    heads = ("Endpoint", "Service", "Geography", "Need", "Listed in")
    asked = (row.requirement._replace(explicit_id=row.name) for group in view.groups for row in group.rows)
    return table("Requirements", heads, map(_requirement, asked))


def _requirement(each: Requirement) -> list[Content]:
    when = f" (when {_answers(each.when.items())})" if each.when else ""
    origin = each.origin
    place = ", ".join(filter(None, (origin.sheet, f"row {origin.row}" if origin.row else ""))) if origin else ""
    return [
        tag("code", each.explicit_id),
        service(each),
        place_name(each.geography),
        f"{each.need}{when}",
        place or "not said",
    ]


def _answers(items: Iterable[tuple[str, object]]) -> str:
    return " or ".join(
        f"{key} is {'yes' if value is True else 'no' if value is False else value}" for key, value in items
    )
