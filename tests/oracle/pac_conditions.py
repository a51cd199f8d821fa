"""The conditions of random PAC scripts: what administrators ask about a host and a URL, and a few things they should not.

Split from :mod:`tests.oracle.pac_generator`, which writes the statements around them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

NAMES = (
    "example.test",
    "contoso.test",
    "blob.core.test",
    "mail.example.test",
    "badexample.test",
    "example.test.evil.test",
)
LABELS = ("www", "a", "cdn-1", "mail", "WWW", "x.y", "bad", "10")
ADDRESSES = ("10.1.2.3", "10.200.0.9", "192.168.7.1", "172.16.5.4", "203.0.113.9", "127.0.0.1")
NETS = (
    ("10.0.0.0", "255.0.0.0"),
    ("192.168.0.0", "255.255.0.0"),
    ("172.16.0.0", "255.240.0.0"),
    ("10.1.2.3", "255.255.255.255"),
    ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - a net of all addresses, nothing is bound
    ("10.1.0.0", "8"),
)
ROUTES = (
    "DIRECT",
    "PROXY p1.test:8080",
    "PROXY p1.test:8080; PROXY p2.test:3128",
    "PROXY 127.0.0.1:9",
    "PROXY p2.test:3128; DIRECT",
)
GLOB_SHAPES = ("*.{}", "*{}", "*{}*", "{}", "www.{}", "w?w.{}", "*.{}*", "{}.*", "*.*.{}")
URL_SHAPES = ("https://*.{}/*", "http*://{}/*", "*{}*", "https://*", "http:*", "*://www.{}/*", "https://{}*")
REGEX_GLOBS = ("(www|a).{}", "*.{}|{}", "[aw]*.{}", "w+.{}", "^*{}$")


class Conditions:
    """Writes one condition at a time and keeps what the script has defined so far."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.features: set[str] = set()
        self.mentioned: list[str] = []
        self.top: list[str] = []
        self.names = 0
        self.host = "host"
        """What names the host where a condition is being written (the parameter of a helper function has another)."""
        self.url: str | None = "url"
        self.routes = [quoted(route) for route in ROUTES]
        self.lists: list[str] = []
        self.lookups: list[str] = []
        self.helpers: list[str] = []

    def _now_and_then(self, share: float) -> bool:
        return self.rng.random() < share

    def _used(self, *features: str) -> None:
        self.features.update(features)

    def _new(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def _condition(self, depth: int) -> str:
        if depth and self._now_and_then(0.35):
            parts = [self._condition(depth - 1) for _ in range(self.rng.randrange(2, 4))]
            joined = f" {self.rng.choice(('&&', '||', '||'))} ".join(parts)
            return joined if self._now_and_then(0.5) and "?" not in joined else f"({joined})"
        if depth and self._now_and_then(0.15):
            return f"!({self._condition(depth - 1)})"
        return self.rng.choices(*self._atoms())[0]()

    def _atoms(self) -> tuple[Sequence[Callable[[], str]], Sequence[int]]:
        weighed: list[tuple[Callable[[], str], int]] = [
            (self._domain, 10),
            (self._glob, 10),
            (self._equal, 5),
            (self._local_or_domain, 2),
            (self._plain, 3),
            (self._index, 4),
            (self._part, 3),
            (self._character, 1),
            (self._length, 1),
            (self._levels, 1),
            (self._regex, 3),
            (self._modern_call, 1),
            (self._net, 2),
        ]
        weighed += [(self._url_glob, 3), (self._url_part, 2)] if self.url else []
        weighed += [(self._in_list, 2)] if self.lists else []
        weighed += [(self._in_lookup, 3)] if self.lookups else []
        weighed += [(self._call, 4)] if self.helpers else []
        return [atom for atom, _ in weighed], [weight for _, weight in weighed]

    def _name(self) -> str:
        name = self.rng.choice(NAMES)
        if self._now_and_then(0.3):
            name = f"{self.rng.choice(LABELS)}.{name}"
        self.mentioned.append(name)
        return name.upper() if self._now_and_then(0.03) else name

    def _compared(self) -> str:
        """The host, or what a script makes of it before comparing."""
        return self.host if self._now_and_then(0.85) else f"{self.host}.toLowerCase()"

    def _domain(self) -> str:
        prefix = self.rng.choices((".", "", "*."), (6, 3, 1))[0]
        return f"dnsDomainIs({self._compared()}, {quoted(prefix + self._name())})"

    def _glob(self) -> str:
        shapes: tuple[str, ...] = GLOB_SHAPES
        if self._now_and_then(0.06):
            self._used("regex-glob")
            shapes = REGEX_GLOBS
        name = self._name()
        return f"shExpMatch({self._compared()}, {quoted(self.rng.choice(shapes).format(name, name))})"

    def _url_glob(self) -> str:
        self._used("url")
        return f"shExpMatch(url, {quoted(self.rng.choice(URL_SHAPES).format(self._name()))})"

    def _url_part(self) -> str:
        self._used("url")
        length, scheme = self.rng.choice(((5, "http:"), (6, "https:"), (4, "ftp:"), (4, "http")))
        asked = f"url.substring(0, {length}) == {quoted(scheme)}"
        return self.rng.choice(
            (asked, f"url.indexOf({quoted(self._name())}) > 0", f"url.indexOf({quoted(scheme)}) == 0")
        )

    def _equal(self) -> str:
        operator = self.rng.choices(("==", "===", "!=", "!=="), (6, 3, 1, 1))[0]
        sides = [self._compared(), quoted(self._name())]
        return f" {operator} ".join(sides if self._now_and_then(0.8) else reversed(sides))

    def _local_or_domain(self) -> str:
        return f"localHostOrDomainIs({self.host}, {quoted(self.rng.choice(('', '', '.')) + self._name())})"

    def _plain(self) -> str:
        return f"isPlainHostName({self.host})"

    def _index(self) -> str:
        self._used("indexOf")
        method = "indexOf" if self._now_and_then(0.85) else "lastIndexOf"
        asked = f"{self._compared()}.{method}({quoted(self.rng.choice(('.', '')) + self._name())})"
        return f"{asked} {self.rng.choice(('>= 0', '!= -1', '> -1', '== -1', '== 0', '> 0', '< 0'))}"

    def _part(self) -> str:
        self._used("substring")
        host, name = self.host, self.rng.choice(("", ".")) + self._name()
        size = len(name)
        part = self.rng.choice(
            (
                f"{host}.slice(-{size})",
                f"{host}.substring({host}.length - {size})",
                f"{host}.substring({host}.length - {size}, {host}.length)",
                f"{host}.substring(0, {size})",
                f"{host}.substr(0, {size})",
                f"{host}.slice(0, {size})",
            )
        )
        return f"{part} == {quoted(name)}"

    def _character(self) -> str:
        self._used("charAt")
        return f"{self.host}.{self.rng.choice(('charAt(0)', 'charAt(1)', 'charAt(99)'))} == {quoted(self.rng.choice('waem1'))}"

    def _length(self) -> str:
        self._used("length")
        return f"{self.host}.length {self.rng.choice(('<', '>', '<=', '=='))} {self.rng.randrange(3, 30)}"

    def _levels(self) -> str:
        return f"dnsDomainLevels({self.host}) {self.rng.choice(('==', '>', '<', '>='))} {self.rng.randrange(4)}"

    def _regex(self) -> str:
        self._used("regex")
        escaped = self._name().replace(".", "\\.")
        literals = (
            f"/^(.*\\.)?{escaped}$/",
            f"/{escaped}$/i",
            f"/^(www|a)\\.{escaped}$/",
            f"/^[a-w]+\\.{escaped}/",
            f"/\\.{escaped}$/",
            f"/^\\d+\\.{escaped}$/",
            r"/^\d+\.\d+\.\d+\.\d+$/",
            r"/^w{3}\./",
        )
        literal = self.rng.choice(literals)
        asked = (
            f"{literal}.test({self.host})",
            f"{self.host}.match({literal})",
            f"{self.host}.search({literal}) != -1",
        )
        return self.rng.choice(asked)

    def _modern_call(self) -> str:
        self._used("modern-call")
        method = self.rng.choice(("endsWith", "startsWith", "includes"))
        return f"{self._compared()}.{method}({quoted(self.rng.choice(('.', '')) + self._name())})"

    def _net(self) -> str:
        net, mask = self.rng.choice(NETS)
        if self._now_and_then(0.5):
            self._used("literal-net")
            return f'isInNet("{self.rng.choice(ADDRESSES)}", "{net}", "{mask}")'
        self._used("dns")
        asked = self.rng.choice((self.host, f"dnsResolve({self.host})"))
        return self.rng.choice((f'isInNet({asked}, "{net}", "{mask}")', f"isResolvable({self.host})"))

    def _in_list(self) -> str:
        self._used("array")
        return (
            f"{self.rng.choice(self.lists)}.indexOf({self._compared()}) {self.rng.choice(('>= 0', '!= -1', '== -1'))}"
        )

    def _in_lookup(self) -> str:
        self._used("lookup")
        table = self.rng.choice(self.lookups)
        asked = (f"{self._compared()} in {table}", f"{table}[{self.host}]", f"{table}.hasOwnProperty({self.host})")
        return self.rng.choice((*asked, f"{table}[{self.host}] == 1"))

    def _call(self) -> str:
        return f"{self.rng.choice(self.helpers)}({self.host})"


def quoted(text: str) -> str:
    """The text as a string literal of JavaScript."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
