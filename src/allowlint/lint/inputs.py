"""Finds and reads the configurations that the paths name."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from io import BytesIO

from allowlint import registry
from allowlint.errors import InputError
from allowlint.lint.deadline import within
from allowlint.lint.discovery import candidates, unreadable
from allowlint.lint.pieces import Piece
from allowlint.lint.watch import Watch
from allowlint.model.device import Device
from allowlint.model.limits import DEFAULTS, raising
from allowlint.model.record import NamedTuple
from allowlint.platforms import Options, Platform

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import BinaryIO

HEAD = 65_536
"""Bytes of a file by which its platform is recognised."""
FAR, FARTHER = 4 << 20, 64 << 20
"""Bytes by which a file is recognised whose beginning tells nothing: one of a folder, and one that the user named."""
_BINARY = (b"\xff\xfe", b"\xfe\xff", b"PReg", b"bplist00")
"""How text in UTF-16 begins, and the files in other forms that a platform reads."""

_LIVE_WORDS = (
    b"Testing URL", b"Testing connection with", b"ValidateMapsConnection", b"TestCloudConnection", b"Firewall Rule",
    b"connectivitytest", b"MDESupportTool", b"XMDEClientAnalyzer", b"MDEResults", b"MDATPResults", b"<mdatp",
    b"cloud service check",
)  # fmt: skip
"""Of these every live result that is a text has one, so that other files need not be looked at by every reader."""

HowToRead = Callable[[str], tuple[Options, str]]
"""Tells for a file with which options it is read, and as which platform; empty: its content tells."""


class Config(NamedTuple):
    """One configuration as it was read, to be judged."""

    path: str
    platform: Platform
    devices: tuple[Device, ...]
    content: bytes


Found = Config | Piece
"""A configuration to be judged, or one that was judged already."""


class Reader:
    """Reads files one after the other, as they are asked for."""

    def prepare(self, files: Sequence[tuple[str, bool]], options: HowToRead) -> None:
        """Be told of all files that will be asked for, in order, each with whether it must be understood."""

    def read(self, path: str, options: HowToRead, *, named: bool, live: list[str] | None) -> Found | None:
        """What a file holds; None where it is no configuration. Live results are added to ``live``. Raises InputError."""
        return read_one(path, options, named=named, live=live)


def read(
    paths: Sequence[str],
    options: HowToRead,
    exclude: Sequence[str] = (),
    watch: Watch | None = None,
    declared: Collection[str] = (),
    live: list[str] | None = None,
) -> Iterator[Config]:
    """Read every configuration that the paths name.

    A file that is named, or that is among those ``declared``, must be understood; in a folder, what no platform recognises is
    passed over, as is what git ignores and what ``exclude`` names. Files that a configuration includes are not configurations of
    their own. Live results are none either: they are added to ``live``, where somebody wants to know of them.

    Raises InputError where nothing is found, or a named file is not readable or not recognised.
    """
    sought = Sought(paths, exclude, declared)
    found = found_by(Reader(), sought, options, watch, live)
    yield from (config for config in found if isinstance(config, Config))


class Sought(NamedTuple):
    """Which files are to be found."""

    paths: Sequence[str]
    exclude: Sequence[str] = ()
    declared: Collection[str] = ()


def found_by(
    reader: Reader, sought: Sought, options: HowToRead, watch: Watch | None = None, live: list[str] | None = None
) -> list[Found]:
    """The configurations that are to be found, as a reader has them; else as :func:`read`."""
    paths, exclude, declared = sought
    measured = watch or Watch()
    given: dict[str, tuple[str, bool]] = {}
    expected = {os.path.realpath(file) for file in declared}
    for path in paths:
        for name, named, passed_over in candidates(path, exclude):
            if not passed_over or os.path.realpath(name) in expected:
                first, before = given.get(os.path.abspath(name), (name, False))
                given[os.path.abspath(name)] = first, named or before
    found: list[tuple[Found, bool]] = []
    failed: list[tuple[str, InputError]] = []
    must = {name: named or os.path.realpath(name) in expected for name, named in given.values()}
    reader.prepare(list(must.items()), options)
    for name, named in given.values():
        try:
            with measured("reading", name):
                config = reader.read(name, options, named=must[name], live=live)
        except InputError as error:
            if named:
                raise
            # A part of another one need not be understood alone, whoever declares it.
            failed.append((name, error))
            continue
        if config is not None:
            found.append((config, named))
    return _kept(found, failed, paths)


def _kept(found: list[tuple[Found, bool]], failed: list[tuple[str, InputError]], paths: Sequence[str]) -> list[Found]:
    """The configurations that stand for themselves; a part of another one need not be understood alone."""
    files = {
        os.path.realpath(config.path): {os.path.realpath(unit) for device in config.devices for unit in device.files}
        for config, _ in found
    }

    wholes: dict[str, list[str]] = {}
    for whole, parts in files.items():
        for part in parts:
            wholes.setdefault(part, []).append(whole)

    def is_part(path: str) -> bool:
        # Files that include each other in a circle are parts of none.
        own = os.path.realpath(path)
        return any(whole not in files.get(own, {own}) for whole in wholes.get(own, ()))

    for path, error in failed:
        if not is_part(path):
            raise error
    kept = [config for config, named in found if named or not is_part(config.path)]
    if not kept:
        raise InputError(
            f"no configuration found in {', '.join(paths)}",
            hint="name the file, with --platform if it is not recognised (allowlint platforms)",
        )
    return kept


def read_one(path: str, how: HowToRead, *, named: bool, live: list[str] | None) -> Config | None:
    """Read one file, as :class:`Reader` does."""
    options, platform = how(path)
    content = content_if_text(path, options.limits.config_mb << 20, named=named)
    if content is None:
        if live is not None and _is_live(path, _head(path)):
            live.append(path)
        return None
    return understood(path, content, options, platform, named=named, live=live)


def understood(
    path: str, content: bytes, options: Options, platform: str, *, named: bool, live: list[str] | None
) -> Config | None:
    """What the content of a file is; ``platform``: instead of detection. None and InputError as :class:`Reader` has it."""
    if live is not None and _is_live(path, content[:HEAD]):
        live.append(path)
        return None
    reader = registry.load("platforms", platform) if platform else _recognised(path, content, named=named)
    if reader is None:
        return None
    with within(options.limits.seconds, path, "reading"):
        return Config(path, reader, reader.parse(path, content, options), content)


def content_of(path: str, most: int = DEFAULTS.config_mb << 20) -> bytes:
    """All bytes of a file that the user names, of which there may be so many. Raises InputError where it cannot be read."""
    return content_if_text(path, most, named=True) or b""


def _is_live(path: str, head: bytes) -> bool:
    """Whether a file is a live result. Only what looks like one at first sight is looked at by the readers."""
    letters = head.replace(b"\0", b"")
    if not head.startswith(b"PK\x03\x04") and not any(word in letters for word in _LIVE_WORDS):
        return False
    return any(each.detect(path, head) for each in registry.all("live").values())


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(HEAD)


def content_if_text(path: str, most: int, *, named: bool) -> bytes | None:
    """All bytes of a file; None for one that is no text and that the user did not name."""
    try:
        with _opened(path) as file:
            head: bytes = file.read(HEAD)
            if not named and b"\0" in head[:1024] and not head.startswith(_BINARY):
                return None
            content = _whole(file, head, most)
    except OSError as error:
        if not named:
            error.filename = path
            unreadable(error)
        raise InputError(error.strerror or str(error), path=path, hint="check the path and its permissions") from error
    if len(content) > most:
        raise InputError(f"larger than {most >> 20} MB", path=path, hint=raising("config-mb"))
    return content


def _whole(file: BinaryIO, head: bytes, most: int) -> bytes:
    """All bytes of a file of which the first ones were read, up to some more than there may be."""
    if file.seekable():
        # A file that says how long it is goes to its place at once. Standard input may have been read from before.
        begin = file.tell() - len(head)
        size = min(file.seek(0, os.SEEK_END) - begin, most)
        file.seek(begin)
        head = file.read(size)
    piece = file.read(HEAD)
    if not piece:
        return head
    # Piece by piece: asked for all at once, Python would first take the memory of the largest file that may be.
    content = BytesIO()
    size = content.write(head) + content.write(piece)
    while size <= most and (piece := file.read(HEAD)):
        size += content.write(piece)
    return content.getvalue()


def _opened(path: str) -> AbstractContextManager[BinaryIO]:
    if path != "-":
        return open(path, "rb")
    import sys
    from contextlib import nullcontext

    if sys.stdin is None:
        raise InputError("standard input is closed", path=path, hint="name a file")
    return nullcontext(sys.stdin.buffer)


def _recognised(path: str, content: bytes, *, named: bool) -> Platform | None:
    platforms: Mapping[str, Platform] = registry.all("platforms")
    head = content[:HEAD]
    fitting = [platform for platform in platforms.values() if platform.detect(path, head)]
    if not fitting and len(content) > HEAD:
        more = content[: FARTHER if named else FAR]
        fitting = [platform for platform in platforms.values() if platform.anywhere and platform.detect(path, more)]
    if len(fitting) > 1:
        names = ", ".join(platform.id for platform in fitting)
        raise InputError(f"could be a configuration of {names}", path=path, hint="say which with --platform")
    if not fitting and named:
        known = ", ".join(platform.id for platform in platforms.values())
        raise InputError(
            "not recognised as a configuration of any platform",
            path=path,
            hint=f"name one with --platform: {known}; what is read of each: allowlint platforms",
        )
    return fitting[0] if fitting else None
