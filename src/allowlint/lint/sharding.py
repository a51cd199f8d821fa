"""One of several parts of a run: which configurations are in it, so that all parts together are the run.

What stands on one declared path stays together. Where folders are named, every part reads all files, since one may turn out
to be a part of another; it judges its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from allowlint.errors import InputError, UsageError
from allowlint.lint.asked import Shard
from allowlint.lint.inputs import Found, HowToRead, Reader
from allowlint.model.path import Path
from allowlint.model.report import ShardUse


class Part(Reader):
    """Reads the files of a part, or all of them where that cannot be told before."""

    def __init__(
        self, reader: Reader, shard: Shard, paths: Mapping[str, Path], *, every: bool, files_only: bool
    ) -> None:
        """A part of a run.

        ``every``: all declared paths are judged, and not only those on which a file stands. ``files_only``: no folder is named, so that
        no file is a part of another.
        """
        self._reader = reader if files_only else Reader()
        self._shard = shard
        self._paths = paths
        self._every = every
        self._files_only = files_only
        self._own: set[str] = set()
        self._places: dict[str, int] = {}
        self.paths: dict[str, Path] = {}
        """The declared paths that are in the part."""

    def prepare(self, files: Sequence[tuple[str, bool]], options: HowToRead) -> None:
        """Be told of all files; those of the part are chosen, where that can be told now."""
        for path, _ in files:
            # Every part says what the whole run would say of what is asked.
            options(path)
        if self._files_only:
            self._split([path for path, _ in files])
            self._reader.prepare(
                [(path, named) for path, named in files if os.path.realpath(path) in self._own], options
            )

    def read(self, path: str, options: HowToRead, *, named: bool, live: list[str] | None) -> Found | None:
        """What a file of the part holds; None for one of another part."""
        if self._files_only and os.path.realpath(path) not in self._own:
            return None
        return self._reader.read(path, options, named=named, live=live)

    def kept(self, found: Sequence[Found]) -> tuple[Found, ...]:
        """The configurations of the part."""
        if not self._own:
            self._split([config.path for config in found])
        return tuple(config for config in found if os.path.realpath(config.path) in self._own)

    @property
    def touched(self) -> list[Path]:
        """The declared paths that the whole run judges."""
        return list(self._paths.values())

    def use(self, configs: Iterable[Found], unknown_zones: Iterable[str]) -> ShardUse:
        """The part, with the places that its configurations have in the whole run."""
        from hashlib import sha256

        listed = "\n".join((*self._paths, *(os.path.relpath(file) for file in self._places)))
        names = list(self._paths)
        return ShardUse(
            self._shard.number,
            self._shard.total,
            sha256(listed.encode("utf-8", "surrogatepass")).hexdigest(),
            tuple(self._places[os.path.realpath(config.path)] for config in configs),
            tuple(names.index(name) for name in self.paths),
            tuple(unknown_zones),
        )

    def _split(self, files: Sequence[str]) -> None:
        """Deal out the files, and the paths with theirs."""
        listed = [os.path.realpath(file) for file in files]
        if not self._every:
            given = set(listed)
            self._paths = {
                name: path
                for name, path in self._paths.items()
                if not given.isdisjoint(os.path.realpath(stop.config) for stop in path.stops)
            }
        stops = {name: [os.path.realpath(stop.config) for stop in path.stops] for name, path in self._paths.items()}
        together = {file: [file] for file in (*listed, *(file for some in stops.values() for file in some))}
        self._places = {file: place for place, file in enumerate(together)}
        for some in stops.values():
            whole = list(dict.fromkeys(file for stop in some for file in together[stop]))
            for file in whole:
                together[file] = whole
        units = list({id(unit): unit for unit in together.values()}.values())
        mine = units[self._shard.number - 1 :: self._shard.total]
        if not mine:
            raise InputError(
                f"there is nothing in part {self._shard.number} of {self._shard.total}: the run has {len(units)} to deal out",
                hint="split it into fewer parts",
            )
        self._own = {file for unit in mine for file in unit}
        self.paths = {name: path for name, path in self._paths.items() if stops[name][0] in self._own}


def check_shard(live: Sequence[object]) -> None:
    """Raises UsageError where a part of a run is to be compared with live results, which are about the whole."""
    if live:
        raise UsageError(
            "a part of a run cannot be put beside live results", hint="leave them out, or check without --shard"
        )
