"""What an endpoint is for, in our own words, by the family that its host name belongs to."""

import re

_NOTES: tuple[tuple[str, str], ...] = (
    (r"winatp-gw-", "command and control of the sensor"),
    (r"automatedirstr", "samples for automated investigation"),
    (r"(uss|ws)[a-z]{2,3}\d", "uploads of suspicious files"),
    (r".*-v20\.events\.data\.", "sensor telemetry"),
    (r".*vortex-win\.data\.", "sensor telemetry of Windows 10 before 1803"),
    (r"\*\.events\.data\.", "diagnostics of the Defender core service"),
    (r"events\.data\.", "telemetry settings and diagnostics"),
    (r"settings-win\.data\.", "telemetry settings of old Windows 10 versions"),
    (r"\*\.endpoint\.security\.microsoft\.", "all core services (streamlined connectivity)"),
    (r"cdn\.x\.cp|.*-cdn\.x\.cp", "definition downloads for macOS and Linux"),
    (r".*x\.cp\.wd\.", "cloud protection for macOS and Linux"),
    (r".*\.cp\.wd\.|\*\.wd(cp|cpalt)?\.microsoft", "cloud-delivered protection"),
    (r".*smartscreen|.*\.ss\.wd\.", "web protection and custom indicators"),
    (r".*(checkappexec|urs)\.microsoft", "reputation of downloaded programs"),
    (r"\*\.wns\.windows|login\.live|\*\.notify\.windows", "push notifications that start live response"),
    (r"login\.microsoftonline\.", "sign-in of push notifications and settings management"),
    (r"ctldl\.|crl\.|www\.microsoft\.com/pki", "certificate revocation and trust lists"),
    (r".*ods\.opinsights|.*oms\.opinsights|.*azure-automation", "Microsoft Monitoring Agent"),
    (r"\*\.blob\.core\..*/networkscanner|login\.windows\.net|\*\.security\.microsoft", "scanner of network devices"),
    (r"\*\.blob\.core\.", "Microsoft Monitoring Agent downloads"),
    (r"enterpriseregistration|\*\.dm\.microsoft", "security settings management"),
    (r".*(update\.microsoft|windowsupdate|delivery\.mp|download\.microsoft)", "Windows and definition updates"),
    (r"go\.microsoft|.*definitionupdates|www\.microsoft\.com/security/encyclopedia", "definition downloads"),
    (r"packages\.microsoft", "packages of the Linux agent"),
    (r"officecdn", "product updates for macOS"),
    (r"msdl\.", "symbols for the repair of system files"),
    (r".*(ecs|config\.edge\.skype)\.", "feature settings from the cloud"),
    (r"reflector\.", "probe of IPv6 connectivity"),
)


def note_for(host: str, path: str, admin: bool) -> str:
    """A few words on the purpose of an endpoint; empty when its family is not known."""
    if admin:
        return "portal for administrators"
    return next((note for pattern, note in _NOTES if re.match(pattern, host + path)), "")
