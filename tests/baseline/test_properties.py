"""Random configurations: moves and formatting leave every fingerprint, and no change that breaks an endpoint is ever hidden."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.calling import Call, report_of

HOSTS = ("a.x.test", "b.x.test", "c.a.x.test", "y.test")
ENTRIES = (*HOSTS, ".x.test", ".a.x.test")
POLICY = "version: 1\nname: mine\nrequirements:\n" + "".join(
    f"  - {{host: '{host}', need: {need}}}\n"
    for host, need in (
        ("*.x.test", "required"),
        ("y.test", "required"),
        ("a.x.test", "optional"),
        ("*.a.x.test", "required"),
    )
)
LISTS = st.lists(
    st.tuples(st.sampled_from(("one", "two", "three")), st.sampled_from(ENTRIES)), min_size=1, max_size=6, unique=True
)
RULES = st.lists(
    st.tuples(st.sampled_from(("allow", "deny")), st.sampled_from(("one", "two", "three", "one late", "late", "all"))),
    min_size=1,
    max_size=5,
)
OPTIONS = ("--policy", "mine.yaml", "--baseline", "b.json", "--format", "json")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Lists = Sequence[tuple[str, str]]
Rules = Sequence[tuple[str, str]]


def config(lists: Lists, rules: Rules) -> str:
    named = [f"acl {name} dstdomain {entry}" for name, entry in lists]
    empty = [f"acl {name} dstdomain nothing.test" for name in ("one", "two", "three")]
    return "\n".join(
        (
            "http_port 3128",
            "acl late time 01:00-02:00",
            *empty,
            *named,
            *(f"http_access {a} {b}" for a, b in rules),
            "http_access deny all",
            "",
        )
    )


def bad(report: dict[str, list[dict[str, str]]]) -> set[tuple[str, str, str]]:
    """Every (requirement, stage, word) that is not well."""
    return {
        (verdict["requirement"], stage, verdict[stage])
        for verdict in report["verdicts"]
        for stage in ("access", "authentication")
        if verdict[stage] not in ("allowed", "anonymous", "not-applicable")
    }


@pytest.fixture
def repository(call: Call, folder: Path) -> Call:
    (folder / "mine.yaml").write_text(POLICY, encoding="utf-8")
    return call


def accept(call: Call, text: str) -> None:
    Path("b.json").unlink(missing_ok=True)
    Path("squid.conf").write_text(text, encoding="utf-8")
    assert call("baseline", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json").code == 0


@QUICK
@given(LISTS, RULES, st.integers(0, 2**32))
def test_moves_and_formatting_leave_every_fingerprint(repository: Call, lists: Lists, rules: Rules, seed: int) -> None:
    text = config(lists, rules)
    accept(repository, text)
    chance = random.Random(seed)
    lines = []
    for line in text.splitlines():
        lines += ["# a comment"] * chance.randrange(2) + [""] * chance.randrange(3)
        words = line.split()
        lines.append((" " * chance.randrange(1, 4)).join(words) + chance.choice(("", " ", "  # behind it")))
    Path("squid.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    done = repository("check", "squid.conf", *OPTIONS)

    report = report_of(done)
    listed = {entry["fingerprint"] for entry in json.loads(Path("b.json").read_text(encoding="utf-8"))["entries"]}
    assert {f["fingerprint"] for f in report["findings"]} == listed
    assert (done.code, report["baseline"]["dead"]) == (0, [])


@QUICK
@given(LISTS, RULES, LISTS, RULES)
def test_what_breaks_another_endpoint_is_never_hidden(
    repository: Call, lists: Lists, rules: Rules, other_lists: Lists, other_rules: Rules
) -> None:
    accept(repository, config(lists, rules))
    before = bad(report_of(repository("check", "squid.conf", *OPTIONS)))
    Path("squid.conf").write_text(config(other_lists, other_rules), encoding="utf-8")

    report = report_of(repository("check", "squid.conf", *OPTIONS))

    counting = {(f["code"], f["requirement"]) for f in report["findings"] if not f["baseline"]}
    # Of a configuration with which Squid does not start that alone is told.
    if ("CFG002", "") not in counting:
        assert {requirement for requirement, *_ in bad(report) - before} <= {about for _, about in counting}


@QUICK
@given(LISTS, RULES, st.integers(0, 5), st.sampled_from(HOSTS))
def test_one_more_host_that_is_refused_is_never_hidden(
    repository: Call, lists: Lists, rules: Rules, place: int, host: str
) -> None:
    """The words of the verdicts may stay what they were; the hosts that fail are more."""
    accept(repository, config(lists, rules))
    explain = ("explain", host, "squid.conf", "--format", "json")
    (was,) = json.loads(repository(*explain).stdout)
    text = config(lists, [*rules[:place], ("deny", "new"), *rules[place:]])
    Path("squid.conf").write_text(
        text.replace("http_port", f"acl new dstdomain {host}\nhttp_port", 1), encoding="utf-8"
    )
    (now,) = json.loads(repository(*explain).stdout)

    report = report_of(repository("check", "squid.conf", *OPTIONS))

    if was["access"] == "allowed" and now["access"] != "allowed":
        asked = {"y.test:443"} if host == "y.test" else {"*.x.test:443"}
        assert asked <= {f["requirement"] for f in report["findings"] if not f["baseline"]}
