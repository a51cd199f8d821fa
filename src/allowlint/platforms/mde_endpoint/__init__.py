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
    no document describes: those are unknown. Conditions in scripts, of which only two branches that differ are told; policies under
    names that are not English in reports of group policy, which are unknown where they look like these (their ``Registry.pol``
    is read in any language). Whether several policies, or several machines in one file, reach one machine: where they differ, it is
    unknown which counts. A signed ``.mobileconfig``, which is only named as one. Which files are of one machine: files lie together
    for many reasons, so that they are read together only where ``machine`` in ``allowlint.yaml`` says it.

The places and forms are those of learn.microsoft.com, "Configure proxy connectivity for Microsoft Defender for Endpoint on Windows" and "on
Linux for static proxy discovery", of the Policy CSP and of [MS-GPREG]. No public document shows what ``bitsadmin /util /getieproxy`` prints,
whether ``mdatp health`` names a proxy, or the bytes of ``WinHttpSettings`` beyond those for direct access: these are read
as tools of the public do, and what does not fit is unknown.
"""

from allowlint.model.device import Device
from allowlint.platforms import Options, Platform

_TELLING = (
    b"telemetry", b"datacollection", b"windows defender", b"disableenterpriseauth", b"preferstaticproxy", b"ssloptions",
    b"proxyserver", b"proxypacurl", b"proxybypass", b"proxyisenabled", b"winhttp", b"cloudservice", b"_proxy", b"acquire",
    b"com.apple.proxy", b"mdatp", b"healthy", b"proxy usage", b"preg", b"registry editor", b"regedit4", b"define proxy",
    b"define addresses", b"authenticated proxy",
)  # fmt: skip
"""One of these is in every file that is meant here, in lower case; looking closer costs more than the rest of the start."""


def detect(path: str, head: bytes) -> bool:
    """Whether it speaks of the proxy of a consumer, in one of the formats."""
    letters = head.replace(b"\0", b"").lower()
    if not path.lower().endswith(".mobileconfig") and not any(word in letters for word in _TELLING):
        return False
    from allowlint.platforms.mde_endpoint.formats import formats_of
    from allowlint.platforms.mde_endpoint.source import Source

    return bool(formats_of(Source(path, head)))


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a file into one device for each consumer, with what other files of the same machine say of them.

    Raises InputError for what says nothing of a proxy, or cannot be read.
    """
    from allowlint.platforms.mde_endpoint.devices import devices_of
    from allowlint.platforms.mde_endpoint.machine import machine_of, settings_in

    settings, files = settings_in(path, content, options)
    return devices_of(settings, files, machine_of(path, settings, options))


PLATFORM = Platform(
    id="mde_endpoint",
    anywhere=True,
    title="Endpoint proxy settings",
    detect=detect,
    parse=parse,
    reads="proxies of the EDR sensor, Defender Antivirus, WinHTTP and mdatp: .reg, Registry.pol, group policy, Intune, netsh, PowerShell, Linux, macOS",
)
