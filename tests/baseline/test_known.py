"""What a baseline knows, and what is new to it: an old fault never hides a new one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allowlint.baseline import Entry, matched
from allowlint.checks import Examined
from allowlint.checks._findings import Identity
from allowlint.checks._unknowns import unknowns
from allowlint.engine.runs import flow_for
from allowlint.lint.accounts import Account, identified
from allowlint.lint.judging import UNDECIDED
from allowlint.lint.known import excusable
from allowlint.model.device import Device, Stage
from allowlint.model.extent import Extent
from allowlint.model.finding import Finding, Severity
from allowlint.model.hosts import below
from allowlint.model.location import Location
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Reason, StageVerdict, Verdict
from tests.cli.calling import Call, report_of

HEAD = """\
http_port 3128
acl mine dstdomain .good.test
"""
DENY = "http_access deny all\n"
POLICY = """\
version: 1
name: mine
requirements:
  - {{host: "*.good.test"{star}}}
  - {{host: api.bad.test{bad}}}
"""
PARTLY = f"{HEAD}acl a dstdomain a.good.test\nhttp_access deny a\nhttp_access allow mine\n{DENY}"


class Repository:
    """A configuration, a policy and a baseline in the test's folder."""

    def __init__(self, call: Call, folder: Path) -> None:
        self.call, self.folder = call, folder
        self.policy()

    def policy(self, bad: str = "", star: str = "") -> None:
        (self.folder / "mine.yaml").write_text(POLICY.format(bad=bad, star=star), encoding="utf-8")

    def accept(self, text: str, *words: str) -> None:
        """Write the baseline of a configuration."""
        (self.folder / "b.json").unlink(missing_ok=True)
        (self.folder / "squid.conf").write_text(text, encoding="utf-8")
        done = self.call("baseline", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json", *words)
        assert done.code == 0, done.stderr

    def check(self, text: str, *words: str) -> tuple[int, dict[str, Any]]:
        """The exit code and the report for a configuration, with that baseline."""
        (self.folder / "squid.conf").write_text(text, encoding="utf-8")
        done = self.call(
            "check", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json", "--format", "json", *words
        )
        assert done.code in (0, 1), done.stderr
        return done.code, report_of(done)

    def new(self, text: str, *words: str) -> set[tuple[str, str]]:
        """The findings that count, as (code, requirement); the exit code has to agree with them."""
        code, report = self.check(text, *words)
        found = [f for f in report["findings"] if not f["baseline"] and f["code"] != "BSL001"]
        assert code == int(any(f["severity"] == "error" for f in found))
        return {(f["code"], f["requirement"]) for f in found}


@pytest.fixture
def repository(call: Call, folder: Path) -> Repository:
    return Repository(call, folder)


BAD = ("ACC001", "api.bad.test:443")
PART = ("ACC002", "*.good.test:443")


def test_what_it_lists_is_shown_and_does_not_fail(repository: Repository) -> None:
    repository.accept(PARTLY)

    code, report = repository.check(PARTLY)

    assert code == 0
    assert {(f["code"], f["known"]) for f in report["findings"]} == {("ACC001", "b.json"), ("ACC002", "b.json")}
    assert (report["summary"]["errors"], report["summary"]["known"]) == (0, 2)
    assert report["baseline"] == {"path": "b.json", "matched": 2, "dead": []}


def test_without_it_the_same_fails(repository: Repository) -> None:
    repository.accept(PARTLY)

    code, report = repository.check(PARTLY, "--no-baseline")

    assert (code, report["baseline"]) == (1, None)
    assert all(not f["baseline"] for f in report["findings"])


@pytest.mark.parametrize(
    "moved",
    [
        f"# a comment\n\n\n{PARTLY}",
        PARTLY.replace(" ", "   ").replace("\n", "  \n\n"),
        PARTLY.replace("http_access deny a\n", "http_access \\\n  deny a\n"),
        # What has nothing to do with it comes and goes.
        PARTLY.replace(DENY, f"acl other dstdomain other.test\nhttp_access allow other\n{DENY}"),
        PARTLY.replace("acl a ", "acl late time 01:00-02:00\nacl a "),
        f"acl a dstdomain a.good.test\n{PARTLY.replace('acl a dstdomain a.good.test', '', 1)}",
    ],
)
def test_moved_and_reformatted_it_is_still_known(repository: Repository, moved: str) -> None:
    repository.accept(PARTLY)

    assert repository.new(moved) == set()


def test_it_does_not_matter_from_where_and_by_which_name_a_file_is_checked(
    repository: Repository, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.accept(PARTLY)
    (folder / "sub").mkdir()
    options = ["--policy", "mine.yaml", "--baseline", "b.json", "--format", "json"]
    prints = [
        report_of(repository.call("check", name, *options))
        for name in ("squid.conf", "./squid.conf", str(folder / "squid.conf"))
    ]
    monkeypatch.chdir(folder / "sub")
    options = ["--policy", "../mine.yaml", "--baseline", "../b.json", "--format", "json"]
    prints.append(report_of(repository.call("check", "../squid.conf", *options)))

    found = [{f["fingerprint"] for f in report["findings"]} for report in prints]

    assert found == [found[0]] * 4
    assert all(f["baseline"] for report in prints for f in report["findings"])


@pytest.mark.parametrize(
    ("text", "new"),
    [
        # Another part of the same wildcard fails.
        (PARTLY.replace("a.good.test", "a.good.test b.good.test"), {PART}),
        (PARTLY.replace("dstdomain a.good.test", "dstdomain .a.good.test"), {PART}),
        # Another part of it fails by another rule.
        (
            PARTLY.replace(
                "http_access deny a\n", "acl b dstdomain b.good.test\nhttp_access deny a\nhttp_access deny b\n"
            ),
            {PART},
        ),
        # The same part fails by another rule.
        (PARTLY.replace("acl a ", "acl other ").replace("deny a\n", "deny other\n"), {PART}),
        # The whole of it fails.
        (PARTLY.replace("http_access allow mine\n", ""), {("ACC001", "*.good.test:443")}),
        # Another part may fail.
        (
            PARTLY.replace(
                "http_access deny a\n",
                "acl b dstdomain b.good.test\nacl late time 01:00-02:00\nhttp_access deny a\nhttp_access deny b late\n",
            ),
            {PART},
        ),
    ],
)
def test_a_partial_fault_that_grows_is_new(repository: Repository, text: str, new: set[tuple[str, str]]) -> None:
    repository.accept(PARTLY)

    assert repository.new(text) == new


def test_a_partial_fault_that_shrinks_is_known(repository: Repository) -> None:
    repository.accept(PARTLY.replace("a.good.test", "a.good.test b.good.test"))

    assert repository.new(PARTLY) == set()


def test_a_blocked_endpoint_that_another_rule_blocks_too_is_new(repository: Repository) -> None:
    repository.accept(PARTLY)

    assert repository.new(PARTLY.replace("acl a ", "acl bad dstdomain .bad.test\nhttp_access deny bad\nacl a ")) == {
        BAD
    }


UNKNOWN = f"{HEAD}acl late time 01:00-02:00\nhttp_access allow mine late\n{DENY}"


def test_another_reason_of_what_cannot_be_told_is_new(repository: Repository) -> None:
    repository.accept(UNKNOWN)

    assert repository.new(UNKNOWN) == set()
    other = UNKNOWN.replace("mine late", "mine late weekdays").replace(
        "http_access allow", "acl weekdays time MTWHF\nhttp_access allow"
    )
    _, report = repository.check(other)
    assert [f["baseline"] for f in report["findings"] if f["code"] == "ACC004"] == [False]


def test_what_could_not_be_told_and_now_surely_fails_is_new(repository: Repository) -> None:
    repository.accept(UNKNOWN)

    assert ("ACC001", "*.good.test:443") in repository.new(UNKNOWN.replace("http_access allow mine late\n", ""))


def test_an_endpoint_that_becomes_required_is_new(repository: Repository) -> None:
    repository.policy(bad=", need: optional")
    repository.accept(PARTLY)
    assert repository.new(PARTLY) == set()

    repository.policy()

    assert repository.new(PARTLY) == {BAD}


def test_one_that_is_less_needed_is_known(repository: Repository) -> None:
    repository.accept(PARTLY)

    repository.policy(bad=", need: optional")

    assert repository.new(PARTLY) == set()


def test_a_finding_that_becomes_more_severe_is_new(repository: Repository, folder: Path) -> None:
    settings = folder / "allowlint.yaml"
    settings.write_text("version: 1\nchecks: {severity: {ACC002: warning}}\n", encoding="utf-8")
    repository.accept(PARTLY)
    assert repository.new(PARTLY) == set()

    settings.write_text("version: 1\n", encoding="utf-8")

    assert repository.new(PARTLY) == {PART}


def test_another_host_under_the_same_name_of_a_requirement_is_new(repository: Repository, folder: Path) -> None:
    policy = "version: 1\nname: mine\nrequirements:\n  - {{host: {host}, id: service}}\n"
    (folder / "mine.yaml").write_text(policy.format(host="api.bad.test"), encoding="utf-8")
    repository.accept(PARTLY)

    (folder / "mine.yaml").write_text(policy.format(host="api.worse.test"), encoding="utf-8")

    assert repository.new(PARTLY) == {("ACC001", "service")}


def test_another_client_is_another_question(repository: Repository) -> None:
    repository.accept(PARTLY, "--client", "10.0.0.1")

    assert repository.new(PARTLY, "--client", "10.0.0.1") == set()
    assert BAD in repository.new(PARTLY, "--client", "10.0.0.2")


def test_one_entry_knows_one_finding() -> None:
    once = Finding("HYG002", "n", Severity.WARNING, "m", "a.conf", "a.conf", Location("a.conf", 3), object="acl x *.y")
    twice = identified([once, once._replace(location=Location("a.conf", 9))], "")

    found = matched(twice, [Entry.of(twice[0])])

    assert (found.entry_of, found.unmatched) == ({0: 0}, ())
    assert twice[0].fingerprint != twice[1].fingerprint
    # Whichever of the two is mended, the other one is known.
    assert matched(identified([once], ""), [*map(Entry.of, twice)]).unmatched == (1,)


def test_what_could_not_be_decided_is_never_known() -> None:
    """Behind a check that was not run to its end there may be anything."""
    undecided = Finding(
        "HYG007", "n", Severity.WARNING, "m", "a.conf", "a.conf", Location("a.conf", 1), object=UNDECIDED
    )

    assert not excusable(undecided, Account())
    assert excusable(undecided._replace(object="acl x"), Account())


def judged(answer: StageVerdict) -> Extent:
    """How far an unknown access reaches."""
    requirement = Requirement("*.x.test")
    verdict = Verdict(requirement, 443, dict.fromkeys(Stage, answer))
    examined = Examined("a.conf", Device("a.conf", "squid", ()), (verdict,), flow_for())
    (found,) = unknowns(Identity("ACC004", "access-unknown"), examined, Stage.ACCESS, "allowed")
    return found.extent


def test_work_that_was_cut_short_is_another_reason() -> None:
    cut = judged(StageVerdict(Answer.UNKNOWN, reasons=(Reason("the patterns are too many"),)))
    helper = judged(
        StageVerdict(Answer.UNKNOWN, doubtful=below("x.test"), ways=("deny all",), grounds=("the helper program",))
    )

    assert cut.doubtful == ("*.x.test",)
    assert cut.reasons == ("the patterns are too many",)
    assert not cut.within(helper)
    assert not cut._replace(reasons=("too deep",)).within(cut)


def test_every_fingerprint_of_a_run_is_its_own(repository: Repository) -> None:
    _, report = repository.check(f"{PARTLY}http_access allow gone\nhttp_access allow gone\n", "--no-baseline")

    assert len({f["fingerprint"] for f in report["findings"]}) == len(report["findings"]) > 1


def test_what_is_mandatory_is_never_known(repository: Repository, folder: Path) -> None:
    repository.accept(PARTLY)
    (folder / "allowlint.yaml").write_text("version: 1\nchecks: {mandatory: [ACC001]}\n", encoding="utf-8")

    code, report = repository.check(PARTLY)

    assert code == 1
    assert {f["code"]: f["baseline"] for f in report["findings"]} == {"ACC001": False, "ACC002": True, "BSL001": False}
    assert "ACC001 is mandatory, and no baseline hides it" in report["baseline"]["dead"][0]["why"]


@pytest.mark.parametrize(
    ("words", "dead"),
    [
        (("squid.conf",), ["it is no longer found"]),
        (("squid.conf", "--select", "TLS,BSL"), []),
        (("other.conf",), []),
    ],
)
def test_a_dead_entry_is_told_where_the_run_can_tell(
    repository: Repository, folder: Path, words: tuple[str, ...], dead: list[str]
) -> None:
    repository.accept(PARTLY)
    mended = PARTLY.replace("http_access deny a\n", "")
    (folder / "squid.conf").write_text(mended, encoding="utf-8")
    (folder / "other.conf").write_text(mended, encoding="utf-8")

    done = repository.call("check", *words, "--policy", "mine.yaml", "--baseline", "b.json", "--format", "json")

    assert [entry["why"] for entry in report_of(done)["baseline"]["dead"]] == dead


def test_an_entry_whose_fault_has_changed_says_so(repository: Repository) -> None:
    repository.accept(PARTLY)

    _, report = repository.check(PARTLY.replace("a.good.test", "b.good.test"))

    assert [entry["why"] for entry in report["baseline"]["dead"]] == [
        "what is found there now is not that fault or a part of it, and counts"
    ]


def test_what_is_said_of_the_baseline_cannot_be_in_it(repository: Repository, folder: Path) -> None:
    (folder / "allowlint.yaml").write_text(
        "version: 1\nwaivers:\n  - {check: ACC001, requirement: api.bad.test, reason: long enough for all, expiry: 2020-01-01}\n",
        encoding="utf-8",
    )

    repository.accept(PARTLY)

    assert "WVR" not in (folder / "b.json").read_text(encoding="utf-8")
    assert repository.new(PARTLY) == {("WVR001", "")}


def test_a_known_finding_is_unchanged_in_sarif(repository: Repository, call: Call) -> None:
    repository.accept(PARTLY)
    done = call("check", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json", "--format", "sarif")

    results = json.loads(done.stdout)["runs"][0]["results"]
    assert {result["baselineState"] for result in results} == {"unchanged"}


@pytest.fixture
def refuses(repository: Repository) -> Callable[[str], str]:
    def run(*words: str) -> str:
        done = repository.call("check", "squid.conf", "--policy", "mine.yaml", *words)
        assert done.code == 2
        return done.stderr

    return run


def test_a_baseline_that_is_not_there_is_an_error(refuses: Callable[..., str], folder: Path) -> None:
    assert "none.json: no such baseline" in refuses("--baseline", "none.json")

    (folder / "allowlint.yaml").write_text("version: 1\nbaseline: gone.json\n", encoding="utf-8")
    assert "gone.json: no such baseline" in refuses()
