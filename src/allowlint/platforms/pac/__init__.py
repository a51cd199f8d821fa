"""Proxy auto-configuration (PAC) scripts.

Export
    The file that clients fetch: ``proxy.pac`` or ``wpad.dat``.
What is read
    ``FindProxyForURL`` with everything that it calls, followed for all hosts at once: branches, loops over lists, tables,
    the functions of PAC, texts and their parts, regular expressions. Exact names are run in a sandbox too, and both must agree.
    ``FindProxyForURLEx`` beside it, which clients of Microsoft call where it is defined.
What is not
    What names resolve to, the time, chance; what an earlier call left in a variable from outside. Where engines differ (Windows services run scripts in old JScript; characters of
    regular expressions in ``shExpMatch``) the answer is unknown unless all of them come to the same.

The semantics of the functions are those of Mozilla's helper code. A list of ways is judged by its first entry: WinHTTP takes
no other.
"""

import re
from collections.abc import Iterable

from allowlint.model.device import Device
from allowlint.model.lazy import lazy_pattern
from allowlint.model.waiver import Remark
from allowlint.platforms import Options, Platform

_HELD = lazy_pattern(rb"^(?:\xef\xbb\xbf)?#config-version=|^[ \t]*set pac-file-data \"", re.MULTILINE)
"""What begins a backup of a FortiGate, or the script that one holds."""


def detect(path: str, head: bytes) -> bool:
    """Whether it defines ``FindProxyForURL``, or is named as such scripts are."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    before, function, _ = head.replace(b"\0", b"").partition(b"function FindProxyForURL")
    # Firewalls that serve a script to their clients hold it as a quoted value.
    return (bool(function) and not _HELD.search(before)) or name.endswith(".pac") or name == "wpad.dat"


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a script into one device that chooses the way. Raises InputError for what is no script."""
    from allowlint.platforms.pac.convert import device_of

    return (device_of(path, content, options),)


def remarks(content: bytes) -> Iterable[Remark]:
    """The waivers in comments and descriptions, each with what it belongs to."""
    from allowlint.platforms.pac.remarks import found_in

    return found_in(content)


PLATFORM = Platform(
    id="pac",
    title="PAC script",
    detect=detect,
    parse=parse,
    reads="FindProxyForURL for all hosts at once: branches, loops, tables, PAC functions, regular expressions; run in a sandbox to compare",
    remarks=remarks,
)
