"""Side files of a configuration, opened only below the folder that the user gave.

A configuration may come from anybody, and its includes and file values must not make allowlint read the rest of the machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from allowlint.model.limits import DEFAULTS, Limits, raising
from allowlint.model.record import NamedTuple

_MAGIC = frozenset("*?[")
TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import TypeVar

    _Answer = TypeVar("_Answer")


class Missing(NamedTuple):
    """A side file that could not be read, with the reason and what to do."""

    path: str
    why: str
    hint: str
    absent: bool = True
    """False where it may well be there, and cannot be read for another reason."""


_BY_PATH = ("head", "read")
"""Methods of :class:`Files` that are asked for files where they lie; the others, for names of the device."""


class Question(NamedTuple):
    """Something that was asked of side files."""

    method: str
    """The method of :class:`Files` that was called."""
    name: str
    """For files where they lie, relative to the folder of the configuration."""
    answer: str
    """What it returned, in a form that can be kept; of contents their SHA-256."""


class Visit(NamedTuple):
    """What a reader wanted to know about side files: what was there, and what was not."""

    config: str
    root: str | None
    prefixes: tuple[str, ...]
    limits: Limits
    questions: tuple[Question, ...]


class Unreachable(Exception):
    """Side files are asked for where there are none: on a machine that was sent a configuration and nothing else."""


class FileLog:
    """Notes what is asked of side files, so that somebody can tell later whether the answers are still the same."""

    __slots__ = ("_reachable", "_visits")

    def __init__(self, *, reachable: bool = True) -> None:
        self._reachable = reachable
        """Whether there are side files at all; else every question raises Unreachable."""
        self._visits: list[tuple[Visit, list[Question]]] = []

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All that was asked."""
        return tuple(visit._replace(questions=tuple(questions)) for visit, questions in self._visits)

    def begin(
        self, config: str, root: str | None, prefixes: tuple[str, ...], limits: Limits
    ) -> Callable[[str, str, object], None]:
        """What takes the questions of one reader, each with its answer."""
        questions: list[Question] = []
        base = os.path.dirname(os.path.abspath(config))
        self._visits.append((Visit(config, root, prefixes, limits, ()), questions))

        def note(method: str, name: str, answer: object) -> None:
            if not self._reachable:
                raise Unreachable(name)
            questions.append(Question(method, _below(base, method, name), _kept(answer, base)))

        return note


def unchanged(visits: Iterable[Visit]) -> bool:
    """Whether every question about side files is still answered as it was then."""
    for visit in visits:
        files = Files(visit.config, visit.root, visit.prefixes, limits=visit.limits)
        asked: dict[str, Callable[[str], object]] = {
            "find": files.find,
            "glob": files.glob,
            "head": files.head,
            "read": files.read,
        }
        base = os.path.dirname(os.path.abspath(visit.config))
        for method, name, answer in visit.questions:
            name = os.path.join(base, name) if method in _BY_PATH else name  # noqa: PLW2901 - the same file, where we stand now
            if method not in asked or _kept(asked[method](name), base) != answer:
                return False
    return True


def _below(base: str, method: str, name: str) -> str:
    """What is asked for, free of where the configuration lies."""
    return os.path.relpath(name, base) if method in _BY_PATH else name


def _kept(answer: object, base: str) -> str:
    """An answer in a form that can be compared with a later one, free of where the configuration lies."""
    if isinstance(answer, bytes):
        from hashlib import sha256

        return sha256(answer).hexdigest()
    text = repr(answer)
    return text.replace(f"{base}{os.sep}", "") if len(base) > 1 else text


class Files:
    """Finds and reads the side files of one configuration.

    Relative names are looked up beside the configuration. Absolute names are those of the device: ``prefixes`` are the
    folders in which the device keeps its configuration, and what follows them is looked up beside the configuration too.
    """

    __slots__ = ("_base", "_given", "_limits", "_note", "_opened", "_prefixes", "_root", "read_paths")

    def __init__(
        self,
        config: str,
        root: str | None,
        prefixes: tuple[str, ...] = (),
        given: dict[str, bytes] | None = None,
        log: FileLog | None = None,
        limits: Limits = DEFAULTS,
    ) -> None:
        self._note = log.begin(config, root, prefixes, limits) if log is not None else None
        self._base = os.path.dirname(os.path.abspath(config))
        self._root = os.path.realpath(root or self._base)
        self._prefixes = prefixes
        self._given = given or {}
        """Contents by path, for configurations that are not files (standard input, an older revision)."""
        self._limits = limits
        self._opened = 0
        self.read_paths: list[str] = []

    def _told(self, method: str, name: str, answer: _Answer) -> _Answer:
        if self._note is not None:
            self._note(method, name, answer)
        return answer

    def candidates(self, name: str) -> list[tuple[str, str]]:
        """Where a name of the device may stand here, best first: (folder, name below it)."""
        if not name.startswith("/"):
            return [(self._base, name)]
        below = [(self._base, name[len(prefix) :].lstrip("/")) for prefix in self._prefixes if name.startswith(prefix)]
        return [*below, (self._root, name.lstrip("/")), ("/", name.lstrip("/"))]

    def allowed(self, path: str) -> bool:
        """Whether a path, with its links followed, is below the root."""
        real = os.path.realpath(path)
        return real == self._root or real.startswith(self._root.rstrip("/") + "/")

    def find(self, name: str) -> str | Missing:
        """The path of a side file that exists and may be read."""
        answer = self._found(name)
        return self._told("find", name, answer)

    def _found(self, name: str) -> str | Missing:
        paths = [os.path.join(*place) for place in self.candidates(name)]
        for path in paths:
            if path in self._given or (os.path.isfile(path) and self.allowed(path)):
                return path
        if any(map(os.path.isfile, paths)):
            return self._refused(name)
        return Missing(name, "it was not given", "put it beside the configuration, where the device's path leads")

    def glob(self, pattern: str) -> list[str] | Missing:
        """The files that an include names, in the order of their names; a pattern without matches is missing.

        A match that may not be read, or leads nowhere, is among them: :meth:`read` says so, and what it holds stays unknown.
        """
        answer = self._globbed(pattern)
        return self._told("glob", pattern, answer)

    def _globbed(self, pattern: str) -> list[str] | Missing:
        if "[" in pattern or "\\" in pattern:
            # Classes and escapes mean other things to the C library than to Python.
            return Missing(pattern, "its pattern is not modelled", "name the files with * and ? alone", absent=False)
        if _MAGIC.isdisjoint(pattern):
            found = self.find(pattern)
            if not isinstance(found, Missing):
                return [found]
            paths = [os.path.join(*place) for place in self.candidates(pattern)]
            if any(map(os.path.isdir, paths)):
                return found._replace(why="it is a folder", absent=False)
            return [path for path in paths if _exists(path)][:1] or found
        for folder, name in self.candidates(pattern):
            matches = self._matching(folder, name)
            if len(matches) > self._limits.side_files:
                return Missing(pattern, f"more than {self._limits.side_files} files match it", raising("side-files"))
            if matches:
                return sorted(matches)
        return Missing(
            pattern, "no file matches it", "put the files beside the configuration, where the device's path leads"
        )

    def _matching(self, folder: str, pattern: str) -> list[str]:
        """The paths below ``folder`` that a pattern names, with those of which it cannot be told."""
        from fnmatch import filter as matching

        paths, hidden = [folder], []
        for part in pattern.split("/"):
            if _MAGIC.isdisjoint(part):
                paths = [os.path.join(path, part) for path in paths]
                continue
            found = []
            for path in filter(os.path.isdir, paths):
                names = self._listed(path)
                if names is None:
                    hidden.append(os.path.join(path, part))
                    continue
                shown = [name for name in matching(names, part) if part.startswith(".") or not name.startswith(".")]
                found += [os.path.join(path, name) for name in shown]
                if len(found) > self._limits.side_files:
                    return found
            paths = found
        return [*hidden, *filter(_exists, paths)]

    def _listed(self, folder: str) -> list[str] | None:
        """The names in a folder; None where it may not be looked into."""
        try:
            return os.listdir(folder) if self.allowed(folder) else None
        except OSError:
            return None

    def head(self, path: str, size: int = 4096) -> bytes:
        """The first bytes of a file, by which one tells what it is; empty where it cannot be read."""
        answer = self._beginning(path, size)
        return self._told("head", path, answer)

    def _beginning(self, path: str, size: int) -> bytes:
        if path in self._given:
            return self._given[path][:size]
        try:
            if not self.allowed(path) or not os.path.isfile(path):
                return b""
            with open(path, "rb") as file:
                return file.read(size)
        except OSError:
            return b""

    def read(self, path: str) -> bytes | Missing:
        """The content of a file that :meth:`find` or :meth:`glob` returned."""
        answer = self._content(path)
        return self._told("read", path, answer)

    def _content(self, path: str) -> bytes | Missing:
        given = self._given.get(path)
        if given is not None:
            return given
        if not self.allowed(path):
            return self._refused(path)
        if not os.path.isfile(path):
            return Missing(path, "it is a broken link or no regular file", "put the file itself there")
        self._opened += 1
        if self._opened > self._limits.side_files:
            return Missing(path, f"more than {self._limits.side_files} side files are read", raising("side-files"))
        try:
            if os.path.getsize(path) > self._limits.side_file_mb << 20:
                return Missing(path, f"it is larger than {self._limits.side_file_mb} MB", raising("side-file-mb"))
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            return Missing(path, error.strerror or str(error), "make it readable")
        self.read_paths.append(path)
        return content

    def _refused(self, name: str) -> Missing:
        why = "it is outside of the folder that may be read"
        return Missing(name, why, f"allow it with --root (now {os.path.relpath(self._root)})")

    def shown(self, path: str) -> str:
        """The path as messages print it."""
        return shown(path)


def shown(path: str) -> str:
    """A path as messages print it: relative to where the user stands, when it is below."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _exists(path: str) -> bool:
    """Whether something other than a folder stands there, a broken link included."""
    return os.path.lexists(path) and not os.path.isdir(path)
