"""The names of random cases, and random values of each ACL type that is about names.

A small universe under a few suffixes, so that rules meet each other, with look-alikes that a sloppy reading of a
pattern would let in.
"""

from __future__ import annotations

from random import Random

SUFFIXES = ("a.test", "b.test", "example.test", "corp.example.test", "microsoft.com", "security.microsoft.com")
LABELS = ("www", "x", "y", "api", "eu-1", "cdn2")
LOOKALIKES = (
    "badexample.test",
    "example.test.evil.test",
    "xa.test",
    "a-test.test",
    "microsoft.com.evil.test",
    "notmicrosoft.com",
    "wwwXb.test",
)
SENSOR_NAMES = (
    "winatp-gw-neu.microsoft.com",
    "winatp-gw-weu3.microsoft.com",
    "edr-neu3.eu.endpoint.security.microsoft.com",
    "x.cp.wd.microsoft.com",
    "go.microsoft.com",
    "www.microsoft.com",
    "crl.microsoft.com",
    "ctldl.windowsupdate.com",
    "settings-win.data.microsoft.com",
    "automatedirstrprdneu.blob.core.windows.net",
)
SENSOR_SUFFIXES = (
    "endpoint.security.microsoft.com",
    "wd.microsoft.com",
    "windowsupdate.com",
    "blob.core.windows.net",
    "data.microsoft.com",
)
PATHS = ("/", "/pkiops/certs/x.crt", "/pkiops", "/crl/A.CRL", "/x?u=microsoft.com", "/other/a.test")


def host(random: Random) -> str:
    """A name to probe."""
    kind = random.random()
    if kind < 0.25:
        return random.choice(SENSOR_NAMES)
    if kind < 0.4:
        return random.choice(LOOKALIKES)
    labels = [random.choice(LABELS) for _ in range(random.choice((0, 1, 1, 1, 2, 3)))]
    return ".".join([*labels, random.choice(SUFFIXES + SENSOR_SUFFIXES)])


def suffix(random: Random) -> str:
    """A name that others are below."""
    return random.choice(SUFFIXES + SENSOR_SUFFIXES)


def domains(random: Random, count: int) -> list[str]:
    """Values of dstdomain and ssl::server_name. Mostly in an order that Squid accepts."""
    values = [_domain(random) for _ in range(count)]
    return values if random.random() < 0.03 else acceptable(values)


def acceptable(values: list[str]) -> list[str]:
    """Drop what Squid 6 and earlier refuse to load: a name next to its own suffix, or before a suffix that covers it."""
    kept: list[str] = []
    for value in values:
        if not any(_refused(earlier, value) for earlier in kept):
            kept.append(value)
    return kept


def _refused(earlier: str, later: str) -> bool:
    if earlier.lstrip(".") == later.lstrip(".") and earlier != later:
        return True
    return later.startswith(".") and earlier != later and earlier.endswith(later)


def _domain(random: Random) -> str:
    kind = random.random()
    if kind < 0.45:
        return "." + suffix(random)
    if kind < 0.85:
        return host(random)
    if kind < 0.90:
        return "*." + suffix(random)
    if kind < 0.94:
        return host(random).upper()
    return random.choice((".", ".test", ".com", "https://a.test", "x.a.test/path", "a.test:443", ".b.test.", "*"))


def _escaped(name: str) -> str:
    return name.replace(".", r"\.")


HOST_PATTERNS = (
    r"\.{s}$",
    r"(^|\.){s}$",
    r"^www\.{s}$",
    r"^(x|y|api)\.{s}$",
    r"^[a-z0-9-]+\.{s}$",
    r"^[^.]+\.{s}$",
    r"^([a-z0-9-]+\.)*{s}$",
    r"^.*\.{s}$",
    r".*{s}",
    r"{s}$",
    r"^{s}",
    r"{s}",
    r"^[a-z]{{1,3}}\.{s}$",
    r"^winatp-gw-[a-z]{{3}}[0-9]?\.microsoft\.com$",
    r"^(www\.)?{s}$",
    r"^[[:alpha:]]+\.{s}",
    r"^x+y?\.",
    r".",
    r"^$",
)
ODD_PATTERNS = (
    r"*.{s}",
    r"^*{s}",
    r"^({s}",
    r"(?i)^{s}$",
    r"^\w+\.{s}$",
    r"^a\d\.{s}$",
    r"^.+?\.{s}$",
    r"[a-",
    r"a{{,2}}\.{s}",
)
URL_PATTERNS = (
    r"^{s}:443$",
    r"{s}:443$",
    r"\.{s}:[0-9]+$",
    r":8443$",
    r"^http://{s}/",
    r"^http://([a-z0-9.-]+\.)?{s}/",
    r"^https://([a-z0-9.-]+\.)?{s}/",
    r"^https?://[^/]*{s}",
    r"^(https?://)?([a-z0-9-]+\.)*{s}(:443|/|$)",
    r"{s}",
    r"{s}/",
    r"/pkiops/",
    r"^http://www\.microsoft\.com/pkiops/",
    r"\?",
)
PATH_PATTERNS = (r"^/pkiops/", r"\.crl$", r".", r"^/$", r"^/(crl|pkiops)", r"\?u=")


def expressions(random: Random, kind: str, count: int) -> list[str]:
    """Values of the regular-expression types, with `-i` in front or between now and then."""
    pool = {"url_regex": URL_PATTERNS, "urlpath_regex": PATH_PATTERNS}.get(kind, HOST_PATTERNS)
    values = []
    for _ in range(count):
        name = suffix(random) if random.random() < 0.8 else host(random)
        pattern = random.choice(ODD_PATTERNS if random.random() < 0.06 else pool)
        text = pattern.format(s=name if random.random() < 0.2 else _escaped(name))
        values.append(text.upper() if random.random() < 0.05 else text)
    if random.random() < 0.35:
        values.insert(random.choice((0, 0, 0, len(values) // 2)), "-i")
    return values
