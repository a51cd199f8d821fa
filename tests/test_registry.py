"""Extensions are found by dropping a module into a package, or by an entry point of another distribution."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from allowlint import checks, registry
from allowlint.errors import UsageError
from tests.support import run

TOY = """
from typing import NamedTuple

class Toy(NamedTuple):
    code: str

CHECK = Toy({code!r})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules count as the built-in checks, alone."""
    (tmp_path / "built_in").mkdir()
    monkeypatch.setattr(checks, "__path__", [str(tmp_path / "built_in")])
    monkeypatch.delenv("ALLOWLINT_PLUGINS", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in filter(_is_toy, list(sys.modules)):
        monkeypatch.delitem(sys.modules, name)
    yield tmp_path
    for name in filter(_is_toy, list(sys.modules)):
        del sys.modules[name]


def built_in(folder: Path, name: str, code: str) -> None:
    (folder / "built_in" / f"{name}.py").write_text(TOY.format(code=code))


def plug_in(folder: Path, name: str, code: str, *, value: str = "") -> None:
    (folder / f"toy_{name}.py").write_text(TOY.format(code=code))
    info = folder / f"toy_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: toy-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[allowlint.checks]\n{name} = {value or f'toy_{name}:CHECK'}\n")


def _is_toy(name: str) -> bool:
    return name.startswith(("allowlint.checks.", "toy_"))


def test_names_are_listed_without_importing_a_module(folder: Path) -> None:
    built_in(folder, "second", "TOY002")
    built_in(folder, "first", "TOY001")
    (folder / "built_in" / "_helper.py").write_text("raise AssertionError('imported')")
    (folder / "built_in" / "notes.txt").write_text("not a module")

    assert registry.names("checks") == ("first", "second")
    assert not [name for name in sys.modules if _is_toy(name)]


def test_a_package_is_an_extension_too(folder: Path) -> None:
    (folder / "built_in" / "large").mkdir()
    (folder / "built_in" / "large" / "__init__.py").write_text(TOY.format(code="TOY003"))
    (folder / "built_in" / "__pycache__").mkdir()

    assert registry.names("checks") == ("large",)
    assert registry.load("checks", "large").code == "TOY003"


def test_loading_one_imports_only_that_one(folder: Path) -> None:
    built_in(folder, "good", "TOY001")
    (folder / "built_in" / "broken.py").write_text("raise AssertionError('imported')")

    assert registry.load("checks", "good").code == "TOY001"


def test_an_unknown_name_comes_with_a_suggestion(folder: Path) -> None:
    built_in(folder, "missing_allow", "TOY001")

    with pytest.raises(UsageError, match="unknown check 'mising_allow'") as caught:
        registry.load("checks", "mising_allow")

    assert caught.value.hint == "did you mean 'missing_allow'?"


def test_a_name_like_no_other_comes_with_the_list(folder: Path) -> None:
    built_in(folder, "missing_allow", "TOY001")

    with pytest.raises(UsageError) as caught:
        registry.load("checks", "zzz")

    assert caught.value.hint == "known checks: missing_allow"


def test_two_built_in_extensions_with_one_identity_are_an_error(folder: Path) -> None:
    built_in(folder, "first", "TOY001")
    built_in(folder, "second", "TOY001")

    with pytest.raises(UsageError, match="two checks are called 'TOY001': first and second"):
        registry.all("checks")


@pytest.mark.parametrize("value", ["toy_extra:CHECK", "toy_extra"])
def test_a_plug_in_is_found_by_its_name(folder: Path, value: str) -> None:
    plug_in(folder, "extra", "TOY009", value=value)

    assert registry.load("checks", "extra").code == "TOY009"


def test_plug_ins_are_listed_when_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built_in(folder, "first", "TOY001")
    plug_in(folder, "extra", "TOY009")

    assert registry.names("checks") == ("first",)
    monkeypatch.setenv("ALLOWLINT_PLUGINS", "1")
    assert registry.names("checks") == ("extra", "first")
    assert [check.code for check in registry.all("checks").values()] == ["TOY009", "TOY001"]


def test_a_plug_in_cannot_take_the_name_of_a_built_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built_in(folder, "first", "TOY001")
    plug_in(folder, "first", "TOY009")
    monkeypatch.setenv("ALLOWLINT_PLUGINS", "1")

    with pytest.raises(UsageError, match="name of another check"):
        registry.names("checks")


def test_a_kind_that_does_not_exist_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="no such kind"):
        registry.names("flavours")


def test_the_registry_costs_little_at_start_up() -> None:
    heavy = ["importlib.metadata", "pathlib", "dataclasses", "pkgutil", "difflib", "inspect"]
    # -S: what the environment's own .pth files import says nothing about us.
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}; from allowlint import registry; registry.names('checks'); "
        f"print(*sorted(set({heavy!r}) & set(sys.modules)))"
    )

    assert run([sys.executable, "-S", "-c", script]).stdout == "\n"
