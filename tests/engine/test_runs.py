"""What is kept of the outcomes for one host is all that may hold it."""

from hypothesis import given, settings

from allowlint.engine.evaluate import outcomes
from allowlint.engine.runs import FEW_OUTCOMES, gathered
from allowlint.model import hosts
from allowlint.model.device import Entrance, Rulebase
from tests.engine.test_concerning import flow
from tests.engine.test_evaluate import PATTERNS, RULEBASES, UNIVERSE


@given(RULEBASES, PATTERNS)
@settings(max_examples=300, deadline=None)
def test_no_outcome_about_a_host_is_left_out_where_they_are_many(rulebases: tuple[Rulebase, ...], pattern: str) -> None:
    found, _ = outcomes(Entrance("", rulebases), flow(pattern))
    run = gathered([*found] * (FEW_OUTCOMES + 1))

    for host in UNIVERSE:
        kept = run.within(host, hosts.name(host)).outcomes
        assert [id(one) for one in kept if host in one.hosts] == [id(one) for one in run.outcomes if host in one.hosts]
