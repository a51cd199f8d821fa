"""URLs as tools print them."""

import re
from urllib.parse import urlsplit

from allowlint.model.live import LiveTest

_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
URL = re.compile(r"https?://[^\s\"'<>|]{1,2000}", re.IGNORECASE)


def parsed(url: str, line: int, source: str = "") -> LiveTest | None:
    """A test of a URL, as yet without attempts; None for what is no URL of a named host.

    Credentials, the query and the fragment are dropped.
    """
    scheme = "http" if url.lower().startswith("http://") else "https"
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    return LiveTest(
        host, port or (80 if scheme == "http" else 443), scheme, parts.path.rstrip(".,;"), line, source=source
    )
