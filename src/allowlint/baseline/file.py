"""The file of a baseline: entries in words, sorted, one block each, so that a reviewer can read what changes in it.

Its form is in ``schemas/baseline.schema.json``. The words of an entry are what counts; its fingerprint must be theirs, so that an
entry that was changed by hand, or that says something else than what it hides, is found out.
"""

import json
from collections.abc import Iterable, Mapping

from allowlint.baseline.entries import Entry
from allowlint.errors import UsageError
from allowlint.model.extent import Extent
from allowlint.model.finding import Severity
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need

VERSION = 1
MAX_BYTES = 64 << 20
_ABOUT = "Faults that were there when this was written; they do not fail a run. `allowlint baseline` takes out what is mended."
_TEXTS = ("code", "name", "severity", "config", "device", "requirement", "need", "object", "client")
_LISTS = ("fails", "doubtful", "ways", "reasons")
_KEYS = frozenset((*_TEXTS, *_LISTS, "occurrence", "fingerprint"))
_WRITE_AGAIN = "write it anew with `allowlint baseline`, or take back the change to it"


class BaselineError(UsageError):
    """A baseline that cannot be used: exit code 2."""


class FileEntries(NamedTuple):
    """The entries of a file, and where each stands."""

    entries: tuple[Entry, ...] = ()
    lines: tuple[int, ...] = ()


def load(path: str) -> FileEntries:
    """Read a baseline. Raises BaselineError with the line, as far as it is known, and what was expected there."""
    text = _text(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"no valid JSON: {error.msg}", path=path, line=error.lineno, hint=_WRITE_AGAIN) from error
    except ValueError as error:
        raise BaselineError("no valid JSON: a number is too long", path=path, hint=_WRITE_AGAIN) from error
    except RecursionError as error:
        raise BaselineError("nested too deeply", path=path, hint=_WRITE_AGAIN) from error
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("entries"), list):
        raise BaselineError(f"no baseline of version {VERSION}", path=path, hint=_WRITE_AGAIN)
    places = _places(text)
    entries, lines = [], []
    for number, values in enumerate(data["entries"], start=1):
        mark = values.get("fingerprint") if isinstance(values, dict) else None
        line = places.get(mark, 1) if isinstance(mark, str) else 1
        entry = _entry(values)
        if entry is None:
            raise BaselineError(f"entry {number} is not one", path=path, line=line, hint=_WRITE_AGAIN)
        if entry.fingerprint != mark:
            what = f"entry {number} ({entry.text}) is not what its fingerprint says"
            raise BaselineError(what, path=path, line=line, hint=_WRITE_AGAIN)
        entries.append(entry)
        lines.append(line)
    return FileEntries(tuple(entries), tuple(lines))


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise BaselineError("no such baseline", path=path, hint="write it with `allowlint baseline`") from error
    except OSError as error:
        raise BaselineError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise BaselineError(f"larger than {MAX_BYTES >> 20} MB", path=path)
    return data.decode("utf-8", "replace")


def _places(text: str) -> dict[str, int]:
    """The lines of fingerprints."""
    import re

    lines = enumerate(text.splitlines(), start=1)
    found = ((number, re.search(r'"fingerprint": *"([0-9a-f]+)"', line)) for number, line in lines)
    return {match[1]: number for number, match in found if match}


def _entry(values: object) -> Entry | None:
    """The entry of one block; None where it is none."""
    if not isinstance(values, dict) or not _KEYS.issuperset(values):
        return None
    texts = {key: values.get(key, "") for key in _TEXTS}
    lists = {key: values.get(key, []) for key in _LISTS}
    occurrence = values.get("occurrence", 1)
    sound = (
        all(isinstance(text, str) for text in texts.values())
        and all(isinstance(part, list) and all(isinstance(line, str) for line in part) for part in lists.values())
        and isinstance(occurrence, int)
        and texts["severity"] in [*Severity]
        and texts["need"] in ["", *Need]
        and all(texts[key] for key in ("code", "name", "config"))
    )
    if not sound:
        return None
    client = texts.pop("client")
    extent = Extent(client, *(tuple(lists[key]) for key in _LISTS))
    return Entry(**{**texts, "severity": Severity(texts["severity"])}, extent=extent, occurrence=occurrence)


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline."""
    blocks = [_block(entry) for entry in sorted(entries, key=_order)]
    data = {"version": VERSION, "about": _ABOUT, "entries": blocks}
    return json.dumps(data, indent=2) + "\n"


def _order(entry: Entry) -> tuple[object, ...]:
    return entry.config, entry.device, entry.code, entry.requirement, entry.object, entry.extent, entry.occurrence


def _block(entry: Entry) -> Mapping[str, object]:
    """An entry as values that JSON has; what is empty is left out."""
    extent = entry.extent
    values: dict[str, object] = {
        "code": entry.code,
        "name": entry.name,
        "severity": entry.severity.value,
        "config": entry.config,
        "device": entry.device,
        "requirement": entry.requirement,
        "need": entry.need,
        "object": entry.object,
        "client": extent.client,
        **{key: list(getattr(extent, key)) for key in _LISTS},
        "occurrence": entry.occurrence if entry.occurrence > 1 else "",
        "fingerprint": entry.fingerprint,
    }
    return {key: value for key, value in values.items() if value}
