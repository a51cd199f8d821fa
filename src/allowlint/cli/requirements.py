"""``allowlint requirements``: what a profile selects, and why each other row is left out."""

import argparse
import sys

from allowlint.cli._device_options import add_settings_options, settings_from
from allowlint.cli._options import add_profile_options, demand_from, policies_from
from allowlint.cli._saying import tell
from allowlint.lint.demands import profile_of
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Policy, Requirement
from allowlint.profile import Selection, select
from allowlint.reports._harmless import cell, harmless
from allowlint.sources import load_policy

NAME = "requirements"
HELP = "print the requirements that a profile selects"

_COLUMNS = ("endpoint", "need", "geography", "note")


class Selected(NamedTuple):
    """A policy and what the profile selects from it."""

    policy: Policy
    selection: Selection


_EPILOG = """\
examples:
  allowlint requirements --geo EU --os windows,linux
  allowlint requirements --os windows-legacy --workspace-id GUID --workspace-hosts testcloudconnection.txt --explain
  allowlint requirements --policy mde-standard --geo UK --explain     and why each other row is left out
  allowlint requirements --geo EU --format csv > needed.csv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the arguments of the command."""
    parser.epilog = _EPILOG
    add_profile_options(parser)
    add_settings_options(parser)
    parser.add_argument("--explain", action="store_true", help="also list each row that is left out, with the reason")
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    """Select and print. Returns the exit code."""
    settings = settings_from(args)
    profile = profile_of(demand_from(args).over(settings.demand))
    chosen = []
    for ref in policies_from(args, settings):
        policy, diagnostics = load_policy(ref.reference, ref.overlays)
        for diagnostic in diagnostics:
            tell(str(diagnostic))
        chosen.append(Selected(policy, select(policy, profile)))
    for item in chosen:
        for notice in item.selection.notices:
            tell(f"{item.policy.name}: {notice}")
    render = {"text": _text, "json": _json, "csv": _csv}[args.format]
    sys.stdout.write(render(chosen, args.explain))
    return 0


def _text(chosen: list[Selected], explain: bool) -> str:
    lines: list[str] = []
    for policy, selection in chosen:
        rows = [_cells(item) for item in selection.selected]
        widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
        lines.extend(_aligned(row, widths) for row in (_COLUMNS, *rows))
        needs = [item.need.value for item in selection.selected]
        counts = ", ".join(f"{needs.count(word)} {word}" for word in ("required", "conditional", "optional"))
        lines.append("")
        lines.append(
            f"{policy.name}: {len(rows)} of {len(policy.requirements)} requirements selected ({counts}); "
            f"{len(selection.left_out)} left out" + ("" if explain else "; --explain says why")
        )
        if explain:
            lines.append("")
            lines.extend(
                f"{item.requirement.id}{_place(item.requirement)}: {item.reason}" for item in selection.left_out
            )
            lines.extend(
                f"{change.requirement} {change.kind} by {change.location}: {change.reason}" for change in policy.changes
            )
        lines.append("")
    return "".join(f"{harmless(line)}\n" for line in lines[:-1])


def _cells(item: Requirement) -> tuple[str, ...]:
    conditions = ", ".join(f"{key}={'yes' if answer else 'no'}" for key, answer in item.when.items())
    need = f"{item.need.value} if {conditions}" if conditions and item.need.value == "conditional" else item.need.value
    return (item.id, need, item.geography, _note(item))


def _note(item: Requirement) -> str:
    return "; ".join(filter(None, (item.note, item.replaces.reason if item.replaces else "")))


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _place(item: Requirement) -> str:
    origin = item.origin
    return f" ({origin.sheet}, row {origin.row})" if origin else ""


def _json(chosen: list[Selected], explain: bool) -> str:
    from allowlint.reports._encodable import dumps

    document = [
        {
            "policy": policy.name,
            "published": policy.published,
            "sha256": policy.sha256,
            "notices": list(selection.notices),
            "changes": [
                {"kind": each.kind, "requirement": each.requirement, "reason": each.reason, "place": str(each.location)}
                for each in policy.changes
            ],
            "requirements": [_record(item) for item in selection.selected],
            **(
                {"left_out": [{**_record(item), "reason": reason} for item, reason in selection.left_out]}
                if explain
                else {}
            ),
        }
        for policy, selection in chosen
    ]
    return dumps({"schema_version": 1, "policies": document})


def _record(item: Requirement) -> dict[str, object]:
    return {
        "id": item.id,
        "host": item.host,
        "path": item.path,
        "ports": list(item.ports),
        "protocol": item.protocol,
        "geography": item.geography,
        "systems": list(item.systems),
        "need": item.need.value,
        "when": dict(item.when),
        "expect": dict(item.expect),
        "audience": item.audience,
        "note": item.note,
        "origin": item.origin._asdict() if item.origin else None,
        "replaces": item.replaces._asdict() if item.replaces else None,
    }


def _csv(chosen: list[Selected], explain: bool) -> str:
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("policy", "host", "path", "port", "protocol", "geography", "systems", "need", "note", "left_out"))
    for policy, selection in chosen:
        kept = [(item, "") for item in selection.selected]
        rows = [*kept, *((item.requirement, item.reason) for item in selection.left_out)] if explain else kept
        for item, reason in rows:
            for port in item.ports:
                cells = (
                    policy.name, item.host, item.path, str(port), item.protocol, item.geography, " ".join(item.systems),
                    item.need.value, _note(item), reason,
                )  # fmt: skip
                writer.writerow(map(cell, cells))
    return buffer.getvalue()
