"""Operations on squid.conf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from random import Random

from allowlint.model.device import Stage
from tests.metamorphic.operations import FOREIGN, UNDECLARED, Doubt, Edit, Force, Generated, Operations
from tests.metamorphic.platforms.squid.lines import Unit, inserted, replaced, text_of, units, usable
from tests.metamorphic.platforms.squid.words import unknown_words
from tests.oracle.squid_generator import generate

FIRST_SEED = 70_000
LISTS = (
    "http_access",
    "adapted_http_access",
    "http_access2",
    "http_reply_access",
    "miss_access",
    "always_direct",
    "never_direct",
    "url_rewrite_access",
    "ssl_bump",
    "sslproxy_cert_error",
)
"""Directives that are ordered lists of rules with ACLs behind an action."""
ALIASES = {"http_access2": "adapted_http_access"}
GATES = ("http_access", "adapted_http_access", "http_access2", "http_reply_access", "miss_access")
"""Lists of which `allow` lets through and `deny` stops."""
WORDS = ("allow", "deny", "peek", "stare", "splice", "bump", "terminate", "none", "client-first", "server-first")
UNORDERED = frozenset(
    "dstdomain ssl::server_name dstdom_regex url_regex urlpath_regex ssl::server_name_regex port method proto at_step "
    "myportname localport".split()
)
"""ACL types of which the order of values means nothing. Of src it does: an overlapping later network is ignored."""
FREE = (
    "http_port",
    "https_port",
    "visible_hostname",
    "cache_mem",
    "forwarded_for",
    "via",
    "refresh_pattern",
    "dns_v4_first",
)
"""Directives that mean the same wherever they stand."""
BUILT_IN = frozenset(("all", "localhost", "to_localhost", "to_linklocal", "connect", "manager"))
OUTWARD = frozenset(
    "cache_peer cache_peer_access always_direct never_direct nonhierarchical_direct prefer_direct hierarchy_stoplist "
    "include if".split()
)
"""Directives that say where requests go on to, or may hide one that does."""
BUMP = "http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem generate-host-certificates=on"


def list_of(unit: Unit) -> str:
    """The list that a line is a valid rule of; empty for anything else."""
    if unit.name not in LISTS or len(unit.words) < 2 or unit.words[1] not in WORDS:
        return ""
    if len(unit.words) < 3 and unit.name != "ssl_bump":
        return ""
    return ALIASES.get(unit.name, unit.name)


def _rules(parts: Sequence[Unit]) -> list[int]:
    return [index for index, unit in enumerate(parts) if list_of(unit)]


def _later(parts: Sequence[Unit], index: int) -> bool:
    """Whether a valid rule of the same list surely stands below: its default is not this line's doing then."""
    return any(list_of(unit) == list_of(parts[index]) and not unit.depth for unit in parts[index + 1 :])


def unrelated(text: str, random: Random) -> Iterator[Edit]:
    """A rule about a foreign name above any other, or below the last with the same action (the default is its opposite)."""
    parts = units(text)
    # -n: without it the name of an address is looked up, and its answer is not in the configuration.
    acl = f"acl unrelated dstdomain -n .{FOREIGN}"
    for index in _rules(parts):
        unit = parts[index]
        words = ("splice", "bump", "terminate") if unit.name == "ssl_bump" else ("allow", "deny")
        if unit.words[1] in ("allow", "deny"):
            words = ("allow", "deny")
        if unit.depth:
            continue
        for word in words:
            rule = f"{unit.name} {word} unrelated"
            yield Edit(inserted(parts, index, acl, rule), f"{rule} above line {unit.number}")
        if not any(part.name == "include" for part in parts) and unit.words[1] in words:
            rule = f"{unit.name} {unit.words[1]} unrelated"
            yield Edit(inserted(parts, index + 1, acl, rule), f"{rule} below line {unit.number}")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """Values of an ACL, definitions that stand together, rules of one action that stand together, free directives."""
    parts = units(text)
    yield from _values(parts, random)
    asks = _asks(parts)
    for key, found in groupby(range(len(parts)), lambda index: _kind(parts[index], asks=asks)):
        run = list(found)
        if key and len(run) > 1:
            mixed = _mixed([parts[index] for index in run], random)
            text = text_of([*parts[: run[0]], *mixed, *parts[run[-1] + 1 :]])
            yield Edit(text, f"{key} from line {parts[run[0]].number} mixed")
    free = [part for part in parts if part.name in FREE and not part.depth]
    rest = [part for part in parts if part.name not in FREE or part.depth]
    if free and not any(part.name == "include" for part in parts):
        random.shuffle(free)
        yield Edit(text_of([*free, *rest]), "free directives first")


def _asks(parts: Sequence[Unit]) -> bool:
    """Whether a client may be asked for its identity."""
    words = ("proxy_auth", "proxy_auth_regex", "external", "include")
    return any(word in part.words for part in parts for word in words)


def _kind(unit: Unit, *, asks: bool) -> str:
    """What a line may change places with; empty where with nothing."""
    if unit.depth or not unit.words:
        return ""
    if unit.name == "acl" and len(unit.words) > 2 and unit.words[2] not in ("any-of", "all-of", "external"):
        return "acl"
    # Which of two rules comes first decides where a client is asked for its identity.
    return f"{list_of(unit)} {unit.words[1]}" if list_of(unit) and not asks else ""


def _mixed(run: list[Unit], random: Random) -> list[Unit]:
    """Another order, in which the lines of one ACL keep theirs (it is the order of its values)."""
    names = [unit.words[1].lower() if unit.name == "acl" else "" for unit in run]
    order = list(range(len(run)))
    random.shuffle(order)
    if run[0].name == "acl":
        for name in set(names):
            slots = sorted(slot for slot, index in enumerate(order) if names[index] == name)
            for slot, index in zip(slots, sorted(order[slot] for slot in slots), strict=True):
                order[slot] = index
    return [run[index] for index in order]


def _values(parts: Sequence[Unit], random: Random) -> Iterator[Edit]:
    for index, unit in enumerate(parts):
        if unit.name != "acl" or len(unit.words) < 5 or unit.words[2] not in UNORDERED:
            continue
        if any(word[0] in "\"'+-" or word.startswith("parameters(") for word in unit.words[3:]):
            continue
        values = list(unit.words[3:])
        random.shuffle(values)
        yield Edit(replaced(parts, index, " ".join((*unit.words[:3], *values))), f"values of line {unit.number}")


def renamings(text: str, random: Random) -> Iterator[Edit]:
    """Every ACL gets another name, in its definition and wherever it is used."""
    parts = units(text)
    names = {part.words[1].lower() for part in parts if part.name == "acl" and len(part.words) > 2} - BUILT_IN
    if not names or any(part.name == "include" for part in parts):
        return
    new = {name: f"q{number}{random.randrange(1000)}" for number, name in enumerate(sorted(names))}
    yield Edit(text_of(_renamed(part, new) for part in parts), "ACLs renamed")


def _renamed(unit: Unit, new: Mapping[str, str]) -> Unit:
    words = list(unit.words)
    if not words:
        return unit
    is_acl = unit.name == "acl"
    places = [1] if is_acl else list(range(2, len(words)))
    if is_acl and len(words) > 2 and words[2] in ("any-of", "all-of"):
        places += range(3, len(words))
    for place in places:
        if place < len(words):
            mark = "!" if words[place].startswith("!") else ""
            name = words[place].removeprefix("!")
            words[place] = mark + new.get(name.lower(), name)
    return unit.of(" ".join(words))


def duplicates(text: str, random: Random) -> Iterator[Edit]:
    """One rule stands twice."""
    parts = units(text)
    for index in _rules(parts):
        yield Edit(inserted(parts, index + 1, parts[index].text), f"line {parts[index].number} twice")


def deletions(text: str, random: Random) -> Iterator[Edit]:
    """One line is gone, whatever it is."""
    parts = units(text)
    for index, unit in enumerate(parts):
        if unit.words:
            yield Edit(replaced(parts, index), f"without line {unit.number}: {unit.text}")


def fewer_allows(text: str, random: Random) -> Iterator[Edit]:
    """An `allow` is gone that is not the last line of its list."""
    yield from _fewer(text, "allow")


def fewer_denies(text: str, random: Random) -> Iterator[Edit]:
    """A `deny` is gone that is not the last line of its list."""
    yield from _fewer(text, "deny")


def _fewer(text: str, action: str) -> Iterator[Edit]:
    parts = units(text)
    if _asks(parts):
        # A rule that lets a CONNECT through without a question keeps a client from saying who it is (experiment L07).
        return
    for index in _rules(parts):
        unit = parts[index]
        if unit.name in GATES and unit.words[1] == action and _later(parts, index):
            yield Edit(replaced(parts, index), f"without line {unit.number}: {unit.text}")


def doubts(text: str, random: Random) -> Iterator[Doubt]:
    """A rule behind a condition: every request meets it or none does; the time of day, which no configuration tells."""
    parts = units(text)
    for index in _rules(parts):
        unit = parts[index]

        def behind(term: str, index: int = index, unit: Unit = unit) -> Edit:
            line = " ".join((*unit.words[:2], term, *unit.words[2:]))
            acl = "acl doubtful time MTWHFAS 00:00-11:59"
            return Edit(replaced(parts, index, acl, line), f"line {unit.number}: {line}")

        yield Doubt(behind("all"), behind("!all"), behind(random.choice(("doubtful", "!doubtful"))))


def _on_top(*lines: str) -> str:
    return "\n".join((*lines, ""))


def _inspected(text: str) -> str:
    """Every listener that this file has inspects."""
    kept = [part for part in units(text) if part.name not in ("http_port", "https_port")]
    return _on_top(BUMP, "ssl_bump bump all") + text_of(kept)


def _challenged(text: str) -> str:
    top = ("auth_param basic program /usr/lib/squid/basic_fake_auth", "acl forced proxy_auth REQUIRED")
    return _on_top(*top, "http_access deny !forced") + text


def detours(text: str, _random: Random) -> Iterator[Edit]:
    """Another proxy takes everything; left out where the configuration has its own mind about that."""
    if not {part.name for part in units(text)} & OUTWARD:
        host, _, port = UNDECLARED.partition(":")
        peer = f"cache_peer {host} parent {port} 0 no-query default"
        yield Edit(_on_top(peer, "never_direct allow all") + text, f"everything goes to {UNDECLARED}")


def _generated(count: int) -> Iterator[Generated]:
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        yield Generated(f"seed-{seed}", "squid.conf", generate(seed).contents())


def layouts(text: str, random: Random) -> Iterator[Edit]:
    """The same words, written otherwise."""
    parts = units(text)
    yield Edit(text.replace("\r\n", "\n").replace("\n", "\r\n"), "CRLF")
    above = [part._replace(lines=("# http_access allow all", *part.lines)) for part in parts]
    yield Edit(text_of(above), "a comment above each line")
    yield Edit(text_of(part._replace(lines=("", *part.lines, "  \t")) for part in parts), "blank lines")
    yield Edit(text_of(part._replace(lines=tuple(f" \t{line}" for line in part.lines)) for part in parts), "indented")
    yield Edit(text_of(part.of(f"{part.text} \t ") if part.words else part for part in parts), "blanks at the end")
    # Squid takes a comment behind `if` or `include` for a part of the line.
    noted = [part if part.name in ("", "if", "include") else part.of(f"{part.text}  # no") for part in parts]
    yield Edit(text_of(noted), "comments at the end")
    yield Edit(text_of(part.of(part.text.replace(" ", "\t  ")) for part in parts), "wide blanks")
    yield Edit(text_of(_continued(part, random) for part in parts), "continued lines")
    yield Edit(text_of(part.of(part.text) for part in parts), "lines joined")
    whole = [index for index, part in enumerate(parts) if not part.depth and part.name not in ("if", "else", "endif")]
    if whole:
        cut = random.choice(whole)
        rest = {"rest-of-it.inc": text_of(parts[cut:]) + "\n"}
        yield Edit(text_of(parts[:cut]) + "\ninclude rest-of-it.inc\n", "second half included", files=rest)


def _continued(unit: Unit, random: Random) -> Unit:
    """The line broken at some of its blanks, with a comment and an empty line in between, which Squid drops."""
    if len(unit.words) < 2:
        return unit
    lines = [unit.words[0]]
    for word in unit.words[1:]:
        if random.random() < 0.5:
            lines[-1] += " \\"
            lines += random.choice(([], ["# between"], [""]))
            lines.append(f"    {word}")
        else:
            lines[-1] += f" {word}"
    return unit._replace(lines=tuple(lines))


OPERATIONS = Operations(
    platform="squid",
    names=("squid.conf", "parent.conf", "proxies/*.conf"),
    usable=usable,
    generated=_generated,
    forces=(
        Force(Stage.ACCESS, "deny all in first place", lambda text: _on_top("http_access deny all") + text),
        Force(Stage.INSPECTION, "every listener inspects", _inspected),
        Force(Stage.AUTHENTICATION, "everybody is challenged", _challenged),
    ),
    unrelated=unrelated,
    layouts=layouts,
    shuffles=shuffles,
    renamings=renamings,
    duplicates=duplicates,
    unknown_words=unknown_words,
    deletions=deletions,
    fewer_allows=fewer_allows,
    fewer_denies=fewer_denies,
    doubts=doubts,
    detours=detours,
)
