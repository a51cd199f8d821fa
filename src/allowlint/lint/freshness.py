"""Whether a live result still says something of the configurations as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime

from allowlint.model.live import Doubt, LiveResults
from allowlint.syntax.files import shown
from allowlint.waivers.day import today


class Freshness:
    """Compares the days of results with the day of the run and with those of configurations."""

    def __init__(self, longest_days: int) -> None:
        self._longest = longest_days
        self._today = today()
        self._changed: dict[str, str] = {}

    def doubts(self, result: LiveResults, configs: Iterable[str]) -> list[Doubt]:
        """Why a result says less than it seems to."""
        name, day = shown(result.path), result.date
        say = f"say the day of the test: --live {name}@YYYY-MM-DD, or 'date' in the settings"
        again = "repeat the test"
        if not day:
            return [Doubt(result.path, "", "undated", "nobody says on which day the test was made", say)]
        age = (self._today - date.fromisoformat(day)).days
        if age < -1:
            return [Doubt(result.path, day, "future", f"the test is dated {day}, which is still to come", say)]
        if age > self._longest:
            why = f"the test was made {age} days ago, on {day}; {self._longest} days are taken for recent"
            return [Doubt(result.path, day, "old", why, again)]
        newer = [config for config in dict.fromkeys(configs) if self._change(config) > day]
        if newer:
            why = f"the test was made on {day}, before the last change of {shown(newer[0])} ({self._change(newer[0])})"
            return [Doubt(result.path, day, "before", why, again)]
        return []

    def _change(self, path: str) -> str:
        if path not in self._changed:
            self._changed[path] = changed_on(path)
        return self._changed[path]


def changed_on(path: str) -> str:
    """The day on which a file was last changed: as git knows it where the file is committed as it is, else as the disk does.

    Empty for what is no file.
    """
    if path == "-" or not os.path.isfile(path):
        return ""
    log = _git(path, "log", "-1", "--format=%cs", "--")
    if log and not _git(path, "status", "--porcelain", "--"):
        return log
    return datetime.fromtimestamp(os.path.getmtime(path), UTC).date().isoformat()


def _git(path: str, *words: str) -> str:
    """What git says of a file; empty where it does not."""
    from allowlint.lint.revision import Unavailable, git_in

    folder, name = os.path.split(os.path.abspath(path))
    try:
        # A filter or a program that the repository names for signatures must not run because somebody asks for a day.
        code, out, _ = git_in(folder).run((*words, name))
    except Unavailable:
        return ""
    return "" if code else out.strip()
