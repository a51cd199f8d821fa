"""Results of the cross-platform client analyzer (XMDE) on Linux and macOS.

Where to get it
    `sudo ./MDESupportTool connectivitytest -o ONBOARDING_SCRIPT > result.txt`, which prints to the screen; or the package
    (zip) of `./MDESupportTool -d`, or `mde.xml` in it. A screen's output names no day: say it with `--live result.txt@2026-11-20`.
What is read
    Of the output each line with one URL and a word for its end (`OK`, `reachable`, `FAILED`, `unreachable`, an HTTP
    status, an exit code of curl). Of `mde.xml` the events about connections and the day; of a package also the output of `mdatp
    connectivity test`, where it holds one.
What is not
    There is no public sample of the output of `connectivitytest`: Microsoft's article says only that the URLs are printed with
    whether they are reachable. A line whose end is not understood is reported. The numbers of the events are known from a public
    reader of such packages, and not from Microsoft.
"""

import re

from allowlint.live import Live
from allowlint.live._analyzer_events import UNIX, event_of
from allowlint.live._archive import MAGIC, holds, parts
from allowlint.live._codes import curl_sign, reach_of, sign_of
from allowlint.live._dates import invariant_day, iso_day
from allowlint.live._text import NEGATED, lines_of, text_of, too_long
from allowlint.live._urls import URL, parsed
from allowlint.live._xml import tree_of
from allowlint.model.live import Attempt, LiveResults, LiveTest, Reach, ServiceCheck, UnreadPart, Way

_NAMES = ("mde.xml", "connectivity.txt", "connectivity_test.txt", "mdatp_connectivity.txt", "mde_connectivity.txt")
_ROOT = "mdatp"
_CURL = re.compile(r"\bcurl[^0-9]{0,30}(\d{1,2})\b", re.IGNORECASE)
_STATUS = re.compile(r"(?:status|http|code)[^0-9]{0,12}([1-5]\d\d)\b|[(\[]\s*([1-5]\d\d)\s*[)\]]", re.IGNORECASE)
_GOOD = re.compile(r"\b(?:ok|pass(?:ed)?|success(?:ful(?:ly)?)?|succeeded|reachable|connected|true)\b", re.IGNORECASE)
_MOST = 5_000


def detect(path: str, head: bytes) -> bool:
    """Whether a file is such a package, its XML, or an output that names the tool."""
    if head.startswith(MAGIC):
        return holds(path, head, ("mde.xml",))
    text = text_of(head)
    if text.lstrip()[:1] == "<":
        return f"<{_ROOT}" in text[:2_000] and "<event" in text
    beginning = text[:4_000]
    named = "MDESupportTool" in beginning or "connectivitytest" in beginning or "XMDEClientAnalyzer" in beginning
    return named and URL.search(text) is not None


def read(path: str, content: bytes) -> LiveResults:
    """The tests and events of a result; a text is read leniently, whatever it begins with."""
    if not content.startswith(MAGIC):
        return _one(path, content, "")
    unread: list[UnreadPart] = []
    results = LiveResults(path, LIVE.id)
    for part in parts(content, _NAMES, unread):
        found = _one(path, part.content, part.name)
        results = LiveResults(
            path,
            LIVE.id,
            results.tests + found.tests,
            results.checks + found.checks,
            results.unread + part.unread + found.unread,
            results.date or found.date or part.day,
        )
    return results._replace(unread=(*unread, *results.unread))


def _one(path: str, content: bytes, source: str) -> LiveResults:
    text = text_of(content)
    unread = list(too_long(content, source))
    if text.lstrip()[:1] == "<":
        return _xml(path, text, unread, source)
    tests = _tests(text, unread, source)
    return LiveResults(path, LIVE.id, tuple(tests), unread=tuple(unread))


def _tests(text: str, unread: list[UnreadPart], source: str) -> list[LiveTest]:
    tests: list[LiveTest] = []
    for number, line in lines_of(text):
        urls = URL.findall(line)
        if len(urls) != 1:
            continue
        test = parsed(urls[0].rstrip(".,;:)]"), number, source)
        attempt = _attempt(URL.sub(" ", line))
        if test is None or attempt.reach is Reach.UNREAD or len(tests) >= _MOST:
            if len(unread) < 1_000:
                unread.append(UnreadPart(number, "a URL stands here, and how its test ended is not understood", source))
            continue
        tests.append(test._replace(attempts=(attempt,)))
    return tests


def _attempt(text: str) -> Attempt:
    if (code := _CURL.search(text)) is not None and int(code[1]):
        return Attempt(Way.UNTOLD, Reach.FAILED, f"curl {int(code[1])}", curl_sign(int(code[1])))
    if (status := _STATUS.search(text)) is not None:
        number = int(status[1] or status[2])
        if reach_of(number) is Reach.FAILED or NEGATED.search(text) is None:
            return Attempt(Way.UNTOLD, reach_of(number), str(number), sign_of(number))
    if NEGATED.search(text) is not None:
        return Attempt(Way.UNTOLD, Reach.FAILED)
    return Attempt(Way.UNTOLD, Reach.REACHED if _GOOD.search(text) is not None else Reach.UNREAD)


def _xml(path: str, text: str, unread: list[UnreadPart], source: str) -> LiveResults:
    root = tree_of(text, unread, source)
    if root is None or root.tag != _ROOT:
        if root is not None:
            unread.append(UnreadPart(1, "it is XML of something else", source))
        return LiveResults(path, LIVE.id, unread=tuple(unread))
    checks: dict[str, ServiceCheck] = {}
    for event in root.iterfind("events/event"):
        number = event.get("id", "")
        # The first of six digits is the platform.
        known = len(number) == 6 and number.isascii() and number.isdigit()
        check = event_of(int(number[1:]), UNIX, 0, source) if known else None
        if check is not None:
            checks[check.code] = check._replace(code=number)
    date = ""
    for item in root.iter():
        name = (item.get("display_name") or item.tag).strip().replace("_", " ").lower()
        if name in {"script run time", "script runtime"}:
            date = iso_day(item.text or "") or invariant_day(item.text or "")
    return LiveResults(path, LIVE.id, (), tuple(checks.values()), tuple(unread), date)


LIVE = Live(
    "xmde_client_analyzer",
    "Cross-platform client analyzer, XMDE (Linux, macOS)",
    detect,
    read,
    "the printed URLs with their ends; events of mde.xml and of the package",
)
