"""The runner that everything else hangs on."""

from collections.abc import Iterator
from pathlib import Path

from allowlint.checks import Check, Examined
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.lint.running import run
from allowlint.model.automaton import TooComplex
from allowlint.model.demand import Demand
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.requirement import Policy, Requirement
from allowlint.model.settings import Settings


def _endless(examined: Examined) -> Iterator[Finding]:
    if examined.verdicts:
        raise TooComplex("more states than anybody counts")
    yield from ()


def _cut_short(examined: Examined) -> Iterator[Finding]:
    yield Finding(
        "ACC001", "no-allow", Severity.ERROR, "found before", examined.config, examined.device.name, Location("f", 1)
    )
    yield from _endless(examined)


def test_what_a_check_finds_before_it_gives_up_is_kept(tmp_path: Path) -> None:
    config = tmp_path / "squid.conf"
    config.write_text("http_port 3128\nhttp_access allow all\n", encoding="utf-8")
    policy = Policy(name="mine", requirements=(Requirement("a.test"),))
    check = Check("ACC001", "no-allow", Severity.ERROR, "", _cut_short)

    found = run([str(config)], Demands([policy], Demand(), Settings()), Reading(), [check]).findings

    assert {finding.message.partition(":")[0] for finding in found} == {
        "found before",
        "cannot be decided in bounded work",
    }


def test_a_check_that_cannot_be_decided_is_a_finding_and_never_silence(tmp_path: Path) -> None:
    config = tmp_path / "squid.conf"
    config.write_text("http_port 3128\nhttp_access allow all\n", encoding="utf-8")
    policy = Policy(name="mine", requirements=(Requirement("a.test"),))
    check = Check("ACC001", "no-allow", Severity.ERROR, "", _endless)

    (finding,) = run([str(config)], Demands([policy], Demand(), Settings()), Reading(), [check]).findings

    assert (finding.code, finding.severity) == ("ACC001", Severity.ERROR)
    assert finding.message == "cannot be decided in bounded work: more states than anybody counts"
