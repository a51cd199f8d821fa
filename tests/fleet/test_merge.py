"""The parts of a run put together are the run; what does not belong together is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.calling import Call
from tests.support import ROOT, Run

Report = dict[str, Any]


def parts(call: Call, total: int, *words: str, form: str = "json") -> list[Path]:
    """The reports of all parts of a run, in files."""
    files = []
    for number in range(1, total + 1):
        files.append(Path(f"part{number}.{form}"))
        done = call("check", *words, "--shard", f"{number}/{total}", "--format", form)
        assert done.code in {0, 1}, done.stderr
        files[-1].write_text(done.stdout, encoding="ascii")
    return files


def content(text: str) -> Report:
    """A report without what tells one run from another one."""
    report: Report = json.loads(text)
    if "runs" in report:
        for run in report["runs"]:
            del run["invocations"]
    else:
        del report["provenance"]
    return report


@pytest.mark.parametrize("total", [1, 2, 3, 7])
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_the_parts_of_a_run_are_the_run(call: Call, total: int, form: str) -> None:
    whole = call("check", "--format", form)
    files = parts(call, total, form=form)

    done = call("merge", *reversed(files))

    assert done.code == whole.code == 1
    assert content(done.stdout) == content(whole.stdout)


@pytest.mark.parametrize("total", [2, 5])
def test_so_are_the_parts_of_folders_with_files_in_them_that_belong_to_others(call: Call, total: int) -> None:
    Path("b0/proxy.conf").write_text("http_port 3128\ninclude more.conf\nhttp_access deny all\n", encoding="utf-8")
    Path("b0/more.conf").write_text("acl z dstdomain .z.test\nhttp_access allow z\n", encoding="utf-8")
    words = (".", "--isolated", "--fail-on", "warning")

    done = call("merge", *parts(call, total, *words))

    assert content(done.stdout) == content(call("check", *words, "--format", "json").stdout)


def test_a_path_that_is_touched_stays_together(call: Call) -> None:
    words = ("b0/proxy.conf", "hq/hq.conf", "b1/proxy.conf")

    done = call("merge", *parts(call, 2, *words))

    whole = call("check", *words, "--format", "json")
    assert content(done.stdout) == content(whole.stdout)
    assert "headquarters" in whole.stdout


@pytest.mark.parametrize("threshold", ["error", "warning", "unknown", "never"])
def test_the_exit_code_is_that_of_the_run(call: Call, threshold: str) -> None:
    paths = ("b0/proxy.conf", "b1/proxy.conf", "c000")
    for words in (paths, (*paths, "--select", "HYG"), (*paths, "--select", "ACC004")):
        chosen = (*words, "--isolated", "--fail-on", threshold)

        assert call("merge", *parts(call, 2, *chosen)).code == call("check", *chosen).code


def test_a_mandatory_check_fails_in_the_sum_as_well(call: Call) -> None:
    Path("above.yaml").write_text("version: 1\nchecks: {mandatory: [ACC]}\n", encoding="utf-8")
    Path("own.yaml").write_text("version: 1\nextends: above.yaml\nfail-on: never\n", encoding="utf-8")
    Path("b0/list.txt").write_text(".example.com\n", encoding="utf-8")
    words = ("b0/proxy.conf", "b1/proxy.conf", "--config", "own.yaml")

    assert call("merge", *parts(call, 2, *words)).code == call("check", *words).code == 1


def test_parts_and_their_sum_have_the_form_of_reports(call: Call) -> None:
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    files = parts(call, 2, "b0/proxy.conf", "b1/proxy.conf")

    for text in (*(file.read_text(encoding="ascii") for file in files), call("merge", *files).stdout):
        jsonschema.validate(json.loads(text), schema)


def test_a_part_that_is_missing_is_no_sum(call: Call) -> None:
    for form in ("json", "sarif"):
        first, _, third = parts(call, 3, form=form)

        done = call("merge", first, third)

        assert (done.code, done.stdout) == (2, "")
        assert "parts are missing: 2/3" in done.stderr


def test_a_part_that_was_given_twice_counts_once(call: Call) -> None:
    first, second = parts(call, 2)
    Path("copy.json").write_bytes(first.read_bytes())

    done = call("merge", first, "copy.json", second)

    assert "copy.json says what part1.json says, and is passed over" in done.stderr
    assert content(done.stdout) == content(call("check", "--format", "json").stdout)


def edited(path: Path, change: Callable[[Report], object]) -> None:
    report = json.loads(path.read_text(encoding="ascii"))
    change(report)
    path.write_text(json.dumps(report), encoding="ascii")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r["tool"].update(version="9.9.9"), "not the same tool as in part1.json: version 9.9.9 here"),
        (lambda r: r["policies"][0].update(sha256="0" * 64), "not the same policies as in part1.json: sha256 000000"),
        (
            lambda r: r["profile"].update(geographies=["US"]),
            "not the same profile as in part1.json: geographies US here",
        ),
        (lambda r: r["shard"].update(digest="1"), "a part of another run than part1.json: the list of configurations"),
        (lambda r: r["shard"].update(total=3), "a part of another run than part1.json: the number of parts"),
        (lambda r: r["shard"].update(thresholds={"": "never"}), "another run than part1.json: the --fail-on"),
        (lambda r: r["shard"].update(number=1), "parts are missing: 2/2"),
        (lambda r: r.pop("shard"), "it is about a whole run, and part1.json about a part of one"),
    ],
)
def test_what_does_not_belong_together_is_named(call: Call, change: Callable[[Report], object], told: str) -> None:
    first, second = parts(call, 2, "b0/proxy.conf", "b1/proxy.conf")
    edited(second, change)

    done = call("merge", first, second)

    assert (done.code, done.stdout) == (2, "")
    assert told in done.stderr.replace("['US']", "US")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"runs": []}',
        '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}}}]}',
        '{"schema_version": 1}',
        "[" * 100_000,
    ],
)
def test_what_is_no_report_is_refused(call: Call, text: str) -> None:
    Path("none.json").write_text(text, encoding="ascii")

    done = call("merge", "none.json")

    assert (done.code, done.stdout) == (3, "")


@pytest.mark.parametrize("key", [
    "configs", "verdicts", "findings", "summary", "provenance", "waivers", "tool", "live", "comparison", "baseline", "notices", "profile",
])  # fmt: skip
def test_so_is_one_that_lacks_something(call: Call, key: str) -> None:
    (report,) = parts(call, 1, "b0/proxy.conf")
    edited(report, lambda values: values.pop(key))

    assert call("merge", report).code == 3


@pytest.mark.parametrize(
    "change",
    [
        {"number": 3},
        {"number": 0},
        {"total": 10**12},
        {"total": "2"},
        {"configs": ["a"]},
        {"unknown_zones": [1]},
        {"thresholds": {"": []}},
        {"thresholds": {"": "loud"}},
    ],
)
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_so_is_a_part_that_there_cannot_be(call: Call, change: Report, form: str) -> None:
    first, second = parts(call, 2, form=form)

    def changed(report: Report) -> None:
        (report["runs"][0]["properties"] if form == "sarif" else report)["shard"].update(change)

    edited(second, changed)

    assert call("merge", first, second).code == 3


def test_a_report_without_its_faults_is_not_taken_for_a_run(call: Call) -> None:
    """Findings and verdicts are taken as they stand: whoever can edit the reports of jobs decides. What is missing is found."""
    (report,) = parts(call, 1, "b0/proxy.conf")
    edited(report, lambda values: values.update(configs=[]))

    assert call("merge", report).code == 3


def test_runs_on_different_configurations_add_up(call: Call) -> None:
    for name in ("b0", "b1"):
        Path(f"{name}.json").write_text(
            call("check", f"{name}/proxy.conf", "--isolated", "--format", "json").stdout, encoding="ascii"
        )

    done = call("merge", "b0.json", "b1.json")

    whole = call("check", "b0/proxy.conf", "b1/proxy.conf", "--isolated", "--format", "json")
    assert (done.code, content(done.stdout)) == (whole.code, content(whole.stdout))
    assert call("merge", "b0.json", "b1.json", "--fail-on", "never").code == 0


def test_two_results_for_one_configuration_are_no_sum(call: Call) -> None:
    words = ("check", "b0/proxy.conf", "--isolated", "--format", "json")
    Path("before.json").write_text(call(*words).stdout, encoding="ascii")
    Path("b0/list.txt").write_text(".example.com\n", encoding="utf-8")
    Path("after.json").write_text(call(*words).stdout, encoding="ascii")

    done = call("merge", "before.json", "after.json")

    assert done.code == 2
    assert "b0/proxy.conf is in before.json too, and not with the same result" in done.stderr


def test_the_sum_goes_into_a_file(call: Call) -> None:
    files = parts(call, 2, "b0/proxy.conf", "b1/proxy.conf")

    done = call("merge", *files, "--output", "sum.json")

    assert done.stdout == ""
    assert json.loads(Path("sum.json").read_text(encoding="ascii"))["summary"]["devices"] == 2


@pytest.mark.parametrize("text", ["1", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/99999"])
def test_a_part_that_is_none_is_refused(call: Call, text: str) -> None:
    assert call("check", "b0/proxy.conf", "--isolated", f"--shard={text}").code == 2


def test_a_part_with_nothing_in_it_is_not_green(call: Call) -> None:
    done = call("check", "b0/proxy.conf", "b1/proxy.conf", "--isolated", "--shard", "3/3")

    assert (done.code, done.stdout) == (3, "")
    assert "there is nothing in part 3 of 3" in done.stderr


def test_what_looks_at_a_whole_run_does_not_go_with_parts(call: Call) -> None:
    for words in (("--since", "HEAD"), ("--live", "b0/list.txt")):
        assert call("check", "b0/proxy.conf", "--shard", "1/2", *words).code == 2


def test_a_zone_that_no_part_has_is_refused_by_the_sum(call: Call) -> None:
    firewalls = [
        path for path in sorted(Path().glob("c*/*.conf")) if "config system" in path.read_text(errors="replace")
    ]
    words = (*map(str, firewalls[:2]), "--isolated", "--from-zone", "nosuchzone")
    assert call("check", *words).code == 2

    done = call("merge", *parts(call, 2, *words))

    assert done.code == 2
    assert "--from-zone: no configuration of any part has that zone" in done.stderr


def test_parts_work_with_processes_and_the_cache(call: Call, tmp_path: Path) -> None:
    words = ("--jobs", "2", "--cache", str(tmp_path / "kept"))
    parts(call, 2, *words)

    done = call("merge", *parts(call, 2, *words))

    assert content(done.stdout) == content(call("check", "--format", "json").stdout)


def test_the_fleet_has_what_the_tests_speak_of(check: Callable[..., Run]) -> None:
    report = json.loads(check("--format", "json").stdout)

    assert {config["platform"] for config in report["configs"]} >= {
        "path",
        "squid",
        "fortinet_fortios",
        "paloalto_panos",
        "pac",
    }
    assert {use["state"] for use in report["waivers"]} >= {"unused", "active"}
    assert report["baseline"]["matched"]
