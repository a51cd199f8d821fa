"""Releases of FortiOS, and what a setting means that a file leaves out.

Defaults are those of the schemas of 7.4 and 7.6; where they changed, the release decides, and where the release is not known, the
answer is None. Sources: docs.fortinet.com, "config firewall policy", "config firewall ssl-ssh-profile" and "config webfilter
urlfilter" of the CLI references 6.2 to 7.6; "Wildcard FQDN addresses in firewall policy" (new features 6.2.2).
"""

import re

from allowlint.model.record import NamedTuple

_HEADER = re.compile(r"^#config-version=[A-Za-z0-9]+-(\d+)\.(\d+)(?:\.(\d+))?-", re.MULTILINE)
_STATUS = re.compile(r"^Version: Forti\S+ v(\d+)\.(\d+)\.(\d+)", re.MULTILINE)
_HEAD = 65536


class Version(NamedTuple):
    """A release; all zero where the file does not say it."""

    major: int = 0
    minor: int = 0
    patch: int = 0

    @property
    def known(self) -> bool:
        """Whether the file says it."""
        return self.major > 0

    def before(self, major: int, minor: int, patch: int = 0) -> bool:
        """Whether it is surely an earlier release."""
        return self.known and (self.major, self.minor, self.patch) < (major, minor, patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" if self.known else "an unknown release"


def version_of(text: str) -> Version:
    """The release that a backup names in its first line, or a transcript in ``get system status``."""
    head = text[:_HEAD]
    found = _HEADER.search(head) or _STATUS.search(head)
    if found is None:
        return Version()
    major, minor, patch = found.groups(default="0")
    # Older releases write 5.02 for 5.2.
    return Version(int(major[:3]), int(minor[:3]), int(patch[:4]))


def mode_of(version: Version, policy: str, system: str) -> str:
    """``flow``, ``proxy``, or nothing where it cannot be told: by policy since 6.2, by VDOM before."""
    if policy:
        return policy
    # An excerpt that names neither release nor mode is taken for one of a release that is still supported.
    return system if version.before(6, 2) or system else "flow"
