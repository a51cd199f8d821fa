"""Names of others in URL filters, and where their letters stand in the names of required endpoints.

In flow mode ``s.id`` matches ``apps.identrust.com`` (community.fortinet.com 197999). For a name that is asked for by itself, and for
the part of a pattern that all its names share, that is decided. In the part that varies a name of somebody else is not looked for:
nobody's host is called ``facebook.com.endpoint.security.microsoft.com``. Only where its letters reach into the fixed part (``s.de`` in
``us.delivery.mp.microsoft.com``), or where it is so short that labels make it up by chance (``t.co``), may it be there.
"""

import re

from allowlint.model.hosts import requirement_entry
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import Endpoint
from allowlint.platforms._public_names import MIDDLE, SHORT, TOP
from allowlint.platforms.fortinet_fortios.spelling import reach_of


class Inside(NamedTuple):
    """Where a text stands in hosts before their end."""

    sure: NameList
    """The hosts that hold it."""
    chance: NameList
    """Those that may hold it where what varies ends with its beginning."""
    anywhere: bool
    """Whether any host may hold it."""


class Foreign:
    """The endpoints that will be asked about, as texts in which a name may stand."""

    def __init__(self, endpoints: tuple[Endpoint, ...]) -> None:
        entries = dict.fromkeys(requirement_entry(endpoint.host.lower()) for endpoint in endpoints)
        self.exact = NameList()
        self.exact.exact.update((name, 0) for name, _, below in entries if not below)
        self.below = [name for name, _, below in entries if below]
        self.known = bool(entries)

    def inside(self, text: str) -> Inside:
        """The hosts that hold a text before their end, or may."""
        text = text.lower()
        sure, chance = NameList(), NameList()
        sure.exact.update((name, 0) for name in self.exact.exact if _before_the_end(text, name))
        sure.lower.update((name, 0) for name in self.below if _before_the_end(text, f".{name}"))
        chance.lower.update((name, 0) for name in self.below if text not in f".{name}" and _reaches(text, f".{name}"))
        letters, _, top = text.rpartition(".")
        return Inside(sure, chance, not self.known or (top in MIDDLE and len(letters) <= SHORT))

    def ending(self, text: str) -> tuple[NameList, str]:
        """The hosts that end with a text, and an expression of others that do; empty where there are none.

        Filters may have thousands of entries, and next to none of them is about an endpoint.
        """
        text = text.lower()
        names = NameList()
        names.exact.update((name, 0) for name in self.exact.exact if name.endswith(text))
        names.lower.update((name, 0) for name in self.below if f".{name}".endswith(text))
        longer = not self.known or any(text.endswith(f".{name}") for name in self.below)
        return names, f"{re.escape(text)}$" if longer else ""


def _reaches(text: str, fixed: str) -> bool:
    """Whether a text may end within what all hosts of a pattern end with."""
    return any(text[at] == "." and fixed.startswith(text[at:]) for at in range(1, len(text)))


def _before_the_end(text: str, name: str) -> bool:
    return text in name and not name.endswith(text)


def is_public_name(text: str, *, below: bool = False) -> bool:
    """Whether a text is a whole public host name, such as ``facebook.com``, rather than a part of one or of a path.

    ``below``: whether it stood behind ``*.``, so that a top-level domain of more than two letters alone will do.
    """
    reach = reach_of(text)
    if reach is None or not reach[1]:
        return False
    *others, top = reach[0].split(".")
    return top in TOP and (bool(others) or (below and len(top) > 2))
