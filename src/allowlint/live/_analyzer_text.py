"""The text of the Windows client analyzer: blocks of attempts, certificates, events."""

import re
from collections.abc import Callable
from functools import partial

from allowlint.live._analyzer_events import WINDOWS, event_of
from allowlint.live._codes import reach_of, sign_of, win32_of
from allowlint.live._dates import invariant_day, iso_day
from allowlint.live._text import lines_of
from allowlint.live._urls import URL, parsed
from allowlint.model.live import Attempt, LiveTest, Reach, ServiceCheck, Sign, UnreadPart, Way

MAX_TESTS = 5_000
_AFTER = 12
"""Lines behind the URL within which its attempts stand. Microsoft's own script looks at the next six."""
_TESTING = re.compile(r"Testing URL\s?:\s*(\S.*)", re.IGNORECASE)
_ATTEMPT = re.compile(r"([1-5])\s*-\s*([^:]{1,80}):\s*(.*)")
_CODE = re.compile(r"\(\s*(-?\d{1,10}|0x[0-9a-f]{1,8})\s*\)", re.IGNORECASE)
_WORDED = 405
"""The one status that Microsoft's script takes for reachable behind "Succeeded" alone."""
_WAYS = (Way.DEFAULT, Way.WPAD, Way.DIRECT, Way.NAMED, Way.COMMAND_LINE)
_EVENT = re.compile(
    r"(20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ?)\s*\[(?:Error|Warning|Informational)\].*?\b(1[23]\d{4})\s*:", re.IGNORECASE
)
_ISSUER = re.compile(r"The (cert|root) issuer for (\S+) is\s*:(.*)", re.IGNORECASE)
_UNEXPECTED = re.compile(r"The issuer for (\S+) was fetched but was not expected\s*:(.*)", re.IGNORECASE)
_UNCHECKED = re.compile(r"Failed to check certificate issuer for (\S+)", re.IGNORECASE)
_STATUS = re.compile(r"StatusCode for (\S+) IS\s*:\s*(\S+)", re.IGNORECASE)
_EXCEPTION = re.compile(r"Exception occurred for (\S+)\s*:", re.IGNORECASE)
_NAME = re.compile(r"\b(?:CN|O)\s*=\s*\"?([^,\"]{1,60})", re.IGNORECASE)
_STREAMLINED = re.compile(r"Device Onboarded via Streamlined Connectivity\s*:\s*(YES|NO)\b", re.IGNORECASE)
_GEOGRAPHY = re.compile(r"Device Datacenter Location\s*:\s*([A-Z]{2,5})\b", re.IGNORECASE)
_METHOD = re.compile(r"Proxy config: Method=(\w{1,20})", re.IGNORECASE)
_RUN = re.compile(r"Script Run\s?Time\s*:(.*)", re.IGNORECASE)

ROOTS = frozenset(
    {
        "microsoft root certificate authority 2011",
        "digicert global root g2",
        "digicert global root ca",
        "baltimore cybertrust root",
    }
)
"""The roots that the analyzer of 2024 expects. A new one makes no false alarm: what is not here is only not confirmed."""


class AnalyzerText:
    """Reads line by line; each method takes what one kind of line says."""

    def __init__(self, source: str = "") -> None:
        self.tests: list[LiveTest] = []
        self.checks: dict[str, ServiceCheck] = {}
        self.unread: list[UnreadPart] = []
        self.facts: dict[str, str] = {}
        self.date = ""
        self._source = source
        self._open: LiveTest | None = None
        self._attempts: dict[str, Attempt] = {}
        self._issued: Callable[[str], None] | None = None
        self._issuers: dict[str, LiveTest] = {}

    def read(self, text: str) -> None:
        """Read all of a text."""
        for number, line in lines_of(text):
            if line:
                self._line(number, line)
            if len(self.tests) >= MAX_TESTS:
                self._note(number, f"more than {MAX_TESTS} tests; the others are not read")
                break
        self._close()
        self.tests = sorted((*self.tests, *self._issuers.values()), key=lambda test: test.line)

    def _line(self, number: int, line: str) -> None:
        if self._issued is not None:
            follow, self._issued = self._issued, None
            missing = _TESTING.match(line) is not None
            follow("" if missing else line)
            if not missing:
                return
        if (found := _TESTING.match(line)) is not None:
            self._begin(number, found[1])
        elif (
            self._open is not None
            and number <= self._open.line + _AFTER
            and (found := _ATTEMPT.match(line)) is not None
        ):
            self._attempts.setdefault(found[1], _attempt(_WAYS[int(found[1]) - 1], found[3]))
            if self._attempts[found[1]].reach is Reach.UNREAD:
                self._note(number, "the end of this attempt is not understood")
        elif ":" in line or "issuer" in line:
            self._other(number, line)

    def _begin(self, number: int, rest: str) -> None:
        self._close()
        url = URL.match(rest)
        self._open = parsed((url[0] if url else rest.split(maxsplit=1)[0]), number, self._source)
        if self._open is None:
            self._note(number, "what is tested here is no URL of a named host")

    def _close(self) -> None:
        test, attempts = self._open, tuple(self._attempts.values())
        self._open, self._attempts = None, {}
        if test is not None and attempts:
            self.tests.append(test._replace(attempts=attempts))
        elif test is not None:
            self._note(test.line, "a URL is tested here, and no attempt stands behind it")

    def _other(self, number: int, line: str) -> None:
        if (found := _EVENT.search(line)) is not None:
            self.date = max(self.date, iso_day(found[1]))
            check = event_of(int(found[2]), WINDOWS, number, self._source)
            if check is not None:
                self.checks[check.code] = check
        elif "issuer" in line:
            self._issuer(number, line)
        elif (found := _STATUS.search(line) or _EXCEPTION.search(line)) is not None:
            self._answered(number, found)
        else:
            self._fact(line)

    def _issuer(self, number: int, line: str) -> None:
        if (found := _UNEXPECTED.search(line)) is not None:
            test = self._certificate(number, found[1])
            if test is not None:
                self._named(found[2], partial(self._unexpected, test))
        elif (found := _ISSUER.search(line)) is not None:
            test = self._certificate(number, found[2])
            root = found[1].lower() == "root"
            if test is not None:
                self._named(found[3], partial(self._expected, test) if root else _passed_over)
        elif _UNCHECKED.search(line) is not None:
            self._note(number, "a certificate could not be looked at")

    def _named(self, rest: str, follow: Callable[[str], None]) -> None:
        """The name stands behind the statement, or in the next line."""
        if rest.strip():
            follow(rest)
        else:
            self._issued = follow

    def _certificate(self, number: int, url: str) -> LiveTest | None:
        test = parsed(url, number, self._source)
        if test is None:
            self._note(number, "a certificate of no named host")
        return test

    def _unexpected(self, test: LiveTest, name: str) -> None:
        found = _NAME.search(name)
        issuer = found[1].strip() if found else ""
        self._issuers[test.host] = test._replace(issuer="unexpected", issuer_name=issuer)

    def _expected(self, test: LiveTest, name: str) -> None:
        names = {each.strip().lower() for each in _NAME.findall(name)}
        known = self._issuers.get(test.host)
        if not names.isdisjoint(ROOTS) and (known is None or known.issuer != "unexpected"):
            self._issuers[test.host] = test._replace(issuer="expected")

    def _answered(self, number: int, found: re.Match[str]) -> None:
        test = parsed(found[1], number, self._source)
        if test is None:
            return
        ok = found.re is _STATUS and found[2].upper() in {"OK", "200"}
        attempt = Attempt(Way.UNTOLD, Reach.REACHED if ok else Reach.FAILED)
        self.tests.append(test._replace(attempts=(attempt,)))

    def _fact(self, line: str) -> None:
        if (found := _STREAMLINED.search(line)) is not None:
            self.facts["onboarding"] = "streamlined" if found[1].upper() == "YES" else "standard"
        elif (found := _GEOGRAPHY.search(line)) is not None:
            self.facts["geography"] = found[1].upper()
        elif (found := _METHOD.search(line)) is not None:
            self.facts["proxy"] = "direct" if found[1].lower() == "direct" else "proxy"
        elif (found := _RUN.search(line)) is not None:
            self.date = self.date or iso_day(found[1]) or invariant_day(found[1])

    def _note(self, number: int, why: str) -> None:
        if len(self.unread) < 1_000:
            self.unread.append(UnreadPart(number, why, self._source))


def _passed_over(_name: str) -> None:
    """The issuer of the certificate itself: whether that is expected is told apart, and by its root."""


def _attempt(way: Way, text: str) -> Attempt:
    """One attempt. Its code decides, as in Microsoft's own script, whatever the word before it; without one, the word of the tool."""
    words = text.lower()
    codes = _CODE.findall(text)
    if not codes:
        if "succeeded" in words:
            return Attempt(way, Reach.REACHED)
        if "exist" in words:
            return Attempt(way, Reach.ABSENT)
        return Attempt(way, Reach.FAILED if "fail" in words or "error" in words else Reach.UNREAD)
    number = win32_of(int(codes[-1], 0) if codes[-1].lower().startswith("0x") else int(codes[-1]))
    reach = reach_of(number)
    if number == _WORDED and "succeeded" not in words:
        reach = Reach.UNREAD
    return Attempt(way, reach, str(number), sign_of(number) if reach is Reach.FAILED else Sign.NONE)
