r"""Proxy settings of the endpoint: Windows, Linux and macOS with Defender for Endpoint.

Export
    ``reg export HKLM\SOFTWARE\Policies\Microsoft policies.reg``, a ``Registry.pol`` or a backup of a group policy, ``gpresult /x``,
    ``Get-GPOReport -ReportType Xml``, policies of Intune as JSON, the output of ``netsh winhttp show proxy`` or ``show advproxy``, of
    ``Get-MpPreference`` and of ``bitsadmin /util /getieproxy LOCALSYSTEM``, the scripts that set these;
    ``mdatp_managed.json``, ``/etc/environment``, the unit of mdatp, the configuration of apt, a ``.mobileconfig``.
What is read
    The proxy of each consumer, which is a device of its own: ``EDR sensor``, ``Defender Antivirus``, ``WinHTTP``, ``LocalSystem``,
    ``mdatp`` and ``mdatp installation``. What is written as Microsoft's documents want it is a way, and a declared path can begin with
    it; of the EDR sensor and of Defender Antivirus also the direct way that they take when the proxy does not answer.
What is not
    A consumer of which a file says nothing. What a PAC script answers, what WPAD finds, and what a consumer makes of a value that
    no document describes: those are unknown. Conditions in scripts; policies under names that are not English in reports of group
    policy (their ``Registry.pol`` is read in any language). Whether several group policies reach one machine.

The places and forms are those of learn.microsoft.com, "Configure proxy connectivity for Microsoft Defender for Endpoint on Windows" and "on
Linux for static proxy discovery", of the Policy CSP and of [MS-GPREG]. No public document shows what ``bitsadmin /util /getieproxy`` prints,
whether ``mdatp health`` names a proxy, or the bytes of ``WinHttpSettings`` beyond those for direct access: these are read
as tools of the public do, and what does not fit is unknown.
"""

import re

from allowlint.errors import InputError
from allowlint.model.device import Device
from allowlint.platforms import Options, Platform
from allowlint.syntax.files import shown

_TELLING = re.compile(
    rb"Telemetry|DataCollection|Windows Defender|DisableEnterpriseAuth|PreferStaticProxy|SSLOptions|Proxy(?:Server|PacUrl|Bypass|IsEnabled)|winhttp|cloudService|_proxy"
    rb"|Acquire|com\.apple\.proxy|mdatp|healthy|Proxy usage|PReg|Registry Editor|REGEDIT4|define proxy|define addresses|authenticated proxy",
    re.IGNORECASE,
)
"""One of these is in every file that is meant here; looking closer costs more than the rest of the start."""


def detect(path: str, head: bytes) -> bool:
    """Whether it speaks of the proxy of a consumer, in one of the formats."""
    if not _TELLING.search(head.replace(b"\0", b"")):
        return False
    from allowlint.platforms.mde_endpoint.formats import formats_of
    from allowlint.platforms.mde_endpoint.source import Source

    return bool(formats_of(Source(path, head)))


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a file into one device for each consumer. Raises InputError for what says nothing of a proxy, or cannot be read."""
    from allowlint.platforms.mde_endpoint import gpo
    from allowlint.platforms.mde_endpoint.devices import devices_of
    from allowlint.platforms.mde_endpoint.formats import formats_of
    from allowlint.platforms.mde_endpoint.source import Source

    source = Source(shown(path) if path != "-" else "-", content)
    settings = []
    files: tuple[str, ...] = ()
    for each in formats_of(source):
        found = gpo.beside(path, options.root, options.limits) if each.read is gpo.read and path != "-" else None
        mine, more = found or ([], ())
        settings += mine or each.read(source)
        files += more
    if not settings:
        hint = "name a registry export, a group policy, or another file that sets the proxy (allowlint platforms)"
        raise InputError("it says nothing of a proxy for Defender for Endpoint", path=source.path, hint=hint)
    return devices_of(settings, files)


PLATFORM = Platform(
    id="mde_endpoint",
    title="Endpoint proxy settings",
    detect=detect,
    parse=parse,
    reads="proxies of the EDR sensor, Defender Antivirus, WinHTTP and mdatp: .reg, Registry.pol, group policy, Intune, netsh, PowerShell, Linux, macOS",
)
