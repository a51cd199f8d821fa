"""Which checks are run."""

from collections.abc import Iterable, Mapping

from allowlint.checks import Check
from allowlint.checks._listed import listed
from allowlint.errors import UsageError
from allowlint.model.location import Location


def chosen_checks(
    select: Iterable[str], ignore: Iterable[str], mandatory: Mapping[str, Location] | None = None
) -> list[Check]:
    """The checks to run; ``mandatory`` ones are always among them.

    Raises UsageError for a code that no check has, and where a mandatory one is to be left out.
    """
    checks = sorted(listed(), key=lambda check: check.code)
    wanted, unwanted = _codes(select, checks), _codes(ignore, checks)
    for code, place in (mandatory or {}).items():
        if unwanted and (code.startswith(unwanted) or any(each.startswith(code) for each in unwanted)):
            raise UsageError(f"--ignore: {place} makes {code} mandatory", hint="what is mandatory cannot be left out")
    always = tuple(mandatory or ())
    return [
        check
        for check in checks
        if (always and check.code.startswith(always))
        or ((not wanted or check.code.startswith(wanted)) and not (unwanted and check.code.startswith(unwanted)))
    ]


def _codes(texts: Iterable[str], checks: list[Check]) -> tuple[str, ...]:
    names = {check.name: check.code for check in checks}
    codes = []
    for word in (part.strip() for text in texts for part in text.split(",") if part.strip()):
        code = names.get(word.lower(), word.upper())
        if not any(check.code.startswith(code) for check in checks):
            raise UsageError(f"no check is called {word[:40]!r}", hint=_nearest(word, names))
        codes.append(code)
    return tuple(codes)


def _nearest(word: str, names: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.upper(), names.values(), n=1) or get_close_matches(word.lower(), names, n=1)
    return f"did you mean {close[0]!r}?" if close else "allowlint rule lists them all"
