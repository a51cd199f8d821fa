"""A cluster of Dask on this machine finds what one process finds."""

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support import Run, allowlint, run

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="pip install allowlint[dask]")

WITHOUT = "import sys; sys.modules['distributed'] = None; from allowlint.cli import main; sys.exit(main(sys.argv[1:]))"


@needs_dask
def test_a_cluster_finds_what_one_process_finds(check: Callable[..., Run], fleet: Path) -> None:
    """Files beside configurations are not sent: those that ask for some are judged where the run is."""
    alone = check("--format", "json", ALLOWLINT_JOBS="2", ALLOWLINT_RUNNER="processes")

    done = check("--format", "json", ALLOWLINT_JOBS="2", ALLOWLINT_RUNNER="dask")

    assert done.stdout.replace('"--runner=dask"', '"--runner=processes"') == alone.stdout
    assert (done.code, done.stderr) == (alone.code, "")
    assert any(config["files"] for config in json.loads(done.stdout)["configs"])


@needs_dask
def test_what_lies_elsewhere_is_judged_where_the_run_is(fleet: Path, tmp_path: Path) -> None:
    words = (str(fleet / "b0"), str(fleet / "b1"), "--isolated", "--format", "csv")

    done = allowlint("check", *words, "--runner", "dask", "--jobs", "1", cwd=tmp_path)

    assert done == allowlint("check", *words, cwd=tmp_path)
    assert done.code in {0, 1}


@needs_dask
def test_a_configuration_that_ends_each_worker_is_named() -> None:
    script = (
        "import dask, sys\n"
        "from allowlint.runners import Lost, Work, dask as runner\n"
        "from tests.fleet import workers\n"
        "if __name__ == '__main__':\n"
        "    dask.config.set({'distributed.scheduler.allowed-failures': 0})\n"
        "    chunks = [('b0/proxy.conf', 'b1/proxy.conf'), ('b3/proxy.conf', 'b2/proxy.conf')]\n"
        "    try:\n"
        "        found = list(runner.run(Work(workers.killed_at_branch_two, '', iter(chunks), 2)))\n"
        "    except Lost as lost:\n"
        "        print(lost.chunk, lost.done)\n"
    )

    done = run([sys.executable, "-c", script])

    assert done.stdout == "1 1\n", done.stderr


def test_without_the_extra_it_is_named(fleet: Path) -> None:
    done = run([sys.executable, "-c", WITHOUT, "check", "--runner", "dask"], cwd=fleet)

    assert (done.code, done.stdout) == (2, "")
    assert "--runner dask needs a package that is not installed: distributed" in done.stderr
    assert "pip install 'allowlint[dask]'" in done.stderr


@needs_dask
def test_a_scheduler_that_is_not_there_is_named(check: Callable[..., Run]) -> None:
    done = check("--runner", "dask:nothing://localhost:1")

    assert (done.code, done.stdout) == (2, "")
    assert "no scheduler of Dask answers at nothing://localhost:1" in done.stderr


def test_a_runner_that_there_is_not_is_refused(check: Callable[..., Run]) -> None:
    done = check("--runner", "dusk")

    assert done.code == 2
    assert "did you mean 'dask'?" in done.stderr
