"""The live results that a settings file names: what tools on endpoints found out by trying."""

import os
from collections.abc import Mapping

from allowlint.model.live import LiveFile, LiveScope
from allowlint.model.location import Location
from allowlint.model.settings import Settings
from allowlint.model.waiver import day_of
from allowlint.settings._form import SettingsError, SettingsForm
from allowlint.syntax.yaml_tree import Node

_LIVE = ("files", "recent_days")
_FILE = ("file", "date", "for")
_SCOPE = ("config", "device")
_WHERE = "the name of a declared path, a configuration, or {config: FILE, device: NAME}"
_LONG = 36_500


def read_live(form: SettingsForm, node: Node) -> Mapping[str, object]:
    """A list of files; or ``files``, and for how many days a result is taken for recent."""
    if node.kind != "map":
        return {"live": _files(form, node)}
    keys = form.mapping(node, _LIVE, "live results")
    return {
        "live": _files(form, keys["files"]) if "files" in keys else (),
        "live_days": form.number(keys["recent_days"], 1, _LONG, "recent_days") if "recent_days" in keys else None,
    }


def _files(form: SettingsForm, node: Node) -> tuple[LiveFile, ...]:
    nodes = form.sequence(node, "live results") if node.kind == "seq" else (node,)
    return tuple(_file(form, each) for each in nodes)


def _file(form: SettingsForm, node: Node) -> LiveFile:
    if node.kind != "map":
        return LiveFile(form.file(node), declared=True)
    keys = form.mapping(node, _FILE, "a live result")
    if "file" not in keys:
        form.fail(node, "the live result has no 'file'", "a file, relative to the settings")
    day = ""
    if "date" in keys:
        text = form.text(keys["date"]).strip()
        day = day_of(text)
        if not day:
            form.fail(keys["date"], f"{text[:40]!r} is no day", "the day of the test, such as 2026-11-20")
    scopes = _scopes(form, keys["for"]) if "for" in keys else ()
    return LiveFile(form.file(keys["file"]), day, scopes, declared=True)


def _scopes(form: SettingsForm, node: Node) -> tuple[LiveScope, ...]:
    nodes = form.sequence(node, "places") if node.kind == "seq" else (node,)
    if not nodes:
        form.fail(node, "no place is named", _WHERE)
    return tuple(_scope(form, each) for each in nodes)


def _scope(form: SettingsForm, node: Node) -> LiveScope:
    place = Location(form.path, node.line)
    if node.kind != "map":
        name = form.filled(node, "a place")
        file = form.within(name)
        return LiveScope(name, file if os.path.isfile(file) else "", location=place)
    keys = form.mapping(node, _SCOPE, "a place")
    if "config" not in keys:
        form.fail(node, "the place has no 'config'", _WHERE)
    device = form.filled(keys["device"], "a device") if "device" in keys else ""
    return LiveScope(keys["config"].text, form.file(keys["config"]), device, place)


def check_scopes(settings: Settings) -> None:
    """Raises SettingsError for a place of a result that is neither a declared path nor a file."""
    for scope in (scope for file in settings.live for scope in file.scopes):
        if scope.name not in settings.paths and not scope.config:
            from difflib import get_close_matches

            near = get_close_matches(scope.name[:60], list(settings.paths), 1)
            raise SettingsError(
                f"live: there is neither a path nor a file {scope.name[:120]!r}",
                path=scope.location.path,
                line=scope.location.line,
                hint=f"did you mean {near[0]!r}?" if near else f"expected {_WHERE}",
            )
