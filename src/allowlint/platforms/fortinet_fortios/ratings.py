"""FortiGuard categories: their numbers, and which of them surely do not hold a service that updates or reports.

The rating of a host is FortiGuard's and is not in a configuration, but local categories are (``ftgd-local-cat``,
``ftgd-local-rating``). A host with a local rating has no other where the local category is active: since 6.2.5 and 6.4.2 a web
filter, and in proxy mode an exemption and an address, goes by it only if it names that category. Categories from 192 on are external
lists. Sources: fortiguard.com, "Web Filter Categories"; docs.fortinet.com, "Changes in default behavior" (release notes 6.4.2),
"Web rating override" and "Sub-category actions" (7.2, 7.4); community.fortinet.com 387569.
"""

from collections.abc import Collection, Iterable

from allowlint.model.condition import NEVER, All, AnyOf, Condition, HostIn, Not
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import add, reach_of
from allowlint.syntax.blocks import Block

_NAMES = """
0 unrated|2 alternative beliefs|7 abortion|8 other adult materials|9 advocacy organizations|11 gambling|13 nudity and risque
14 pornography|15 dating|16 weapons (sales)|57 marijuana|63 sex education|64 alcohol|65 tobacco|66 lingerie and swimsuit
67 sports hunting and war games|1 drug abuse|3 hacking|4 illegal or unethical|5 discrimination|6 explicit violence
12 extremist groups|59 proxy avoidance|62 plagiarism|83 child sexual abuse|96 terrorism|98 crypto mining
99 potentially unwanted program|26 malicious websites|61 phishing|86 spam urls|88 dynamic dns|90 newly observed domain
91 newly registered domain|19 freeware and software downloads|24 file sharing and storage|25 streaming media and download
72 peer-to-peer file sharing|75 internet radio and tv|76 internet telephony|17 advertising|18 brokerage and trading|20 games
23 web-based email|28 entertainment|29 arts and culture|30 education|31 finance and banking|33 health and wellness
34 job search|35 medicine|36 news and media|37 social networking|38 political organizations|39 reference|40 global religion
41 search engines and portals|42 shopping|43 general organizations|44 society and lifestyles|46 sports|47 travel
48 personal vehicles|49 business|50 information and computer security|51 government and legal organizations
52 information technology|53 armed forces|54 dynamic content|55 meaningless content|56 web hosting|58 folklore|68 web chat
69 instant messaging|70 newsgroups and message boards|71 digital postcards|77 child education|78 real estate
79 restaurant and dining|80 personal websites and blogs|81 secure websites|82 content servers|84 web-based applications
85 domain parking|87 personal privacy|89 auction|92 charitable organizations|93 remote access|94 web analytics
95 online meeting|97 url shortening|100 artificial intelligence technology|101 cryptocurrency
"""
NAMES = {
    int(number): name
    for item in _NAMES.replace("\n", "|").split("|")
    if item
    for number, _, name in (item.partition(" "),)
}

HARMLESS = frozenset(
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 26, 57, 59, 61, 62, 63, 64, 65, 66, 67, 83, 86, 96, 98, 99)
)
"""Potentially liable, adult and malicious categories: no service that updates or reports is rated so for long. Blocking them is
what nearly every profile does; newly observed domains, dynamic DNS and what is unrated are not among them."""

REMOTE = 192
"""The first category that is an external list."""


class Ratings:
    """The ratings of a VDOM."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.local: dict[int, NameList] = {}
        """Hosts that the configuration itself rates, by category."""
        self.vague: dict[int, tuple[Block, ...]] = {}
        """Ratings of something else than a host name, of which no document says what they cover."""
        self.every = NameList()
        self.named: set[int] = set()
        """Categories that the configuration makes, for which FortiGuard has no hosts."""
        disabled: set[int] = set()
        for block in vdom.every("webfilter ftgd-local-cat"):
            self.named.update(numbers(block.words("id")))
            if block.word("status", "enable") != "enable":
                disabled.update(numbers(block.words("id")))
        for block in vdom.every("webfilter ftgd-local-rating"):
            if block.word("status", "enable") == "enable":
                self._rate(block, [number for number in numbers(block.words("rating")) if number not in disabled])

    def _rate(self, block: Block, categories: list[int]) -> None:
        """Take in what the configuration says of a host."""
        reach = reach_of(block.name)
        if reach is None or reach[2]:
            for number in categories:
                self.vague[number] = (*self.vague.get(number, ()), block)
        elif categories:
            add(self.every, reach)
            for number in categories:
                add(self.local.setdefault(number, NameList()), reach)

    def condition(
        self,
        categories: Iterable[int],
        place: Location,
        unrelated: frozenset[int] = frozenset(),
        active: Collection[int] | None = None,
    ) -> Condition:
        """The host is rated as one of these categories; FortiGuard rates no required endpoint as one of ``unrelated``.

        What the user says of ratings, and what the configuration itself rates, counts for every category. ``active``: the
        categories that take the place of FortiGuard's where the configuration rates a host so; None for all of them.
        """
        wanted = sorted(set(categories))
        parts: list[Condition] = [HostIn(self.local[number]) for number in wanted if number in self.local]
        parts += [
            _doubts.not_modelled(f"what the rating of {block.name[:50]!r} covers", self.vdom.at(block.at))
            for block in dict.fromkeys(block for number in wanted for block in self.vague.get(number, ()))
        ]
        passed_over = frozenset() if self.vdom.options.ratings else unrelated
        foreign = [number for number in wanted if number not in self.named and number not in passed_over]
        rated = [
            _doubts.by_feed(f"the external list of category {number}", place) for number in foreign if number >= REMOTE
        ]
        if foreign := [number for number in foreign if number < REMOTE]:
            rated.append(self._rated(foreign, place))
        for untold in rated:
            elsewhere = self._rated_here(active)
            parts.append(All((*(Not(HostIn(names)) for names in elsewhere), untold)) if elsewhere else untold)
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER

    def _rated_here(self, active: Collection[int] | None) -> list[NameList]:
        """The hosts whose rating is the configuration's alone."""
        if active is None:
            return [self.every] if len(self.every) else []
        return [names for number, names in self.local.items() if number in active]

    def _rated(self, categories: list[int], place: Location) -> Condition:
        words = [word for number in categories for word in (str(number), NAMES.get(number, str(number)))]
        shown = ", ".join(NAMES.get(number, str(number)) for number in categories[:4])
        more = f" and {len(categories) - 4} more" if len(categories) > 4 else ""
        return _doubts.by_rating(words, f"{shown}{more}", place, self.vdom.options.ratings)


def numbers(words: Iterable[str]) -> list[int]:
    """The numbers among some words."""
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 10]
