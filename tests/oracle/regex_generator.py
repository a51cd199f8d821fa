"""Random Squid configurations about regular expressions, from a seed, with the probes to try on them.

Few rules, so that what an expression matches decides, and expressions of every kind: as engineers write them, put together from
pieces at random, broken ones that Squid drops or joins to their neighbours, long lists in files that it joins in parts.
"""

from __future__ import annotations

import re
from random import Random

from tests.oracle import generator_names as names
from tests.oracle import generator_tls as tls
from tests.oracle.lab_client import ANYBODY, Probe
from tests.oracle.squid_generator import AUTHENTICATION, BUMP_OPTIONS, FIRST_PORT, USERS, Case

TYPES = ("dstdom_regex", "dstdom_regex", "url_regex", "url_regex", "urlpath_regex", "ssl::server_name_regex")
FLAGS = {"dstdom_regex": ("-n",), "ssl::server_name_regex": ("--client-requested", "--server-provided")}
FULL = 40
"""Expressions that are more than Squid joins into one."""

WRITTEN = (
    r"(^|\.){s}$",
    r"(^|\.)smartscreen(-prod)?\.microsoft\.com$",
    r"^([a-z0-9-]+\.)*{s}$",
    r"^.*\.{s}$",
    r"^.*{s}.*$",
    r".*{s}.*",
    r"\.{s}$",
    r"^{s}$",
    r"{s}",
    r"^(www|api|x)\.{s}$",
    r"^[[:alnum:]-]+\.{s}$",
    r"^[^.]+\.{s}$",
    r"^winatp-gw-[a-z]{{3}}[0-9]*\.microsoft\.com$",
    r"^(edr-)?(neu|weu)[0-9]?(\.[a-z0-9]+)*\.endpoint\.security\.microsoft\.com$",
    r"^\w+\.{s}",
    r"^[\w-]+\.{s}",
    r"^[a-z\.]*{s}$",
    r"\.(microsoft|windowsupdate)\.com$",
    r"^((www|x)\.)?{s}($|:)",
)
"""As engineers write them."""
WRITTEN_URLS = (
    r"^(https?://)?([a-z0-9.-]+\.)?{s}(:443|/|$)",
    r"^https?://[^/]*\.{s}/",
    r"^http://{s}/.*",
    r"{s}:443$",
    r"^[^:]+\.{s}:[0-9]+$",
    r"^http://www\.microsoft\.com/pkiops/",
    r"\.(crl|crt|CRL)(\?|$)",
    r"/pkiops/(certs|crl)",
    r"[?&]u=",
    r"^http:",
    r"^([^:/]+://)?[^:/]*{s}",
)
WRITTEN_PATHS = (
    r"^/pkiops/",
    r"\.crl$",
    r"^/$",
    r"^/(crl|pkiops)",
    r"\?u=",
    r"^/[^/]+/[^/]+",
    r"^/x",
    r".",
    r"/[[:upper:]]",
)
PERL = (
    r"^\d+\.{s}",
    r"(?i){s}",
    r"(?:www\.)?{s}",
    r"\b{s}$",
    r"^.+?\.{s}$",
    r"^\S+{s}",
    r"\<microsoft\>",
    r"^(?!www){s}",
)
BROKEN = (
    "*.{s}",
    "^*{s}",
    "({s}",
    "[a-",
    "[{s}",
    "{s})",
    "x](y)?",
    "+{s}",
    "a{{1",
    r"{s}\\",
    "{s}{{2,1}}",
    "[z-a]",
    "[[:letter:]]",
    r"\2{s}",
    "(x|{s}",
    "y|w)",
    "]",
    "{{2}}",
)
PIECES = (
    r"www x y api a test com microsoft example security \. \. - . .* ^ ^ $ $ * + ? ** *? +? | ( ) (x|y) (^|\.) (a|) () (\.|$) [a-z] "
    r"[a-z]+ [a-z0-9-]* [^.] [^.]+ [[:alpha:]] [[:digit:]]* [[:punct:]] []x] [^]x] [x-] [.-] [\.] [\w] [x [^ ] {1,3} {2} {,2} {,} {1,} "
    r"{0} { } \w+ \W \s \S* \b \< \> \d \- \/ \: (.)\1 : / // :443 # %20 \` \' \) \( \{ \}"
).split(" ")


def generate(seed: int) -> Case:
    """The case of a seed: the same on every machine and in every run."""
    random = Random(seed * 15_485_863)
    bumping, knowing = random.random() < 0.5, random.random() < 0.3
    files: dict[str, str] = {}
    kinds = {f"w{number}": random.choice(TYPES) for number in range(random.randint(1, 3))}
    written: list[str] = []
    acls = [_acl(random, name, kind, files, written) for name, kind in kinds.items()]
    if random.random() < 0.4:
        name = random.choice(list(kinds))
        acls.append(_acl(random, name, kinds[name], files, written))
    rules = [_rule(random, list(kinds), knowing) for _ in range(random.randint(1, 3))]
    rules.append(f"http_access {random.choice(('deny', 'deny', 'deny', 'allow'))} all")
    if bumping:
        acls += [f"acl {name} at_step {step}" for name, step in tls.STEPS.items()]
        rules += tls.rules(random, list(kinds), ["tunnels"])
    lines = [
        f"http_port {FIRST_PORT} {BUMP_OPTIONS}" if bumping else f"http_port {FIRST_PORT}",
        *AUTHENTICATION,
        "acl tunnels method CONNECT",
        "acl known proxy_auth REQUIRED",
        *acls,
        *rules,
    ]
    features = {*kinds.values(), "bump" if bumping else "no-bump", *(("proxy_auth",) if knowing else ())}
    return Case(
        seed=seed,
        conf="\n".join(lines) + "\n",
        files=files,
        probes=_probes(random, written),
        listeners=(FIRST_PORT,),
        users=(ANYBODY, *USERS) if knowing else (ANYBODY,),
        features=frozenset(features | _oddities(written)),
        scene=random.choice(("distant", "distant", "distant-tls12")),
    )


def _oddities(written: list[str]) -> set[str]:
    """What no automaton tells exactly."""
    joined = " ".join(written)
    kinds = {"boundary": r"\\[bB<>]", "back-reference": r"\\[1-9]"}
    return {name for name, pattern in kinds.items() if re.search(pattern, joined)}


def _rule(random: Random, acls: list[str], knowing: bool) -> str:
    action = random.choice(("allow", "allow", "allow", "deny"))
    words = [("!" if random.random() < 0.25 else "") + random.choice(acls) for _ in range(random.choice((1, 1, 1, 2)))]
    if knowing and random.random() < 0.4:
        words.insert(random.choice((0, len(words))), random.choice(("known", "known", "!known")))
    if random.random() < 0.2:
        words.insert(0, random.choice(("tunnels", "!tunnels")))
    return " ".join(["http_access", action, *words])


def _acl(random: Random, name: str, kind: str, files: dict[str, str], written: list[str]) -> str:
    """An `acl` line; the expressions are added to `written`, and those in files to `files`."""
    values = [_expression(random, kind) for _ in range(random.choice((1, 1, 2, 2, 3, 4)))]
    if random.random() < 0.05:
        values += [_expression(random, kind) for _ in range(FULL)]
    written += values
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        values.insert(random.choice((0, 0, random.randint(0, len(values)))), random.choice(("-i", "-i", "+i")))
    flags = [flag for flag in FLAGS.get(kind, ()) if random.random() < 0.06]
    if random.random() < 0.3:
        cut = random.choice((0, 0, len(values) // 2))
        file = f"{name}-{len(files)}.txt"
        files[file] = "".join(_file_line(random, value) for value in values[cut:])
        values = [*values[:cut], f'"{file}"']
        if random.random() < 0.3:
            more = _expression(random, kind)
            values.append(more)
            written.append(more)
    dashes = ["--"] if random.random() < 0.03 else []
    return " ".join([f"acl {name} {kind}", *flags, *dashes, *values])


def _file_line(random: Random, value: str) -> str:
    before = random.choice(("", "", "", "", "# a note\n", "\n", "  "))
    return (
        before
        + value
        + random.choice(
            ("\n", "\n", "\n", "\r\n", "  # why\n", " \n", " and more\n" if random.random() < 0.2 else "\n")
        )
    )


def _expression(random: Random, kind: str) -> str:
    lot = random.random()
    if lot < 0.25:
        return _pieces(random)
    if lot < 0.33:
        pool: tuple[str, ...] = BROKEN
    elif lot < 0.40:
        pool = PERL
    else:
        pool = {"url_regex": WRITTEN_URLS, "urlpath_regex": WRITTEN_PATHS}.get(kind, WRITTEN)
        pool = WRITTEN if kind == "url_regex" and random.random() < 0.4 else pool
    name = names.suffix(random) if random.random() < 0.8 else names.host(random)
    text = random.choice(pool).format(s=name if random.random() < 0.2 else name.replace(".", r"\."))
    return text.upper() if random.random() < 0.06 else text


def _pieces(random: Random) -> str:
    while True:
        text = "".join(random.choice(PIECES) for _ in range(random.choice((1, 2, 2, 3, 3, 4, 5))))
        # A leading dash or plus is a flag, which Squid refuses; a quote names a file, and a sharp ends the line.
        if text[0] not in '-+#"':
            return text


def _probes(random: Random, written: list[str]) -> tuple[Probe, ...]:
    meant = [host for text in written for host in [_host(random, text)] if host]
    random.shuffle(meant)
    hosts = list(dict.fromkeys([*meant[:7], *(names.host(random) for _ in range(14))]))[:14]
    paths = (*names.PATHS, "/X", "/a%20b", "/pkiops/certs/", "/ROOT.crl?x=1", "//x")
    probes = [Probe(host) for host in hosts[:9]]
    probes += [Probe(host, 80, "http", random.choice(paths)) for host in random.sample(hosts, 7)]
    return (*probes, Probe(random.choice(hosts), 8443))


def _host(random: Random, text: str) -> str:
    """A name that an expression may mean: its letters, one branch of each group."""
    plain = re.sub(r"\(([^()|]*)\|?[^()]*\)[?*]?", r"\1" if random.random() < 0.7 else "", text)
    plain = re.sub(
        r"\[[^]]*\]+[*+?]?|\{[^}]*\}|https?:|[^a-zA-Z0-9.-]", lambda found: "x" if found[0][0] == "[" else "", plain
    )
    labels = [label.strip("-")[:60] for label in plain.lower().split(".") if label.strip("-")]
    if random.random() < 0.4:
        labels.insert(0, random.choice(names.LABELS))
    return ".".join(labels) if len(labels) > 1 and any(letter.isalpha() for letter in labels[-1]) else ""
