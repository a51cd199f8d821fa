r"""Output of `TestCloudConnection.exe`, which tests what the Microsoft Monitoring Agent needs (Windows 7, 8.1, 2008 R2, 2012 R2, 2016).

Where to get it
    `"C:\Program Files\Microsoft Monitoring Agent\Agent\TestCloudConnection.exe" > result.txt` on an endpoint, once for each
    workspace. The output names no day: say it with `--live result.txt@2026-11-20`.
What is read
    Each host of the agent (`*.opinsights.azure.com` and `.us`, `*.azure-automation.net` and `.us`, and those of the sections `Firewall
    Rule`) with how its test ended: `Connection failed` and `Blocked Host` are failures, as in Microsoft's own script, and
    words such as `succeeded` and `OK` on the line of the host or on the next one are successes.
What is not
    There is no public sample of the output: Microsoft's articles show pictures. A host of which it is not told how its test
    ended is reported. The identifiers of workspaces in the names of hosts are blanked in every report.
"""

import re

from allowlint.live import Live
from allowlint.live._text import NEGATED, lines_of, text_of, too_long
from allowlint.live._urls import parsed
from allowlint.model.live import Attempt, LiveResults, LiveTest, Reach, UnreadPart, Way

_RULE = re.compile(r"Firewall Rule\s*:", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?<![a-z0-9.-])(?:https?://)?[a-z0-9-]++(?:\.[a-z0-9-]++){2,}+(?::\d{1,5})?(?:/[^\s\"',;]*)?", re.IGNORECASE
)
_AGENT = re.compile(r"\.(?:opinsights\.azure|azure-automation)\.(?:com|net|us)(?:[:/]|$)", re.IGNORECASE)
_SERVICE = re.compile(
    r"\.(?:opinsights\.azure|azure-automation|core\.windows|core\.usgovcloudapi)\.(?:com|net|us)\b", re.IGNORECASE
)
_GOOD = re.compile(r"\b(?:succeeded|successful(?:ly)?|success|passed|ok|connected)\b", re.IGNORECASE)
_MOST = 2_000


def detect(path: str, head: bytes) -> bool:  # noqa: ARG001 - the name of the file says nothing
    """Whether a text has the tool's name or a section of its rules, and speaks of a host of the agent."""
    text = text_of(head)
    named = "TestCloudConnection" in text[:4_000] or any(_RULE.match(line) is not None for _, line in lines_of(text))
    return named and _SERVICE.search(text) is not None and "Testing URL" not in text


def read(path: str, content: bytes) -> LiveResults:
    """The tested hosts of an output."""
    found: dict[tuple[str, int], LiveTest] = {}
    in_rule, last = False, None
    for number, line in lines_of(text_of(content)):
        if _RULE.match(line) is not None:
            in_rule, last = True, None
            continue
        if not line:
            in_rule, last = False, None
            continue
        hosts = [token for token in _TOKEN.findall(line) if in_rule or _AGENT.search(token)]
        reach = _reach(line) if hosts or last is not None else Reach.UNREAD
        for token in hosts[:_MOST]:
            test = parsed(token, number)
            if test is not None and len(found) < _MOST:
                last = (test.host, test.port)
                _add(found, test, reach)
        if not hosts and last is not None and reach is not Reach.UNREAD:
            _add(found, found[last], reach)
    unread = [*too_long(content), *(_untold(test) for test in found.values() if not test.attempts)]
    return LiveResults(path, LIVE.id, tuple(test for test in found.values() if test.attempts), unread=tuple(unread))


def _reach(line: str) -> Reach:
    words = _TOKEN.sub(" ", line)
    if NEGATED.search(words) is not None:
        return Reach.FAILED
    return Reach.REACHED if _GOOD.search(words) is not None else Reach.UNREAD


def _add(found: dict[tuple[str, int], LiveTest], test: LiveTest, reach: Reach) -> None:
    """One failure of a host is a failure."""
    known = found.setdefault((test.host, test.port), test._replace(attempts=()))
    failed = any(attempt.reach is Reach.FAILED for attempt in known.attempts)
    if reach is not Reach.UNREAD and not failed:
        found[test.host, test.port] = known._replace(attempts=(Attempt(Way.UNTOLD, reach),))


def _untold(test: LiveTest) -> UnreadPart:
    return UnreadPart(test.line, "a host stands here, and how its test ended is not told")


LIVE = Live(
    "cloud_connection",
    "TestCloudConnection (Microsoft Monitoring Agent)",
    detect,
    read,
    "the hosts of the workspace with how their tests ended",
)
