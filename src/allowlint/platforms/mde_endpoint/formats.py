"""The formats, each a module with a detector and a reader."""

from collections.abc import Callable

from allowlint.model.record import NamedTuple
from allowlint.platforms.mde_endpoint import (
    bitsadmin,
    gpo,
    intune,
    linux,
    mobileconfig,
    mp_preference,
    netsh,
    pol,
    reg,
    scripts,
)
from allowlint.platforms.mde_endpoint.settings import Setting
from allowlint.platforms.mde_endpoint.source import Source


class Format(NamedTuple):
    """One format."""

    name: str
    detect: Callable[[Source], bool]
    read: Callable[[Source], list[Setting]]


WHOLE = (
    Format("Registry.pol", pol.detect, pol.read),
    Format("registry export", reg.detect, reg.read),
    Format("group policy report", gpo.detect, gpo.read),
    Format("configuration profile", mobileconfig.detect, mobileconfig.read),
    Format("Intune policy", intune.detect, intune.read),
    Format("settings of mdatp", linux.detect, linux.read),
)
"""Formats that a whole file has."""
PARTS = (
    Format("netsh winhttp", netsh.detect, netsh.read),
    Format("Get-MpPreference", mp_preference.detect, mp_preference.read),
    Format("bitsadmin", bitsadmin.detect, bitsadmin.read),
)
"""Outputs of commands, of which one file may hold several."""
SCRIPT = Format("script", scripts.detect, scripts.read)
_PROSE = (".md", ".markdown", ".rst", ".html", ".htm", ".adoc", ".py", ".yaml", ".yml")
"""Files that speak about settings and are none."""


def formats_of(source: Source) -> tuple[Format, ...]:
    """The formats of a file; empty where it has none."""
    if source.name.endswith(_PROSE):
        return ()
    whole = next((each for each in WHOLE if each.detect(source)), None)
    if whole is not None:
        return (whole,)
    parts = tuple(each for each in PARTS if each.detect(source))
    return parts or ((SCRIPT,) if SCRIPT.detect(source) else ())
