"""What is shipped: the wheel holds the package with its policies and schemas, nothing else, and works without the tree."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.support import FIXTURES, ROOT, Run, run

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a source archive as a distributor does it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed in it, far from the sources."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True)
    return folder


def at(place: Path, *args: str, cwd: Path) -> Run:
    """Run the allowlint that is found at *place*, a folder or the wheel itself, which wins over the editable one."""
    return run([sys.executable, "-m", "allowlint", *args], cwd=cwd, env={"PYTHONPATH": str(place)})


def test_the_wheel_holds_every_module_policy_and_schema(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {f"allowlint/{path.relative_to(ROOT / 'src/allowlint').as_posix()}" for path in _files("src/allowlint")}
    data = {
        f"allowlint/_data/{path.relative_to(ROOT).as_posix()}"
        for name in ("policies", "schemas")
        for path in _files(name)
    }

    info = {name for name in held if name.split("/")[0].endswith(".dist-info")}

    manual = {name for name in held if "/share/man/man1/" in name}

    assert held - info - manual == package | data
    assert {name.rpartition("/")[2] for name in manual} == {path.name for path in _files("src/allowlint/_data/man")}
    assert any(name.endswith("/licenses/LICENSE") for name in info)
    assert any(name.endswith("/entry_points.txt") for name in info)


def test_the_policies_that_the_readme_names_are_among_them(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())

    assert {f"allowlint/_data/policies/mde/{name}.yaml" for name in ("standard", "streamlined")} <= held


def test_the_package_that_runs_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    script = "import allowlint; print(allowlint.__file__)"

    done = run([sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(installed)})

    assert done.stdout.strip() == str(installed / "allowlint" / "__init__.py")


@pytest.mark.parametrize("source", ["installed", "wheel"], ids=["installed", "straight from the zip file"])
def test_it_finds_its_policies_without_the_tree(source: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    place: Path = request.getfixturevalue(source)

    done = at(place, "requirements", "--policy", "mde-streamlined", "--geo", "EU", "--os", "windows", cwd=tmp_path)

    assert done.code == 0, done.stderr
    assert "*.endpoint.security.microsoft.com" in done.stdout


@pytest.mark.parametrize("source", ["installed", "wheel"], ids=["installed", "straight from the zip file"])
def test_it_checks_the_demo_without_the_tree(source: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(source)
    demo = FIXTURES / "projects" / "demo"

    wanted = yaml.safe_load((demo / "command.yaml").read_text(encoding="utf-8"))

    done = at(place, *wanted["args"], cwd=demo)

    assert done.code == 1, done.stderr
    assert done.stdout == (demo / "expected.txt").read_text(encoding="utf-8")


def test_the_version_is_written_once(wheel: Path, installed: Path, tmp_path: Path) -> None:
    from allowlint._version import __version__

    assert wheel.name == f"allowlint-{__version__}-py3-none-any.whl"
    assert at(installed, "--version", cwd=tmp_path).stdout.strip() == f"allowlint {__version__}"


def test_the_classifiers_agree_with_the_oldest_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    oldest = project["requires-python"].removeprefix(">=")

    assert f"Programming Language :: Python :: {oldest}" in project["classifiers"]


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
