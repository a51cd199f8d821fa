"""Geographies: the spellings of the lists, and what a host name tells of its own."""

import re
from collections.abc import Mapping

GOVERNMENT = frozenset({"USGOV", "GCC", "GCCH", "DOD"})

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "WW": ("ww", "worldwide", "global", "all", "common urls for all locations"),
    "US": ("us", "united states"),
    "EU": ("eu", "european union"),
    "UK": ("uk", "united kingdom", "united kingdon"),
    "AU": ("au", "australia"),
    "CH": ("ch", "switzerland"),
    "IN": ("in", "india"),
    "AE": ("ae", "uae", "aec", "aen", "azure uae central (aec)", "azure uae north (aen)", "united arab emirates"),
    "USGOV": ("us gov", "usgov", "us government"),
    "GCC": ("gcc", "gcc mod", "gcc moderate", "government community cloud"),
    "GCCH": ("gcc high", "gcch", "gcc-high"),
    "DOD": ("dod",),
}
_CANONICAL = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings}
_CATEGORY = "microsoft defender for endpoint "

_HOSTS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"winatp-gw-ae[cn]|automatedirstrprdae[cn]", frozenset({"AE"})),
    (r"unitedstates4\.|winatp-gw-usm[tv]|automatedirstrfmusm|\w+ff4\.", frozenset({"GCC"})),
    (r"unitedstates1\.|\w+ff0\.", frozenset({"GCCH"})),
    (r"unitedstates2\.|\w+ff5\.", frozenset({"DOD"})),
    (r"us4-v20\.", frozenset({"GCC", "GCCH", "DOD"})),
    (r"winatp-gw-usg[tv]|automatedirstrffusg", frozenset({"GCCH", "DOD"})),
    (r"eu\.|eu-v20\.|europe\.|winatp-gw-[nw]eu|automatedirstrprd[nw]eu|usseu|wseu", frozenset({"EU"})),
    (r"uk\.|uk-v20\.|unitedkingdom\.|winatp-gw-uk[sw]|automatedirstrprduk[sw]|ussuk|wsuk", frozenset({"UK"})),
    (r"au\.|au-v20\.|australia\.|winatp-gw-au[es]|automatedirstrprdau[es]|ussau|wsau", frozenset({"AU"})),
    (r"us\.|us-v20\.|unitedstates\.|winatp-gw-[ce]us|automatedirstrprd[ce]us|ussus\d|wsus\d", frozenset({"US"})),
)
"""Prefixes of host names, most specific first: 'usseu...' is European although it begins with 'us'."""


def geography_of(text: str) -> str | None:
    """Canonical geography of a cell; None when it is empty or unknown."""
    return _CANONICAL.get(" ".join(text.replace("\u00a0", " ").split()).casefold())


def geography_of_category(text: str) -> str | None:
    """Geography that ends a category such as 'Microsoft Defender for Endpoint AU'."""
    key = " ".join(text.split()).casefold()
    return _CANONICAL.get(key[len(_CATEGORY) :]) if key.startswith(_CATEGORY) else None


def geographies_of_host(host: str) -> frozenset[str]:
    """Geographies that a host name spells out; empty when it tells nothing."""
    for pattern, geographies in _HOSTS:
        if re.match(pattern, host):
            return geographies
    return frozenset()
