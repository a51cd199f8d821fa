"""``NamedTuple`` without the cost of ``typing``.

A check of a small configuration takes a few hundredths of a second, a third of which went into ``import typing`` and into the
code that ``typing.NamedTuple`` writes and compiles for each class. Type checkers see the real one; at run time this module
makes the same classes (tuples with named fields, defaults, ``_replace``, positional patterns) without compiling anything.
``tests/model/test_record.py`` holds it to the behaviour of the real one.
"""

import sys
from collections.abc import Mapping
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING or sys.version_info >= (3, 14):
    # From 3.14 on annotations are evaluated lazily, which only the real one knows to read.
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

    def _constructor(fields: tuple[str, ...], defaults: Mapping[str, object]) -> FunctionType:
        size = len(fields)
        positions = {field: position for position, field in enumerate(fields)}
        optional = tuple(defaults.get(field, _MISSING) for field in fields)

        def __new__(cls: type, *values: object, **named: object) -> tuple[object, ...]:  # noqa: N807 - becomes the method
            if named or len(values) != size:
                values = _filled(cls, values, named)
            return tuple.__new__(cls, values)

        def _filled(cls: type, values: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
            if len(values) > size:
                raise TypeError(f"{cls.__name__} takes {size} values, got {len(values)}")
            filled = [*values, *optional[len(values) :]]
            for field, value in named.items():
                position = positions.get(field, -1)
                if position < len(values):
                    raise TypeError(f"{cls.__name__} got an unexpected or repeated field {field!r}")
                filled[position] = value
            if _MISSING in filled:
                missing = [field for field, value in zip(fields, filled, strict=True) if value is _MISSING]
                raise TypeError(f"{cls.__name__} needs {', '.join(missing)}")
            return tuple(filled)

        return __new__

    _MISSING = object()

    def _replace(self: tuple[object, ...], /, **named: object) -> tuple[object, ...]:
        """Return a copy with some fields changed."""
        fields = self._fields
        values = [named.pop(field, value) for field, value in zip(fields, self, strict=True)]
        if named:
            raise ValueError(f"Got unexpected field names: {list(named)!r}")
        return tuple.__new__(type(self), values)

    def _getnewargs(self: tuple[object, ...]) -> tuple[object, ...]:
        """Return what a copy is made of, for pickle."""
        return tuple(self)

    def _asdict(self: tuple[object, ...]) -> dict[str, object]:
        """Return the fields by name."""
        return dict(zip(self._fields, self, strict=True))

    def _repr(self: tuple[object, ...]) -> str:
        shown = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({shown})"

    class _RecordType(type):
        """Makes a tuple class of a class body with annotated fields."""

        def __new__(mcls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(mcls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            body |= {field: _tuplegetter(position, None) for position, field in enumerate(fields)}
            body |= {
                "__slots__": (),
                "__new__": _constructor(fields, defaults),
                # All values in their order, without a look at how many there are: for what is made a million times.
                "_make": classmethod(tuple.__new__),
                "__match_args__": fields,
                "__repr__": body.get("__repr__", _repr),
                "_fields": fields,
                "_field_defaults": defaults,
                "_replace": _replace,
                "_asdict": _asdict,
                "__getnewargs__": _getnewargs,
            }
            return type.__new__(type, name, (tuple,), body)

    class NamedTuple(metaclass=_RecordType):
        """Base of every record: annotate the fields, give defaults, add methods."""


__all__ = ["NamedTuple"]
