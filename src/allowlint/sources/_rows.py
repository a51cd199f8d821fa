"""From the rows of a section to candidates: one per endpoint and port, with need, systems, geography and place."""

import re
from collections.abc import Iterator, Mapping

from allowlint.model.location import Diagnostic
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need
from allowlint.sources import _diagnostics as lst
from allowlint.sources._columns import (
    ALL_SYSTEMS,
    WINDOWS_ALL,
    Columns,
    flag,
    is_portal,
    ordered,
    os_words,
    read_header,
    section_systems,
)
from allowlint.sources._conditions import Remarks, meaning_of
from allowlint.sources._document import Account, Row, Section, protocol_of
from allowlint.sources._geography import (
    GOVERNMENT,
    geographies_of_host,
    geography_of,
    geography_of_category,
)
from allowlint.sources._spelling import Endpoint, split_cell

_FLAG_WORDS = {"yes", "no", "yes*", ""}
_NEEDS = {"required": Need.REQUIRED, "optional": Need.OPTIONAL, "conditional": Need.CONDITIONAL}
_MAX_PORTS = 16
"""Ports of one row; more is no port cell."""
_INHERITED = ("service", "geography", "category", "port", "os")


class Candidate(NamedTuple):
    """One endpoint of one row, before equal ones are merged."""

    host: str
    path: str
    port: int
    protocol: str
    geography: str
    audience: str
    systems: tuple[str, ...]
    need: Need
    when: Mapping[str, object]
    expect: Mapping[str, str]
    section: str
    row: int


class SectionReader:
    """Reads one section. Collects ``diagnostics`` and, for rows that give no candidate, ``accounts``."""

    def __init__(self, path: str, section: Section, government: bool) -> None:
        self.path = path
        self.section = section
        self.default_geography = "USGOV" if government else "WW"
        self.portal = is_portal(section.title)
        self.only_systems = section_systems(section.title)
        self.columns: Columns | None = None
        self.above: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.accounts: list[Account] = []
        self.row = Row(0, ())

    def read(self) -> Iterator[Candidate]:
        """The candidates of the section, in order."""
        for row in self.section.rows:
            self.row = row
            header = read_header(row.cells)
            if header is not None:
                self._start_table(header)
            elif self.columns is None or not any(cell.strip() for cell in row.cells):
                self._account("note")
            else:
                yield from self._data_row(self.columns, row)

    def _start_table(self, header: Columns) -> None:
        self.columns, self.above = header, {}
        for heading in header.unknown:
            self._report(lst.UNKNOWN_COLUMN, f"heading not known, column not read: {heading[:60]!r}")

    def _data_row(self, columns: Columns, row: Row) -> Iterator[Candidate]:
        fields, aligned = self._fields(columns, row)
        if not fields["url"].strip():
            self._account("note")
            return
        if row.hidden:
            self._report(lst.HIDDEN_ROW, "row is hidden in the workbook; it was read")
        endpoints, repairs = split_cell(fields["url"])
        for repair in repairs:
            self._report(repair.code, repair.message)
        if not endpoints:
            self._account("reported")
            return
        groups = self._system_groups(columns, row, fields, aligned)
        stated = self._need(columns, fields)
        for endpoint in endpoints:
            yield from self._candidates(endpoint, fields, groups, stated)

    def _fields(self, columns: Columns, row: Row) -> tuple[dict[str, str], bool]:
        """Text of every role, and whether the flags stand where their headings are."""
        cells = row.cells
        aligned = True
        if not self.section.fixed_width and len(cells) != columns.width:
            resplit = tuple(part.strip(" ") for cell in cells for part in re.split(r"(?<=.)\t(?=.)", cell))
            cells, aligned = resplit, len(resplit) == columns.width
            if len(resplit) != len(row.cells):
                self._report(lst.CELL_COUNT, "a tab stands where a cell ends; the row was split there")
        fields = {role: columns.cell(cells, role).replace("\u00a0", " ").strip() for role in columns.roles}
        fields["url"] = columns.cell(cells, "url")
        continued = self._inherit(columns, fields)
        if not aligned:
            aligned = self._realign(columns, cells, fields, continued)
        return fields, aligned

    def _inherit(self, columns: Columns, fields: dict[str, str]) -> bool:
        """Fill empty cells at the left from the row above. Returns whether the row continues that one."""
        continued = columns.roles["url"] > 0 and not any(
            fields.get(role) for role, index in columns.roles.items() if index < columns.roles["url"]
        )
        if continued:
            for role in _INHERITED:
                if role in fields and not fields[role]:
                    fields[role] = self.above.get(role, "")
        else:
            self.above = {role: fields[role] for role in _INHERITED if role in fields}
        return continued

    def _realign(self, columns: Columns, cells: tuple[str, ...], fields: dict[str, str], continued: bool) -> bool:
        count = f"{len(cells)} cells under {columns.width} headings"
        if continued and not columns.systems and len(cells) < columns.width:
            self._report(lst.CELL_COUNT, f"{count}; the missing cells were taken from the row above")
            return True
        rest = [cell.strip() for cell in cells[columns.roles["url"] + 1 :]]
        words = [cell for cell in rest if cell.casefold() in _NEEDS]
        if "need" in columns.roles:
            fields["need"] = words[0] if words else ""
        remarks = [cell for cell in rest[1:] if cell.casefold() not in _FLAG_WORDS | set(_NEEDS)]
        fields["comment"] = " ".join(remarks)
        if columns.systems or "os" in columns.roles:
            self._report(lst.CELL_COUNT, f"{count}; read as needed by every operating system")
        else:
            self._report(lst.CELL_COUNT, f"{count}; cells after the URL were recognised by their words")
        return False

    def _system_groups(
        self, columns: Columns, row: Row, fields: dict[str, str], aligned: bool
    ) -> list[tuple[tuple[str, ...], bool]]:
        """Groups of systems of a row, each with whether the remark applies to it ('Yes*' and 'Yes' differ)."""
        if self.only_systems:
            return [(self.only_systems, True)]
        if not aligned:
            return [(ALL_SYSTEMS, True)]
        if "os" in columns.roles:
            systems = os_words(fields["os"]) if fields["os"] else ALL_SYSTEMS
            if systems is None:
                self._report(lst.DOUBTFUL_FLAGS, f"operating system not known: {fields['os'][:60]!r}; read as all")
            return [(systems or ALL_SYSTEMS, True)]
        if not columns.systems:
            return [(ALL_SYSTEMS, True)]
        return self._flagged(columns, row, fields)

    def _flagged(self, columns: Columns, row: Row, fields: dict[str, str]) -> list[tuple[tuple[str, ...], bool]]:
        plain: list[str] = []
        starred: list[str] = []
        for index, systems in columns.systems.items():
            word = row.cells[index].replace("\\", "") if index < len(row.cells) else ""
            answer = flag(word)
            if answer is None:
                self._report(lst.DOUBTFUL_FLAGS, f"neither yes nor no: {word.strip()[:60]!r}; read as yes")
            if answer is not False:
                (starred if "*" in word else plain).extend(systems)
        if fields.get("comment", "").casefold() in {"yes", "no", "yes*"}:
            self._report(lst.DOUBTFUL_FLAGS, "a flag stands under the comments; read as needed by every system")
            fields["comment"] = ""
            return [(ALL_SYSTEMS, True)]
        plain.extend(self._named_by_category(fields, plain + starred))
        if not plain and not starred:
            # Rows of 2021 without any flag concern Windows as a whole (updates, cloud protection, SmartScreen).
            return [(WINDOWS_ALL, True)]
        if not starred:
            return [(ordered(plain), True)]
        return [(ordered(group), remark) for group, remark in ((starred, True), (plain, False)) if group]

    def _named_by_category(self, fields: dict[str, str], flagged: list[str]) -> list[str]:
        """Systems that the category names in brackets although they have no flag."""
        named = {"mac": "macos", "linux": "linux"}
        bracketed = re.findall(r"\(([^()]*)\)", fields.get("category", "").replace("\\", ""))
        words = [word.strip().casefold() for group in bracketed for word in group.split("/")]
        missing = [named[word] for word in words if word in named and named[word] not in flagged]
        if missing and flagged:
            self._report(lst.DOUBTFUL_FLAGS, f"the category names {' and '.join(missing)}, which has no flag; added")
        return missing if flagged else []

    def _need(self, columns: Columns, fields: dict[str, str]) -> Need | None:
        if "need" not in columns.roles:
            return None
        word = fields["need"].strip("* ").casefold()
        if word not in _NEEDS:
            self._report(lst.UNKNOWN_WORD, f"neither Required nor Optional: {fields['need'][:60]!r}; read as required")
        return _NEEDS.get(word, Need.REQUIRED)

    def _candidates(
        self,
        endpoint: Endpoint,
        fields: dict[str, str],
        groups: list[tuple[tuple[str, ...], bool]],
        stated: Need | None,
    ) -> Iterator[Candidate]:
        geography = self._geography(endpoint, fields)
        category = fields.get("category", "")
        note = "" if self.columns and "comment" in self.columns.roles else self.section.note
        for systems, remark in groups:
            comment = fields.get("comment", "") if remark else ""
            words = Remarks(category if remark else "", fields.get("description", ""), comment, note)
            meaning = meaning_of(endpoint.host, stated, systems, words)
            kept = meaning.systems
            if not kept:
                self._report(
                    lst.NO_SYSTEMS, f"{endpoint.host}: its remarks exclude every system that it is flagged for"
                )
                kept = systems
            for port in self._ports(endpoint, fields):
                yield Candidate(
                    endpoint.host, endpoint.path, port, protocol_of((port,)), geography,
                    "admin" if self.portal else "device", kept, meaning.need, meaning.when, meaning.expect,
                    self.section.title, self.row.number,
                )  # fmt: skip

    def _geography(self, endpoint: Endpoint, fields: dict[str, str]) -> str:
        text = fields.get("geography", "")
        stated = geography_of(text) or geography_of_category(fields.get("category", ""))
        if text and geography_of(text) is None:
            shown = stated or self.default_geography
            self._report(lst.UNKNOWN_GEOGRAPHY, f"geography not known: {text[:60]!r}; read as {shown}")
        geography = stated or self.default_geography
        implied = geographies_of_host(endpoint.host)
        if not implied or geography in implied or geography in ("WW", "USGOV"):
            return geography
        if implied == {"AE"}:
            self._report(lst.MISLABELLED, f"{endpoint.host} is filed under {geography}; moved to AE, as its name says")
            return "AE"
        names = " or ".join(sorted(implied))
        self._report(lst.MISLABELLED, f"{endpoint.host} is filed under {geography}, its name says {names}; kept")
        return geography

    def _ports(self, endpoint: Endpoint, fields: dict[str, str]) -> tuple[int, ...]:
        ports = self._port_cell(fields.get("port", ""))
        if not ports:
            return (endpoint.port or (80 if endpoint.scheme == "http" else 443),)
        wrong = {"http": 443, "https": 80}.get(endpoint.scheme)
        if wrong in ports and len(ports) == 1:
            self._report(lst.SCHEME_PORT, f"{endpoint.scheme}://{endpoint.host} is listed with port {wrong}")
        return ports

    def _port_cell(self, text: str) -> tuple[int, ...]:
        numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\b(\d{1,5})(?:\.0)?\b", text)))
        if text and (not numbers or len(numbers) > _MAX_PORTS or any(not 0 < number < 65536 for number in numbers)):
            self._report(lst.UNKNOWN_WORD, f"no port number: {text[:60]!r}; read as 443")
            return (443,)
        return numbers

    def _report(self, code: str, message: str) -> None:
        diagnostic = reported_at(
            code, message, self.path, self.section.title, self.row.number, self.section.fixed_width
        )
        if diagnostic not in self.diagnostics[-8:]:
            self.diagnostics.append(diagnostic)

    def _account(self, outcome: str) -> None:
        self.accounts.append(Account(self.section.title, self.row.number, outcome))


def reported_at(code: str, message: str, path: str, title: str, row: int, in_sheet: bool) -> Diagnostic:
    """A diagnostic on a row. The row of an article is a line of the file, which editors can jump to."""
    if in_sheet:
        return Diagnostic(code, message, path, f"{title}, row {row}")
    return Diagnostic(code, message, path, title, row)


def speaks_of_government(section: Section) -> bool:
    """Whether a section lists endpoints of government tenants: its title or any geography of its rows says so."""
    if re.search(r"\bus ?gov", section.title.casefold()):
        return True
    columns = None
    for row in section.rows:
        columns = read_header(row.cells) or columns
        if columns and geography_of(columns.cell(row.cells, "geography")) in GOVERNMENT:
            return True
    return False
