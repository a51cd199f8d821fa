"""The live results that a settings file names: what tools on endpoints found out by trying."""

from collections.abc import Mapping

from allowlint.model.live import LiveFile
from allowlint.model.waiver import day_of
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node

_LIVE = ("files", "recent_days")
_FILE = ("file", "date")
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
        return LiveFile(form.file(node))
    keys = form.mapping(node, _FILE, "a live result")
    if "file" not in keys:
        form.fail(node, "the live result has no 'file'", "a file, relative to the settings")
    day = ""
    if "date" in keys:
        text = form.text(keys["date"]).strip()
        day = day_of(text)
        if not day:
            form.fail(keys["date"], f"{text[:40]!r} is no day", "the day of the test, such as 2026-11-20")
    return LiveFile(form.file(keys["file"]), day)
