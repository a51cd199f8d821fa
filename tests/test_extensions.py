"""What an extension owes its users: a page, a name of its own, and fixtures that show it at work and at rest.

A new module fails here, by name, until it has them. CONTRIBUTING.md tells the same story as recipes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from allowlint import registry
from tests.support import FIXTURES

SECTIONS = {
    "platforms": ("Export", "What is read", "What is not"),
    "sources": ("Where to get it", "What is read", "What is not"),
    "checks": ("What it does", "Why is this bad?", "Example", "How to fix"),
    "reports": ("What reads it", "What is left out"),
    "fixes": ("What is written", "What is not"),
    "live": ("Where to get it", "What is read", "What is not"),
    "runners": ("Where the work is done", "What is sent", "When a worker is lost"),
}
EXTENSIONS = [(kind, name) for kind in registry.CONSTANTS for name in registry.names(kind)]
CHECKS = registry.names("checks")
PLATFORMS = registry.names("platforms")

each_extension = pytest.mark.parametrize(
    ("kind", "name"), EXTENSIONS, ids=[f"{kind}-{name}" for kind, name in EXTENSIONS]
)


def page(kind: str, name: str) -> str:
    """Return the docstring of the module, which is what `allowlint rule` and the documents print."""
    return import_module(f"allowlint.{kind}.{name}").__doc__ or ""


def section(text: str, title: str, titles: tuple[str, ...]) -> str:
    """Return what stands below *title*, a heading or a line of its own, up to the next of *titles*; empty if it is missing."""
    any_title = "|".join(re.escape(other) for other in titles)
    heading = r"^(?:#+ )?(?:{}):?[ ]*\n(?:[-=~]+\n)?"
    found = re.search(
        f"{heading.format(re.escape(title))}(.*?)(?={heading.format(any_title)}|\\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found.group(1).strip() if found else ""


def cases(folder: Path) -> list[Path]:
    """Return the fixture cases below *folder*: every folder is one."""
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def detects(platform: str, path: Path) -> bool:
    """Whether *platform* takes the file for one of its configurations; it is shown as much as at run time."""
    return bool(registry.load("platforms", platform).detect(str(path), path.read_bytes()[:65536]))


@each_extension
def test_its_docstring_is_a_page(kind: str, name: str) -> None:
    text = page(kind, name)

    assert text.strip(), f"{kind}/{name}.py has no docstring"
    assert text.splitlines()[0].strip(), f"{kind}/{name}.py: the first line of the docstring says what it is"
    assert [title for title in SECTIONS[kind] if not section(text, title, SECTIONS[kind])] == []


def test_a_section_without_words_is_found_out() -> None:
    text = "Title.\n\nExport\n    A file.\nWhat is read\n\nWhat is not\n    The rest.\n"
    titles = SECTIONS["platforms"]

    assert [section(text, title, titles) for title in titles] == ["A file.", "", "The rest."]


@each_extension
def test_it_defines_the_constant_of_its_kind(kind: str, name: str) -> None:
    registry.load(kind, name)


@each_extension
def test_its_name_follows_from_its_module(kind: str, name: str) -> None:
    """A user who knows the name finds the file."""
    extension = registry.load(kind, name)

    if kind == "checks":
        assert extension.name == name.replace("_", "-")
        assert re.fullmatch(r"[A-Z]{3}\d{3}", extension.code)
    else:
        assert extension.id in {name, name.replace("_", "-")}


@pytest.mark.parametrize("kind", registry.CONSTANTS)
def test_no_two_have_one_identity(kind: str) -> None:
    identities = Counter(registry.identity_of(registry.load(kind, name)) for name in registry.names(kind))

    assert [identity for identity, count in identities.items() if count > 1] == []


@each_extension
def test_it_has_fixtures(kind: str, name: str) -> None:
    if kind == "checks":
        return  # two sorts of them: the next test
    if kind == "runners":
        return  # they read nothing: tests/fleet/ runs all of them on the same configurations
    assert cases(FIXTURES / kind / name), f"fixtures/{kind}/{name}/<case>/ is missing"


@pytest.mark.parametrize("outcome", ["pass", "fail"])
@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_case_that_passes_and_one_that_fails(name: str, outcome: str) -> None:
    folder = FIXTURES / "checks" / name.replace("_", "-") / outcome

    assert cases(folder), f"{folder.relative_to(FIXTURES.parent)}/<case>/ is missing"


def configurations(platform: str) -> list[Path]:
    """Return the configurations among the fixtures of a platform: the file that a case is named for, never its lists."""
    folder = FIXTURES / "platforms" / platform
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.stem in {"config", "proxy", "wpad", platform}
    )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_knows_its_own_configurations(platform: str) -> None:
    own = configurations(platform)

    assert own, f"fixtures/platforms/{platform} holds no configuration"
    assert [path for path in own if not detects(platform, path)] == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_refuses_the_configurations_of_all_others(platform: str) -> None:
    foreign = [path for other in PLATFORMS if other != platform for path in configurations(other)]

    assert [path for path in foreign if detects(platform, path)] == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_refuses_what_is_no_configuration(platform: str) -> None:
    others = [
        *FIXTURES.glob("projects/*/README.md"),
        *FIXTURES.glob("projects/*/squid/acl/*"),
        *FIXTURES.glob("checks/*/*/*/policy.yaml"),
    ]

    assert [path for path in others if detects(platform, path)] == []


def test_every_fixture_belongs_to_an_extension() -> None:
    """A folder under the wrong name would never be run."""
    known = {kind: {name for k, name in EXTENSIONS if k == kind} for kind in registry.CONSTANTS}

    strays = [path for kind, path in _fixture_folders() if path.name.replace("-", "_") not in known[kind]]

    assert strays == []


def _fixture_folders() -> Iterator[tuple[str, Path]]:
    for kind in registry.CONSTANTS:
        for path in cases(FIXTURES / kind):
            yield kind, path
