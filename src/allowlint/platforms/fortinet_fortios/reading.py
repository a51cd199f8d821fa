"""A text as the virtual domains (VDOMs) that it configures, and what is written down while one is read.

A backup of a device with several VDOMs has ``config global`` and one ``config vdom`` / ``edit NAME`` for each; others are one VDOM
without a frame (docs.fortinet.com, "Virtual Domains" and "Backing up and restoring configurations from the CLI").
"""

import re
from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.condition import Condition
from allowlint.model.device import Entry, Note, Unread
from allowlint.model.location import Location
from allowlint.platforms import Options, _doubts
from allowlint.platforms.fortinet_fortios.versions import Version, version_of
from allowlint.syntax.block_text import read_blocks
from allowlint.syntax.blocks import Block, Unfinished

_OTHER_PRODUCT = re.compile(r"#config-version=(FMG|FMV|FAZ|FAD|FAC|FML|FWB|FPX|FSW|FSA|FSM|FEX|S\d)")
"""FortiManager, FortiAnalyzer and others, which write the same kind of header."""
MOST_NOTES = 1_000
"""Notes of one VDOM; a file with more faults of one kind needs no longer list."""


def decoded(content: bytes, shown: str) -> str:
    """The text of a file. Raises InputError for one that is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:65536]:
        hint = "give the backup as text, without password"
        raise InputError("no text: it holds null bytes", path=shown, hint=hint)
    text = content.decode("utf-8-sig", "surrogateescape")
    other = _OTHER_PRODUCT.match(text)
    if other:
        hint = "export the configuration of the FortiGate itself"
        raise InputError(f"a backup of another product ({other[1]}), no FortiGate", path=shown, hint=hint)
    if text.startswith("#FGBK|"):
        raise InputError("an encrypted backup", path=shown, hint="make a backup without password")
    return text


class Vdom:
    """One virtual domain: its tables, and what is noted while they are read."""

    def __init__(self, name: str, own: Block, shared: Block | None, file: "File") -> None:
        self.name = name
        self.own = own
        self.shared = shared
        self.file = file
        self.entries: list[Entry] = []
        self.unread: dict[tuple[int, str], Unread] = {}
        self.notes: dict[tuple[str, str], Note] = {}

    @property
    def version(self) -> Version:
        """The release of the device."""
        return self.file.version

    @property
    def options(self) -> Options:
        """What the user says besides."""
        return self.file.options

    @property
    def decides(self) -> bool:
        """Whether it has a section that decides about connections, be it empty."""
        proxy = self.table("web-proxy explicit").word("status", "disable") == "enable"
        return proxy or not self.own.blocks.keys().isdisjoint(RULE_TABLES)

    def table(self, kind: str) -> Block:
        """A table or group of settings of the VDOM; an empty one where there is none."""
        return self.own.block(kind)

    def has(self, kind: str) -> bool:
        """Whether a table of the VDOM has entries. A table that begins with one is not looked into for that."""
        table = self.table(kind)
        return (
            table.span is not None and self.file.source.text.startswith("    edit ", table.span[0])
        ) or table.has_entries

    def find(self, kind: str, name: str) -> Block | None:
        """An entry of a table, of the VDOM itself or of the global part."""
        found = self.own.block(kind).find(name)
        if found is None and self.shared is not None:
            return self.shared.block(kind).find(name)
        return found

    def every(self, kind: str) -> Iterator[Block]:
        """Yield the entries of a table, the global ones after the VDOM's own."""
        yield from self.own.block(kind).entries.values()
        if self.shared is not None:
            yield from self.shared.block(kind).entries.values()

    def at(self, offset: int) -> Location:
        """A place in the file."""
        return Location(self.file.shown, self.file.source.lines.number(offset), 0, 0)

    def not_understood(self, at: int, text: str, why: str, *, matters: bool = True) -> None:
        """Write down something that was not understood, once."""
        if len(self.unread) < MOST_NOTES:
            self.unread.setdefault((at, text), Unread(self.at(at), text, why, matters))

    def note(self, kind: str, at: int, text: str, help: str = "") -> None:  # noqa: A002 - the word of the model
        """Write down something for checks, once."""
        if len(self.notes) < MOST_NOTES:
            self.notes.setdefault((kind, text), Note(kind, self.at(at), text, help))

    def empty(self, at: int, what: str) -> None:
        """A list without members that something uses."""
        text = f"{what} has no members: what uses it never matches"
        self.note("empty", at, text, "fill it, or remove it with what uses it")

    def undefined(self, kind: str, name: str, at: int, user: str) -> Condition:
        """An object that is named and not defined."""
        help = f"define it, export it too, or correct the name in {user}"  # noqa: A001 - the word of the model
        if "*" in name:
            help = f"{user} names objects: make one that holds the pattern and name that, or export it too"  # noqa: A001
        self.note("unresolved", at, f"{kind} {name!r} is used and not defined", help)
        return _doubts.unresolved(kind, name, self.at(at))


class File:
    """One configuration file."""

    def __init__(self, content: bytes, shown: str, options: Options, *, searching: bool = True) -> None:
        """Raises InputError for what is no text, and for a file that is cut off."""
        self.shown = shown
        self.options = options
        text = decoded(content, shown)
        self.version = version_of(text)
        try:
            self.root, self.source = read_blocks(text, searching=searching)
        except Unfinished as error:
            raise cut_off(error, shown) from error

    def vdoms(self) -> list[Vdom]:
        """The VDOMs that have rules, else all."""
        split = self.root.blocks.get("vdom")
        if split is None or not any(entry.blocks for entry in split.entries.values()):
            return [Vdom(self.shown, self.root, self.root.blocks.get("global"), self)]
        shared = self.root.blocks.get("global")
        found = [Vdom(name, entry, shared, self) for name, entry in split.entries.items() if entry.blocks]
        return [vdom for vdom in found if _has_rules(vdom)] or found

    def line(self, offset: int) -> int:
        """The line in which a character stands."""
        return self.source.lines.number(offset)


def cut_off(error: Unfinished, shown: str) -> InputError:
    """What is said of a file that ends too early: rules may be missing, so nothing is judged."""
    hint = "export the whole configuration again"
    return InputError(
        f"the file ends inside of `{error.what.encode('utf-8', 'replace').decode()}`, which begins here",
        path=shown,
        line=error.line,
        hint=hint,
    )


RULE_TABLES = ("firewall policy", "firewall consolidated policy", "firewall security-policy", "firewall proxy-policy")
"""The tables that decide about connections."""


def _has_rules(vdom: Vdom) -> bool:
    return any(map(vdom.has, RULE_TABLES))
