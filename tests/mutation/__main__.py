"""Mutation testing: ``make mutate MODULE=engine.judge``, or ``FUNCTION=_access`` of it alone.

Each function of the module is changed in every small way that mutmut knows, one at a time, and the tests of the module's area
must notice. What none of them notices is printed as a diff: a test that is missing, or a change that makes no difference. Other
tests than those of its area may notice a survivor still; ``TESTS="tests/engine tests/metamorphic"`` names them.

mutmut works in a folder of its own, ``.mutation/<module>``, whose settings say what is changed and what is run.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".mutation"
TOGETHER = ("engine", "model")
"""Areas whose tests try each other."""
COUNTED = ("killed", "timeout", "survived", "suspicious", "no_tests", "total")


def source_of(module: str) -> str:
    """The pattern for the files of a module below ``allowlint``, from the root. Raises :class:`ValueError` where there is none."""
    path = Path("src", "allowlint", *module.split("."))
    if (ROOT / path.with_suffix(".py")).is_file():
        return f"{path.as_posix()}.py"
    if (ROOT / path).is_dir():
        return f"{path.as_posix()}/*"
    raise ValueError(f"there is no module allowlint.{module}")


def area_of(module: str) -> list[str]:
    """The folders or the file of the tests that try a module, the nearest that there are."""
    parts = module.split(".")
    if parts[0] in TOGETHER:
        return [f"tests/{area}" for area in TOGETHER]
    for length in range(len(parts), 0, -1):
        near = Path("tests", *parts[:length])
        for found in (near, near.with_name(f"test_{near.name}.py")):
            if (ROOT / found).exists():
                return [found.as_posix()]
    raise ValueError(f"no tests stand by allowlint.{module}: name them with TESTS")


def settings(text: str, source: str, tests: Sequence[str]) -> str:
    """The project's ``pyproject.toml`` with what is to be changed and what is to be run."""
    common = tomllib.loads(text)["tool"]["mutmut"]
    # A list of strings is the same in JSON and in TOML.
    own = {"only_mutate": [source], "pytest_add_cli_args_test_selection": list(tests)}
    kept = text.partition("[tool.mutmut]")[0]
    return kept + "[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in (common | own).items())


def prepared(module: str, tests: Sequence[str]) -> Path:
    """A folder that mutmut can work in: its settings, and the project's folders by name. What mutmut knows already stays."""
    folder = WORK / module
    folder.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    mutmut = tomllib.loads(text)["tool"]["mutmut"]
    (folder / "pyproject.toml").write_text(settings(text, source_of(module), tests), encoding="utf-8")
    for name in (*mutmut["source_paths"], *mutmut["also_copy"]):
        link = folder / name
        if not link.exists():
            link.symlink_to(ROOT / name)
    return folder


def mutmut(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run it in its folder; what it reports is in ``stdout``."""
    command = [sys.executable, "-m", "mutmut", *args]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)


def main(module: str, function: str, tests: Sequence[str]) -> int:
    """Try a module; 1 where something survives, 2 where nothing could be tried."""
    folder = prepared(module, tests or area_of(module))
    wanted = [f"allowlint.{module}.*{function}__mutmut_*"] if function else []
    children = os.environ.get("CHILDREN", str(os.cpu_count() or 1))
    command = [sys.executable, "-m", "mutmut", "run", *wanted, "--max-children", children]
    if subprocess.run(command, cwd=folder, env=os.environ | {"HYPOTHESIS_PROFILE": "mutation"}, check=False).returncode:
        return 2
    survivors = [
        line.partition(":")[0].strip()
        for line in mutmut(folder, "results").stdout.splitlines()
        if line.endswith((": survived", ": no tests")) and f"{function}__mutmut_" in line
    ]
    for name in survivors:
        sys.stdout.write(mutmut(folder, "show", name).stdout + "\n")
    mutmut(folder, "export-cicd-stats")
    figures = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    sys.stdout.write(f"{module}: {', '.join(f'{figures[key]} {key}' for key in COUNTED)}\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], os.environ.get("FUNCTION", ""), os.environ.get("TESTS", "").split()))
    except ValueError as error:
        sys.exit(f"make mutate: {error}")
