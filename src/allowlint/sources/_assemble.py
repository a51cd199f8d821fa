"""From the sections of a document to a policy, with the account of every row."""

import os
import re
from collections.abc import Iterable
from itertools import islice

from allowlint.errors import PolicyError
from allowlint.model.location import Diagnostic
from allowlint.model.requirement import Policy, Requirement
from allowlint.sources import _diagnostics as lst
from allowlint.sources._columns import WINDOWS_OLD, heading_key
from allowlint.sources._document import Account, Document, Reading, Section
from allowlint.sources._merge import merge
from allowlint.sources._rows import Candidate, SectionReader, reported_at, speaks_of_government

_OMS = re.compile(r"(?P<head>.*\b)oms(?P<tail>\.opinsights\.azure\.(?:com|us))")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

MAX_ENDPOINTS = 50_000


def assemble(document: Document) -> Reading:
    """The policy of a document.

    Raises:
        PolicyError: no table of the document has a URL column, or its tables contain no address.
    """
    candidates: list[Candidate] = []
    diagnostics: list[Diagnostic] = []
    accounts: list[Account] = []
    clouds: set[str] = set()
    for section in document.sections:
        government = speaks_of_government(section)
        reader = SectionReader(document.path, section, government)
        found = list(islice(reader.read(), MAX_ENDPOINTS + 1))
        if reader.columns is None:
            diagnostics.extend(_ignored(document.path, section))
            continue
        clouds.add("gov" if government else "commercial")
        if section.hidden:
            diagnostics.append(Diagnostic(lst.HIDDEN_ROW, "sheet is hidden; it was read", document.path, section.title))
        candidates.extend(found)
        if len(candidates) > MAX_ENDPOINTS:
            raise PolicyError(f"more than {MAX_ENDPOINTS} endpoints; a list has some hundred", path=document.path)
        diagnostics.extend(reader.diagnostics)
        accounts.extend(reader.accounts)
    if not candidates:
        raise _no_list(document)
    candidates = _with_ods(candidates, document, diagnostics)
    name = os.path.basename(document.path)
    requirements, merged = merge(candidates, name)
    accounts.extend(merged)
    policy = Policy(
        name=re.sub(r"[^a-z0-9]+", "-", os.path.splitext(name)[0].casefold()).strip("-") or "policy",
        requirements=requirements,
        source=name,
        sha256=document.sha256,
        published=newest_change(document.sections) or document.updated,
        onboarding=_onboarding(document, requirements),
        cloud="both" if len(clouds) == 2 else clouds.pop(),
        path=document.path,
    )
    return Reading(policy, tuple(diagnostics), tuple(accounts))


def newest_change(sections: Iterable[Section]) -> str:
    """Newest date of the change log, ``YYYY-MM-DD``; empty when there is none.

    The logs mix MM/DD/YYYY and DD/MM/YYYY. Where both readings are possible the month is taken to come first, as in
    the newest entries.
    """
    dates: list[str] = []
    for section in sections:
        rows = section.rows
        if not rows or [heading_key(cell) for cell in rows[0].cells[:2]] != ["date", "change log"]:
            continue
        dates.extend(date for row in rows[1:] if (date := iso_date(row.cells[0])))
    return max(dates, default="")


def iso_date(text: str) -> str:
    """A date as ``YYYY-MM-DD``; empty when the text is none."""
    if match := _ISO_DATE.search(text):
        return match[0]
    if match := _SLASH_DATE.search(text):
        first, second, year = int(match[1]), int(match[2]), match[3]
        month, day = (second, first) if first > 12 else (first, second)
        return f"{year}-{month:02d}-{day:02d}" if month <= 12 and day <= 31 else ""
    return ""


def _ignored(path: str, section: Section) -> list[Diagnostic]:
    empty = not any(cell.strip() for row in section.rows for cell in row.cells)
    message = "empty (drawings are not read)" if empty else "no URL column, not read as requirements"
    return [Diagnostic(lst.IGNORED_SECTION, message, path, section.title)]


def _no_list(document: Document) -> PolicyError:
    titles = ", ".join(repr(section.title) for section in document.sections[:8]) or "no table at all"
    return PolicyError(
        f"no list of URLs found; looked for a header row with 'Endpoint/URL' or 'URL' in: {titles}",
        path=document.path,
        hint="give one of Microsoft's URL workbooks or articles; `allowlint import --help` names them",
    )


def _with_ods(candidates: list[Candidate], document: Document, diagnostics: list[Diagnostic]) -> list[Candidate]:
    """The candidates, and behind a lone oms endpoint of the monitoring agent its ods twin."""
    in_sheet = document.sections[0].fixed_width
    hosts = {candidate.host for candidate in candidates}
    completed = []
    reported = set()
    for candidate in candidates:
        completed.append(candidate)
        match = _OMS.fullmatch(candidate.host)
        if match is None or (twin := f"{match['head']}ods{match['tail']}") in hosts:
            continue
        completed.append(candidate._replace(host=twin))
        place = (candidate.section, candidate.row)
        if place not in reported:
            times = sum(
                1 for other in candidates if other.host == candidate.host and place == (other.section, other.row)
            )
            often = "twice" if times == 2 else "here"
            message = f"{candidate.host} is listed {often} and {twin} never; {twin} was added"
            diagnostics.append(reported_at(lst.ODS_MISSING, message, document.path, *place, in_sheet))
            reported.add(place)
    return completed


def _onboarding(document: Document, requirements: tuple[Requirement, ...]) -> str:
    """``standard`` or ``streamlined``: by the document's name or title, else by its content.

    A list that sends current Windows machines to the command-and-control hosts is the standard one.
    """
    for text in (document.title, os.path.basename(document.path)):
        words = re.findall(r"streamlined?|standard", text.casefold())
        if words:
            return "standard" if words[0] == "standard" else "streamlined"
    if any(heading_key(section.title) == "common endpoints" for section in document.sections):
        return "streamlined"
    control = (item for item in requirements if item.host.startswith("winatp-gw-"))
    current = {"windows", *WINDOWS_OLD}
    return "standard" if any(not item.systems or current & set(item.systems) for item in control) else "streamlined"
