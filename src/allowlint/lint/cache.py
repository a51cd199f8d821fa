"""Results of earlier runs, kept in a folder: what became of a configuration, by all that decides it.

The name of an entry is a hash of the content, of what is asked, of how it is read and of the program to the letter; what was asked of
side files stands in the entry, and is asked again. So an entry answers for exactly what it was made of. Dates decide nothing
in it: waivers, baselines and severities are applied afterwards.

Whoever can write an entry decides a verdict. Therefore a folder is refused in which others may write, or that lies in the
repository that is checked, where a pull request could bring entries along; but for entries that are sealed with a key that
the repository does not know (``ALLOWLINT_CACHE_KEY``). An entry that is not understood, or does not bear the right seal, is passed
over, and told.
"""

from __future__ import annotations

import hmac
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

from allowlint.errors import UsageError
from allowlint.lint.asked import Spread
from allowlint.lint.ordering import Malformed, Ordering
from allowlint.lint.pieces import Piece
from allowlint.lint.work import Reply
from allowlint.syntax.files import unchanged
from allowlint.syntax.repository import repository_above

KEY = "ALLOWLINT_CACHE_KEY"
SHORTEST_KEY = 16
MAX_BYTES = 256 << 20
"""Of all entries together; beyond it the least recently used ones go."""
MAX_ENTRY = 32 << 20
_LEFT = 0.8
"""How much of it is left then."""
_FORM = "allowlint-1"
_AUTO = "auto"
_TIMED = frozenset({"pac"})
"""Platforms of which what is found may depend on how fast the machine is: scripts are run for a few seconds at most."""


class Cache:
    """A folder of results."""

    def __init__(self, folder: str, key: bytes, spread: Spread) -> None:
        self._folder = folder
        self._key = key
        self._tell = spread.tell
        self._names: dict[str, str] = {}
        """The entries of files, by the files."""
        self._digests: dict[str, str] = {}
        self._written = 0

    @classmethod
    def at(cls, spread: Spread, files: Iterator[str]) -> Cache:
        """The cache of a run on some files. Raises UsageError for a folder that cannot be trusted or used."""
        folder = os.path.realpath(user_folder() if spread.cache == _AUTO else spread.cache)
        key = os.environ.get(KEY, "")
        if key and len(key) < SHORTEST_KEY:
            raise UsageError(
                f"{KEY} is too short", hint=f"{SHORTEST_KEY} characters or more, such as openssl rand -hex 32"
            )
        if not key:
            _check_place(folder, files)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"no cache there: {error.strerror or error}", path=folder, hint="name another folder"
            ) from error
        _check_rights(folder)
        return cls(folder, key.encode("utf-8", "surrogateescape"), spread)

    def get(self, path: str, ordering: Ordering) -> tuple[Reply, Piece] | None:
        """What was found out about a file that holds what it held then, in files that hold what they held; None where nothing was."""
        try:
            with open(path, "rb") as file:
                self._digests[path] = sha256(file.read()).hexdigest()
        except OSError:
            # Whoever reads it tells why that fails.
            return None
        name = sha256(
            ordering.question(path, self._digests[path], os.getcwd()).encode("utf-8", "surrogatepass")
        ).hexdigest()
        self._names[path] = name
        text = self._opened(name)
        if text is None:
            return None
        try:
            reply, piece = ordering.understood(path, text)
        except Malformed as error:
            self._passed_over(name, str(error))
            return None
        if reply.kind != "piece" or piece is None or piece.digest != self._digests[path]:
            self._passed_over(name, "it is about something else")
            return None
        if not unchanged(reply.visits):
            return None
        with suppress(OSError):
            os.utime(self._place(name))
        return reply, piece

    def put(self, path: str, ordering: Ordering, reply: Reply, piece: Piece) -> None:
        """Keep what was found out about a file, where it still holds what was looked at."""
        name = self._names.get(path)
        if name is None or piece.platform in _TIMED:
            return
        if piece.digest != self._digests[path] or not unchanged(reply.visits):
            return
        try:
            text = ordering.packed(reply, piece)
        except ValueError:
            return
        if len(text) > MAX_ENTRY:
            return
        try:
            self._write(name, f"{_FORM} {self._seal(name, text)}\n{text}".encode("ascii"))
        except OSError as error:
            self._tell(f"{self._folder}: nothing is kept: {error.strerror or error}")
            self._names.clear()

    def close(self) -> None:
        """Take away what is too much."""
        if not self._written:
            return
        entries = sorted(self._entries())
        size = sum(each for _, each, _ in entries)
        if size <= MAX_BYTES:
            return
        for _, each, place in entries:
            with suppress(OSError):
                os.unlink(place)
                size -= each
            if size <= MAX_BYTES * _LEFT:
                return

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        """Yield when each entry was used last, its size and its place."""
        for part in os.listdir(self._folder):
            folder = os.path.join(self._folder, part)
            if len(part) == 2 and os.path.isdir(folder):
                for entry in os.scandir(folder):
                    with suppress(OSError):
                        found = entry.stat(follow_symlinks=False)
                        yield found.st_mtime, found.st_size, entry.path

    def _place(self, name: str) -> str:
        return os.path.join(self._folder, name[:2], name[2:])

    def _opened(self, name: str) -> str | None:
        """The reply in an entry that is ours and whole; None where there is none."""
        try:
            descriptor = os.open(self._place(name), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._passed_over(name, error.strerror or str(error))
            return None
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_ENTRY + 200 or not _is_ours(found):
                self._passed_over(name, "somebody else has put it there")
                return None
            head, _, body = file.read().partition(b"\n")
        text = body.decode("ascii", "replace")
        if not hmac.compare_digest(head, f"{_FORM} {self._seal(name, text)}".encode("ascii")):
            self._passed_over(name, "it does not bear the right seal")
            return None
        return text

    def _seal(self, name: str, text: str) -> str:
        return hmac.new(self._key, f"{name}\n{text}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def _write(self, name: str, content: bytes) -> None:
        place = self._place(name)
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        temporary = f"{place}.{os.getpid()}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
            os.replace(temporary, place)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        self._written += 1

    def _passed_over(self, name: str, why: str) -> None:
        self._tell(f"{self._place(name)}: this entry of the cache is passed over: {why}")


def user_folder() -> str:
    """The folder for what programs of this user may keep (https://specifications.freedesktop.org/basedir-spec/latest/)."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        base = named if os.path.isabs(named) else os.path.join(home, ".cache")
    return os.path.join(base, "allowlint")


def _check_place(folder: str, files: Iterator[str]) -> None:
    """Raises UsageError for a folder that comes with what is checked: whoever changes that could bring results along."""
    places = {os.path.dirname(os.path.realpath(file)) for file in files}
    for place in {repository_above(place) or place for place in (os.path.realpath(os.getcwd()), *places)}:
        if (folder + os.sep).startswith(place.rstrip(os.sep) + os.sep):
            raise UsageError(
                f"a cache in {place} could come with what is checked, and decide what is found",
                path=folder,
                hint=f"name a folder outside, or seal its entries with a secret in {KEY}",
            )


def _check_rights(folder: str) -> None:
    found = os.stat(folder)
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError("the cache is no folder", path=folder, hint="name a folder")
    if not _is_ours(found):
        raise UsageError(
            "others can write to this cache, and decide what is found",
            path=folder,
            hint="chmod 700, or name a folder of your own",
        )


def _is_ours(found: os.stat_result) -> bool:
    """Whether only we can write to something. Windows keeps the folders of users apart by itself."""
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o022
