"""Every experiment again, on the real Squid: the expectations that the other tests use are what Squid does."""

from __future__ import annotations

import pytest

from tests.oracle.experiments import Experiment, load_all
from tests.oracle.squid_lab import SquidLab

EXPERIMENTS = load_all()


@pytest.mark.oracle
@pytest.mark.parametrize("experiment", [one for one in EXPERIMENTS if not one.skip], ids=lambda one: one.id)
def test_squid_does_what_the_experiment_says(lab: SquidLab, experiment: Experiment) -> None:
    probes = [trial.probe for trial in experiment.trials]
    outcome = lab.run(experiment.files(), probes, experiment.scene, experiment.users)
    assert (outcome.loads, outcome.fatal) == (experiment.loads, experiment.fatal)
    wrong = [
        (trial, result)
        for trial, result in zip(experiment.trials, outcome.results, strict=False)
        if not trial.agrees(result)
    ]
    assert not wrong, "\n".join(
        f"{trial.probe}\n  expected {trial[1:4]}\n  observed {result}" for trial, result in wrong
    )


def test_few_experiments_cannot_be_repeated() -> None:
    skipped = [one.id for one in EXPERIMENTS if one.skip]
    assert len(EXPERIMENTS) >= 319
    assert len(skipped) <= 8, skipped


def test_every_experiment_that_loads_has_probes() -> None:
    assert not [one.id for one in EXPERIMENTS if bool(one.trials) != one.loads]
