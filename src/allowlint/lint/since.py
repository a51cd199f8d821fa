"""The run beside the same run on another revision of the files: what a change broke, mended or left (``--since``).

Both are judged with the settings, policies and profile of now, so that whatever differs comes from the configurations. What was
there already is known and does not fail. What could not be compared is not excused, and is said.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import chdir

from allowlint.baseline import Entry, matched
from allowlint.errors import AllowlintError, InputError
from allowlint.lint.accounts import Account, graded
from allowlint.lint.asked import Reading
from allowlint.lint.changes import changes
from allowlint.lint.demands import Demands
from allowlint.lint.known import excusable
from allowlint.lint.revision import Tree, Unavailable, revision
from allowlint.lint.running import declared
from allowlint.lint.running import run as lint
from allowlint.model.path import Path, Stop
from allowlint.model.report import Comparison, Run
from allowlint.model.settings import Configuration, Settings
from allowlint.model.waiver import OWN_CODES
from allowlint.settings import SettingsError

_MANY = 5
"""Files that a note names."""


def compared(run: Run, ref: str, account: Account, demands: Demands, reading: Reading) -> Run:
    """The run with what has changed since a revision, and with its findings marked that were there already."""
    commit = ""
    try:
        with reading.watch("comparing", ref), revision(ref) as tree:
            commit = tree.commit
            then, notes = _judged_then(run, tree, account, demands, reading)
    except Unavailable as error:
        return run._replace(comparison=Comparison(ref, commit, failed=f"{error}. Nothing is excused."))
    except AllowlintError as error:
        why = f"the files of then cannot be judged: {error.message}. Nothing is excused."
        return run._replace(comparison=Comparison(ref, commit, failed=why))
    before = [finding for finding in graded(then, account).findings if not finding.code.startswith(OWN_CODES)]
    now = [finding for finding in run.findings if not finding.code.startswith(OWN_CODES)]
    found = matched(now, [Entry.of(finding) for finding in before])
    known = {id(now[index]) for index in found.entry_of}
    findings = tuple(
        f._replace(known=f.known or ref) if id(f) in known and excusable(f, account) else f for f in run.findings
    )
    made, told = changes(then, run, account.root)
    comparison = Comparison(
        ref,
        commit,
        tuple(made),
        new=len(now) - len(known),
        left=len(known),
        gone=len(found.unmatched),
        notes=(*notes, *told),
    )
    return run._replace(findings=findings, comparison=comparison)


def _judged_then(run: Run, tree: Tree, account: Account, demands: Demands, reading: Reading) -> tuple[Run, list[str]]:
    """The run on the files of a revision, in the names of now, and what could not be judged."""
    settings, notes = _settings_then(reading.settings, tree)
    options = reading.options._replace(root=_root_then(reading, tree))
    # What a tool has found out on an endpoint, it has found out now.
    then = reading._replace(live=(), settings=settings, options=options)
    named = [tree.place(path) for path in account.paths]
    outside = [path for path, place in zip(account.paths, named, strict=True) if place is None]
    notes += _note(outside, "is not in this git repository", "are not in this git repository")
    empty = run._replace(configs=(), findings=(), waivers=())
    notes += _told(run, account.settings, tree)
    with chdir(tree.here):
        paths = [path for path in named if path is not None]
        missing = [path for path in paths if not os.path.exists(path)]
        notes += _note(missing)
        there = tuple(path for path in paths if path not in missing)
        if (account.paths and not there) or (not account.paths and not declared(settings)):
            return empty, notes
        found, failed = _tried(there, demands, then, account)
        notes += failed
    return _without_old_names(found, tree) if found is not None else empty, notes


def _there(path: str, tree: Tree) -> str:
    """A file as it can be opened from here, of then; empty where it was not there."""
    place = tree.place(path)
    return place if place is not None and os.path.isfile(os.path.join(tree.here, place)) else ""


def _root_then(reading: Reading, tree: Tree) -> str | None:
    """The folder below which side files are read: that of then, where it is in the repository or holds it."""
    root = reading.options.root
    if root is None:
        return None
    holds = os.path.commonpath((os.path.realpath(root), tree.top)) == os.path.realpath(root)
    return tree.folder if holds else tree.place(root) or root


def _told(run: Run, settings: Settings, tree: Tree) -> Iterator[str]:
    """What the settings and policies of now make of both, where they are not those of then."""
    files = [settings.file, *settings.extended]
    for use in run.policies:
        files += [use.policy.path, *(change.location.path for change in use.policy.changes)]
    for file in dict.fromkeys(files):
        place = tree.place(file) if file else None
        if place is not None and not _alike(file, os.path.join(tree.here, place)):
            yield f"{file} is not what it was then: both are judged by what it says now, and what it asks for anew is no change"


def _alike(one: str, other: str) -> bool:
    """Whether two files hold the same."""
    from filecmp import cmp

    try:
        return cmp(one, other, shallow=False)
    except OSError:
        return False


def _tried(
    paths: tuple[str, ...], demands: Demands, reading: Reading, account: Account
) -> tuple[Run | None, list[str]]:
    """The run on what can be judged of these files, and a note on each of the others. None where nothing can."""
    notes: list[str] = []
    dropped: set[str] = set()
    settings = reading.settings
    while True:
        try:
            under = reading._replace(settings=settings)
            return lint(paths, demands.under(settings), under, account.checks), notes
        except SettingsError as error:
            if not settings.paths:
                raise
            notes.append(
                f"the declared paths could not be judged then ({error.message}): what is found there counts as new"
            )
            settings = settings._replace(paths={})
        except InputError as error:
            if error.path is None or error.path in dropped:
                return None, notes
            dropped.add(error.path)
            notes.append(f"{error.path} could not be read then ({error.message}): what is found in it counts as new")
            settings, paths = _without(error.path, settings, paths)
            if not paths and (account.paths or not declared(settings)):
                return None, notes


def _without(file: str, settings: Settings, paths: tuple[str, ...]) -> tuple[Settings, tuple[str, ...]]:
    """What is left to judge where a file cannot be read."""
    configurations = (
        each._replace(files=tuple(name for name in each.files if not _same(name, file)))
        for each in settings.configurations
    )
    kept = {
        name: path for name, path in settings.paths.items() if not any(_same(stop.config, file) for stop in path.stops)
    }
    settings = settings._replace(
        configurations=tuple(configurations), paths=kept, exclude=(*settings.exclude, glob.escape(file))
    )
    return settings, tuple(path for path in paths if not _same(path, file))


def _same(path: str, other: str) -> bool:
    return os.path.normpath(path) == os.path.normpath(other)


def _settings_then(settings: Settings, tree: Tree) -> tuple[Settings, list[str]]:
    """The settings of now, with the files that they declared then; what was not there is noted."""
    notes: list[str] = []
    configurations = []
    for each in settings.configurations:
        patterns = [tree.place(pattern) for pattern in each.patterns]
        configurations.append(_found_then(each, [pattern for pattern in patterns if pattern is not None], tree))
    files = {file for each in configurations for file in each.files}
    now = [tree.place(file) or file for each in settings.configurations for file in each.files]
    notes += _note([file for file in dict.fromkeys(now) if file not in files])
    paths = {}
    for name, path in settings.paths.items():
        moved = _path_then(path, tree)
        if moved is None:
            notes.append(
                f"the path {name} could not be judged then: a file of it was not there; what is found counts as new"
            )
        else:
            paths[name] = moved
    exclude = tuple(place for pattern in settings.exclude if (place := tree.place(pattern)) is not None)
    return settings._replace(configurations=tuple(configurations), paths=paths, exclude=exclude), notes


def _found_then(configuration: Configuration, patterns: list[str], tree: Tree) -> Configuration:
    """A configuration with the files that its patterns name then."""
    found: list[str] = []
    with chdir(tree.here):
        for pattern in patterns:
            found += (name for name in sorted(glob.glob(pattern, recursive=True)) if os.path.isfile(name))
    return configuration._replace(files=tuple(dict.fromkeys(os.path.normpath(name) for name in found)))


def _path_then(path: Path, tree: Tree) -> Path | None:
    """A declared path with the files of then; None where one of them is not there."""

    def moved(stop: Stop) -> Stop:
        return stop._replace(config=_there(stop.config, tree))

    links = tuple(
        link._replace(
            stop=moved(link.stop) if link.stop else None,
            proxies={address: stop and moved(stop) for address, stop in link.proxies.items()},
        )
        for link in path.links
    )
    path = path._replace(links=links)
    return path if all(stop.config for stop in path.stops) else None


def _without_old_names(run: Run, tree: Tree) -> Run:
    """The run without what was renamed, which is in it under the name of now."""
    here = os.path.relpath(os.getcwd(), tree.top)
    old = {os.path.relpath(name, here) for name in tree.renamed}
    return run._replace(
        configs=tuple(config for config in run.configs if os.path.normpath(config.path) not in old),
        findings=tuple(finding for finding in run.findings if os.path.normpath(finding.config) not in old),
    )


def _note(files: list[str], one: str = "was not there then", many: str = "were not there then") -> Iterator[str]:
    if files:
        listed = ", ".join(files[:_MANY]) + (f" and {len(files) - _MANY} more" if len(files) > _MANY else "")
        yield f"{listed} {one if len(files) == 1 else many}: all that is found there counts as new"
