"""One settings file, by itself."""

from collections.abc import Callable, Iterator, Mapping

from allowlint import registry
from allowlint.model.assumption import ASSUMPTIONS, RATINGS
from allowlint.model.limits import DEFAULTS, LIMITS, MOST
from allowlint.model.location import Location
from allowlint.model.settings import PolicyRef, Settings
from allowlint.settings._checks import read_choice
from allowlint.settings._demands import read_configurations, read_demand
from allowlint.settings._form import SettingsForm
from allowlint.settings._live import read_live
from allowlint.settings._paths import read_paths
from allowlint.settings._version import check_version
from allowlint.settings._waivers import read_rules, read_waivers
from allowlint.sources import bundled
from allowlint.syntax.yaml_tree import Node

FAIL_ON = ("never", "error", "unknown", "warning")
"""The thresholds of ``--fail-on``, weakest first."""
MOST_JOBS = 256
_MERGED_BY_PART = ("profile", "assume", "checks", "waiver-rules", "limits")
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_TOP = (
    "version", "required-version", "extends", "policies", "profile", "configurations", "exclude", "paths", "assume",
    "checks", "fail-on", "waivers", "waiver-rules", "baseline", "live", "limits", "outputs", "jobs", "cache",
)  # fmt: skip


class Read:
    """A settings file as it was read: what it says, and what it extends."""

    def __init__(self, path: str, text: str) -> None:
        self.form = SettingsForm(path)
        self.keys = self._keys(text)
        extends = self.keys.get("extends")
        nodes = () if extends is None else extends.items if extends.kind == "seq" else (extends,)
        self.extends = tuple((node, self.form.file(node)) for node in nodes)

    def _keys(self, text: str) -> dict[str, Node]:
        tree = self.form.tree(text)
        for key, value in self.form.pairs(tree, "settings"):
            if key.text == "required-version":
                # Before keys that only that version knows are called unknown.
                check_version(self.form, value)
        keys = self.form.mapping(tree, _TOP, "settings")
        if "version" not in keys:
            self.form.fail(None, "key 'version' is missing from the settings", "add the line: version: 1")
        if keys["version"].text != "1":
            self.form.fail(keys["version"], f"version {keys['version'].text[:20]!r} is not known; expected 1")
        return keys

    def settings(self) -> Settings:
        """What the file itself says."""
        form = self.form
        settings = Settings(file=form.path)
        readers: Mapping[str, Callable[[Node], Mapping[str, object]]] = {
            "policies": lambda node: {"policies": _policies(form, node)},
            "profile": lambda node: {"demand": read_demand(form, node)},
            "configurations": lambda node: {
                "configurations": read_configurations(form, node, registry.names("platforms"))
            },
            "exclude": lambda node: {"exclude": tuple(form.within(word) for word in form.words(node, "a pattern"))},
            "paths": lambda node: {"paths": read_paths(form, node)},
            "assume": lambda node: _assumed(form, node),
            "checks": lambda node: {"checks": read_choice(form, node)},
            "fail-on": lambda node: {"fail_on": form.choice(node, FAIL_ON, "threshold")},
            "waivers": lambda node: {"waivers": read_waivers(form, node)},
            "waiver-rules": lambda node: {"waiver_rules": read_rules(form, node)},
            "baseline": lambda node: {"baseline": form.written(node, "baseline")},
            "live": lambda node: read_live(form, node),
            "limits": lambda node: {"limits": _limits(form, node)},
            "outputs": lambda node: {"outputs": _outputs(form, node)},
            "jobs": lambda node: {"jobs": _jobs(form, node)},
            # A settings file makes nothing be written outside of its folder, and inside a cache could come with a pull request.
            "cache": lambda node: {"cache": form.choice(node, ("auto",), "place for a cache")},
        }
        for key, read in readers.items():
            if key in self.keys:
                settings = settings._replace(**read(self.keys[key]))  # type: ignore[arg-type]
        return settings._replace(origins=dict(self._origins()))

    def _origins(self) -> Iterator[tuple[str, tuple[Location, ...]]]:
        """Where the file says what, with the parts of what is merged part by part."""
        for key, node in self.keys.items():
            yield key, (Location(self.form.path, node.line),)
            if key in _MERGED_BY_PART and node.kind == "map":
                for part, _ in node.pairs:
                    yield f"{key}.{part.text}", (Location(self.form.path, part.line),)


def _policies(form: SettingsForm, node: Node) -> tuple[PolicyRef, ...]:
    found = tuple(_policy(form, item) for item in form.sequence(node, "policies"))
    if not found:
        form.fail(node, "no policy is named", f"a file, or one of {', '.join(bundled.BUNDLED)}")
    return found


def _policy(form: SettingsForm, node: Node) -> PolicyRef:
    if node.kind != "map":
        return PolicyRef(_reference(form, node))
    keys = form.mapping(node, ("policy", "overlays"), "a policy")
    if "policy" not in keys:
        form.fail(node, "the policy has no 'policy'", "a bundled name, or a file")
    overlays = form.sequence(keys["overlays"], "files that change the policy") if "overlays" in keys else ()
    return PolicyRef(_reference(form, keys["policy"]), tuple(form.file(item) for item in overlays))


def _reference(form: SettingsForm, node: Node) -> str:
    """A bundled policy, or a file that is there."""
    import os

    name = form.filled(node, "a policy")
    if name in bundled.BUNDLED:
        return name
    if not os.path.isfile(form.within(name)) and not any(mark in name for mark in "/\\."):
        form.unknown(node, [*bundled.BUNDLED], "policy")
    return form.file(node)


def _jobs(form: SettingsForm, node: Node) -> str:
    text = form.filled(node, "a number of processes")
    if text != "auto" and not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= MOST_JOBS):
        form.fail(node, f"{text[:20]!r} is no number of processes", f"1 to {MOST_JOBS}, or auto")
    return text


def _outputs(form: SettingsForm, node: Node) -> tuple[tuple[str, str], ...]:
    """Formats, each with its file."""
    formats = tuple(name.replace("_", "-") for name in registry.names("reports"))
    found = []
    for key, value in form.pairs(node, "formats, each with its file"):
        name = form.choice(key, formats, "format")
        found.append((name, form.written(value, "output")))
    return tuple(found)


def _limits(form: SettingsForm, node: Node) -> Mapping[str, int]:
    """The limits that are raised. To lower one is for the command line: what is not read is unknown, which need not fail a run."""
    return {
        name: form.number(value, getattr(DEFAULTS, name.replace("-", "_")), MOST, name)
        for name, value in form.mapping(node, LIMITS, "limits").items()
    }


def _assumed(form: SettingsForm, node: Node) -> Mapping[str, object]:
    """What verdicts may lean on, what they may not, and the categories of hosts."""
    keys = form.mapping(node, (*ASSUMPTIONS, RATINGS), "what is assumed")
    ratings = form.pairs(keys[RATINGS], "host patterns, each with its categories") if RATINGS in keys else ()
    rated = {_pattern(form, host): _categories(form, value) for host, value in ratings}
    said = {word: form.truth(value) for word, value in keys.items() if word != RATINGS}
    accepted = frozenset(word for word, value in said.items() if value)
    return {
        "assumptions": accepted | {RATINGS} if rated else accepted,
        "refused_assumptions": frozenset(said) - accepted,
        "ratings": rated,
    }


def _categories(form: SettingsForm, node: Node) -> tuple[str, ...]:
    """The names or numbers of vendor categories: one, or a list."""
    nodes = form.sequence(node, "categories") if node.kind == "seq" else (node,)
    return tuple(form.text(each).lower() for each in nodes)


def _pattern(form: SettingsForm, node: Node) -> str:
    """A host pattern as requirements have it."""
    host = form.text(node).strip().lower()
    bare = host.removeprefix("*").removeprefix(".") if host.startswith("*") else host
    if not all(bare.split(".")) or not _HOST_CHARACTERS.issuperset(bare):
        form.fail(node, f"{host[:60]!r} is no host", "an exact name, *.suffix or *suffix")
    return host
