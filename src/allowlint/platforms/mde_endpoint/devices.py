"""One device for each consumer that a file speaks of."""

from collections.abc import Sequence

from allowlint.model.device import Device, Entrance, Note, Unread
from allowlint.platforms.mde_endpoint.faults import of_antivirus, of_sensor, of_setting, of_windows
from allowlint.platforms.mde_endpoint.linux_faults import of_mdatp
from allowlint.platforms.mde_endpoint.machine import Machine
from allowlint.platforms.mde_endpoint.routing import Choice
from allowlint.platforms.mde_endpoint.settings import Consumer, Setting
from allowlint.platforms.mde_endpoint.together import fallback_note, of_consumers
from allowlint.platforms.mde_endpoint.ways import ways_of

_FAULTS = {
    Consumer.SENSOR: of_sensor,
    Consumer.ANTIVIRUS: of_antivirus,
    Consumer.WINHTTP: of_windows,
    Consumer.SYSTEM: of_windows,
    Consumer.MDATP: of_mdatp,
    Consumer.INSTALLATION: of_mdatp,
}


def devices_of(settings: Sequence[Setting], files: tuple[str, ...], machine: Machine) -> tuple[Device, ...]:
    """The devices of a file, in the order of the consumers. What belongs to several files of a machine is said in one of them."""
    by_consumer = {
        consumer: mine for consumer in Consumer if (mine := [each for each in settings if each.consumer is consumer])
    }
    own = {each.location for each in settings}
    beside = of_consumers(machine)
    choices = ways_of(machine)
    return tuple(
        _device(
            consumer,
            mine,
            choices[consumer],
            [note for note in beside[consumer] if note.location in own],
            (*files, *machine.paths),
        )
        for consumer, mine in by_consumer.items()
    )


def _device(
    consumer: Consumer, settings: Sequence[Setting], choice: Choice, beside: Sequence[Note], files: tuple[str, ...]
) -> Device:
    rulebase = choice.rulebase
    notes = [note for setting in settings for note in of_setting(setting)]
    notes += [*_FAULTS[consumer](settings), *beside]
    if choice.falls_back and choice.rulebase.default.location in {each.location for each in settings}:
        notes.append(fallback_note(consumer, settings))
    open_ = [setting for setting in settings if setting.open and not setting.misplaced]
    return Device(
        name=consumer.value,
        platform="mde_endpoint",
        entrances=(Entrance(rulebase.name, (rulebase,), settings[0].location),),
        unread=tuple(Unread(each.location, f"{each.source} {each.name}".strip(), each.open) for each in open_),
        rule_count=len(rulebase.rules) + 1,
        notes=tuple(dict.fromkeys(notes)),
        files=files,
        takes_next=choice.falls_back,
        one_program=consumer not in (Consumer.WINHTTP, Consumer.SYSTEM),
    )
