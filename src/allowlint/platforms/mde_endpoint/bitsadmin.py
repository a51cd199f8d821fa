"""What ``bitsadmin /util /getieproxy LOCALSYSTEM`` prints: the Internet Options of the account in which services run.

No document of Microsoft shows the output; the four labels are those for which Microsoft's own diagnostic scripts look.
"""

import re

from allowlint.platforms.mde_endpoint.settings import AUTODETECT, BYPASS, DIRECT, OTHER, PAC, PROXY, Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source

_LABELS = {"proxy usage": "", "auto discovery script url": PAC, "proxy list": PROXY, "proxy bypass": BYPASS}
_FIELD = re.compile(
    r"^[ \t]*(Proxy usage|Auto discovery script URL|Proxy list|Proxy bypass)[ \t]*[:=][ \t]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_BANNER = re.compile(r"BITSADMIN|getieproxy|^[ \t]*Proxy usage[ \t]*:", re.IGNORECASE | re.MULTILINE)
_EMPTY = frozenset(("", "null", "(null)", "none", "<none>", "n/a"))
_COMMAND = "bitsadmin /util /getieproxy"


def detect(source: Source) -> bool:
    """Whether the output of the command is in it."""
    return bool(_FIELD.search(source.text)) and bool(_BANNER.search(source.text))


def read(source: Source) -> list[Setting]:
    """What it says about the proxy of the account."""
    found: list[Setting] = []
    for match in _FIELD.finditer(source.text):
        name, text = _LABELS[match[1].lower()], match[2].rstrip(" \t")
        place = source.at(source.line_of(match.start()))
        setting = Setting(Consumer.SYSTEM, name, text, place, "", _COMMAND)
        usage = text.upper().replace(" ", "_")
        if name:
            found += [setting] if text.lower() not in _EMPTY else []
        elif "AUTODETECT" in usage or "AUTO_DETECT" in usage:
            found.append(setting._replace(name=AUTODETECT, value="1"))
        elif "NO_PROXY" in usage:
            found.append(setting._replace(name=DIRECT, value=""))
        else:
            found.append(setting._replace(name=OTHER, open=f"what the usage `{text}` comes to"))
    told = any(each.name in (PROXY, PAC) for each in found)
    return [each for each in found if each.name != OTHER] if told else found
