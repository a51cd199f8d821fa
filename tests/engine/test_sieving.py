"""Expressions that find no host are told apart by asking many at once: exactly those, and without asking each of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine import sieving
from allowlint.engine.judge import judge
from allowlint.engine.looking import Look
from allowlint.engine.runs import flow_for
from allowlint.engine.sieving import Sieve
from allowlint.model.automaton import Automaton, size
from allowlint.model.condition import AnyOf, Frame, TextMatches
from allowlint.model.device import Action, Device, Entrance, Rule, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, requirement_hosts
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from allowlint.syntax.ere import parse_ere
from tests.engine.test_evaluate import HERE, rulebase_of

HOST = dict.fromkeys(View, Frame())
URL = {View.TUNNEL: Frame("", ":{port}"), View.PLAIN: Frame("http://", "{:port}", path=True)}
PATH = {View.PLAIN: Frame(path=True, host=False)}


def text(pattern: str, frames: dict[View, Frame] = HOST) -> TextMatches:
    return TextMatches((), (Automaton(parse_ere(pattern)),), frames, pattern)


def flow(pattern: str, port: int = 443) -> Flow:
    return flow_for()._replace(hosts=requirement_hosts(pattern), port=port)


def finds(asked: TextMatches, flow: Flow) -> bool:
    """Whether an expression finds a host in any view, or in the host alone."""
    alone = asked._replace(frames={View.TUNNEL: Frame()})
    views = [Look(flow._replace(view=view), None).matching(asked)[1] for view in View]
    return any(views) or bool(Look(flow, None).matching(alone)[1])


TEXTS = st.lists(
    st.builds(
        text,
        st.sampled_from(
            [r"^a\.b$", r"\.b$", "a", r"^a\.b:44", "^http://c", "/p", r"(^|\.)c\.d$", "x.*b$", "^$", "[ab]{3}"]
        ),
        st.sampled_from([HOST, URL]),
    ),
    max_size=12,
)
FLOWS = st.lists(
    st.builds(flow, st.sampled_from(["a.b", "*.b", "*c.d", "d", "*.a.b"]), st.sampled_from([80, 443])),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize("joined", [12, 2_000])
@given(texts=TEXTS, flows=FLOWS)
@settings(max_examples=300, deadline=None)
def test_those_are_barred_that_find_nothing(texts: list[TextMatches], flows: list[Flow], joined: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieving, "JOINED", joined)
        patch.setattr(sieving, "WORK", 1_000_000)
        patch.setattr(sieving, "PATH_WORK", 1_000_000)
        barred = {id(text) for text in Sieve(texts).barred(flows)}

    small = [asked for asked in texts if size(asked.automata[0].expression) + 1 < joined]
    # The hosts of each flow are asked about with the port of every one.
    ways = [each._replace(port=other.port) for each in flows for other in flows]
    assert barred == {id(asked) for asked in small if not any(finds(asked, way) for way in ways)}


@pytest.mark.parametrize("frames", [PATH, HOST | PATH])
def test_an_expression_about_paths_is_never_barred(frames: dict[View, Frame]) -> None:
    assert not list(Sieve([text("^/never$", frames)]).barred([flow("a.b")]))


def test_nothing_is_barred_where_that_takes_too_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieving, "WORK", 1)
    texts = [text(rf"^h{number}\.b$") for number in range(50)]

    assert not list(Sieve(texts).barred([flow("*.b")]))


@pytest.mark.parametrize("count", [1_000, 2_000])
@pytest.mark.parametrize(("frames", "end"), [(HOST, "$"), (URL, ":443$")])
def test_of_many_rules_only_those_are_asked_that_may_find_something(
    frames: dict[View, Frame], end: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [text(rf"^h{number}\.example{end}", frames) for number in range(count)]
    rules = [Rule(each, Action.ALLOW, HERE, each.text) for each in others]
    rules += [Rule(AnyOf(tuple(others)), Action.BLOCK, HERE, "group")]
    rules += [Rule(text(rf"\.wanted\.example{end}", frames), Action.ALLOW, HERE, "wanted")]
    device = Device("d", "squid", (Entrance("", (rulebase_of(rules, Action.BLOCK),)),), rule_count=len(rules))
    asked: list[str] = []
    match = Look._match

    def counted(look: Look, each: TextMatches, frame: Frame) -> tuple[HostSet, HostSet]:
        asked.append(each.text)
        return match(look, each, frame)

    monkeypatch.setattr(Look, "_match", counted)

    (verdict,) = judge(device, [Requirement("*.wanted.example", (443,))], flow_for())

    assert verdict.stages[Stage.ACCESS].answer is Answer.SATISFIED
    assert set(asked) == {rf"\.wanted\.example{end}"}
