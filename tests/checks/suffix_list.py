"""Makes ``src/allowlint/checks/_suffixes.txt`` from the Public Suffix List that tldextract ships."""

from importlib.resources import files

from allowlint.model.namelist import ancestors

HEADER = """\
# Names below which anybody can get a name, and [above] the names that have such a name below them.
# Made from the Public Suffix List (https://publicsuffix.org, Mozilla Public License 2.0), version {version},
# as tldextract ships it; rewritten by `make golden`. Names of one label are left out: each of them is a suffix.
"""


def snapshot() -> str:
    """The list as it is published."""
    return (files("tldextract") / ".tld_set_snapshot").read_text(encoding="utf-8")


def version_of(text: str) -> str:
    """The date that the list gives itself."""
    return next(line.split("VERSION:")[1].strip() for line in text.splitlines() if "VERSION:" in line)


def rendered(text: str) -> str:
    """The file. A rule ``*.x`` counts as ``x``: whoever allows all of it allows many owners."""
    rules = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//")]
    names = {rule.removeprefix("*.") for rule in rules if not rule.startswith("!")}
    shared = sorted(name.encode("idna").decode("ascii") for name in names if "." in name)
    known, above = frozenset(shared), dict[str, str]()
    for name in shared:
        for parent in list(ancestors(name))[1:]:
            if "." in parent and parent not in known:
                above.setdefault(parent, name)
    pairs = [f"{parent}={name}" for parent, name in sorted(above.items())]
    return HEADER.format(version=version_of(text)) + "\n".join(("[shared]", *shared, "[above]", *pairs)) + "\n"
