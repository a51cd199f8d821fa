"""One configuration, other questions: what holds for many holds for each of them, and questions do not touch each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from random import Random

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.device import Device
from allowlint.model.hosts import requirement_hosts
from allowlint.model.verdict import Answer, Verdict
from tests.metamorphic.cases import Case, asked_of, each, flow_of
from tests.metamorphic.operations import Edit
from tests.metamorphic.workshop import Workshop, of_stages, same_set

SURE = (Answer.SATISFIED, Answer.VIOLATED)
LABELS = ("a", "www", "x.y", "winatp-gw-neu", "0", "eu-1.cdn")
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")


@each("clients")
def test_what_is_sure_for_a_network_is_so_for_each_of_its_addresses(case: Case, workshop: Workshop) -> None:
    for device, network in product(devices_of(case, workshop), (None, "0.0.0.0/0")):
        flow = flow_for(parse_addresses(network), client_chosen=True) if network else flow_for()
        wide = judge(device, asked_of(case), flow)
        for address in addresses(case, flow.client):
            narrow = judge(device, asked_of(case), flow_for(parse_addresses(address), client_chosen=True))
            for many, one in zip(wide, narrow, strict=True):
                assert not list(lost(many, one)), f"{network}, then {address}: {many.id}"


def devices_of(case: Case, workshop: Workshop) -> tuple[Device, ...]:
    """The devices as they are; of a configuration on a path, the path. Read anew: a device bounds what is done with it."""
    return tuple(examined.device for examined in workshop.ask(case, Edit(case.text, "as it is")).examined)


def addresses(case: Case, network: AddressSet) -> list[str]:
    """Some addresses of a network, those about which the configuration speaks before others."""
    mentioned = [text for text in _ADDRESS.findall(case.text) if all(int(part) < 256 for part in text.split("."))]
    every = dict.fromkeys([*mentioned, "10.66.0.5", "10.9.9.9", "10.255.255.255", "203.0.113.9", "192.168.7.7"])
    return [text for text in every if parse_addresses(text) & network][:3]


def lost(many: Verdict, one: Verdict) -> Iterator[str]:
    """Yield the stages at which what is sure of many is not so of one of them."""
    for stage, answer in many.stages.items():
        now = one.stages[stage].answer
        if answer.answer in SURE and now is not answer.answer and now is not Answer.NOT_APPLICABLE:
            yield f"{stage}: {answer.answer}, then {now}"


@each("wildcards")
def test_what_is_sure_of_a_wildcard_is_so_of_each_name(case: Case, workshop: Workshop) -> None:
    """And a sure opposite among the names is not passed over."""
    wildcards = tuple(one for one in asked_of(case) if one.host.startswith("*"))
    flow = flow_of(case)
    for device in devices_of(case, workshop):
        for many in judge(device, wildcards, flow):
            names = members(case, many.requirement.host)
            asked = tuple(many.requirement._replace(host=name, ports=(many.port,), explicit_id="") for name in names)
            for one in judge(device, asked, flow):
                assert not list(lost(many, one)), f"{many.id}, then {one.id}"
                for stage, answer in many.stages.items():
                    if answer.failing is not None and one.requirement.host in answer.failing:
                        assert one.stages[stage].answer is not Answer.SATISFIED, f"{one.id}: {stage}"


def members(case: Case, wildcard: str) -> list[str]:
    """Some names of a wildcard, those in the configuration before others."""
    random: Random = case.random(wildcard)
    suffix = wildcard.lstrip("*.")
    written = re.findall(r"[a-z0-9.-]+", case.text.lower())
    mentioned = [name.strip(".") for name in written if name.strip(".").endswith(f".{suffix}")]
    invented = [f"{label}.{suffix}" for label in random.sample(LABELS, 3)]
    hosts = requirement_hosts(wildcard)
    return [name for name in dict.fromkeys([*mentioned[:3], *invented]) if name in hosts and ".." not in name]


@each("policies")
def test_endpoints_asked_about_together_are_answered_as_each_alone(case: Case, workshop: Workshop) -> None:
    for examined in workshop.before(case).examined:
        for together in examined.verdicts:
            requirement = together.requirement._replace(ports=(together.port,))
            alone = judge(examined.device, (requirement,), examined.flow)[0]
            for stage, answer in together.stages.items():
                other = alone.stages[stage]
                assert answer.answer is other.answer, f"{together.id}: {stage}"
                assert same_set(answer.failing, other.failing), f"{together.id}: {stage}"


@each("twice")
def test_the_same_question_has_the_same_answer(case: Case, workshop: Workshop) -> None:
    """Read anew, and asked in another order."""
    again = workshop.ask(case, Edit(case.text, "as it is")).examined
    for first, second in zip(workshop.before(case).examined, again, strict=True):
        verdicts = judge(second.device, tuple(reversed(asked_of(case))), first.flow)
        reasons = {verdict.id: of_stages(verdict) for verdict in verdicts}
        assert all(reasons[verdict.id] == of_stages(verdict) for verdict in first.verdicts)
