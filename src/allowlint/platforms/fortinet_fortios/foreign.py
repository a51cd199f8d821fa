"""Names of others in URL filters, and where their letters stand in the names of required endpoints.

In flow mode ``s.id`` matches ``apps.identrust.com`` (community.fortinet.com 197999). For a name that is asked for by itself, and for
the part of a pattern that all its names share, that is decided. In the part that varies a name of somebody else is not looked for:
nobody's host is called ``facebook.com.endpoint.security.microsoft.com``. Only where its letters reach into the fixed part (``s.de`` in
``us.delivery.mp.microsoft.com``), or where it is so short that labels make it up by chance (``t.co``), may it be there.
"""

import re

from allowlint.model.hosts import requirement_entry
from allowlint.model.namelist import NameList
from allowlint.platforms import Endpoint
from allowlint.platforms.fortinet_fortios.spelling import reach_of

_TOP = frozenset(
    """com net org info biz edu gov mil int xyz online site shop club top app dev cloud tv
    ac ad ae af ag ai al am ao ar as at au az ba bb bd be bg bh bj bm bo br bs bt bw by bz ca cc cd cf cg ch ci cl cm cn co cr cu cv
    cy cz de dj dk dm do dz ec ee eg es et eu fi fj fm fo fr ga gd ge gg gh gi gl gm gr gt gy hk hn hr ht hu id ie il im in io iq ir
    is it je jm jo jp ke kg kh kr kw ky kz la lb li lk lt lu lv ly ma mc md me mg mk ml mm mn mo mr ms mt mu mv mx my mz na ne ng ni
    nl no np nz om pa pe pg ph pk pl pr ps pt pw py qa ro rs ru rw sa sc sd se sg sh si sk sl sm sn so sr st su sv sy tc td tg th tj
    tk tm tn to tr tt tw tz ua ug uk us uy uz vc ve vg vn vu ws ye za zm zw""".split()
)
"""Top-level domains of the public names that such lists hold."""
_MIDDLE = frozenset("ae asia au br ca ch co de eu fr id in it jp kr ne no sg uk us za".split())
"""Those that stand for regions in the middle of the names of services, or begin a longer one of these (``co``, ``com``)."""


SHORT = 3
"""Letters in front of the top-level domain up to which a name may turn up by chance."""


class Foreign:
    """The endpoints that will be asked about, as texts in which a name may stand."""

    def __init__(self, endpoints: tuple[Endpoint, ...]) -> None:
        entries = dict.fromkeys(requirement_entry(endpoint.host.lower()) for endpoint in endpoints)
        self.exact = [name for name, _, below in entries if not below]
        self.below = [name for name, _, below in entries if below]

    def inside(self, text: str) -> tuple[NameList, list[str]]:
        """The hosts that surely hold a text before their end, and expressions of those that may hold it by chance."""
        text = text.lower()
        sure = NameList()
        sure.exact.update((name, 0) for name in self.exact if _before_the_end(text, name))
        sure.lower.update((name, 0) for name in self.below if _before_the_end(text, f".{name}"))
        possible = [self._reaching(text, name) for name in self.below if text not in f".{name}"]
        letters, _, top = text.rpartition(".")
        if not (self.exact or self.below) or (top in _MIDDLE and len(letters) <= SHORT):
            possible.append(re.escape(text))
        return sure, [expression for expression in possible if expression]

    @staticmethod
    def _reaching(text: str, name: str) -> str:
        """The hosts below a name in which a text ends within the name; empty where there are none."""
        fixed = f".{name}"
        starts = (at for at in range(1, len(text)) if text[at] == "." and fixed.startswith(text[at:]))
        heads = [re.escape(text[:at]) for at in starts]
        return f"(?:{'|'.join(heads)}){re.escape(fixed)}$" if heads else ""


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
    return top in _TOP and (bool(others) or (below and len(top) > 2))
