"""The ways of all consumers of a machine, beside each other: of one that is told two things nothing is sure."""

from collections.abc import Sequence

from allowlint.platforms.mde_endpoint.addresses import shown
from allowlint.platforms.mde_endpoint.machine import Machine
from allowlint.platforms.mde_endpoint.routing import Choice, effective, unknown_way, way_of
from allowlint.platforms.mde_endpoint.settings import PREFER, TELEMETRY, Consumer, Setting

_COMPARED_WHOLE = (Consumer.WINHTTP, Consumer.SYSTEM)
"""Consumers of which a file has all or nothing; of the others each may have one value of several."""


def ways_of(machine: Machine) -> dict[Consumer, Choice]:
    """The way of each consumer of a machine.

    ``PreferStaticProxyForHttpRequest`` makes the sensor "prefer" its own proxy: what it does without, where WinHTTP goes another
    way, no document says.
    """
    settings = machine.together
    found = {consumer: _way(machine, consumer, mine) for consumer, mine in settings.items()}
    sensor, system = found.get(Consumer.SENSOR), found.get(Consumer.WINHTTP)
    if sensor is None or system is None or not sensor.falls_back:
        return found
    counting = effective(settings[Consumer.SENSOR])
    prefers = counting.get(PREFER)
    own, others = (choice.rulebase.default.routes[0] for choice in (sensor, system))
    if own != others and (prefers is None or prefers.removed or prefers.value != "1"):
        setting = counting[TELEMETRY]
        why = "whether the EDR sensor takes its own proxy or the way of WinHTTP, which is another one"
        settle = f"set {PREFER} to 1, or give both the same proxy"
        text = f"{TELEMETRY} = {shown(setting.value)}"
        found[Consumer.SENSOR] = Choice(unknown_way(Consumer.SENSOR, setting.location, text, why, settle))
    return found


def _way(machine: Machine, consumer: Consumer, settings: Sequence[Setting]) -> Choice:
    parts = machine.of(consumer)
    if len(parts) == 1:
        return way_of(consumer, settings)
    choices = [way_of(consumer, part) for part in parts]
    first = clashing(machine, consumer)
    if consumer in _COMPARED_WHOLE and first is None and len({_answer(choice) for choice in choices}) == 1:
        return choices[0]
    if consumer in _COMPARED_WHOLE or first is not None:
        place = (first or settings)[0].location
        why = f"which of the ways {consumer.called} takes that {machine.where} give"
        return Choice(
            unknown_way(consumer, place, machine.where, why, "remove what does not hold, and export the files again")
        )
    return way_of(consumer, settings)


def _answer(choice: Choice) -> tuple[object, ...]:
    """What a way comes to, wherever it is written."""
    rulebase = choice.rulebase
    return rulebase.default.routes, tuple((rule.text, rule.routes) for rule in rulebase.rules)


def clashing(machine: Machine, consumer: Consumer) -> tuple[Setting, Setting] | None:
    """Two settings of one name from different files that are not the same; None where all are."""
    files = [effective(part) for part in machine.of(consumer)]
    ruled = {name for file in files for name, each in file.items() if not each.local and not each.removed}
    known: dict[str, Setting] = {}
    for file in files:
        for name, each in file.items():
            if each.local and name in ruled:
                continue
            if _value(known.setdefault(name, each)) != _value(each):
                return known[name], each
    return None


def _value(setting: Setting) -> str:
    return f"?{setting.open}" if setting.open else setting.value.strip().rstrip("/").lower()
