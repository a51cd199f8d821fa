"""What the user assumes settles what cannot be told otherwise, and a verdict says what it leans on."""

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.condition import Assumable, Condition, Doubt, HostIn, Unmodelled
from allowlint.model.device import Action, Device, Entrance, Rule, Rulebase, Stage
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Verdict
from tests.engine.test_evaluate import HERE, names, rulebase_of

WORD = "dns_consistent"
RESOLVED = Unmodelled("dns a", "what the name resolves to", HERE, doubt=Doubt.DNS_BOUND)
BY_NAME = Assumable(WORD, RESOLVED, HostIn(names(["a.example"], [], [])))


def verdict_of(rulebases: tuple[Rulebase, ...], host: str, *accepted: str) -> Verdict:
    flow = flow_for()._replace(accepted=frozenset(accepted))
    (found,) = judge(Device("test", "test", (Entrance("", rulebases),)), [Requirement(host, (443,))], flow)
    return found


def allowing(condition: Condition, *more: Rule) -> tuple[Rulebase, ...]:
    return (rulebase_of([Rule(condition, Action.ALLOW, HERE, "by address"), *more], Action.BLOCK),)


def test_without_the_assumption_the_answer_is_unknown_with_a_code() -> None:
    access = verdict_of(allowing(BY_NAME), "a.example").stages[Stage.ACCESS]

    assert access.answer is Answer.UNKNOWN
    assert [str(reason) for reason in access.reasons] == ["what the name resolves to [DNS_BOUND]"]


def test_with_it_the_answer_is_sure_and_says_so() -> None:
    verdict = verdict_of(allowing(BY_NAME), "a.example", WORD)

    assert verdict.stages[Stage.ACCESS].answer is Answer.SATISFIED
    assert verdict.stages[Stage.ACCESS].leans == (WORD,)
    assert verdict.leans == (WORD,)


def test_what_fails_because_of_it_says_so_too() -> None:
    access = verdict_of(allowing(BY_NAME), "b.example", WORD).stages[Stage.ACCESS]

    assert (access.answer, access.leans) == (Answer.VIOLATED, (WORD,))


def test_what_is_sure_without_it_does_not_lean_on_it() -> None:
    everything = Rule(HostIn(names(["a.example"], [], [])), Action.ALLOW, HERE, "by name")

    verdict = verdict_of(allowing(BY_NAME, everything), "a.example", WORD)

    assert verdict.stages[Stage.ACCESS].answer is Answer.SATISFIED
    assert verdict.leans == ()


def test_another_assumption_settles_nothing() -> None:
    verdict = verdict_of(allowing(BY_NAME), "a.example", "feeds_unrelated")

    assert verdict.stages[Stage.ACCESS].answer is Answer.UNKNOWN


def test_only_the_stage_that_needs_it_leans_on_it() -> None:
    inspecting = Rulebase(
        Stage.INSPECTION,
        "inspection",
        (Rule(BY_NAME, Action.BYPASS, HERE, "exempt by address"),),
        Rule(HostIn(names([], [], [""])), Action.INSPECT, HERE, "everything else"),
    )
    allowed = rulebase_of([], Action.ALLOW)

    verdict = verdict_of((allowed, inspecting), "a.example", WORD)

    assert verdict.stages[Stage.ACCESS].leans == ()
    assert verdict.stages[Stage.INSPECTION].answer is Answer.SATISFIED
    assert verdict.stages[Stage.INSPECTION].leans == (WORD,)
