"""The gate in conftest.py that keeps a skipped comparison with the real engine from looking like a passed one."""

import sys
from pathlib import Path

from tests.support import ROOT, Run, run

SKIPS = {
    "test_one.py": "import pytest\n@pytest.mark.oracle\ndef test_it(): pytest.skip('none here')\n",
    "test_fixture.py": (
        "import pytest\n@pytest.fixture\ndef lab(): pytest.skip('none here')\n"
        "@pytest.mark.oracle\ndef test_it(lab): pass\n"
    ),
    "test_module.py": "import pytest\npytest.skip('none here', allow_module_level=True)\n",
}
OTHERS = {
    "test_unrelated.py": "import pytest\ndef test_it(): pytest.skip('not an oracle')\n",
    "test_known.py": "import pytest\n@pytest.mark.oracle\n@pytest.mark.xfail\ndef test_it(): assert False\n",
}


def pytest_on(folder: Path, **env: str) -> Run:
    for name, text in (SKIPS | OTHERS).items():
        path = folder / ("oracle" if name in SKIPS else "elsewhere") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "--continue-on-collection-errors"]
    return run([sys.executable, "-m", "pytest", *plugins, *options, str(folder)], env=env)


def test_a_skipped_oracle_is_visible_and_no_failure(tmp_path: Path) -> None:
    done = pytest_on(tmp_path)

    assert done.code == 0, done.stdout
    assert done.stdout.count("none here") == 3
    assert "4 skipped, 1 xfailed" in done.stdout


def test_a_skipped_oracle_is_a_failure_where_it_is_required(tmp_path: Path) -> None:
    done = pytest_on(tmp_path, ALLOWLINT_REQUIRE_ORACLE="1")

    assert done.code == 1, done.stdout
    assert "1 failed, 1 skipped, 1 xfailed, 2 errors" in done.stdout
    assert "ALLOWLINT_REQUIRE_ORACLE is set, but this was skipped" in done.stdout
