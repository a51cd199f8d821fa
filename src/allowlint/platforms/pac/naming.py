"""Which hosts have one of many words at some place: lists of names where that can be said in names.

Tables of scripts have thousands of words, and are asked again and again for one part of the host after the other. The general
way (languages of texts, see :mod:`.texts`) comes to the same, character by character.
"""

from __future__ import annotations

from collections.abc import Iterable

from allowlint.model.condition import All, Condition, HostIn
from allowlint.model.hosts import LABEL_CHARACTERS
from allowlint.model.namelist import NameList
from allowlint.platforms.pac.values import Base, Cut, Text

_LABEL = frozenset(LABEL_CHARACTERS)
BEFORE_LAST = Cut("head", ".")
"""Neither a host nor what stands before its last label begins with a dot."""
_LABEL_ITSELF = Cut("piece")


class Words:
    """The words of a table, parted once by what can be asked of them."""

    __slots__ = ("_parted", "all", "awkward", "lists", "names")

    def __init__(self, words: Iterable[str]) -> None:
        self.all = tuple(words)
        # Whether clients compare capital letters is a question of its own, and an empty part is no name.
        self.awkward = any(map(_is_awkward, self.all))
        self._parted: tuple[Words, Words] | None = None
        self.lists: dict[tuple[Cut | None, tuple[str, ...]], NameList | None] = {}
        """What was made of them already."""
        self.names: dict[int, list[str]] = {}
        """Those that are names, by their number of dots."""
        for word in self.all:
            if all(word.split(".")) and _LABEL.issuperset(word.replace(".", "")):
                self.names.setdefault(word.count("."), []).append(word)

    def parted(self) -> tuple[Words, Words]:
        """The words that may stand in a list of names, and the awkward ones."""
        if self._parted is None:
            awkward = [word for word in self.all if _is_awkward(word)]
            self._parted = Words(word for word in self.all if not _is_awkward(word)), Words(awkward)
        return self._parted

    def before(self, cut: Cut) -> Words:
        """The words that a step makes one of these."""
        match cut.kind:
            case "prefixed":
                return Words(word.removeprefix(cut.text) for word in self.all if word.startswith(cut.text))
            case "suffixed":
                return Words(word.removesuffix(cut.text) for word in self.all if word.endswith(cut.text))
        return Words(word for word in self.all if word == word.lower())


def _is_awkward(word: str) -> bool:
    return not word or word != word.lower()


def name_list(text: Text, words: Words, assumed: Iterable[Condition] = ()) -> NameList | None:
    """The hosts for which a part is one of the words, where ``assumed`` holds; None where that is no list of names."""
    if text.base is not Base.HOST:
        return None
    cuts = list(text.cuts)
    while cuts and cuts[-1].kind in ("prefixed", "suffixed", "lower"):
        words = words.before(cuts.pop())
    if words.awkward:
        return None
    last, labels = _last_step(cuts)
    ends = _known_ends(assumed, labels) if labels else []
    if ends is None or (cuts and last is None):
        return None
    key = (last, tuple(ends))
    if key not in words.lists:
        words.lists[key] = _filled(last, words, ends if labels else None)
    return words.lists[key]


def _last_step(cuts: list[Cut]) -> tuple[Cut | None, int]:
    """The one step that is left once so many labels are taken from the end of the host; None for none, or several."""
    labels = 0
    while cuts and cuts[0] == BEFORE_LAST:
        cuts.pop(0)
        labels += 1
    last = cuts[0] if len(cuts) == 1 else None
    if last == Cut("tail", ".", 1):
        last = Cut("piece", ".", -1)
    if last is not None and last.kind == "piece" and last.text == "." and last.number < 0:
        labels, last = labels - 1 - last.number, _LABEL_ITSELF
    return last, labels


def _known_ends(assumed: Iterable[Condition], labels: int) -> list[str] | None:
    """What the host may end in, of so many labels; None where that is not known."""
    for condition in assumed:
        for part in condition.conditions if isinstance(condition, All) else (condition,):
            if isinstance(part, HostIn):
                entries = [(entry.split("."), below) for entry, _, below in part.names.entries()]
                if not any(below and len(entry) < labels for entry, below in entries):
                    # A name that is shorter has no such end.
                    return list({".".join(entry[-labels:]) for entry, _ in entries if len(entry) >= labels})
    return None


def _filled(last: Cut | None, words: Words, under: list[str] | None) -> NameList | None:
    """The list of the words, put before each of the ends where there are such."""
    found = NameList()
    found.under = tuple(under or ())
    ends = [""] if under is None else [f".{end}" for end in under]
    if last is None:
        part, fitting = found.exact, [word for names in words.names.values() for word in names]
    elif last == _LABEL_ITSELF:
        part, fitting = found.whole, words.names.get(0, [])
    elif last.text == "." and last.kind == "tail":
        part, fitting = found.whole, words.names.get(last.number - 1, [])
        shorter = [word for dots, names in words.names.items() if dots < last.number - 1 for word in names]
        found.exact.update({word + end: at for at, word in enumerate(shorter) for end in ends})
    elif last.text == "." and last.kind in ("afterlast", "afternth"):
        dots = 0 if last.kind == "afterlast" else last.number - 1
        part, fitting = found.lower, words.names.get(dots, [])
    else:
        return None
    for word in fitting:
        for end in ends:
            part.setdefault(word + end, len(part))
    return found
