"""Side files of a configuration, opened only below the folder that the user gave.

A configuration may come from anybody, and its includes and file values must not make allowlint read the rest of the machine.
"""

import os
from typing import NamedTuple

MAX_FILE_SIZE = 512 * 1024 * 1024
"""Bytes of one file; more is refused with a reason."""


class Missing(NamedTuple):
    """A side file that could not be read, with the reason and what to do."""

    path: str
    why: str
    hint: str


class Files:
    """Finds and reads the side files of one configuration.

    Relative names are looked up beside the configuration. Absolute names are those of the device: ``prefixes`` are the
    folders in which the device keeps its configuration, and what follows them is looked up beside the configuration too.
    """

    __slots__ = ("_base", "_given", "_prefixes", "_root", "read_paths")

    def __init__(
        self, config: str, root: str | None, prefixes: tuple[str, ...] = (), given: dict[str, bytes] | None = None
    ) -> None:
        self._base = os.path.dirname(os.path.abspath(config))
        self._root = os.path.realpath(root or self._base)
        self._prefixes = prefixes
        self._given = given or {}
        """Contents by path, for configurations that are not files (standard input, an older revision)."""
        self.read_paths: list[str] = []

    def candidates(self, name: str) -> list[str]:
        """Where a name of the device may stand here, best first."""
        if not name.startswith("/"):
            return [os.path.join(self._base, name)]
        found = [os.path.join(self._base, name[len(p) :].lstrip("/")) for p in self._prefixes if name.startswith(p)]
        return [*found, os.path.join(self._root, name.lstrip("/")), name]

    def allowed(self, path: str) -> bool:
        """Whether a path, with its links followed, is below the root."""
        real = os.path.realpath(path)
        return real == self._root or real.startswith(self._root.rstrip("/") + "/")

    def find(self, name: str) -> str | Missing:
        """The path of a side file that exists and may be read."""
        refused = False
        for path in self.candidates(name):
            if path in self._given:
                return path
            if os.path.isfile(path):
                if self.allowed(path):
                    return path
                refused = True
        if refused:
            return Missing(
                name, "it is outside of the folder that may be read", f"allow it with --root (now {self._root})"
            )
        return Missing(name, "it was not given", "put it beside the configuration, where the device's path leads")

    def glob(self, pattern: str) -> list[str] | Missing:
        """The files that an include names, in the order of their names; a pattern without matches is missing."""
        if not any(char in pattern for char in "*?["):
            found = self.find(pattern)
            return found if isinstance(found, Missing) else [found]
        from glob import glob

        for path in self.candidates(pattern):
            matches = [match for match in sorted(glob(path)) if os.path.isfile(match) and self.allowed(match)]
            if matches:
                return matches
        return Missing(
            pattern, "no file matches it", "put the files beside the configuration, where the device's path leads"
        )

    def read(self, path: str) -> bytes | Missing:
        """The content of a file that :meth:`find` returned."""
        given = self._given.get(path)
        if given is not None:
            return given
        try:
            if os.path.getsize(path) > MAX_FILE_SIZE:
                return Missing(path, f"it is larger than {MAX_FILE_SIZE // 1024 // 1024} MB", "split it")
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            return Missing(path, error.strerror or str(error), "make it readable")
        self.read_paths.append(path)
        return content

    def shown(self, path: str) -> str:
        """The path as messages print it: relative to where the user stands, when it is below."""
        relative = os.path.relpath(path)
        return path if relative.startswith("..") else relative
