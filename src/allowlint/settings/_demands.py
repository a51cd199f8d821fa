"""For whom a settings file asks: profiles, and the configurations that have one of their own."""

import glob
import os

from allowlint.model.demand import Demand
from allowlint.model.location import Location
from allowlint.model.monitoring_agent import workspace_id
from allowlint.model.requirement import CONDITIONS, GEOGRAPHIES, SYSTEMS
from allowlint.model.settings import Configuration
from allowlint.profile import CLOUDS, ONBOARDING
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node

_DEMAND = (
    "cloud", "geographies", "systems", "onboarding", "answers", "client", "from_zone", "to_zone", "workspaces",
    "workspace_hosts",
)  # fmt: skip
_ID = "a GUID such as 01234567-89ab-cdef-0123-456789abcdef; the portal shows it where old systems are onboarded"
_CONFIGURATION = ("files", "platform", "device", "machine", "profile")


def read_demand(form: SettingsForm, node: Node) -> Demand:
    """A profile: whatever is left out is not said."""
    keys = form.mapping(node, _DEMAND, "a profile")
    answers = form.pairs(keys["answers"], "conditions, each with true or false") if "answers" in keys else ()
    return Demand(
        cloud=form.choice(keys["cloud"], CLOUDS, "cloud") if "cloud" in keys else None,
        geographies=_known(form, keys.get("geographies"), [*GEOGRAPHIES], "geography", str.upper),
        systems=_known(form, keys.get("systems"), [*SYSTEMS], "operating system", str.lower),
        onboarding=form.choice(keys["onboarding"], ONBOARDING, "onboarding") if "onboarding" in keys else None,
        answers={form.choice(key, CONDITIONS, "condition"): form.truth(value) for key, value in answers},
        clients=read_clients(form, keys["client"]) if "client" in keys else None,
        from_zone=form.filled(keys["from_zone"], "a zone") if "from_zone" in keys else None,
        to_zone=form.filled(keys["to_zone"], "a zone") if "to_zone" in keys else None,
        workspaces=_workspaces(form, keys["workspaces"]) if "workspaces" in keys else None,
        workspace_hosts=_outputs(form, keys["workspace_hosts"]) if "workspace_hosts" in keys else None,
    )


def _workspaces(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """The ID of a workspace, or a list of them."""
    found = []
    nodes = form.sequence(node, "workspace IDs") if node.kind == "seq" else (node,)
    if not nodes:
        form.fail(node, "no workspace is named", _ID)
    for each in nodes:
        try:
            found.append(workspace_id(form.text(each)))
        except ValueError as error:
            form.fail(each, f"{each.text[:60]!r}: {error}", _ID)
    return tuple(dict.fromkeys(found))


def _outputs(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """A file with the output of TestCloudConnection, or a list of them."""
    nodes = form.sequence(node, "files") if node.kind == "seq" else (node,)
    if not nodes:
        form.fail(node, "no file is named", "what TestCloudConnection prints, one file for each workspace")
    return tuple(dict.fromkeys(form.file(each) for each in nodes))


def _known(
    form: SettingsForm, node: Node | None, known: list[str], what: str, spelled: object
) -> tuple[str, ...] | None:
    """Words of a list, however they are written."""
    if node is None:
        return None
    nodes = form.sequence(node, f"words for {what}") if node.kind == "seq" else (node,)
    if not nodes:
        form.fail(node, f"no {what} is named", f"known are: {', '.join(known)}")
    words = [each._replace(text=spelled(form.text(each).strip())) for each in nodes]  # type: ignore[operator]
    return tuple(dict.fromkeys(form.choice(each, known, what) for each in words))


def read_clients(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """An address or network, or a list of them."""
    nodes = form.sequence(node, "addresses and networks") if node.kind == "seq" else (node,)
    if not nodes:
        form.fail(node, "no client is named", "an address or network, such as 10.20.0.0/16")
    for each in nodes:
        form.addresses(each)
    return tuple(form.text(each) for each in nodes)


def read_configurations(form: SettingsForm, node: Node, platforms: tuple[str, ...]) -> tuple[Configuration, ...]:
    """What is said of configurations, in the order of the file."""
    return tuple(_configuration(form, item, platforms) for item in form.sequence(node, "configurations"))


def _configuration(form: SettingsForm, node: Node, platforms: tuple[str, ...]) -> Configuration:
    if node.kind != "map":
        return Configuration(
            _files(form, node), "", "", Demand(), Location(form.path, node.line), _patterns(form, node)
        )
    keys = form.mapping(node, _CONFIGURATION, "a configuration")
    if "files" not in keys:
        form.fail(
            node, "the configuration has no 'files'", "a file, a pattern such as firewalls/*.xml, or a list of them"
        )
    return Configuration(
        files=_files(form, keys["files"]),
        platform=form.choice(keys.get("platform"), platforms, "platform"),
        device=form.filled(keys["device"], "a device") if "device" in keys else "",
        demand=read_demand(form, keys["profile"]) if "profile" in keys else Demand(),
        location=Location(form.path, node.line),
        patterns=_patterns(form, keys["files"]),
        machine=form.filled(keys["machine"], "a machine") if "machine" in keys else "",
    )


def _patterns(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """The patterns as they can be looked up from here, on these files or on others like them."""
    folder = glob.escape(form.folder)
    return tuple(
        os.path.normpath(os.path.join(folder, form.text(each)))
        for each in (node.items if node.kind == "seq" else (node,))
    )


def _files(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """The files that patterns name. One that names none is an error: what is not there would be checked silently."""
    found: list[str] = []
    for each in form.sequence(node, "files") if node.kind == "seq" else (node,):
        pattern = form.filled(each, "a file")
        names = sorted(glob.glob(pattern, root_dir=form.folder or None, recursive=True))
        paths = [path for path in (form.within(name) for name in names) if os.path.isfile(path)]
        if not paths:
            form.fail(
                each, f"no file fits {pattern[:120]!r}", "patterns are relative to the settings file; ** is any folder"
            )
        found += paths
    return tuple(dict.fromkeys(found))
