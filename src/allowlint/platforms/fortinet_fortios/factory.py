"""What is shipped with FortiOS, for files that leave it out.

``deep-inspection`` and ``custom-deep-inspection`` exempt names of Microsoft, Windows Update and others and the categories 31 and 33
(cookbook.fortinet.com, "Default exemptions in the SSL deep-inspection profile", 5.2 to 5.6; the same objects in backups of 6.4 and
7.2). Of later releases the list is not known here.
"""

from allowlint.model.record import NamedTuple

DEEP = frozenset(("deep-inspection", "custom-deep-inspection"))
BUILT_IN = DEEP | {"certificate-inspection", "no-inspection"}
CATEGORIES = frozenset((31, 33))

OBJECTS = {
    "adobe": "*.adobe.com",
    "Adobe Login": "*.adobelogin.com",
    "android": "*.android.com",
    "apple": "*.apple.com",
    "appstore": "*.appstore.com",
    "auth.gfx.ms": "*.auth.gfx.ms",
    "autoupdate.opera.com": "*autoupdate.opera.com",
    "cdn-apple": "*.cdn-apple.com",
    "citrix": "*.citrixonline.com",
    "dropbox.com": "*.dropbox.com",
    "eease": "*.eease.com",
    "firefox update server": "aus*.mozilla.org",
    "fortinet": "*.fortinet.com",
    "google-drive": "*drive.google.com",
    "google-play": "*play.google.com",
    "google-play2": "*.ggpht.com",
    "google-play3": "*.books.google.com",
    "googleapis.com": "*.googleapis.com",
    "Gotomeeting": "*.gotomeeting.com",
    "icloud": "*.icloud.com",
    "itunes": "*itunes.apple.com",
    "live.com": "*.live.com",
    "microsoft": "*.microsoft.com",
    "mzstatic-apple": "*.mzstatic.com",
    "skype": "*.messenger.live.com",
    "softwareupdate.vmware.com": "*.softwareupdate.vmware.com",
    "swscan.apple.com": "*swscan.apple.com",
    "update.microsoft.com": "*update.microsoft.com",
    "verisign": "*.verisign.com",
    "Windows update 2": "*.windowsupdate.com",
}
"""The wildcard-fqdn objects, with what they match."""


class _Names(NamedTuple):
    exact: tuple[str, ...]
    lower: tuple[str, ...]


EXEMPT_NAMES = _Names(
    tuple(pattern for pattern in OBJECTS.values() if "*" not in pattern),
    tuple(pattern[2:] for pattern in OBJECTS.values() if pattern.startswith("*.")),
)
"""The names that the objects match, without those that are covered by others or concern no required endpoint."""
