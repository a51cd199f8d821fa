"""How host names are spelled in FortiOS: what a pattern reaches, and what never matches.

``*.x`` is everything below x at any depth and not x itself; elsewhere a star may stand in a ``wildcard-fqdn`` object, not in an
address (docs.fortinet.com, "FQDN addresses" and "Using wildcard FQDN addresses in firewall policies", administration guide 7.4;
factory objects ``*update.microsoft.com`` and ``aus*.mozilla.org``).
"""

from allowlint.model.namelist import NameList

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")

Reach = tuple[str, bool, bool]

ZERO = "0.0.0.0"  # noqa: S104 - every address, or none, as settings spell it


def reach_of(text: str) -> Reach | None:
    """What a name or ``*.name`` reaches; None for anything else."""
    lowered = text.lower()
    below = lowered.startswith("*.")
    bare = lowered[2:] if below else lowered
    plain = bool(bare) and _NAME.issuperset(bare) and ".." not in bare and bare[0] != "." and bare[-1] != "."
    return (bare, not below, below) if plain else None


def fault_of(text: str) -> str:
    """Why a name never matches a host; empty where it does, or where that is not clear."""
    if "://" in text:
        return "a scheme is not part of a host name"
    if "/" in text:
        return "a path is not part of a host name"
    if any(char.isspace() for char in text):
        return "a blank is not part of a host name"
    if text.endswith("."):
        return "a trailing dot matches no host name"
    return ""


def advice_for(text: str) -> str:
    """The spelling that was meant; empty where that is not clear."""
    cleaned = text.strip().lower().split("://", 1)[-1].split("/", 1)[0].rstrip(".")
    return cleaned if cleaned != text and reach_of(cleaned) else ""


def add(names: NameList, reach: Reach) -> None:
    """Put what a pattern reaches into a list."""
    name, itself, below = reach
    (names.whole if itself and below else names.lower if below else names.exact)[name] = 0
