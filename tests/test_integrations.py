"""Where allowlint is run: hooks, the action, the templates of CI services. Each file is linted, and run as far as it can be."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.calling import POLICY, SQUID
from tests.support import ROOT, run

pytestmark = pytest.mark.checkout

BIN = Path(sys.executable).parent
SCHEMAS = [
    ("action.yml", "vendor.github-actions"),
    ("docs/examples/github.yml", "vendor.github-workflows"),
    ("docs/examples/gitlab.yml", "vendor.gitlab-ci"),
    ("docs/examples/azure-pipelines.yml", "vendor.azure-pipelines"),
]


@pytest.mark.parametrize(("file", "schema"), SCHEMAS)
def test_a_file_fits_the_schema_of_its_service(file: str, schema: str) -> None:
    done = check(ROOT / file, schema)

    assert done.returncode == 0, done.stdout


def check(file: Path, schema: str) -> subprocess.CompletedProcess[str]:
    transform = ["--data-transform", "gitlab-ci"] if schema.endswith("gitlab-ci") else []
    # The pattern of a task's name is no regular expression to stricter readers.
    variant = ["--regex-variant", "python"] if schema.endswith("azure-pipelines") else []
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, *transform, *variant, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_jobs_of_the_gitlab_component_fit_the_schema(tmp_path: Path) -> None:
    spec, jobs = yaml.safe_load_all((ROOT / "templates" / "check.yml").read_text(encoding="utf-8"))
    (tmp_path / "jobs.yml").write_text(yaml.safe_dump(jobs), encoding="utf-8")

    done = check(tmp_path / "jobs.yml", "vendor.gitlab-ci")

    assert done.returncode == 0, done.stdout
    used = {word.split(" ]]")[0] for word in json.dumps(jobs).split("$[[ inputs.")[1:]}
    assert used == set(spec["spec"]["inputs"])


def test_no_attack_on_the_action_or_the_workflow_is_known(tmp_path: Path) -> None:
    config = tmp_path / "zizmor.yml"
    config.write_text(
        "rules: {unpinned-uses: {config: {policies: {'allowlint/*': any, '*': hash-pin}}}}\n", encoding="utf-8"
    )
    files = [str(ROOT / "action.yml"), str(ROOT / "docs" / "examples" / "github.yml")]

    done = subprocess.run(
        [str(BIN / "zizmor"), "--offline", "--no-progress", "--config", str(config), *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A firewall repository in which nothing is wrong."""
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nconfigurations: [squid.conf]\n", encoding="utf-8"
    )
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    names = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.test", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


def action(repository: Path, **inputs: str) -> tuple[int, Mapping[str, str]]:
    """Run the check of the action as a runner does; what it leaves behind, by the variable that names the file."""
    document: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = document["runs"]["steps"][1]
    temporary = repository / ".runner"
    shutil.rmtree(temporary, ignore_errors=True)
    (temporary / "allowlint" / "bin").mkdir(parents=True)
    (temporary / "allowlint" / "bin" / "allowlint").symlink_to(BIN / "allowlint")
    values = {name: inputs.get(name, each.get("default", "")) for name, each in document["inputs"].items()}
    variables = {
        name: values[text.removeprefix("${{ inputs.").removesuffix(" }}")] for name, text in step["env"].items()
    }
    files = {name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={
            "PATH": os.environ["PATH"],
            "RUNNER_TEMP": str(temporary),
            **variables,
            **{n: str(f) for n, f in files.items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, {name: file.read_text(encoding="utf-8") for name, file in files.items()} | {
        "out": done.stdout
    }


def test_the_action_says_how_it_ended_and_writes_the_summary(repository: Path) -> None:
    good, left = action(repository, paths="squid.conf\n")
    (repository / "squid.conf").write_text("http_port 3128\nhttp_access deny all\n", encoding="utf-8")
    bad, broken = action(repository, paths="", args="# a comment\n--fail-on=warning\n")

    assert (good, left["GITHUB_OUTPUT"]) == (0, "exit-code=0\n")
    assert "PROVEN" in left["GITHUB_STEP_SUMMARY"]
    assert (bad, broken["GITHUB_OUTPUT"]) == (1, "exit-code=1\n")
    assert "FAILED" in broken["GITHUB_STEP_SUMMARY"]


@pytest.mark.parametrize("hostile", ["$(touch owned)", "`touch owned`", "; touch owned", "x\n$(touch owned)", "-o x"])
def test_what_inputs_hold_cannot_become_a_command(repository: Path, hostile: str) -> None:
    code, _ = action(repository, paths=hostile, summary="false")

    assert code == 3
    assert not (repository / "owned").exists()


@pytest.mark.parametrize("name", ["allowlint", "allowlint-always", "allowlint-system"])
def test_hooks_are_well_formed(name: str) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}

    assert hooks[name]["pass_filenames"] is False
    done = run([str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")])
    assert done.code == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["allowlint", "allowlint-system"])
@pytest.mark.parametrize("file", ["policies.reg", "Registry.pol", "squid.conf", "environment", "set.ps1"])
def test_a_hook_sees_the_files_that_are_read(name: str, file: str, tmp_path: Path) -> None:
    """Registry exports are UTF-16, which counts as binary."""
    from identify.identify import tags_from_path

    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (tmp_path / file).write_text("Windows Registry Editor\n", encoding="utf-16")

    tags = tags_from_path(str(tmp_path / file))

    assert set(hooks[name]["types"]) <= tags
    assert not tags.intersection(hooks[name]["exclude_types"])


def hook(repository: Path, name: str, *, home: Path) -> subprocess.CompletedProcess[str]:
    """Try a hook of this tree on what is staged; ``pre-commit`` keeps its caches in ``home``."""
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [str(BIN / "pre-commit"), "try-repo", str(ROOT), name, "--verbose"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_hook_stops_a_commit_that_breaks_something_and_rests_on_others(repository: Path, tmp_path: Path) -> None:
    home = tmp_path / ".home"
    git(repository, "commit", "-q", "-m", "first")
    (repository / "README.md").write_text("words\n", encoding="utf-8")
    git(repository, "add", "README.md")
    resting = hook(repository, "allowlint-system", home=home)
    (repository / "squid.conf").write_text("http_port 3128\nhttp_access deny all\n", encoding="utf-8")
    git(repository, "add", "squid.conf")
    stopped = hook(repository, "allowlint-system", home=home)

    assert (resting.returncode, "Skipped" in resting.stdout) == (0, True), resting.stdout + resting.stderr
    assert stopped.returncode == 1
    assert "ACC001" in stopped.stdout


def test_a_hook_installs_itself(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "-m", "first")
    (repository / "squid.conf").write_text(f"{SQUID}# more\n", encoding="utf-8")
    git(repository, "add", "squid.conf")

    done = hook(repository, "allowlint", home=tmp_path / ".home")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PROVEN" in done.stdout


def test_the_example_for_pre_commit_is_one(tmp_path: Path) -> None:
    done = run([str(BIN / "pre-commit"), "validate-config", str(ROOT / "docs" / "examples" / "pre-commit.yaml")])

    assert done.code == 0, done.stdout + done.stderr


def test_the_container_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("USER")] == ["USER 10001"]
    assert lines.index("USER 10001") < next(i for i, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
