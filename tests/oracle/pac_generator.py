"""Random PAC scripts as administrators write them, and the hosts to ask them about. The same seed gives the same case.

``generate(seed).features`` names what a script is made of, so that a test can pick those it is entitled to demand an
answer for: ``MODERN`` syntax is none that WinHTTP's engine reads, ``UNTOLD`` ones depend on the client or on the engine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.oracle.pac_conditions import ADDRESSES, LABELS, NAMES, ROUTES, Conditions, quoted

MODERN = frozenset({"modern-call", "modern-syntax"})
"""Features that an engine of the third edition of ECMAScript refuses or lacks."""
UNTOLD = frozenset({"dns", "regex-glob", "throws", "no-route", "lexical-entry"})
"""Features whose answer is the client's (addresses), the engine's (globs read as regexes; ``const FindProxyForURL``, which
is no property of the global object, where browsers look), or no route at all."""

PATHS = ("/", "/", "/path/file.js?q=1", "/a.example.test/")
SCHEMES = ("http", "https", "https", "https", "ftp")
MOST_HOSTS = 16


class Case(NamedTuple):
    """A script and what to ask it."""

    seed: int
    script: str
    hosts: tuple[str, ...]
    features: frozenset[str]
    """What the script is made of; see ``MODERN`` and ``UNTOLD``."""

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """(url, host): each host once as clients ask for TLS (no path), once with a scheme and a path of any kind."""
        rng = random.Random(self.seed)
        plain = ((f"https://{host}/", host) for host in self.hosts)
        return (*plain, *((f"{rng.choice(SCHEMES)}://{host}{rng.choice(PATHS)}", host) for host in self.hosts))


def generate(seed: int) -> Case:
    """The case of this number."""
    writer = _Writer(random.Random(seed))
    script = writer.script()
    return Case(seed, script, _hosts(writer), frozenset(writer.features))


def _hosts(writer: _Writer) -> tuple[str, ...]:
    """Hosts around the names that the script mentions: the name, below it, beside it, and unrelated ones."""
    rng = writer.rng
    found: list[str] = []
    for name in writer.mentioned:
        bare = name.lstrip(".*")
        found += [bare, f"www.{bare}", f"{rng.choice(LABELS)}.{bare}", f"bad{bare}", bare.upper(), f"{bare}.evil.test"]
    unique = sorted({host for host in found if host})
    picked = rng.sample(unique, min(len(unique), MOST_HOSTS - 6))
    others = [
        rng.choice(ADDRESSES),
        rng.choice(ADDRESSES),
        "intranet",
        "www",
        f"{rng.choice(LABELS)}.{rng.choice(NAMES)}",
        "other.invalid",
    ]
    return tuple(dict.fromkeys(picked + others))


class _Writer(Conditions):
    """Writes one script: each method one kind of line, chosen among at random."""

    # -- the whole ---------------------------------------------------------------------------------------------------

    def script(self) -> str:
        """A script with what it needs at the top, some of it below, as function declarations and var may be."""
        for _ in range(self.rng.randrange(4)):
            self.rng.choice((self._constant, self._list, self._lookup, self._helper))()
        function = self._function()
        below = self.rng.random() < 0.2
        return "\n".join([function, *self.top] if below else [*self.top, function]) + "\n"

    def _function(self) -> str:
        lines: list[str] = []
        if self._now_and_then(0.3):
            self._used("lowering")
            lines.append("host = host.toLowerCase();")
        elif self._now_and_then(0.2):
            self._used("lowering", "local")
            lines.append("var h = host.toLowerCase();")
            self.host = "h"
        for _ in range(self.rng.randrange(1, 6)):
            lines += self._statement(2)
        lines += self._ending()
        head = "function FindProxyForURL(url, host) {"
        if self._now_and_then(0.03):
            self._used("modern-syntax", "lexical-entry")
            head = "const FindProxyForURL = (url, host) => {"
        return "\n".join([head, *_indented(lines), "}"])

    def _ending(self) -> list[str]:
        if self._now_and_then(0.04):
            self._used("no-route")
            return self.rng.choice(([], ["return null;"], ["return;"], ["return '';"], ["return false;"]))
        return [f"return {self._route()};"]

    # -- what stands at the top --------------------------------------------------------------------------------------

    def _constant(self) -> None:
        name = self._new("proxy")
        self._used("constant")
        self.top.append(f"{self._declarator()} {name} = {quoted(self.rng.choice(ROUTES))};")
        self.routes.append(name)

    def _declarator(self) -> str:
        if self._now_and_then(0.08):
            self._used("modern-syntax")
            return self.rng.choice(("const", "let"))
        return "var"

    def _list(self) -> None:
        name = self._new("list")
        self._used("array")
        members = [quoted(self._name()) for _ in range(self.rng.randrange(1, 5))]
        if self._now_and_then(0.2):
            self.top.append(f"var {name} = new Array({', '.join([*members, quoted(self._name())])});")
        else:
            self.top.append(f"var {name} = [{', '.join(members)}];")
        self.lists.append(name)

    def _lookup(self) -> None:
        name = self._new("table")
        self._used("lookup")
        keys = list(dict.fromkeys(self._name() for _ in range(self.rng.randrange(1, 5))))
        rows = [f"{quoted(key)}: {self.rng.choice(('1', 'true', '0', quoted('DIRECT')))}" for key in keys]
        self.top.append(f"var {name} = {{{', '.join(rows)}}};")
        self.lookups.append(name)

    def _helper(self) -> None:
        name, outer = self._new("is"), (self.host, self.url)
        self._used("helper")
        self.host, self.url = "name", None
        condition = self._condition(2)
        form = self.rng.choice((f"return {condition};", f"if ({condition}) return true; return false;"))
        self.host, self.url = outer
        self.top.append(f"function {name}(name) {{ {form} }}")
        self.helpers.append(name)

    # -- statements --------------------------------------------------------------------------------------------------

    def _statement(self, depth: int) -> list[str]:
        kinds: list[Callable[[int], list[str]]] = [self._if] * 6
        kinds += [self._if_else, self._if_else, self._chain, self._switch, self._assigned, self._conditional]
        if self.lists:
            kinds += [self._loop] * 3
        if self.lookups:
            kinds += [self._loop_over_keys, self._route_of_table]
        if self._now_and_then(0.02):
            return self._oddity()
        return self.rng.choice(kinds)(depth)

    def _body(self, depth: int) -> list[str]:
        if depth and self._now_and_then(0.2):
            return [line for _ in range(self.rng.randrange(1, 3)) for line in self._statement(depth - 1)]
        return [f"return {self._route()};"]

    def _if(self, depth: int) -> list[str]:
        head, body = f"if ({self._condition(depth)})", self._body(depth)
        if len(body) == 1 and self._now_and_then(0.5):
            return [f"{head} {body[0]}"] if self._now_and_then(0.5) else [head, f"  {body[0]}"]
        return [f"{head} {{", *_indented(body), "}"]

    def _if_else(self, depth: int) -> list[str]:
        self._used("else")
        condition = self._condition(depth)
        return [f"if ({condition}) {{", *_indented(self._body(depth)), "} else {", *_indented(self._body(depth)), "}"]

    def _chain(self, depth: int) -> list[str]:
        self._used("else")
        lines = [f"if ({self._condition(depth)}) {{", *_indented(self._body(depth))]
        for _ in range(self.rng.randrange(1, 4)):
            lines += [f"}} else if ({self._condition(depth)}) {{", *_indented(self._body(depth))]
        return [*lines, "}"]

    def _switch(self, depth: int) -> list[str]:
        self._used("switch")
        subject = self.rng.choice((self.host, f"{self.host}.toLowerCase()", f"dnsDomainLevels({self.host})", "true"))
        lines = []
        for _ in range(self.rng.randrange(1, 4)):
            label = {"true": self._condition(0)}.get(subject) or quoted(self._name())
            label = str(self.rng.randrange(4)) if subject.startswith("dnsDomainLevels") else label
            falls = self._now_and_then(0.25)
            lines.append(f"case {label}:")
            lines += [] if falls else [f"  {self.rng.choice((f'return {self._route()};', 'break;'))}"]
        if self._now_and_then(0.3):
            lines.append(f"default: {self.rng.choice((f'return {self._route()};', 'break;'))}")
        return [f"switch ({subject}) {{", *_indented(lines), "}"]

    def _assigned(self, depth: int) -> list[str]:
        """A variable that later statements of the same function overwrite or return."""
        self._used("local", "assignment")
        name = self._new("way")
        lines = [f"var {name} = {self._route()};", f"if ({self._condition(depth)}) {name} = {self._route()};"]
        if self._now_and_then(0.4):
            lines.append(f"if ({self._condition(depth)}) {{ {name} = {self._route()}; }}")
        return [*lines, f"if ({self._condition(depth)}) return {name};"]

    def _conditional(self, depth: int) -> list[str]:
        self._used("local", "flag")
        name = self._new("flag")
        lines = [f"{self._declarator()} {name} = {self._condition(depth)};"]
        negation = self.rng.choice(("", "!", "!!"))
        return [*lines, f"if ({negation}{name}) return {self._route()};"]

    def _loop(self, _depth: int) -> list[str]:
        self._used("loop")
        index, members = self._new("i"), self.rng.choice(self.lists)
        heads = [f"for (var {index} = 0; {index} < {members}.length; {index}++)", f"for (var {index} in {members})"]
        if self._now_and_then(0.1):
            self._used("modern-syntax")
            heads, item = [f"for (const {index} of {members})"], index
        else:
            item = f"{members}[{index}]"
        found = self._item_test(item)
        if self._now_and_then(0.2):
            flag = self._new("found")
            self._used("flag")
            body = [f"  if ({found}) {{ {flag} = true; break; }}"]
            return [
                f"var {flag} = false;",
                f"{self.rng.choice(heads)} {{",
                *body,
                "}",
                f"if ({flag}) return {self._route()};",
            ]
        return [f"{self.rng.choice(heads)} {{", f"  if ({found}) return {self._route()};", "}"]

    def _item_test(self, item: str) -> str:
        host = self.host
        return self.rng.choice(
            (
                f"dnsDomainIs({host}, {item})",
                f'dnsDomainIs({host}, "." + {item})',
                f"shExpMatch({host}, {item})",
                f'shExpMatch({host}, "*." + {item})',
                f"{host} == {item}",
                f"localHostOrDomainIs({host}, {item})",
                f"{host} == {item} || dnsDomainIs({host}, '.' + {item})",
                f"{host}.indexOf({item}) >= 0",
                f"{host}.substring({host}.length - {item}.length) == {item}",
            )
        )

    def _loop_over_keys(self, _depth: int) -> list[str]:
        self._used("loop", "lookup")
        key, table = self._new("key"), self.rng.choice(self.lookups)
        test = self.rng.choice((self._item_test(key), f"{table}[{key}] && {self._item_test(key)}"))
        return [f"for (var {key} in {table}) {{", f"  if ({test}) return {self._route()};", "}"]

    def _route_of_table(self, _depth: int) -> list[str]:
        self._used("lookup")
        table = self.rng.choice(self.lookups)
        return [f'if ({table}[{self.host}] === "DIRECT") return {table}[{self.host}];']

    def _oddity(self) -> list[str]:
        self._used("throws")
        return [
            self.rng.choice(
                (f"if ({self._condition(0)}) notDefined({self.host});", "host.absent.deeper;", "throw 'x';")
            )
        ]

    def _route(self) -> str:
        kind = self.rng.random()
        if kind < 0.08:
            self._used("concatenation")
            return '"PROXY " + "p3.test" + ":" + 8080'
        if kind < 0.16:
            self._used("ternary")
            return f"{self._condition(1)} ? {self.rng.choice(self.routes)} : {self.rng.choice(self.routes)}"
        return self.rng.choice(self.routes)


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
