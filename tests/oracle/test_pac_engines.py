"""Random PAC scripts and the facts about helper functions: pacparser and the sandbox on the same questions.

pacparser carries Mozilla's helper functions and asks the resolver in earnest, so its natives are replaced before a script
is read, and it runs in a process that can be killed. ``ALLOWLINT_ORACLE_FIRST=SEED ALLOWLINT_ORACLE_CASES=1`` repeats a
case alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from allowlint.platforms.pac.sandbox import Answer, Question, World, run_script
from tests.oracle.pac_generator import Case, generate

CASES = int(os.environ.get("ALLOWLINT_ORACLE_CASES", "60"))
FIRST = int(os.environ.get("ALLOWLINT_ORACLE_FIRST", "1"))
REPORTED = 5
SECONDS_OF_A_CASE = 2.0
WORLDS = (World(), World(("192.0.2.7",)), World(("10.1.2.3",)))
DECLARED_BY_LET = frozenset({"lexical-entry"})
"""pacparser calls by name, browsers look at the global object: see the test of it."""

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(importlib.util.find_spec("pacparser") is None, reason="pacparser is not installed"),
]

OTHER_SIDE = r"""
import json, os, sys
import pacparser

# pacparser reports on standard error and, in some versions, on standard output.
channel = os.dup(1)
os.dup2(2, 1)
STUBS = '''
var literal_ = /^\d+\.\d+\.\d+\.\d+$/;
dnsResolve = function (host) { return literal_.test(host) ? host : %s; };
myIpAddress = function () { return %s; };
isResolvable = function (host) { return dnsResolve(host) != null; };
'''

def ask(url, host):
    try:
        return pacparser.find_proxy(url, host)
    except Exception:
        return None

answers = []
for script, questions, address, own in json.load(sys.stdin):
    pacparser.init()
    try:
        pacparser.parse_pac_string(STUBS % (json.dumps(address), json.dumps(own)))
        pacparser.parse_pac_string(script)
        answers.append([ask(url, host) for url, host in questions])
    except Exception as error:
        answers.append(str(error))
    pacparser.cleanup()
os.write(channel, json.dumps(answers).encode())
"""

Job = tuple[str, Sequence[tuple[str, str]], World]


class Compared(NamedTuple):
    """One question in one world."""

    case: Case
    world: World
    question: tuple[str, str]
    ours: Answer
    theirs: str | None

    @property
    def agrees(self) -> bool:
        """Whether both say the same; pacparser makes a text of everything but exceptions."""
        if self.ours.kind == "string":
            return self.ours.result == self.theirs
        expected: dict[str, set[str | None]] = {
            "null": {"null"},
            "undefined": {"undefined"},
            "other": {"false"},
            "exception": {None},
        }
        return self.theirs in expected.get(self.ours.kind, ())

    def __str__(self) -> str:
        return f"seed {self.case.seed}, {self.world}, {self.question}: pacparser {self.theirs!r}, here {self.ours}"


def pacparser(jobs: Sequence[Job]) -> list[list[str | None] | str]:
    """What pacparser answers to each question of each job, None where it throws; its error where a script does not load."""
    given = [(script, questions, next(iter(world.addresses), None), world.own) for script, questions, world in jobs]
    done = subprocess.run(
        [sys.executable, "-c", OTHER_SIDE],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=10 + SECONDS_OF_A_CASE * len(jobs),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[list[str | None] | str] = json.loads(done.stdout)
    assert len(answers) == len(jobs)
    return answers


def answer_of_pacparser(expression: str, world: World = WORLDS[1]) -> str | None:
    """What an expression is worth there, as text."""
    script = f"function FindProxyForURL(url, host) {{ return String({expression}); }}"
    (answers,) = pacparser([(script, [("https://www.example.test/", "www.example.test")], world)])
    return answers[0]


@pytest.fixture(scope="module")
def comparisons() -> list[Compared]:
    """Every question of every case in every world."""
    cases = [generate(seed) for seed in range(FIRST, FIRST + CASES)]
    cases = [case for case in cases if not case.features & DECLARED_BY_LET]
    theirs = iter(pacparser([(case.script, case.questions, world) for case in cases for world in WORLDS]))
    found: list[Compared] = []
    for case in cases:
        ours = iter(run_script(case.script, [Question(*question) for question in case.questions], WORLDS).answers)
        for world in WORLDS:
            answers = next(theirs)
            assert not isinstance(answers, str), f"seed {case.seed}: pacparser refuses it: {answers}\n{case.script}"
            pairs = zip(case.questions, answers, strict=True)
            found += [Compared(case, world, question, next(ours), answer) for question, answer in pairs]
    return found


def test_the_sandbox_answers_as_pacparser_does(comparisons: list[Compared]) -> None:
    wrong = [one for one in comparisons if not one.agrees]
    scripts = {one.case.seed: one.case.script for one in wrong[:REPORTED]}

    assert not wrong, "\n".join([f"{len(wrong)} of {len(comparisons)}", *map(str, wrong[:REPORTED]), *scripts.values()])


def test_what_depends_on_addresses_is_said_to_depend_on_them(comparisons: list[Compared]) -> None:
    """A question that pacparser answers in more than one way, whose world alone was changed."""
    answers: dict[tuple[int, tuple[str, str]], list[Compared]] = {}
    for one in comparisons:
        answers.setdefault((one.case.seed, one.question), []).append(one)

    unsaid = [
        group
        for group in answers.values()
        if len({one.theirs for one in group}) > 1 and not all("dnsResolve" in one.ours.asked for one in group)
    ]

    assert not unsaid, "\n".join(map(str, unsaid[0]))


@pytest.mark.skipif(CASES < 40, reason="needs many cases")
def test_the_cases_are_worth_comparing(comparisons: list[Compared]) -> None:
    routes = Counter(one.theirs for one in comparisons)
    varied = {one.case.seed for one in comparisons if one.theirs != comparisons[0].theirs}

    assert routes.most_common(1)[0][1] < len(comparisons) * 0.7
    assert len(routes) > 5
    assert len(varied) > CASES / 2


HELPERS = """
    shExpMatch('a.b.example.test', '*.example.test') | shExpMatch('example.test', '*.example.test')
    shExpMatch('WWW.EXAMPLE.TEST', '*.example.test') | shExpMatch('a\\nb', 'a*b') | shExpMatch('https://a/b', 'https://*b')
    shExpMatch('a.test', '(a@b).test') | shExpMatch('a.test', '[ab].test') | shExpMatch('aab', 'a+b')
    shExpMatch('www.x', '*.x@*.y') | shExpMatch('www.xz', '*.x@*.y') | shExpMatch('x/y', 'x/y') | shExpMatch('', '*')
    shExpMatch('a$b', 'a$b') | shExpMatch('a^', '^a*') | shExpMatch('ab', 'a??') | shExpMatch('a\\\\b', 'a\\\\\\\\b')
    shExpMatch('x', '(') | shExpMatch(null, 'n*') | shExpMatch('x') | shExpMatch()
    dnsDomainIs('a.x', '.x') | dnsDomainIs('x', '.x') | dnsDomainIs('badx', 'x') | dnsDomainIs('a.x', '*.x')
    dnsDomainIs('A.X', '.x') | dnsDomainIs('x', '') | dnsDomainIs('', 'x') | dnsDomainIs() | dnsDomainIs(5, 5)
    localHostOrDomainIs('www', 'www.x') | localHostOrDomainIs('www.x', 'www.x') | localHostOrDomainIs('a.x', '.x')
    localHostOrDomainIs('a.x', 'x') | localHostOrDomainIs('', '.x') | localHostOrDomainIs('a.b', 'a.b.x')
    isPlainHostName('a') | isPlainHostName('a.b') | isPlainHostName('::1') | isPlainHostName('') | isPlainHostName()
    dnsDomainLevels('a') | dnsDomainLevels('a.b.') | dnsDomainLevels('') | dnsDomainLevels('1.2.3.4')
    isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0') | isInNet('11.1.2.3', '10.0.0.0', '255.0.0.0')
    isInNet('10.1.2.3', '10.9.9.9', '8') | isInNet('16.1.2.3', '10.9.9.9', '8') | isInNet('10.1.2.256', '10.0.0.0', '255.0.0.0')
    isInNet(host, '192.0.2.0', '255.255.255.0') | isInNet(host, '10.0.0.0', '255.0.0.0') | isInNet('1.2.3', '0.0.0.0', '0.0.0.0')
    isInNet('010.1.2.3', '10.0.0.0', '255.0.0.0') | isInNet('10.1.2.3', '10.0.0.0/8', '255.0.0.0') | isInNet('10.1.2.3', '10')
    isInNet('10.1.2.3', '10.0.0.0', '255.255.0') | isInNet('10.1.2.3', '', '') | isInNet('255.1.2.3', '255.0.0.0', '255.0.0.0')
    convert_addr('1.2.3.4') | convert_addr('255.255.255.255') | convert_addr('256.0.0.1') | convert_addr('x') | convert_addr('8')
    dnsResolve(host) | isResolvable(host) | dnsResolve('10.1.2.3') | typeof alert('x')
    weekdayRange() | weekdayRange('Mon') | weekdayRange('SAT', 'SUN') | weekdayRange('MON', 'SUN') | weekdayRange('x', 'y')
    dateRange() | dateRange('x') | timeRange() | timeRange(1, 2, 3)
"""
EXPRESSIONS = [
    part.strip().replace("@", "|") for line in HELPERS.splitlines() for part in line.split(" | ") if part.strip()
]


@pytest.mark.parametrize("world", WORLDS, ids=["unresolved", "public", "private"])
def test_helper_functions_answer_as_those_of_pacparser(world: World) -> None:
    tries = "".join(f"try {{ out.push(String({one})); }} catch (e) {{ out.push('!'); }}\n" for one in EXPRESSIONS)
    script = f"function FindProxyForURL(url, host) {{ var out = []; {tries} return out.join('\\n'); }}"
    question = ("https://www.example.test/", "www.example.test")

    (theirs,) = pacparser([(script, [question], world)])
    ours = run_script(script, [Question(*question)], [world]).answers[0]

    assert ours.result is not None, ours
    there = str(theirs[0]).split("\n")
    pairs = zip(EXPRESSIONS, ours.result.split("\n"), there, strict=True)
    assert [pair for pair in pairs if pair[1] != pair[2]] == []
    assert {"true", "false", "!"} <= set(there)


def test_ranges_of_time_that_hold_all_year_or_never_agree() -> None:
    """The clock there is the machine's, so that only what does not depend on the moment can be compared."""
    expressions = (
        "timeRange(0, 23)",
        "timeRange(23, 0) && timeRange(1, 22)",
        "dateRange(1, 31)",
        "dateRange('JAN', 'DEC')",
        "dateRange(1, 'JAN', 31, 'DEC')",
        "dateRange(1990, 2190)",
        "weekdayRange('SUN', 'SAT')",
    )

    for expression in expressions:
        script = f"function FindProxyForURL(url, host) {{ return String({expression}); }}"
        ours = run_script(script, [Question("https://a/", "a")]).answers[0]
        assert (expression, ours.result) == (expression, answer_of_pacparser(expression))


def test_pacparser_finds_a_function_that_browsers_do_not() -> None:
    """Chromium: ``context->Global()->Get(context, "FindProxyForURL")``, which ``const`` does not define."""
    script = "const FindProxyForURL = (url, host) => 'DIRECT';"

    assert pacparser([(script, [("https://a/", "a")], World())]) == [["DIRECT"]]
    assert "no function FindProxyForURL" in run_script(script, [Question("https://a/", "a")]).fault


@pytest.mark.parametrize(
    "script", ["function FindProxyForURL(url, host) { return ", "var x = \u201cDIRECT\u201d;", "notThere();"]
)
def test_what_does_not_load_there_does_not_load_here(script: str) -> None:
    (theirs,) = pacparser([(script, [], World())])

    assert isinstance(theirs, str)
    assert run_script(script, [Question("https://a/", "a")]).fault
