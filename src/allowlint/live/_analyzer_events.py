"""The events in which the client analyzers sum up their tests, by number."""

from allowlint.model.live import Reach, ServiceCheck, Sign
from allowlint.model.record import NamedTuple

COMMAND = ("command and control", ("winatp-gw-*.microsoft.com", "*.endpoint.security.microsoft.com"))
CYBER = (
    "cyber data",
    ("*.events.data.microsoft.com", "events.data.microsoft.com", "*.endpoint.security.microsoft.com"),
)
RESPONSE = ("automated investigation", ("automatedirstr*.blob.core.windows.net", "*.endpoint.security.microsoft.com"))
SAMPLES = (
    "sample upload",
    ("uss*.blob.core.windows.net", "ws*.blob.core.windows.net", "*.endpoint.security.microsoft.com"),
)
SETTINGS = ("security settings management", ("*.dm.microsoft.com", "enterpriseregistration.windows.net"))
MAPS = (
    "antivirus cloud service (MAPS)",
    ("*.wdcp.microsoft.com", "*.wdcpalt.microsoft.com", "*.wd.microsoft.com", "*.endpoint.security.microsoft.com"),
)
ANTIVIRUS = ("antivirus cloud service", ("*.wd.microsoft.com", "*.endpoint.security.microsoft.com"))
CERTIFICATES = ("certificate chains", ())


class _Meaning(NamedTuple):
    subject: str
    about: tuple[str, ...]
    reach: Reach
    sign: Sign = Sign.NONE
    why: str = ""


def _family(group: tuple[str, tuple[str, ...]], well: int, some: int, most: int) -> dict[int, _Meaning]:
    subject, about = group
    return {
        well: _Meaning(subject, about, Reach.REACHED),
        some: _Meaning(subject, about, Reach.FAILED, why="one of its URLs failed"),
        most: _Meaning(subject, about, Reach.FAILED, why="several of its URLs failed"),
    }


WINDOWS = {
    **_family(COMMAND, 130017, 131013, 132021),
    **_family(CYBER, 130018, 131014, 132022),
    **_family(RESPONSE, 130019, 131015, 132023),
    **_family(SAMPLES, 130020, 131016, 132024),
    **_family(SETTINGS, 130021, 131017, 132025),
    130011: _Meaning(*MAPS, Reach.REACHED),
    131007: _Meaning(*MAPS, Reach.FAILED),
    131001: _Meaning("cloud service check", (), Reach.UNREAD, why="the tool tested no URL at all"),
    132026: _Meaning(*CERTIFICATES, Reach.FAILED, why="a certificate has an expected issuer, but another root"),
    132027: _Meaning(*CERTIFICATES, Reach.FAILED, Sign.INSPECTION, "a certificate has an issuer that is not expected"),
    131028: _Meaning(*CERTIFICATES, Reach.UNREAD, why="a chain of certificates could not be fetched"),
    132012: _Meaning(*CERTIFICATES, Reach.FAILED, Sign.INSPECTION, "the sensor has met error 12175"),
}
"""As Microsoft's script for Windows numbers them."""
UNIX = {
    **_family(COMMAND, 30002, 31001, 32003),
    **_family(CYBER, 30005, 31004, 32006),
    **_family(ANTIVIRUS, 30008, 31007, 32009),
}
"""As the cross-platform analyzer numbers them, without the digit of the platform before it (3 Linux, 2 macOS)."""


def event_of(number: int, meanings: dict[int, _Meaning], line: int, source: str = "") -> ServiceCheck | None:
    """What an event says of connections; None where it says nothing of them."""
    found = meanings.get(number)
    if found is None:
        return None
    return ServiceCheck(found.subject, found.reach, str(number), line, found.about, found.sign, found.why, source)
