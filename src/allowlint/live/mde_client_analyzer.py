"""Results of the Defender for Endpoint client analyzer on Windows.

Where to get it
    `MDEClientAnalyzer.cmd` (https://aka.ms/MDEClientAnalyzer) on an endpoint; it writes `MDEClientAnalyzerResult.zip`. Take the zip
    as it is (renamed, if you like), or the text or the XML in it.
What is read
    The text (`MDEClientAnalyzerResult.txt`, `MDATPClientAnalyzerResult.txt`, `MDEClientAnalyzer.txt`), in UTF-16 or UTF-8: each
    `Testing URL` with its attempts by discovery method; 200, 400, 404 and 405 count as reachable, as in Microsoft's own script.
    Of each certificate whether its issuer was expected. The events that sum up groups of endpoints. The day, how the device was
    onboarded, where its data lie, and whether the sensor uses a proxy. Of the XML (`MDEClientAnalyzer.xml`) the events, the
    day and the same facts; it names no URL.
What is not
    Names of machines, users and tenants, and everything else of the package. How a failing attempt is worded is in no public
    sample: its code in brackets decides (an HTTP status, a WinHTTP error such as 12007 or 12175, an HRESULT); an attempt without
    one whose word is not known is reported as not understood. The tool tests some URLs without pinning, so that a
    success shows that an endpoint is reachable and not that it is not inspected.
"""

from xml.etree.ElementTree import Element

from allowlint.live import Live
from allowlint.live._analyzer_events import WINDOWS, event_of
from allowlint.live._analyzer_text import AnalyzerText
from allowlint.live._archive import MAGIC, holds, parts
from allowlint.live._dates import invariant_day, iso_day
from allowlint.live._text import text_of, too_long
from allowlint.live._xml import tree_of
from allowlint.model.live import LiveResults, ServiceCheck, UnreadPart

_TEXTS = (
    "mdeclientanalyzer.txt",
    "mdeclientanalyzerresult.txt",
    "mdatpclientanalyzerresult.txt",
    "mdatpclientanalyzer.txt",
)
_XMLS = ("mdeclientanalyzer.xml", "mdatpclientanalyzer.xml")
_ROOTS = ("MDEResults", "MDATPResults")
_FACTS = {
    "device onboarded via streamlined connectivity": "onboarding",
    "device datacenter location": "geography",
    "sense service discovered proxy": "proxy",
}


def detect(path: str, head: bytes) -> bool:
    """Whether a file is a result of the analyzer: its words, its XML, or an archive with either."""
    if head.startswith(MAGIC):
        return holds(path, head, (*_TEXTS, *_XMLS))
    text = text_of(head)
    if any(f"<{root}" in text[:2_000] for root in _ROOTS):
        return True
    lines = [line.lstrip() for line in text.splitlines()]
    return any(line.startswith("Testing URL") and ":" in line[:14] for line in lines) or any(
        "cloud service check" in line and "Defender" in line for line in lines
    )


def read(path: str, content: bytes) -> LiveResults:
    """The tests and events of a result."""
    if not content.startswith(MAGIC):
        return _one(path, content, "")
    unread: list[UnreadPart] = []
    results = LiveResults(path, LIVE.id)
    for part in parts(content, (*_TEXTS, *_XMLS), unread):
        found = _one(path, part.content, part.name)
        results = LiveResults(
            path,
            LIVE.id,
            results.tests + found.tests,
            _together(results.checks, found.checks),
            results.unread + part.unread + found.unread,
            results.date or found.date or part.day,
            {**found.facts, **results.facts},
        )
    if not results.tests and not results.checks and not unread and not results.unread:
        unread.append(UnreadPart(0, "the archive holds no result of the analyzer"))
    return results._replace(unread=(*unread, *results.unread))


def _one(path: str, content: bytes, source: str) -> LiveResults:
    text = text_of(content)
    unread = list(too_long(content, source))
    if text.lstrip()[:1] == "<":
        return _xml(path, text, unread, source)
    found = AnalyzerText(source)
    found.read(text)
    return LiveResults(
        path,
        LIVE.id,
        tuple(found.tests),
        tuple(found.checks.values()),
        (*unread, *found.unread),
        found.date,
        found.facts,
    )


def _together(first: tuple[ServiceCheck, ...], more: tuple[ServiceCheck, ...]) -> tuple[ServiceCheck, ...]:
    """The text and the XML of one run have the same events."""
    known = {check.code for check in first}
    return (*first, *(check for check in more if check.code not in known))


def _xml(path: str, text: str, unread: list[UnreadPart], source: str) -> LiveResults:
    root = tree_of(text, unread, source)
    if root is None or root.tag not in _ROOTS:
        if root is not None:
            unread.append(UnreadPart(1, "it is XML of something else", source))
        return LiveResults(path, LIVE.id, unread=tuple(unread))
    checks: dict[str, ServiceCheck] = {}
    for event in root.iterfind("events/event"):
        number = event.get("id", "")
        check = (
            event_of(int(number), WINDOWS, 0, source)
            if number.isascii() and number.isdigit() and len(number) < 9
            else None
        )
        if check is not None:
            checks[check.code] = check
    date, facts = _about(root)
    return LiveResults(path, LIVE.id, (), tuple(checks.values()), tuple(unread), date, facts)


def _about(root: Element) -> tuple[str, dict[str, str]]:
    """The day of the run, and what matters of the machine."""
    facts, date = {}, ""
    for item in (item for section in root if section.tag != "events" for item in section):
        name = (item.get("displayName") or item.tag).strip().rstrip(":").strip().lower()
        value = (item.findtext("value") or "").strip()
        if name.replace(" ", "") == "scriptruntime":
            date = iso_day(value) or invariant_day(value)
        elif name in _FACTS and (fact := _fact(_FACTS[name], value)):
            facts[_FACTS[name]] = fact
    return date, facts


def _fact(key: str, value: str) -> str:
    if key == "onboarding":
        return {"YES": "streamlined", "NO": "standard"}.get(value.upper(), "")
    if key == "geography":
        return value.upper() if value.isascii() and value.isalpha() and len(value) < 6 else ""
    method = value.partition("Method=")[2].partition(",")[0].strip().lower()
    return "direct" if method == "direct" else "proxy" if method else ""


LIVE = Live(
    "mde_client_analyzer",
    "Defender for Endpoint client analyzer (Windows)",
    detect,
    read,
    "text, XML and zip: attempts by discovery method, issuers of certificates, events",
)
