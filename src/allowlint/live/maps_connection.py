"""Output of `MpCmdRun.exe -ValidateMapsConnection`: whether the antivirus reaches its cloud service (MAPS).

Where to get it
    `MpCmdRun.exe -ValidateMapsConnection > result.txt` on Windows 10 1703 or later, in a prompt of an administrator.
What is read
    The sentence of success, the codes of failures with what Microsoft's articles say of them, and the day behind `Start Time`.
    80072F8F is a sign of inspection or of revocation lists that cannot be fetched (no WinHTTP proxy).
What is not
    The output names no URL: it speaks of the service as a whole, and settles no verdict. Failures that are about the
    machine and not about the network (80070005: no administrator, 800106BA: the service is off, 80070667: Windows is too old) are
    reported as not tested. Outputs in other languages than English are read by their codes.
"""

import re

from allowlint.live import Live
from allowlint.live._analyzer_events import MAPS
from allowlint.live._codes import sign_of, win32_of
from allowlint.live._dates import worded_day
from allowlint.live._text import lines_of, text_of, too_long
from allowlint.model.live import LiveResults, Reach, ServiceCheck, Sign, UnreadPart

_COMMAND = re.compile(r"ValidateMapsConnection", re.IGNORECASE)
_SUCCESS = re.compile(r"ValidateMapsConnection successfully", re.IGNORECASE)
_CODE = re.compile(r"\bhr\s*=\s*(?:0x)?([0-9a-f]{8})\b|\(\s*(8[0-9a-f]{7})\s*\)", re.IGNORECASE)
_START = re.compile(r"Start Time\s*:(.*)", re.IGNORECASE)
_MACHINE = {
    "80070005": "the command was not run as an administrator",
    "800106BA": "the antivirus service is not running",
    "80070667": "this version of Windows does not have the command",
}
_NETWORK = {
    "80070006": "the firewall blocks the connection or inspects TLS, or no WinHTTP proxy is set",
    "80004005": "a problem of the network, such as the resolution of names",
    "80508015": "the firewall blocks the connection or inspects TLS",
    "80072EE7": "the name is not resolved: DNS, or no WinHTTP proxy is set",
    "80072EFE": "the connection is aborted: a firewall, or no WinHTTP proxy is set",
    "80072F8F": "the certificate is not accepted: TLS is inspected, or revocation lists cannot be fetched (no WinHTTP proxy)",
    "80072F0D": "the issuer of the certificate is not known: TLS is inspected",
    "800705B4": "nothing answers in time",
}


def detect(path: str, head: bytes) -> bool:  # noqa: ARG001 - the name of the file says nothing
    """Whether a text is an output of the command, and not a script that runs it."""
    text = text_of(head)
    return any(
        _COMMAND.match(line) is not None and ("established a connection" in line or "failed" in line or "hr=" in line)
        for _, line in lines_of(text)
    )


def read(path: str, content: bytes) -> LiveResults:
    """What the output says of the service."""
    unread = list(too_long(content))
    date, checks = "", []
    for number, line in lines_of(text_of(content)):
        if (found := _START.match(line)) is not None:
            date = worded_day(found[1]) or date
        elif _SUCCESS.search(line) is not None:
            checks.append(ServiceCheck(MAPS[0], Reach.REACHED, "", number, MAPS[1]))
        elif _COMMAND.match(line) is not None and (failed := _failure(number, line)) is not None:
            checks.append(failed)
    if not checks:
        unread.append(UnreadPart(0, "how the command ended is not in it"))
    return LiveResults(path, LIVE.id, (), tuple(checks[:100]), tuple(unread), date)


def _failure(number: int, line: str) -> ServiceCheck | None:
    found = _CODE.search(line)
    if found is None:
        failed = "fail" in line.lower()
        return ServiceCheck(MAPS[0], Reach.FAILED, "", number, MAPS[1]) if failed else None
    code = (found[1] or found[2]).upper()
    if code in _MACHINE:
        return ServiceCheck(MAPS[0], Reach.UNREAD, code, number, MAPS[1], why=_MACHINE[code])
    sign = Sign.INSPECTION if code == "80072F0D" else sign_of(win32_of(int(code, 16)))
    return ServiceCheck(MAPS[0], Reach.FAILED, code, number, MAPS[1], sign, _NETWORK.get(code, ""))


LIVE = Live(
    "maps_connection",
    "MpCmdRun -ValidateMapsConnection (Windows)",
    detect,
    read,
    "success, or the code of the failure with its meaning",
)
