"""What a run knows of one configuration once it is judged: all that reports and accounts may ask, and no rule to evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from allowlint.model.device import Device
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult
from allowlint.model.waiver import WaiverUse

Remarks = tuple[str, tuple[WaiverUse, ...]]
"""A file, as an absolute path, and the waivers that stand in it."""


class Piece(NamedTuple):
    """The part of a run that is about one configuration."""

    path: str
    platform: str
    results: tuple[DeviceResult, ...]
    findings: tuple[Finding, ...]
    """In the order in which the checks found them."""
    remarks: tuple[Remarks, ...]
    """The waivers that stand in the configuration and in its side files."""
    digest: str = ""
    """The SHA-256 of the content, where that is not at hand any more."""

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices of the configuration."""
        return tuple(result.device for result in self.results)


class Contents(Mapping[str, bytes]):
    """The contents of configurations by name. One that was judged elsewhere is read again when somebody asks for it."""

    def __init__(self, known: Mapping[str, bytes | Piece]) -> None:
        self.known = known

    def __getitem__(self, name: str) -> bytes:
        found = self.known[name]
        return found if isinstance(found, bytes) else _again(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def hiding(sources: Mapping[str, bytes], names: Iterable[str]) -> Mapping[str, bytes]:
    """The contents, and nothing in place of those of some files."""
    known = sources.known if isinstance(sources, Contents) else sources
    return Contents({**known, **dict.fromkeys(names, b"")})


def _again(piece: Piece) -> bytes:
    """What was judged; nothing where the file holds something else by now, of which nothing must be quoted."""
    from hashlib import sha256

    try:
        with open(piece.path, "rb") as file:
            content = file.read()
    except OSError:
        return b""
    return content if sha256(content).hexdigest() == piece.digest else b""
