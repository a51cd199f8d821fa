"""Watches what a reader touches: no network, no file outside of the folders that it was given, and no process but two.

These are the sandbox in which PAC scripts run, and git, which tells when a configuration was last changed beside live results.
"""

from __future__ import annotations

import mimetypes
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import allowlint
from tests.support import ROOT

_SHIPPED = tuple(
    os.path.realpath(str(path))
    for path in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *allowlint.__path__,
        ROOT / "policies",
        ROOT / "schemas",
        sys.base_prefix,
        sys.prefix,
        os.devnull,
        *mimetypes.knownfiles,  # openpyxl asks what kinds of files there are
    )
)
"""What belongs to the program, to Python and to its packages."""
_NETWORK = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr "
    "urllib.Request http.client.connect ftplib.connect smtplib.connect".split()
)
_PROCESSES = frozenset(
    "subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty pty.spawn os.startfile ctypes.dlopen".split()
)
_READS = frozenset(("open", "os.listdir", "os.scandir"))
_WRITES = frozenset(
    "os.remove os.rename os.rmdir os.mkdir os.chmod os.link os.symlink os.truncate shutil.rmtree".split()
)


class _Watch:
    """The one hook that a process can have; it cannot be taken away, so it is told when it has to look."""

    def __init__(self) -> None:
        self.folders: tuple[str, ...] | None = None
        self.seen: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folders is None:
            return
        if event in _NETWORK or (event in _PROCESSES and not _expected(event, arguments)):
            self.seen.append(f"{event} {arguments!r:.200}")
        elif event in _READS or event in _WRITES:
            path = arguments[0] if arguments else None
            if isinstance(path, (str, bytes, os.PathLike)) and not self._allowed(os.fsdecode(path), event):
                self.seen.append(f"{event} {os.fsdecode(path)!r:.200}")

    def _allowed(self, path: str, event: str) -> bool:
        real = os.path.realpath(path)
        # What is imported is looked for where Python looks for it.
        places = (self.folders or ()) + (_SHIPPED + tuple(sys.path) if event in _READS else ())
        return any(real == place or real.startswith(place.rstrip("/") + "/") for place in places)


def _expected(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether a process is one of the two."""
    if event != "subprocess.Popen":
        return False
    words = [str(word) for word in arguments[1]]
    return any(word.endswith("_sandbox_child.py") for word in words) or words[0] == "git"


_WATCH: list[_Watch] = []


@contextmanager
def nothing_else_touched(*folders: Path) -> Iterator[None]:
    """Fail where the network, a process, or a file outside of the folders (and of the program itself) is touched."""
    watch = _WATCH[0] if _WATCH else _Watch()
    _WATCH[:] = [watch]
    watch.folders = tuple(os.path.realpath(folder) for folder in folders)
    watch.seen.clear()
    try:
        yield
    finally:
        watch.folders = None
    assert not watch.seen, f"touched what it must not touch: {watch.seen[:5]}"


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes away again; in memory where the machine has such a place, because it is written to very often."""
    fast = Path("/dev/shm")  # noqa: S108 - TemporaryDirectory makes a folder of its own in it
    return tempfile.TemporaryDirectory(prefix="allowlint-fuzz-", dir=fast if os.access(fast, os.W_OK) else None)
