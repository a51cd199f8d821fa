"""One public module (or package) per configuration format: ``detect()`` and ``parse()`` into devices.

A platform is found by walking this package, so adding one edits nothing else. It exposes ``PLATFORM``.
"""

from collections.abc import Callable, Iterable, Mapping

from allowlint.model.device import Device
from allowlint.model.limits import DEFAULTS, Limits
from allowlint.model.record import NamedTuple
from allowlint.model.waiver import Remark
from allowlint.syntax.files import FileLog


class Endpoint(NamedTuple):
    """An endpoint that will be asked about."""

    host: str
    """As a requirement has it: ``name``, ``*.suffix`` or ``*suffix``."""
    port: int
    protocol: str
    """``https``, ``http`` or ``tcp``."""
    path: str = ""
    """Where the requirement is for a path only: with a slash before it, perhaps with `*`."""


class Options(NamedTuple):
    """What a platform may know besides the configuration."""

    root: str | None = None
    """Folder outside of which no side file is read; None means the configuration's own."""
    assumptions: frozenset[str] = frozenset()
    """Assumptions that the user has chosen (``public_dns``)."""
    ratings: Mapping[str, tuple[str, ...]] = {}
    """The vendor categories that the user says a host has, by host pattern as requirements have it."""
    systems: tuple[str, ...] = ()
    """The operating systems of the clients; empty where any may be meant."""
    machine: str = ""
    """The endpoint that a file is of, where the user says it."""
    machine_files: tuple[str, ...] = ()
    """All files that are of the same one, this one among them, in an order that is the same for each of them."""
    endpoints: tuple[Endpoint, ...] = ()
    """What will be asked about: for configurations that can be run and not only read (scripts), and to pass over rules of very long
    tables that surely do not concern it. Nothing else may be asked then."""
    log: FileLog | None = None
    """Notes what is asked of side files; None where nobody wants to know."""
    limits: Limits = DEFAULTS
    """How much is read at most."""


class Platform(NamedTuple):
    """A kind of firewall or proxy whose exported configuration is read."""

    id: str
    title: str
    detect: Callable[[str, bytes], bool]
    """(path, first 64 kB) -> whether this is a configuration of this platform."""
    parse: Callable[[str, bytes, Options], tuple[Device, ...]]
    """(path, content, options) -> the devices. Raises InputError for what is no such configuration at all."""
    reads: str = ""
    """What is read of it, in a line, for ``allowlint platforms``."""
    advice: Mapping[str, str] = {}
    anywhere: bool = False
    """Whether what tells such a file may stand anywhere in it (the output of a command within a log), so that a file which nobody
    recognises by its beginning is shown to ``detect`` at its length too."""
    remarks: Callable[[bytes], Iterable[Remark]] | None = None
    """The comments and descriptions that hold ``MARK``, each with the rule or object that it belongs to; all of them, so that none
    is passed over in silence. Called only for a content that holds it. None: the format has no place for them."""
