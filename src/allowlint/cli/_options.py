"""Options that several commands share: which policies, and for whom."""

import argparse
from collections.abc import Iterable

from allowlint.errors import UsageError
from allowlint.profile import ONBOARDING, Profile, make_profile

DEFAULT_POLICY = "mde-streamlined"
_YES_NO = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}


def add_profile_options(parser: argparse.ArgumentParser) -> None:
    """Add --policy, --geo, --os, --onboarding and --answer."""
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


def profile_from(args: argparse.Namespace) -> Profile:
    """The profile that the options describe. Raises UsageError for an unknown word."""
    answers: dict[str, bool] = {}
    for text in args.answer or ():
        key, equals, word = text.partition("=")
        if not equals or word.strip().casefold() not in _YES_NO:
            raise UsageError(f"--answer {text[:60]!r} is not understood", hint="write it as KEY=yes or KEY=no")
        answers[key.strip()] = _YES_NO[word.strip().casefold()]
    return make_profile(_words(args.geo), _words(args.os), args.onboarding or "", answers=answers)


def policies_from(args: argparse.Namespace) -> tuple[str, ...]:
    """The policies that the options name, or the default one."""
    return tuple(dict.fromkeys(args.policy or (DEFAULT_POLICY,)))


def _words(values: Iterable[str] | None) -> list[str]:
    return [word.strip() for value in values or () for word in value.split(",") if word.strip()]
