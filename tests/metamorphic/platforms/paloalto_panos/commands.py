"""Operations on commands in ``set`` format, a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from tests.metamorphic.operations import FOREIGN, Edit

_LEVEL = r"set ((?:config )?(?:shared |device-group \S+ |(?:devices \S+ )?vsys \S+ )?)"
_RULE = re.compile(_LEVEL + r"((?:pre-|post-)?rulebase) (security|decryption) rules (\"[^\"]*\"|\S+) ", re.MULTILINE)
_OBJECT = re.compile(r"set (?:\S+ )*?(?:address|service|custom-url-category|zone|interface|virtual-router) ")
_FIELD = re.compile(r"(?<= )(from|to|source|destination|category|application|service|action)(?= )")
_ANY = re.compile(r" (?:\[ )?any")
_ACTION = re.compile(r" action ([a-z-]+)")
_EVERYTHING = "from any to any source any destination any application any service any"


def written(text: str) -> bool:
    """Whether a text is commands, and nothing but what they make is asked for."""
    return text.lstrip()[:1] != "<" and bool(_RULE.search(text))


def _rulebases(text: str) -> dict[tuple[str, str], None]:
    return dict.fromkeys((found[1], found[2]) for found in _RULE.finditer(text))


def put_first(text: str, kind: str, then: str) -> str:
    """The text with a rule about everything in front of those of each rulebase."""
    lines = [text.rstrip("\n")]
    for level, base in _rulebases(text):
        name = f"{level}{base} {kind} rules first-of-all"
        lines += [
            f"set {name} {_EVERYTHING if kind == 'security' else 'category any service any'} {then}",
            f"move {name} top",
        ]
    return "\n".join([*lines, ""])


def unrelated(text: str) -> Iterator[Edit]:
    """A rule about a foreign category on top; objects that nothing names."""
    for level, base in _rulebases(text):
        category = f"set {level}profiles custom-url-category foreign list {FOREIGN}/"
        for action in ("deny", "allow"):
            rule = f"{level}{base} security rules foreign"
            made = f"set {rule} {_EVERYTHING} category foreign action {action}"
            new = f"{text.rstrip()}\n{category}\n{made}\nmove {rule} top\n"
            yield Edit(new, f"{action} for a foreign category in {level}{base}")
        yield Edit(f"{text.rstrip()}\nset {level}address foreign ip-netmask 10.20.30.0/24\n", "an address")


def layouts(text: str) -> Iterator[Edit]:
    """Other line ends, blanks, prompts and what a terminal writes between commands."""
    yield Edit(text.replace("\n", "\r\n"), "other line ends")
    yield Edit(text.replace("\nset ", "\n\nset "), "blank lines")
    yield Edit(text.replace("\n", "  \n"), "blanks at the end")
    yield Edit(re.sub(r"^set ", "admin@PA-VM# set ", text, flags=re.MULTILINE), "prompts")
    yield Edit(re.sub(r"^set ", "  set  ", text, flags=re.MULTILINE), "more blanks")
    yield Edit(text.replace("\nset ", "\n[edit]\nset "), "the level that is edited")
    yield Edit(re.sub(r"(?<= )any(?= |$)", '"any"', text, flags=re.MULTILINE), "quotes")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """Objects in another order, where nothing is deleted, renamed or moved."""
    if re.search(r"^\S*\s*(?:delete|rename)", text, re.MULTILINE):
        return
    lines = text.split("\n")
    places = [index for index, line in enumerate(lines) if _OBJECT.match(line) and not _RULE.match(line)]
    for into, index in zip(places, random.sample(places, len(places)), strict=True):
        if into < index:
            lines[into], lines[index] = lines[index], lines[into]
    yield Edit("\n".join(lines), "objects mixed")


def unknown_words(text: str) -> Iterator[Edit]:
    """The field of a rule, and its action, by another name; the rule begins in the first line that names it."""
    begun: dict[tuple[str, ...], int] = {}
    for line, begin, command in _lines(text):
        found = _RULE.search(command)
        if found is None:
            continue
        whole = range(begun.setdefault(found.groups(), line), line + 1)
        words = [each for each in _FIELD.finditer(command, found.end() - 1) if not _ANY.match(command, each.end())]
        for word in (*words, *_ACTION.finditer(command)):
            at = begin + word.end(1)
            yield Edit(f"{text[:at]}x{text[at:]}", f"line {line}: {word[1]}x", whole)


def deletions(text: str) -> Iterator[Edit]:
    """A command."""
    for line, begin, command in _lines(text):
        yield Edit(
            text[:begin] + text[begin + len(command) :], f"without line {line}: {command}", range(line, line + 1)
        )


def duplicates(text: str) -> Iterator[Edit]:
    """A command twice in a row, but for those that need what they take away."""
    for line, begin, command in _lines(text):
        if command.startswith("set "):
            yield Edit(f"{text[:begin]}{command}\n{text[begin:]}", f"line {line} twice")


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (line, place, command)."""
    place = 0
    for line, command in enumerate(text.split("\n"), 1):
        yield line, place, command
        place += len(command) + 1
