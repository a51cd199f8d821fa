"""Random Squid configurations from a seed, with the probes to try on them.

The aim is that rules interfere: names, negations, files, conditions, credentials, gates behind `http_access` and
inspection in steps are mixed in orders that nobody would write and in orders that everybody does. A few of the
configurations do not load; that is a result like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.oracle import generator_names as names
from tests.oracle import generator_tls as tls
from tests.oracle.lab_client import ANYBODY, INSIDE_CLIENT, Probe
from tests.oracle.squid_lab import OUTSIDE_CLIENT

BUMP_OPTIONS = "ssl-bump tls-cert=/etc/squid/ca.pem generate-host-certificates=on"
AUTHENTICATION = (
    "auth_param basic program /usr/lib/squid/basic_fake_auth",
    "auth_param basic children 1",
    "auth_param basic realm r",
)
USERS = ("alice", "bob")
NAME_TYPES = ("dstdomain", "dstdom_regex", "url_regex", "ssl::server_name", "ssl::server_name_regex")
TYPE_WEIGHTS = {
    "dstdomain": 30,
    "dstdom_regex": 14,
    "url_regex": 10,
    "urlpath_regex": 4,
    "ssl::server_name": 4,
    "ssl::server_name_regex": 3,
    "port": 8,
    "proto": 3,
    "method": 3,
    "src": 10,
    "myportname": 2,
    "localport": 2,
    "proxy_auth": 7,
    "any-of": 5,
    "all-of": 5,
    "dst": 1,
    "other": 1,
}
OTHER_TYPES = (
    "src",
    "port",
    "localport",
    "myportname",
    "any-of",
    "all-of",
    "method",
    "proto",
    "url_regex",
    "proxy_auth",
)
UNMODELLED = frozenset({"dst", "time", "browser", "maxconn", "req_header", "external", "to_localhost"})
"""ACL types whose answer is not in the configuration; a case that uses them need not be answered for sure."""
OTHER_ACLS = (
    ("time", "time MTWHFAS 00:00-23:59"),
    ("browser", "browser -i mozilla"),
    ("maxconn", "maxconn 500"),
    ("req_header", "req_header X-Y z"),
    ("external", "external helper"),
)
DENY_INFO = (
    "http://portal.example.test/",
    "TCP_RESET",
    "ERR_ACCESS_DENIED",
    "407:ERR_ACCESS_DENIED",
    "303:http://p.test/",
)
MISTAKES = (
    "http_access allow nobody",
    "http_access allow",
    "acl localnet dstdomain .a.test",
    "acl late dstdomain -i .a.test",
    "acl late port https",
    "acl late dstdom .a.test",
    "no_such_directive on",
    "hierarchy_stoplist cgi-bin ?",
    "include conf.d/none/*.conf",
    'acl late dstdomain "missing.txt"',
    "acl late dstdomain",
)
NOISE = (
    "acl CONNECT method CONNECT",
    "acl all src 0.0.0.0/0.0.0.0",
    "acl manager proto cache_object",
    "acl localhost src 127.0.0.1/32",
    "acl SSL_ports port 563 8443",
    "acl empty dstdomain",
    "visible_hostname proxy.example.test",
    "forwarded_for delete",
    "request_header_access All deny all",
    "refresh_pattern . 0 20% 4320",
    "follow_x_forwarded_for deny all",
    "dns_v4_first on",
    "cache deny all",
    "http_access deny manager",
)
"""Lines of real configurations that change little or nothing."""
FIRST_PORT = 3128


class Case(NamedTuple):
    """One random configuration (`conf`) with its `files`, what it uses, and the probes for each listener."""

    seed: int
    conf: str
    files: dict[str, str]
    probes: tuple[Probe, ...]
    listeners: tuple[int, ...]
    users: tuple[str, ...]
    features: frozenset[str]
    scene: str
    """Which origins it meets: what Squid sees of a server's certificate depends on their TLS version."""

    @property
    def modelled(self) -> bool:
        """Whether a reader of the configuration can answer everything."""
        return not self.features & UNMODELLED

    def contents(self) -> dict[str, bytes]:
        """All files as they are written to disk."""
        return {"squid.conf": self.conf.encode()} | {name: text.encode() for name, text in self.files.items()}


@dataclass
class Draft:
    """A configuration in the making."""

    random: Random
    lines: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    acls: dict[str, str] = field(default_factory=dict)
    """ACL type by name, in the order of definition."""
    domains: dict[str, list[str]] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    listeners: list[int] = field(default_factory=list)
    bumping: bool = False

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def of(self, *kinds: str) -> list[str]:
        """The ACLs of some types."""
        return [name for name, kind in self.acls.items() if kind in kinds]


def generate(seed: int) -> Case:
    """The case of a seed: the same on every machine and in every run."""
    draft = Draft(Random(seed))
    _listeners(draft)
    draft.lines += AUTHENTICATION
    _acls(draft)
    rules = _access(draft)
    if draft.bumping or draft.chance(0.1):
        rules += _inspection(draft)
    if draft.chance(0.04):
        rules.insert(draft.random.randrange(len(rules) + 1), draft.random.choice(MISTAKES))
    draft.lines += _wrapped(draft, rules)
    if draft.chance(0.1):
        _move_to_include(draft)
    return Case(
        seed=seed,
        conf="\n".join(draft.lines) + ("\n" if draft.chance(0.9) else ""),
        files=draft.files,
        probes=_probes(draft),
        listeners=tuple(draft.listeners),
        users=(ANYBODY, *USERS) if "proxy_auth" in draft.features else (ANYBODY,),
        features=frozenset(draft.features),
        scene=draft.random.choice(("distant", "distant", "distant-tls12")),
    )


def _listeners(draft: Draft) -> None:
    count = draft.random.choice((1, 1, 1, 1, 2, 2, 3))
    bump = draft.chance(0.5)
    for number in range(count):
        port = FIRST_PORT + number
        draft.listeners.append(port)
        words = [f"http_port {port}"]
        if bump and draft.chance(0.85):
            draft.bumping = True
            words.append(BUMP_OPTIONS)
        if draft.chance(0.3):
            words.append(f"name=port{port}")
        draft.lines.append(" ".join(words))
    draft.features.add("bump" if draft.bumping else "no-bump")


def _acls(draft: Draft) -> None:
    draft.lines += ["acl SSL_ports port 443", "acl Safe_ports port 80 443 1025-65535"]
    draft.lines.append("acl localnet src 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16")
    draft.acls |= {"SSL_ports": "port", "Safe_ports": "port", "localnet": "src"}
    draft.lines += [f"acl {name} at_step {step}" for name, step in tls.STEPS.items()]
    draft.lines += [line for line in NOISE if draft.chance(0.06)]
    if draft.chance(0.15):
        draft.lines.append("external_acl_type helper %DST /bin/sed -u s/.*/OK/")
    for number in range(draft.random.randint(2, 8)):
        kind = draft.random.choices(list(TYPE_WEIGHTS), list(TYPE_WEIGHTS.values()))[0]
        _acl(draft, f"acl{number}", kind)
    if draft.chance(0.2) and draft.of(*NAME_TYPES):
        name = draft.random.choice(draft.of(*NAME_TYPES))
        _values(draft, name, draft.acls[name])


def _acl(draft: Draft, name: str, kind: str) -> None:
    if kind == "other":
        kind, text = draft.random.choice(OTHER_ACLS)
        if kind == "external" and not any(line.startswith("external_acl_type") for line in draft.lines):
            return
        draft.lines.append(f"acl {name} {text}")
    elif kind in {"any-of", "all-of"}:
        _group(draft, name, kind)
    else:
        _values(draft, name, kind)
    draft.acls[name] = kind
    draft.features.add(kind)


def _group(draft: Draft, name: str, kind: str) -> None:
    for _ in range(draft.random.choice((1, 1, 2))):
        members = [_literal(draft, 0.2) for _ in range(draft.random.randint(1, 3))]
        draft.lines.append(f"acl {name} {kind} {' '.join(members)}")


def _values(draft: Draft, name: str, kind: str) -> None:
    """One `acl` line with values, some of them in a file."""
    values = _make_values(draft, name, kind)
    flags = "-n " if kind == "dstdomain" and draft.chance(0.1) else ""
    head = f"acl {name} {kind} {flags}"
    if kind in {*NAME_TYPES, "src"} and draft.chance(0.2):
        file = f"{name}-{len(draft.files)}.txt"
        cut = draft.random.choice((0, 0, len(values) // 2))
        options = ["-i"] if "-i" in values else []
        draft.files[file] = _file(draft, [value for value in values[cut:] if value != "-i"])
        before = [value for value in values[:cut] if value != "-i"]
        after = [names.host(draft.random)] if draft.chance(0.05) else []
        values = [*options, *before, f'"{file}"', *after]
        draft.features.add("file")
    joint = " \\\n    " if draft.chance(0.1) else " "
    comment = "  # a note" if joint == " " and draft.chance(0.05) else ""
    draft.lines.append(head + joint.join(values) + comment)


def _make_values(draft: Draft, name: str, kind: str) -> list[str]:
    random = draft.random
    if kind in {"dstdomain", "ssl::server_name"}:
        before = draft.domains.setdefault(name, [])
        fresh = names.domains(random, random.randint(1, 5))
        if names.acceptable(before + fresh) != before + fresh and before:
            fresh = names.acceptable(before + fresh)[len(before) :]
        before += fresh
        return fresh or ["unused.invalid"]
    if kind.endswith("_regex"):
        return names.expressions(random, kind, random.randint(1, 3))
    choose: dict[str, Callable[[], list[str]]] = {
        "port": lambda: random.choice((["443"], ["80"], ["80", "443"], ["400-500"], ["8443"], ["1-1024"])),
        "proto": lambda: random.choice((["HTTP"], ["HTTPS"], ["HTTP", "HTTPS"], ["FTP"])),
        "method": lambda: random.choice((["CONNECT"], ["GET"], ["GET", "POST"], ["POST"], ["CONNECT", "GET"])),
        "src": lambda: _sources(random),
        "dst": lambda: random.choice((["198.51.100.0/24"], ["10.0.0.0/8"], ["-n", "198.51.100.10"])),
        "myportname": lambda: [random.choice(("3128", "3129", "port3128", "port3129"))],
        "localport": lambda: [str(FIRST_PORT + random.randrange(3))],
        "proxy_auth": lambda: random.choice((["REQUIRED"], ["REQUIRED"], ["alice"], ["alice", "bob"], ["-i", "BOB"])),
    }
    return choose[kind]()


def _sources(random: Random) -> list[str]:
    pool = (INSIDE_CLIENT, "10.66.0.0/16", "10.0.0.0/8", "10.66.0.1-10.66.0.9", "192.168.0.0/16", "203.0.113.0/24")
    return random.sample((*pool, "10.9.9.0/24", "172.16.5.4", "10.66.0.0/255.255.0.0"), random.randint(1, 3))


def _file(draft: Draft, values: list[str]) -> str:
    """Values one to a line, among comments, blank lines and carriage returns."""
    lines = []
    for value in values:
        extra = draft.random.choice(("", "", "", "# a comment\n", "\n"))
        tail = draft.random.choice(("\n", "\n", "\n", "\r\n", "   # why\n", " \n"))
        lines.append(f"{extra}{value}{tail}")
    return "".join(lines)


def _literal(draft: Draft, negated: float) -> str:
    """An ACL of the draft or a built-in one, perhaps negated."""
    if draft.chance(0.05 if draft.bumping else 0.01):
        name = draft.random.choice(list(tls.STEPS))
        draft.features.add("at_step")
    elif draft.chance(0.12):
        name = draft.random.choice(("CONNECT", "CONNECT", "CONNECT", "localhost", "all", "manager", "to_localhost"))
        draft.features |= {name} & UNMODELLED
    else:
        name = draft.random.choice(list(draft.acls))
    return ("!" if draft.chance(negated) else "") + name


def _line(draft: Draft, directive: str, most: int = 3) -> str:
    action = draft.random.choice(("allow", "allow", "allow", "deny", "deny"))
    if draft.chance(0.01):
        action = draft.random.choice(("Allow", "alow"))
    literals = [_literal(draft, 0.15) for _ in range(draft.random.randint(1, most))]
    return " ".join([directive, action, *literals])


def _access(draft: Draft) -> list[str]:
    rules = ["http_access deny !Safe_ports", "http_access deny CONNECT !SSL_ports"] if draft.chance(0.4) else []
    rules += [_line(draft, "http_access") for _ in range(draft.random.randint(1, 7))]
    if draft.chance(0.3):
        rules.append("http_access allow localnet")
    if draft.chance(0.65):
        rules.append(f"http_access {draft.random.choice(('deny', 'deny', 'deny', 'allow'))} all")
    for directive, probability in (
        ("adapted_http_access", 0.1),
        ("http_reply_access", 0.1),
        # Behind a bump that talks to the server, a refused miss leaves the client without an answer for ever.
        ("miss_access", 0.0 if draft.bumping else 0.06),
        ("never_direct", 0.03),
        ("always_direct", 0.02),
    ):
        if draft.chance(probability):
            draft.features.add(directive)
            spelling = "http_access2" if directive == "adapted_http_access" and draft.chance(0.2) else directive
            rules += [_line(draft, spelling, 2) for _ in range(draft.random.randint(1, 2))]
    if draft.chance(0.1):
        draft.features.add("deny_info")
        rules.append(f"deny_info {draft.random.choice(DENY_INFO)} {draft.random.choice(list(draft.acls))}")
    return rules


def _inspection(draft: Draft) -> list[str]:
    draft.features.add("ssl_bump")
    listed = names.domains(draft.random, draft.random.randint(1, 4)) or ["unused.invalid"]
    rules = [f"acl nobump ssl::server_name {' '.join(listed)}"]
    named = ["nobump", "nobump", *draft.of("ssl::server_name", "ssl::server_name_regex", "dstdomain", "dstdom_regex")]
    rules += tls.rules(draft.random, named, draft.of(*OTHER_TYPES))
    if draft.chance(0.15):
        rules += ["sslproxy_cert_error allow nobump", "sslproxy_cert_error deny all"]
    return rules


CONDITIONS = ("true", "false", "1 = 1", "1 = 2", "${process_number} = 0", "${process_number} = 1")


def _wrapped(draft: Draft, rules: list[str]) -> list[str]:
    """Put some rules between `if` and `endif`, with or without an `else`."""
    plain = [number for number, rule in enumerate(rules) if not rule.startswith("acl")]
    if not plain or not draft.chance(0.1):
        return rules
    draft.features.add("if")
    at = draft.random.choice(plain)
    block = [f"if {draft.random.choice(CONDITIONS)}", rules[at]]
    if draft.chance(0.5):
        block += ["else", _line(draft, "http_access")]
    return [*rules[:at], *block, "endif", *rules[at + 1 :]]


def _move_to_include(draft: Draft) -> None:
    """Move the tail of the configuration to included files, by name or by pattern."""
    draft.features.add("include")
    cut = draft.random.randrange(len(draft.listeners), len(draft.lines))
    tail, draft.lines[cut:] = draft.lines[cut:], ["include conf.d/*.conf"]
    if any(line.startswith(("if ", "else", "endif")) for line in tail):
        draft.files["conf.d/10.conf"] = "\n".join(tail) + "\n"
        return
    middle = draft.random.randrange(len(tail) + 1)
    draft.files["conf.d/10-first.conf"] = "\n".join(["# first", *tail[:middle], ""])
    draft.files["conf.d/20-second.conf"] = "\n".join([*tail[middle:], ""])


def _probes(draft: Draft) -> tuple[Probe, ...]:
    random = draft.random
    hosts = list(dict.fromkeys([*_mentioned(draft), *(names.host(random) for _ in range(12))]))[:12]
    probes = [Probe(host) for host in hosts[:10]]
    probes += [Probe(host, 80, "http", random.choice(names.PATHS)) for host in random.sample(hosts, 5)]
    probes += [Probe(random.choice(hosts), 8443), Probe(random.choice(hosts), client=OUTSIDE_CLIENT)]
    return tuple(probes)


def _mentioned(draft: Draft) -> list[str]:
    """Names that the configuration is about: the values themselves, and one below each suffix."""
    found = []
    for value in (value for values in draft.domains.values() for value in values):
        name = value.lower().lstrip("*.")
        if name and all(letter.isalnum() or letter in ".-" for letter in name) and not name.endswith("."):
            found.append(f"{draft.random.choice(names.LABELS)}.{name}" if value.startswith(".") else name)
    draft.random.shuffle(found)
    return found[:6]
