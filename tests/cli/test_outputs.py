"""Files that reports are written to: none of them is what the run has read, or another report."""

from pathlib import Path

import pytest

from tests.cli.calling import SQUID, Call

SETTINGS = """\
version: 1
policies: [{policy: mine.yaml, overlays: [overlay.yaml]}]
extends: organisation.yaml
configurations: [squid.conf]
baseline: baseline.json
"""
FILES = {
    "organisation.yaml": "version: 1\n",
    "overlay.yaml": "version: 1\nadd: [{host: more.good.test, reason: we need it too}]\n",
    "list.txt": ".good.test\n",
    "squid.conf": SQUID.replace(".good.test", '"list.txt"'),
}


@pytest.fixture(autouse=True)
def project(folder: Path, call: Call) -> None:
    for name, text in {**FILES, "allowlint.yaml": SETTINGS}.items():
        Path(name).write_text(text, encoding="utf-8")
    assert call("baseline").code == 0


@pytest.mark.parametrize("file", [*FILES, "allowlint.yaml", "mine.yaml", "baseline.json", "link"])
@pytest.mark.parametrize("by_settings", [False, True])
def test_what_was_read_is_never_replaced(call: Call, file: str, by_settings: bool) -> None:
    Path("link").symlink_to("squid.conf")
    if by_settings:
        Path("allowlint.yaml").write_text(f"{SETTINGS}outputs: {{json: {file}}}\n", encoding="utf-8")
    before = Path(file).read_bytes()

    done = call("check", *(() if by_settings else ("--output", f"json={file}")))

    assert (done.code, Path(file).read_bytes()) == (2, before)
    assert f"{file}: not written: it was read in this run" in done.stderr


def test_two_reports_do_not_go_into_one_file(call: Call) -> None:
    done = call("check", "--output", "json=out", "--output", "sarif=./out")

    assert done.code == 2
    assert "./out: not written: another report goes there too" in done.stderr
    assert not Path("out").exists()


def test_a_report_of_an_earlier_run_is_replaced(call: Call) -> None:
    Path("out").write_text("old", encoding="utf-8")

    assert call("check", "--output", "json=out", "--output", "csv=/dev/null", "--output", "text=/dev/null").code == 0
    assert Path("out").read_text(encoding="utf-8").startswith("{")
