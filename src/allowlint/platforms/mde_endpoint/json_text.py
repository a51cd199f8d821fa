"""JSON with the lines of its texts, as far as findings need them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from allowlint.errors import InputError
from allowlint.platforms.mde_endpoint.source import Source

MAX_BYTES = 32 << 20
_SHOWN = 5
"""Names of parts by which an object is shown where a text is expected."""


def parsed(source: Source) -> Any:
    """The value that a text of JSON stands for. Raises InputError, with the line, where it is none."""
    if len(source.content) > MAX_BYTES:
        raise InputError(
            f"larger than {MAX_BYTES >> 20} MB", path=source.path, hint="name the part that speaks of the proxy"
        )
    try:
        return json.loads(source.text)
    except json.JSONDecodeError as error:
        hint = "export it again, or mend the JSON"
        raise InputError(f"no JSON: {error.msg}", path=source.path, line=error.lineno, hint=hint) from error
    except RecursionError as error:
        raise InputError("its JSON is nested too deeply", path=source.path, hint="export it again") from error
    except ValueError as error:
        raise InputError(f"no JSON: {error}", path=source.path, hint="export it again") from error


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value once, outer ones first, in their order: binary property lists may share their parts."""
    todo = [value]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if id(each) in seen or not isinstance(each, dict | list):
            continue
        seen.add(id(each))
        if isinstance(each, dict):
            yield each
            todo += reversed(each.values())
        else:
            todo += reversed(each)


def line_with(source: Source, *words: str) -> int:
    """The first line that has one of the words, asked in their order; 1 where none has."""
    for word in words:
        found = re.search(re.escape(word), source.text, re.IGNORECASE) if word else None
        if found is not None:
            return source.line_of(found.start())
    return 1


def as_text(value: Any) -> str:
    """A value as text: a list with a line break between its parts, nothing for null; of an object only how it begins."""
    if isinstance(value, list):
        return "\n".join(_plain(each) for each in _leaves(value))
    return _plain(value)


def _leaves(value: list[Any]) -> Iterator[Any]:
    """Yield what is in a list and in the lists in it, however deep they are."""
    todo = value[::-1]
    while todo:
        each = todo.pop()
        if isinstance(each, list):
            todo += reversed(each)
        else:
            yield each


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        # An object may hold others without end, and what nobody should read.
        return f"{{{', '.join(map(str, list(value)[:_SHOWN]))}}}"
    return str(int(value)) if isinstance(value, bool) else str(value)
