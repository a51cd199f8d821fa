"""What the remarks beside a row change: need, conditions, bounds of Windows versions, a demanded direct connection.

Sources: the remarks of the editions from 2021 to 2026, and for what they leave open the documentation of the product
(streamlined connectivity is not available to machines on the Microsoft Monitoring Agent; the ``-v20`` telemetry hosts
are used from Windows 10 1803 on, the ``vortex`` hosts before).
"""

import re
from collections.abc import Mapping

from allowlint.model.monitoring_agent import OLD_AGENT
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need

_REMARKS: tuple[tuple[str, bool, str], ...] = (
    (
        "updates_internal",
        False,
        r"optional (?:if|when) (?:security )?updates are (?:being )?(?:managed|downloaded|distributed)",
    ),
    ("trust_lists_offline", False, r"optional if updates to windows root certificate trust lists"),
    ("no_web_browsing", False, r"optional in disconnected environments"),
    ("security_settings_management", True, r"required when using security management"),
    ("security_settings_management", True, r"optional if settings management is performed"),
    ("live_response", True, r"required for live response performance|live response performance urls are required"),
    ("package_mirror", False, r"optional if distributing\s*(?:/|or)\s*upgrading linux"),
    ("mac_package_mirror", False, r"optional if distributing\s*(?:/|or)\s*upgrading macos"),
    ("streamlined", True, r"only required for streamlined"),
)
"""Condition, the answer that makes the row required, and the remark that says so."""

_UPDATES_NOTE = re.compile(r"endpoints are optional when updates are managed internally")
_SCANNER = re.compile(r"network scanner")
_DIRECT = re.compile(r"direct connection|proxy bypass|(?:cannot|can't|can.t) be used through a proxy")
_NOT_FROM = re.compile(r"not required (?:for|on) windows (?:10 )?(?:version )?(\d{4})\b[^.]*?(?:above|later|/|$)")
_ONLY_TO = re.compile(r"only required (?:for|on) windows 10 (?:version )?(\d{4}) and (?:below|earlier|lower)")


class Remarks(NamedTuple):
    """Everything that a row says in words. Case and line ends do not matter."""

    category: str
    description: str
    comment: str
    note: str
    """Text above the table; it counts only where the table has no column of comments."""


class Meaning(NamedTuple):
    """What the words of a row come down to."""

    need: Need
    when: Mapping[str, object]
    systems: tuple[str, ...]
    """The systems that remain of those the flags named."""
    expect: Mapping[str, str]


def meaning_of(host: str, stated: Need | None, systems: tuple[str, ...], remarks: Remarks) -> Meaning:
    """Need, conditions and systems of one endpoint.

    ``stated`` is the word of the Required/Optional column, None when the document has no such column (2021): then
    rows are required, except updates (conditional) and symbols (optional; the address was dropped in 2023).
    """
    said = _plain(remarks.comment or remarks.note)
    description, category = _plain(remarks.description), _plain(remarks.category)
    when = _conditions(said, description, category)
    bounded = _bound(systems, said, host)
    if when:
        need = Need.CONDITIONAL
    elif len(bounded) < len(systems) or "monitoring agent (mma)" in category:
        # 'Optional, only for Windows 1703 and below' means required on exactly those versions.
        need = Need.REQUIRED
    elif stated is None:
        need = Need.OPTIONAL if category == "symbols" else Need.REQUIRED
    else:
        need = stated
    # login.microsoftonline.com also serves security settings management, which works through a proxy.
    direct = _DIRECT.search(f"{said} {description}") and "security_settings_management" not in when
    return Meaning(need, when, bounded, {"routing": "direct"} if direct else {})


def _conditions(said: str, description: str, category: str) -> dict[str, object]:
    when: dict[str, object] = {key: answer for key, answer, remark in _REMARKS if re.search(remark, said)}
    if _UPDATES_NOTE.search(said) or re.fullmatch(r"mu ?/ ?wu|mu \(adl\)", category):
        when.setdefault("updates_internal", False)
    if _SCANNER.search(description) or "vulnerability assessment for network devices" in description:
        when["network_scanner"] = True
    return when


def _bound(systems: tuple[str, ...], said: str, host: str) -> tuple[str, ...]:
    if match := _ONLY_TO.search(said):
        return tuple(name for name in systems if _version(name) <= int(match[1]))
    if match := _NOT_FROM.search(said):
        return tuple(name for name in systems if _version(name) < int(match[1]) or not name.startswith("windows"))
    if host.endswith("-v20.events.data.microsoft.com"):
        return tuple(name for name in systems if _version(name) >= 1803)
    if re.fullmatch(r"\*\.endpoint\.security\.microsoft\.(com|us)", host):
        return tuple(name for name in systems if name not in OLD_AGENT)
    return systems


def _version(system: str) -> int:
    """Windows 10 version of a system; everything newer, older or other sorts above all of them."""
    digits = system.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 9999


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "").split()).casefold()
