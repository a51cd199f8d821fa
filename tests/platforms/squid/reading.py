"""Configurations written into a folder and read from there, as the tests of this folder want them."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.location import Location
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.squid import parse
from allowlint.platforms.squid.config import Config, read_config
from allowlint.platforms.squid.parsing import PREFIXES
from allowlint.platforms.squid.text import Line, Reading, logical_lines
from allowlint.syntax.files import Files


class Read(NamedTuple):
    """A configuration as it was read."""

    lines: list[Line]
    reading: Reading

    @property
    def texts(self) -> list[str]:
        """The logical lines; of a file that was not given, what stands for it."""
        return [f"<{line.opaque.split(';')[0]}>" if line.opaque else line.text for line in self.lines]

    @property
    def faults(self) -> list[str]:
        """Why Squid would not start."""
        return [fault.message for fault in self.reading.faults]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below ``folder`` and return the path of its squid.conf."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))
    return folder / "squid.conf"


def read(path: Path, root: Path | None = None) -> Read:
    """The logical lines of a configuration."""
    reading = Reading(Files(str(path), str(root) if root else None, PREFIXES))
    return Read(list(logical_lines(path.read_bytes(), str(path), reading)), reading)


def read_text(folder: Path, text: str | bytes) -> Read:
    """The logical lines of a configuration that is one file."""
    return read(write(folder, {"squid.conf": text}))


def config_of(path: Path, root: Path | None = None) -> Config:
    """The directives of a configuration."""
    return read_config(path.read_bytes(), str(path), Reading(Files(str(path), str(root) if root else None, PREFIXES)))


def values_of(folder: Path, files: Mapping[str, str | bytes], name: str = "x") -> list[str]:
    """The values of the ACL ``x``."""
    config = config_of(write(folder, files))
    return [value.text for line in config.acls[name].lines for value in line.values]


def device_of(path: Path, root: Path | None = None) -> Device:
    """The device that a configuration describes."""
    (device,) = parse(str(path), path.read_bytes(), Options(str(root) if root else None))
    return device


def place(location: Location) -> tuple[str, int, int, int]:
    """(file, line, column, length) of a location."""
    return Path(location.path).name, location.line, location.column, location.length


class Said(NamedTuple):
    """A verdict in the words of the contract."""

    access: str
    inspection: str
    authentication: str


def said_of(device: Device, host: str = "a.test", port: int = 443) -> Said:
    """What a device does with what a client of the inside sends to a host; port 80 is plain HTTP."""
    requirement = Requirement(host, (port,), "http" if port == 80 else "https")
    (verdict,) = judge(device, [requirement], flow_for(parse_addresses("10.66.0.5"), client_chosen=True))
    return Said(*(verdict.word(stage) for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)))
