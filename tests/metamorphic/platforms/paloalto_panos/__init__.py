"""Operations on exports of PAN-OS and Panorama."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from xml.parsers import expat

from allowlint.model.device import Stage
from tests.bench.panos_export import export
from tests.metamorphic.operations import Edit, Force, Generated, Operations
from tests.metamorphic.platforms.paloalto_panos import changes, words
from tests.metamorphic.platforms.paloalto_panos.elements import levels, parsed, put_below


def usable(text: str) -> bool:
    """Whether it is XML with a place for rules."""
    try:
        return any(levels(parsed(text)))
    except expat.ExpatError:
        return False


def unknown_words(text: str, _random: Random) -> Iterator[Edit]:
    yield from words.unknown_words(text)


def _first(kind: str, rule: str) -> "Callable[[str], str]":
    def edit(text: str) -> str:
        count = len(list(levels(parsed(text))))
        for at in range(count):
            level = list(levels(parsed(text)))[at]
            own = level.tag == "entry" and level.parent.tag == "vsys" and all(each.tag != "panorama" for each in level.above)
            text = put_below(text, level, ("rulebase" if own else "pre-rulebase", kind, "rules"), rule)
        return text

    return edit


def generated(count: int) -> Iterator[Generated]:
    """Exports of two dozen rules."""
    for seed in range(count):
        text = "\n".join(export(24, seed))
        yield Generated(f"export-{seed}", "config.xml", {"config.xml": text.encode()})


def _without_exclusions(text: str) -> str:
    return re.sub(r"<ssl-decrypt>.*?</ssl-decrypt>", "", text, flags=re.DOTALL)


OPERATIONS = Operations(
    platform="paloalto_panos",
    names=("config.xml", "running-config.xml"),
    usable=usable,
    generated=generated,
    forces=(
        Force(Stage.ACCESS, "deny all first", _first("security", changes.rule("<action>deny</action>"))),
    ),
    unrelated=changes.unrelated,
    layouts=changes.layouts,
    shuffles=changes.shuffles,
    renamings=changes.renamings,
    duplicates=changes.duplicates,
    unknown_words=unknown_words,
    deletions=changes.deletions,
    fewer_allows=changes.fewer_allows,
    fewer_denies=changes.fewer_denies,
    doubts=changes.doubts,
    cases=30,
)
