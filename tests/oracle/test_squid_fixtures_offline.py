"""The experiments without Squid: what `allowlint` says about each, against what Squid was seen to do."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.oracle.asking import Answer, ask_probe, faults
from tests.oracle.experiments import Experiment, Trial, load_all
from tests.oracle.lab_client import FIRST_LISTENER, Probe

EXPERIMENTS = [experiment for experiment in load_all() if not experiment.skip_offline]
MOST_UNKNOWN = 0.15
"""Experiments are about oddities: helpers, the time of day, chance, upstream proxies, listeners that differ, and rules
that hold for one version of TLS. Random cases have the stricter bound."""


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.id)
def test_a_sure_answer_is_what_squid_did(experiment: Experiment) -> None:
    if not experiment.loads:
        answer = ask_probe(_configuration(experiment), Probe("a.test"))
        assert not answer.loads, f"Squid refuses this configuration: {experiment.fatal}"
        return
    found = [
        f"{probe.host}:{probe.port} ({probe.view}): {fault}; answer {answer}, observed {[one[1:4] for one in trials]}"
        for probe, trials, answer in _answers(experiment)
        for fault in faults(answer, probe.port, [trial.observed() for trial in trials])
    ]
    assert not found, "\n".join(found)


def test_few_answers_are_unsure() -> None:
    every = [(one.id, probe, answer) for one in EXPERIMENTS if one.loads for probe, _, answer in _answers(one)]
    unsure = [f"{name} {probe.host}:{probe.port} {answer}" for name, probe, answer in every if not answer.sure]
    assert len(unsure) <= MOST_UNKNOWN * len(every), f"{len(unsure)} of {len(every)} unsure:\n" + "\n".join(unsure)


def _configuration(experiment: Experiment) -> Path:
    return experiment.path / "squid.conf"


def _answers(experiment: Experiment) -> list[tuple[Probe, list[Trial], Answer]]:
    """The answer for each flow that a verdict is about, with the trials of that flow on all listeners."""
    flows: dict[Probe, list[Trial]] = defaultdict(list)
    for trial in experiment.trials:
        if trial.ordinary:
            flows[trial.probe._replace(listener=FIRST_LISTENER)].append(trial)
    return [(probe, trials, ask_probe(_configuration(experiment), probe)) for probe, trials in flows.items()]
