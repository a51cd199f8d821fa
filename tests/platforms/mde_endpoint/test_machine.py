"""The files of one machine are read together, whichever of them is asked; whose they are is the user's word alone."""

from pathlib import Path

import pytest

from allowlint.errors import InputError, UsageError
from allowlint.lint.machines import MOST, machines
from allowlint.model.demand import Demand
from allowlint.model.device import DIRECT, Device, Route, Way
from allowlint.model.location import Location
from allowlint.model.settings import Configuration, Settings
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import PLATFORM

SENSOR = "reg add HKLM\\\\Software\\\\Policies\\\\Microsoft\\\\Windows\\\\DataCollection /v TelemetryProxyServer /d {} /f\n".replace(
    "\\\\", "\\"
)
SYSTEM = "netsh winhttp set proxy {}\n"
OURS, OTHER = "10.0.0.6:8080", "10.0.0.7:8080"


def device(folder: Path, files: dict[str, str], asked: str) -> Device:
    """The device of one file among those of a machine."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    paths = tuple(str(folder / name) for name in files)
    options = Options(machine="the servers", machine_files=paths)
    (found,) = PLATFORM.parse(str(folder / asked), (folder / asked).read_bytes(), options)
    return found


def ways(found: Device) -> tuple[Route, ...]:
    (entrance,) = found.entrances
    return entrance.rulebases[0].default.routes


def test_the_sensor_is_unsure_beside_another_proxy_of_the_system(tmp_path: Path) -> None:
    files = {"sensor.cmd": SENSOR.format(OURS), "system.cmd": SYSTEM.format(OTHER)}

    assert ways(device(tmp_path, files, "sensor.cmd"))[0].way is Way.UNTOLD


def test_it_is_sure_beside_the_same_one(tmp_path: Path) -> None:
    files = {"sensor.cmd": SENSOR.format(OURS), "system.cmd": SYSTEM.format(OURS)}

    assert ways(device(tmp_path, files, "sensor.cmd")) == (Route(Way.PROXY, OURS), DIRECT)


@pytest.mark.parametrize("asked", ["first.cmd", "second.cmd"])
@pytest.mark.parametrize("text", [SENSOR, SYSTEM])
def test_what_two_files_tell_differently_is_unsure_in_both(text: str, asked: str, tmp_path: Path) -> None:
    files = {"first.cmd": text.format(OURS), "second.cmd": text.format(OTHER)}

    assert ways(device(tmp_path, files, asked))[0].way is Way.UNTOLD


@pytest.mark.parametrize("asked", ["first.cmd", "second.cmd"])
@pytest.mark.parametrize("text", [SENSOR, SYSTEM])
def test_what_two_files_tell_alike_is_sure_in_both(text: str, asked: str, tmp_path: Path) -> None:
    files = {"first.cmd": text.format(OURS), "second.cmd": text.format(OURS)}

    assert ways(device(tmp_path, files, asked))[0] == Route(Way.PROXY, OURS)


def test_what_is_wrong_with_several_files_is_said_once(tmp_path: Path) -> None:
    files = {"sensor.cmd": SENSOR.format(OURS), "system.cmd": SYSTEM.format(OTHER)}

    kinds = [note.kind for asked in files for note in device(tmp_path, files, asked).notes]

    assert kinds.count("consumers-disagree") == 1


def test_a_file_of_a_machine_that_says_nothing_is_an_error(tmp_path: Path) -> None:
    files = {"sensor.cmd": SENSOR.format(OURS), "notes.txt": "nothing\n"}

    with pytest.raises(InputError, match=r"notes\.txt: it says nothing of a proxy"):
        device(tmp_path, files, "sensor.cmd")


def test_a_machine_has_the_files_of_all_configurations_that_name_it() -> None:
    found = machines(settings(("a.reg", "b.reg"), "x", ("c.reg",), "x", ("b.reg", "d.reg"), "y"))

    assert sorted((machine.name, machine.files) for machine in set(found.values())) == [
        ("x", ("a.reg", "b.reg", "c.reg")),
        ("y", ("d.reg",)),
    ]


def test_a_machine_may_be_that_of_each_folder() -> None:
    found = machines(settings(("one/a.reg", "two/a.reg", "one/b.txt"), "{folder}"))

    assert {machine.files for machine in found.values()} == {("one/a.reg", "one/b.txt"), ("two/a.reg",)}


def test_very_many_files_are_those_of_no_one_machine() -> None:
    many = tuple(f"{number}.reg" for number in range(MOST + 1))

    assert len(machines(settings(many[1:], "x"))) == MOST
    with pytest.raises(UsageError, match=rf"{MOST + 1} files are said to be those of one machine, x"):
        machines(settings(many, "x"))


def settings(*given: tuple[str, ...] | str) -> Settings:
    pairs = zip(given[::2], given[1::2], strict=True)
    configurations = (
        Configuration(tuple(files), "", "", Demand(), Location("allowlint.yaml", 1), machine=str(machine))
        for files, machine in pairs
    )
    return Settings(configurations=tuple(configurations))
