"""Records as values that JSON has, and back: what comes back has the types that its records declare, or is refused.

A record becomes the list of its fields, an enumeration its value, a set a sorted list. Rules lose their conditions and what they lead
to: whoever reads a record elsewhere shows a rule, and does not evaluate it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from allowlint.lint.portable.patterns import Malformed, Patterns
from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Route, Rule, Stage
from allowlint.model.hosts import HostSet
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import StageVerdict, Step

Reader = Callable[[Any, Patterns], Any]
"""Takes a value that JSON has, and the patterns that it may name. Raises Malformed."""


class _Shown(NamedTuple):
    """What is left of a rule."""

    action: Action
    location: Location
    text: str
    routes: tuple[Route, ...]
    home: str


def packed(record: object, patterns: Patterns) -> str:
    """A record as JSON. Rules in it are to be shown ones."""

    def value_of(value: object) -> object:
        if isinstance(value, HostSet):
            return patterns.packed(value)
        if isinstance(value, frozenset):
            return sorted(value)
        raise TypeError(f"{type(value).__name__} has no form that JSON knows")

    return json.dumps(record, default=value_of, separators=(",", ":"))


class Showing:
    """Puts what is left of rules in their place. A rule is met many times."""

    def __init__(self) -> None:
        self._shown: dict[int, tuple[Rule, _Shown]] = {}

    def stages(self, stages: Mapping[Stage, StageVerdict]) -> Mapping[Stage, StageVerdict]:
        """The answers of stages, with rules that are only shown."""
        return {stage: self._stage(found) for stage, found in stages.items()}

    def steps(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Steps, with rules that are only shown."""
        return tuple(step._replace(rule=self._rule(step.rule)) for step in steps)

    def _stage(self, found: StageVerdict) -> StageVerdict:
        if not found.steps and not found.reasons:
            return found
        reasons = (each._replace(rule=each.rule and self._rule(each.rule)) for each in found.reasons)
        return found._replace(steps=self.steps(found.steps), reasons=tuple(reasons))

    def _rule(self, rule: Rule) -> Any:
        if id(rule) not in self._shown:
            # The rule is kept with it: once it is gone, another one may have its id.
            self._shown[id(rule)] = rule, _Shown(rule.action, rule.location, rule.text, rule.routes, rule.home)
        return self._shown[id(rule)][1]


def unpacked(kind: type, value: object, patterns: Patterns) -> Any:
    """The record of a kind that values stand for. Raises Malformed."""
    return _reader(kind)(value, patterns)


@cache
def _reader(kind: Any) -> Reader:
    """What reads values of a type, as a field of a record declares it."""
    if kind in _OWN:
        return _OWN[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is not None:
        return _generic(origin, inside)
    if issubclass(kind, Enum):
        return _member(kind)
    if issubclass(kind, tuple):
        hints = get_type_hints(kind)
        return _fields(kind, tuple(hints[name] for name in kind._fields))
    return _scalar(kind)


def _generic(origin: Any, inside: tuple[Any, ...]) -> Reader:
    if origin is UnionType:
        return _optional(*(each for each in inside if each is not NoneType))
    if origin is tuple:
        return _listed(inside[0]) if inside[-1] is Ellipsis else _fields(tuple, inside)
    if origin is frozenset:
        each = _listed(inside[0])
        return lambda value, patterns: frozenset(each(value, patterns))
    return _mapping(*inside)


def _scalar(kind: type) -> Reader:
    def read(value: Any, _: Patterns) -> Any:
        if type(value) is not kind:
            raise Malformed(f"expected {kind.__name__}, found {type(value).__name__}")
        return value

    return read


def _member(kind: type[Enum]) -> Reader:
    members: dict[object, Enum] = {member.value: member for member in kind}

    def read(value: Any, _: Patterns) -> Any:
        if type(value) is not str or value not in members:
            raise Malformed(f"no such {kind.__name__}")
        return members[value]

    return read


def _optional(kind: Any) -> Reader:
    read = _reader(kind)
    return lambda value, patterns: None if value is None else read(value, patterns)


def _listed(kind: Any) -> Reader:
    read = _reader(kind)

    def every(value: Any, patterns: Patterns) -> Any:
        if type(value) is not list:
            raise Malformed("expected a list")
        return tuple([read(each, patterns) for each in value]) if value else ()

    return every


def _mapping(key_kind: Any, kind: Any) -> Reader:
    read_key, read = _reader(key_kind), _reader(kind)

    def every(value: Any, patterns: Patterns) -> Any:
        if type(value) is not dict:
            raise Malformed("expected a mapping")
        return {read_key(key, patterns): read(each, patterns) for key, each in value.items()}

    return every


def _fields(kind: Any, kinds: tuple[Any, ...]) -> Reader:
    # Most fields are texts and numbers, which are as they are: a call for each would be most of the work.
    plain = [(place, each) for place, each in enumerate(kinds) if each in (str, int, bool)]
    others = [(place, _reader(each)) for place, each in enumerate(kinds) if each not in (str, int, bool)]
    size = len(kinds)

    def read(value: Any, patterns: Patterns) -> Any:
        if type(value) is not list or len(value) != size:
            raise Malformed(f"expected the {size} fields of {kind.__name__}")
        for place, wanted in plain:
            if type(value[place]) is not wanted:
                raise Malformed(f"expected {wanted.__name__} in {kind.__name__}")
        for place, reader in others:
            value[place] = reader(value[place], patterns)
        return tuple.__new__(kind, value)

    return read


def _rule(value: Any, patterns: Patterns) -> Rule:
    shown = _reader(_Shown)(value, patterns)
    return Rule(ALWAYS, shown.action, shown.location, shown.text, (), shown.routes, shown.home)


_OWN: Mapping[object, Reader] = {
    Rule: _rule,
    HostSet: lambda value, patterns: patterns.unpacked(value),
    object: lambda value, _: value,
}
"""Types that are not read as their fields are declared."""
