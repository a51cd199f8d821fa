"""Where live results were made: beside which places of a run they are put, and whether they may settle what is unknown there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from allowlint.lint.accounts import judges_all
from allowlint.lint.testing import WHICH, Place
from allowlint.model.live import LiveFile, LiveScope
from allowlint.model.report import Run
from allowlint.model.settings import Settings
from allowlint.syntax.files import shown

_PART = (
    "the settings do not say where the test was made (for), and this run judges only a part of what they are for: it may "
    "have been elsewhere"
)


class Belonging:
    """Tells for the results of a run where they were made."""

    def __init__(self, run: Run, settings: Settings, paths: Sequence[str]) -> None:
        self._run = run
        self._settings = settings
        files = frozenset(os.path.abspath(config.path) for config in run.configs)
        self._whole = judges_all(settings, paths, files)
        self._places = [Place.of(each) for each in run.results if not each.on_path]

    def files(self, given: Iterable[LiveFile]) -> Iterator[LiveFile]:
        """Yield each file once, with what the settings say of it, also where somebody else names it."""
        said: dict[str, LiveFile] = {}
        for file in self._settings.live:
            said.setdefault(os.path.realpath(file.path), file)
        met = set()
        for file in given:
            name = os.path.realpath(file.path)
            if name not in met:
                met.add(name)
                known = said.get(name, file)
                yield file._replace(date=file.date or known.date, scopes=file.scopes or known.scopes)

    def places(self, file: LiveFile) -> list[Place]:
        """The places that a result is put beside: those that it was made behind; all, where nobody says it."""
        if not file.scopes:
            return self._places
        return [place for place in self._places if any(self._fits(scope, place) for scope in file.scopes)]

    def configs(self, file: LiveFile) -> list[str]:
        """The configurations that a result speaks of."""
        every = [config.path for config in self._run.configs if config.platform != "path"]
        if not file.scopes:
            return every
        named = {os.path.realpath(path) for scope in file.scopes for path in self._files(scope)}
        return [path for path in every if os.path.realpath(path) in named]

    def unsure(self, file: LiveFile) -> Iterator[str]:
        """Yield why it is not known that a test has passed the one place that it is put beside."""
        if sum(bool(place.verdicts) for place in self.places(file)) > 1:
            yield WHICH
        if file.declared and not file.scopes and not self._whole:
            yield _PART

    def notices(self, files: Iterable[LiveFile]) -> Iterator[str]:
        """Yield a sentence for each result that is put beside nothing, because this run judges no place of it."""
        for file in files:
            if file.scopes and not self.places(file):
                where = ", ".join(map(str, file.scopes))
                member = any(
                    each.on_path and self._is_of(scope, each.config, each.device.name)
                    for each in self._run.results
                    for scope in file.scopes
                )
                why = (
                    "which is judged as a part of a path: name the path" if member else "which this run does not judge"
                )
                yield f"{shown(file.path)} is put beside nothing: it is for {where}, {why}"

    def _fits(self, scope: LiveScope, place: Place) -> bool:
        if scope.name in self._settings.paths and not scope.device:
            return place.path and place.device == scope.name
        return not place.path and self._is_of(scope, place.config, place.device)

    def _is_of(self, scope: LiveScope, config: str, device: str) -> bool:
        same = bool(scope.config) and os.path.realpath(scope.config) == os.path.realpath(config)
        return same and (not scope.device or fnmatchcase(device, scope.device))

    def _files(self, scope: LiveScope) -> list[str]:
        path = None if scope.device else self._settings.paths.get(scope.name)
        return [stop.config for stop in path.stops] if path else [scope.config]
