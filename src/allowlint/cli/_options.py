"""Options that several commands share: which policies, and for whom."""

import argparse
from collections.abc import Iterable

from allowlint.errors import UsageError
from allowlint.model.demand import Demand
from allowlint.model.monitoring_agent import workspace_id
from allowlint.model.settings import PolicyRef, Settings
from allowlint.profile import ONBOARDING

DEFAULT_POLICY = "mde-streamlined"
_YES_NO = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}


def add_profile_options(parser: argparse.ArgumentParser) -> None:
    """Add --policy, --geo, --os, --onboarding, --answer, --workspace-id and --workspace-hosts."""
    group = parser.add_argument_group("requirements")
    group.add_argument(
        "--policy",
        action="append",
        metavar="NAME|FILE",
        help="bundled name (mde-streamlined, mde-standard, mde-gov-streamlined, mde-gov-standard), a policy file, or "
        "Microsoft's document itself (.xlsx, .md, .html); repeatable",
    )
    group.add_argument(
        "--geo",
        action="append",
        metavar="EU[,UK]",
        help="where the tenant's data lies: US, EU, UK, AU, ...; for government tenants GCC, GCCH or DOD",
    )
    group.add_argument("--os", action="append", metavar="NAME[,NAME]", help="operating systems (default: windows)")
    group.add_argument("--onboarding", choices=ONBOARDING, help="how devices are onboarded (default: as the policy)")
    group.add_argument(
        "--answer",
        action="append",
        metavar="KEY=yes|no",
        help="answer to a condition of the policy, such as updates_internal=yes; repeatable",
    )
    group.add_argument(
        "--workspace-id",
        action="append",
        metavar="GUID[,GUID]",
        help="workspaces of the machines on the Microsoft Monitoring Agent: their names replace the list's wildcards",
    )
    group.add_argument(
        "--workspace-hosts",
        action="append",
        metavar="FILE",
        help="output of TestCloudConnection, which names the storage of a workspace; repeatable, one for each workspace",
    )


def demand_from(args: argparse.Namespace) -> Demand:
    """For whom the options ask. Raises UsageError for what is not understood."""
    answers: dict[str, bool] = {}
    for text in args.answer or ():
        key, equals, word = text.partition("=")
        if not equals or word.strip().casefold() not in _YES_NO:
            raise UsageError(f"--answer {text[:60]!r} is not understood", hint="write it as KEY=yes or KEY=no")
        answers[key.strip()] = _YES_NO[word.strip().casefold()]
    return Demand(
        geographies=_words(args.geo),
        systems=_words(args.os),
        onboarding=args.onboarding,
        answers=answers,
        workspaces=_workspaces(args.workspace_id),
        workspace_hosts=tuple(dict.fromkeys(args.workspace_hosts or ())) or None,
    )


def policies_from(args: argparse.Namespace, settings: Settings) -> tuple[PolicyRef, ...]:
    """The policies that the options name, else those of the settings, else the default one."""
    named = tuple(PolicyRef(reference) for reference in dict.fromkeys(args.policy or ()))
    return named or settings.policies or (PolicyRef(DEFAULT_POLICY),)


def _workspaces(values: Iterable[str] | None) -> tuple[str, ...] | None:
    found = []
    for word in _words(values) or ():
        try:
            found.append(workspace_id(word))
        except ValueError as error:
            raise UsageError(
                f"--workspace-id {word[:60]!r}: {error}",
                hint="a GUID such as 01234567-89ab-cdef-0123-456789abcdef; the portal shows it where machines are onboarded",
            ) from error
    return tuple(dict.fromkeys(found)) or None


def _words(values: Iterable[str] | None) -> tuple[str, ...] | None:
    words = [word.strip() for value in values or () for word in value.split(",") if word.strip()]
    return tuple(words) or None
