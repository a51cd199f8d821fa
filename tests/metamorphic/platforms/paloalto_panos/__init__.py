"""Operations on exports of PAN-OS and Panorama, in XML (`changes`) and as commands (`commands`).

* To let something through is a rule that allows, to stop something one that denies. Taking away an allow opens nothing where no
  profile of it stops anything; taking away a deny closes nothing. Rules that alone name a zone are left out: with them goes what is
  known of the zone.
* An unrelated rule is about a category with a foreign name, about inside addresses, or about UDP; it is put in front of the rules of
  each rulebase, with the object at each level. An unrelated object is one that nothing names.
* Order means nothing between elements, but for rules and the templates of a stack.
* What nobody can tell is what the device knows of the client machine.
* What is true of words that nobody knows stands in `words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from xml.parsers import expat

from allowlint.model.device import Stage
from tests.generators.panos import export
from tests.metamorphic.operations import Doubt, Edit, Force, Generated, Operations
from tests.metamorphic.platforms.paloalto_panos import changes, commands
from tests.metamorphic.platforms.paloalto_panos.elements import first_rule, levels, parsed, shared_rule
from tests.metamorphic.platforms.paloalto_panos.words import unknown_words

_DECRYPT = "<type><ssl-forward-proxy/></type><action>decrypt</action>"
_ASK = "<authentication-enforcement>default-web-form</authentication-enforcement>"


def usable(text: str) -> bool:
    """Whether it has a place for rules."""
    try:
        return commands.written(text) or any(levels(parsed(text)))
    except expat.ExpatError:
        return False


Plain = Callable[[str], Iterator[Edit]]
Mixed = Callable[[str, Random], Iterator[Edit]]


def _either(tree: Mixed, lines: Plain | None) -> Mixed:
    """An operation on either form."""

    def operation(text: str, random: Random) -> Iterator[Edit]:
        if not commands.written(text):
            yield from tree(text, random)
        elif lines is not None:
            yield from lines(text)

    return operation


def _shuffles(text: str, random: Random) -> Iterator[Edit]:
    yield from (commands if commands.written(text) else changes).shuffles(text, random)


def _doubts(text: str, random: Random) -> Iterator[Doubt]:
    if not commands.written(text):
        yield from changes.doubts(text, random)


Put = Callable[[str, str, str], str]


def _force(text: str, put: Put, kind: str, rule: str, command: str) -> str:
    """The text with a rule about everything first of all, and nothing that is excepted or switched off."""
    if commands.written(text):
        return commands.put_first(text, kind, command)
    bare = re.sub(r"<ssl-decrypt>.*?</ssl-decrypt>", "", text, flags=re.DOTALL)
    return put(bare.replace("<enable-captive-portal>no<", "<enable-captive-portal>yes<"), kind, rule)


def _first(stage: Stage, kind: str, then: str, command: str, put: Put = first_rule) -> Force:
    rule = changes.rule(then, application="" if kind == "decryption" else "any")
    return Force(stage, f"{then} first", partial(_force, put=put, kind=kind, rule=rule, command=command))


def generated(count: int) -> Iterator[Generated]:
    """Exports of two dozen rules."""
    for seed in range(count):
        text = "\n".join(export(24, seed))
        yield Generated(f"export-{seed}", "config.xml", {"config.xml": text.encode()})


OPERATIONS = Operations(
    platform="paloalto_panos",
    names=("config.xml", "config.txt", "running-config.xml"),
    usable=usable,
    generated=generated,
    forces=(
        _first(Stage.ACCESS, "security", "<action>deny</action>", "action deny"),
        _first(Stage.ACCESS, "security", "<action>reset-both</action>", "action reset-both", shared_rule),
        _first(Stage.INSPECTION, "decryption", _DECRYPT, "action decrypt"),
        _first(Stage.AUTHENTICATION, "authentication", _ASK, "authentication-enforcement default-web-form"),
    ),
    unrelated=_either(changes.unrelated, commands.unrelated),
    layouts=_either(changes.layouts, commands.layouts),
    shuffles=_shuffles,
    renamings=_either(changes.renamings, None),
    duplicates=_either(changes.duplicates, commands.duplicates),
    unknown_words=_either(unknown_words, commands.unknown_words),
    deletions=_either(changes.deletions, commands.deletions),
    fewer_allows=_either(changes.fewer_allows, None),
    fewer_denies=_either(changes.fewer_denies, None),
    doubts=_doubts,
    cases=20,
)
