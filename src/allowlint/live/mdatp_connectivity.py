"""Output of `mdatp connectivity test` on Linux and macOS, and of the tests with curl that stand beside it in Microsoft's articles.

Where to get it
    `mdatp connectivity test > result.txt` on an endpoint. The output names no day: say it with `--live result.txt@2026-11-20`, or in
    the settings.
What is read
    Each line `Testing connection with URL ... [OK]`: anything but OK has failed. Behind a failure an exit code of curl (35 and 60
    are signs of inspection: the certificate is pinned) or an answer 407 of a proxy. Lines `OK URL`, which the articles have
    curl print.
What is not
    How every failing line is worded: Microsoft's articles show successes alone. A user's report has `[Error]`, and in the next line
    `Expected a 200 Response from Proxy, received: 407` (github.com/MicrosoftDocs/microsoft-365-docs/issues/9857): what stands in
    the brackets, behind them and in the next line is searched for a code. Which way a connection went is not in the output.
"""

import re

from allowlint.live import Live
from allowlint.live._codes import curl_sign, sign_of
from allowlint.live._text import lines_of, text_of, too_long
from allowlint.live._urls import parsed
from allowlint.model.live import Attempt, LiveResults, LiveTest, Reach, Sign, UnreadPart, Way

_TESTING = re.compile(r"Testing connection with\s+(\S+)\s*(?:\.{2,}|…)?\s*(.*)")
_STATUS = re.compile(r"\[\s*+([^\]\s](?:[^\]]{0,398}[^\]\s])?|(?<=\s))\s*+\](.*)")
_OK = re.compile(r"OK\s+(https?://\S+)$")
_CURL = re.compile(
    r"curl[^0-9]{0,30}(\d{1,2})\b|\b(?:error|exit|return)[ _-]?(?:code)?[^0-9a-z]{0,5}(\d{1,2})\b", re.IGNORECASE
)
_MOST = 5_000


def detect(path: str, head: bytes) -> bool:  # noqa: ARG001 - the name of the file says nothing
    """Whether a text holds a line of the test."""
    return any((found := _TESTING.match(line)) is not None and "://" in found[1] for _, line in lines_of(text_of(head)))


def read(path: str, content: bytes) -> LiveResults:
    """The tests of an output."""
    tests: list[LiveTest] = []
    unread = list(too_long(content))
    failed = -1
    for number, line in lines_of(text_of(content)):
        if len(tests) >= _MOST:
            unread.append(UnreadPart(number, f"more than {_MOST} tests; the others are not read"))
            break
        if (found := _TESTING.match(line)) is not None:
            attempt = _attempt(found[2])
            if attempt.reach is Reach.UNREAD:
                unread.append(UnreadPart(number, "the end of this test is not understood"))
        elif (found := _OK.match(line)) is not None:
            attempt = Attempt(Way.UNTOLD, Reach.REACHED)
        else:
            if line and number == failed + 1:
                tests[-1] = tests[-1]._replace(attempts=(_failed(line),))
            continue
        test = parsed(found[1], number)
        if test is None:
            unread.append(UnreadPart(number, "what is tested here is no URL of a named host"))
        else:
            tests.append(test._replace(attempts=(attempt,)))
            failed = number if attempt.reach is Reach.FAILED and not attempt.code else -1
    return LiveResults(path, LIVE.id, tuple(tests), unread=tuple(unread[:1_000]))


def _attempt(text: str) -> Attempt:
    found = _STATUS.search(text)
    if found is None:
        return Attempt(Way.UNTOLD, Reach.UNREAD)
    if found[1].upper() == "OK":
        return Attempt(Way.UNTOLD, Reach.REACHED)
    return _failed(f"{found[1]} {found[2]}")


def _failed(detail: str) -> Attempt:
    """A failure, with the code in what the tool says of it."""
    if re.search(r"\b407\b", detail):
        return Attempt(Way.UNTOLD, Reach.FAILED, "407", sign_of(407))
    code = _CURL.search(detail)
    if code is None:
        return Attempt(Way.UNTOLD, Reach.FAILED, sign=Sign.NONE)
    number = int(code[1] or code[2])
    return Attempt(Way.UNTOLD, Reach.FAILED, f"curl {number}", curl_sign(number))


LIVE = Live(
    "mdatp_connectivity",
    "mdatp connectivity test (Linux, macOS)",
    detect,
    read,
    "the tested URLs with OK or the exit code of curl",
)
