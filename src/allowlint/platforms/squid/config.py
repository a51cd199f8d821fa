"""The directives that can matter for a verdict, collected from the lines of squid.conf.

The order of lines is kept wherever Squid's answer depends on it: an ACL must stand above the line that uses it, the first
matching rule decides, and an unknown directive stops the start.
"""

from collections.abc import Iterator, Sequence

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.acl_users import BEHIND_VALUE, named_acls
from allowlint.platforms.squid.arguments import check, switched_on
from allowlint.platforms.squid.names import ACL_TYPES, BUILT_IN_ACLS, DIRECTIVES
from allowlint.platforms.squid.text import (
    Guard,
    Line,
    Reading,
    Token,
    brief,
    first_word,
    logical_lines,
    lowered,
    said,
    tokens,
)
from allowlint.platforms.squid.value_files import values_in
from allowlint.syntax.files import Missing

ACCESS_LISTS = {
    "http_access": "http_access",
    "adapted_http_access": "adapted_http_access",
    "http_access2": "adapted_http_access",
    "http_reply_access": "http_reply_access",
    "miss_access": "miss_access",
    "always_direct": "always_direct",
    "never_direct": "never_direct",
    "url_rewrite_access": "url_rewrite_access",
    "redirector_access": "url_rewrite_access",
    "ssl_bump": "ssl_bump",
    "sslproxy_cert_error": "sslproxy_cert_error",
    "adaptation_access": "adaptation_access",
    "icap_access": "adaptation_access",
}
"""Directives that are ordered lists of rules, with the name of the list."""

PORTS = {"http_port": "http_port", "ascii_port": "http_port", "https_port": "https_port"}

SETTINGS = {
    "redirect_program": "url_rewrite_program",
    "url_rewrite_program": "url_rewrite_program",
    "icap_enable": "icap_enable",
    "ecap_enable": "ecap_enable",
    "cache_peer": "cache_peer",
    "nonhierarchical_direct": "nonhierarchical_direct",
    "prefer_direct": "prefer_direct",
    "auth_param": "auth_param",
    "external_acl_type": "external_acl_type",
    "proxy_protocol_access": "proxy_protocol_access",
    "reply_body_max_size": "reply_body_max_size",
    "on_unsupported_protocol": "on_unsupported_protocol",
    "client_ip_max_connections": "limit",
    "forward_max_tries": "limit",
    "forward_timeout": "limit",
    "connect_timeout": "limit",
    "request_timeout": "limit",
    "client_lifetime": "limit",
    "request_header_max_size": "limit",
    "tls_outgoing_options": "tls_outgoing_options",
} | dict.fromkeys(
    ("cache_peer_access", "cache_peer_domain", "cache_host_domain", "neighbor_type_domain"), "peer_choice"
)
"""Directives of which the words are kept."""

ACTIONS = ("allow", "deny")
MAX_NAME = 63
"""Characters from which on the name of an ACL is too long (observed)."""
REGEX_TYPES = ("dstdom_regex", "url_regex", "urlpath_regex", "ssl::server_name_regex")
BUMP_ACTIONS = ("allow", "deny", "none", "client-first", "server-first", "peek", "stare", "splice", "bump", "terminate")


class AclLine(NamedTuple):
    """One ``acl`` line: its flags, its values, and what could not be read of them."""

    location: Location
    text: str
    values: Sequence[Token]
    missing: tuple[tuple[Token, str], ...] = ()
    """Values that stand in files that were not given, with the reason."""
    owner: str = ""


class Acl:
    """An ACL as far as it is defined: lines of one name add up."""

    __slots__ = ("builtin", "flags", "key", "lines", "name", "type")

    def __init__(self, name: str, kind: str, *, builtin: bool = False) -> None:
        self.name = name
        self.key = lowered(name)
        """The name as Squid compares it."""
        self.type = kind
        self.lines: list[AclLine] = []
        self.flags: set[str] = set()
        self.builtin = builtin


class RuleLine(NamedTuple):
    """One line of an access list; an opaque one stands for any number of lines that are not known."""

    action: str
    terms: tuple[tuple[bool, Acl | str, Token], ...]
    """(negated, the ACL or the name of one that may be defined where we cannot look, the word)."""
    location: Location
    text: str
    opaque: str = ""
    guard: Guard | None = None
    """The conditional that decides whether the line counts, where it cannot be decided."""


class Directive(NamedTuple):
    """A line with its words, for everything else."""

    name: str
    words: tuple[Token, ...]
    location: Location
    text: str


class Config:
    """Everything read from one squid.conf."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.acls: dict[str, Acl] = {}
        self.lists: dict[str, list[RuleLine]] = {name: [] for name in ACCESS_LISTS.values()}
        self.settings: dict[str, list[Directive]] = {}
        self.ports: list[Directive] = []
        self.opaque: list[Line] = []
        self.quoted_values = False
        self.helpers: dict[str, Directive] = {}
        self.rule_count = 0


def read_config(content: bytes, path: str, reading: Reading) -> Config:
    """Read a whole configuration. What would keep Squid from starting is noted in ``reading.faults``."""
    config = Config(reading)
    for name, (kind, values) in BUILT_IN_ACLS.items():
        acl = Acl("CONNECT" if name == "connect" else name, kind, builtin=True)
        where = Location(reading.files.shown(path), 0)
        acl.lines.append(AclLine(where, "", tuple(Token(value, where) for value in values.split())))
        config.acls[name] = acl
    config.acls["manager"] = Acl("manager", "manager", builtin=True)
    reading.workers = b"workers" in content
    for line in logical_lines(content, path, reading):
        if line.opaque:
            _opaque(line, config)
        elif line.guard and first_word(line.text)[0] not in ACCESS_LISTS:
            _guarded(line, config)
        else:
            _directive(line, config)
    return config


def _guarded(line: Line, config: Config) -> None:
    """A line other than a rule in a conditional that cannot be decided: taken for any line, unless it cannot matter."""
    name = first_word(line.text)[0]
    if name == "acl" or name in PORTS or name in SETTINGS or name not in DIRECTIVES:
        _opaque(
            line._replace(
                opaque=f"a conditional that depends on how Squid is started ({line.guard.text if line.guard else ''})"
            ),
            config,
        )


def _opaque(line: Line, config: Config) -> None:
    config.opaque.append(line)
    config.reading.unknown(line.whole, line.text, line.opaque)
    for rules in config.lists.values():
        rules.append(RuleLine("", (), line.whole, line.text, line.opaque))


def _directive(line: Line, config: Config) -> None:
    words = tuple(tokens(line))
    if not words:
        return
    name = words[0].text
    if name not in DIRECTIVES:
        config.reading.fault(words[0].location, f"unrecognized: '{brief(name)}'")
    elif name == "acl":
        _acl(line, words[1:], config)
    elif name in ACCESS_LISTS:
        _rule(line, words, config)
    else:
        _kept(Directive(name, words[1:], line.whole, said(words)), config)


def _kept(directive: Directive, config: Config) -> None:
    """Note a directive of which the words are wanted later."""
    name, words = directive.name, directive.words
    if name in PORTS:
        config.ports.append(directive._replace(name=PORTS[name]))
    elif name == "configuration_includes_quoted_values":
        config.quoted_values = switched_on(words)
    check(name, words, directive.location, config.reading)
    for word in named_acls(name, words):
        if _is_undefined(word, config):
            missing = "behind the value, which ends at a blank" if name in BEHIND_VALUE else brief(word.text)
            config.reading.fault(word.location, f"ACL not found: {missing}")
    if name in SETTINGS:
        config.settings.setdefault(SETTINGS[name], []).append(directive)
    if name == "external_acl_type" and words:
        config.helpers[words[0].text] = directive


_RENAMED = {"myip": "localip", "myport": "localport", "clientside_mark": "client_connection_mark"}
"""ACL types that Squid takes for another one."""


def _acl(line: Line, words: tuple[Token, ...], config: Config) -> None:
    if len(words) < 2:
        config.reading.fault(line.whole, "missing ACL type" if words else "missing ACL name")
        return
    name, kind = words[0].text, _RENAMED.get(words[1].text, words[1].text)
    if lowered(name) == "manager" and kind == "proto":
        # Squid has its own definition and ignores the old one.
        return
    acl = config.acls.get(lowered(name))
    if acl is not None and acl.type == "manager" and kind == "url_regex":
        # The built-in one is of this type, and takes what is added. Its own URLs are no endpoint's.
        acl.type = kind
    if fault := _definition_fault(name, kind, acl):
        config.reading.fault(words[1].location, fault)
        return
    if acl is None:
        acl = config.acls[lowered(name)] = Acl(name, kind)
        _valid(acl, words, config)
    values, missing = expanded((words if kind not in REGEX_TYPES else tuple(tokens(line, pairs=True))[1:])[2:], config)
    if kind in ("any-of", "all-of"):
        _check_members(values, config)
    acl.lines.append(AclLine(line.whole, line.text, values, missing, f"acl {name} {kind}"))


def _is_undefined(named: Token, config: Config) -> bool:
    """Whether no ACL of that name stands above; where a part of the configuration is missing, that cannot be told."""
    return not config.opaque and lowered(named.text.removeprefix("!")) not in config.acls


def _definition_fault(name: str, kind: str, acl: Acl | None) -> str:
    """Why Squid refuses the name and type of an ACL; empty where it does not."""
    if len(name) >= MAX_NAME:
        return f"ACL name too long, max {MAX_NAME - 1} characters"
    if kind not in ACL_TYPES:
        return f"Invalid ACL type '{brief(kind)}'"
    if acl is not None and acl.type != kind:
        return f"ACL '{name}' already exists with different type ({acl.type})"
    return ""


def _check_members(values: Sequence[Token], config: Config) -> None:
    """The ACLs that a group names must stand above it."""
    for value in values:
        if _is_undefined(value, config):
            config.reading.fault(value.location, f"ACL not found: {brief(value.text)}")


def _valid(acl: Acl, words: tuple[Token, ...], config: Config) -> None:
    """What Squid checks of an ACL that it sees for the first time."""
    if config.opaque:
        # What is missed may stand in the part that was not given.
        return
    schemes = config.settings.get("auth_param", [])
    if acl.type.startswith("proxy_auth") and not any("program" in _texts(scheme) for scheme in schemes):
        config.reading.fault(words[0].location, f"Invalid ACL: {acl.name} needs an auth_param scheme above it")
    if acl.type == "external" and len(words) > 2 and words[2].text not in config.helpers:
        config.reading.fault(words[2].location, f"external_acl_type '{words[2].text}' is not defined above this line")


def _texts(directive: Directive) -> list[str]:
    return [word.text for word in directive.words]


def expanded(words: tuple[Token, ...], config: Config) -> tuple[Sequence[Token], tuple[tuple[Token, str], ...]]:
    """The values of a line, with those that stand in files: a quoted word is the name of a file, and ends the line."""
    if config.quoted_values:
        return _quoted(words, config)
    values: list[Token] = []
    for index, word in enumerate(words):
        if word.text[0] not in "\"'":
            values.append(word)
            continue
        name = word.text[1:].replace("'", '"').split('"')[0]
        for ignored in words[index + 1 :]:
            # Squid stops reading the line at the end of the first file.
            config.reading.unknown(
                ignored.location,
                ignored.text,
                "Squid ignores what follows a file of values on the same line",
                matters=False,
            )
        found, missing = _from_file(name, word, config)
        return (*values, *found) if values else found, missing
    return tuple(values), ()


def _from_file(name: str, word: Token, config: Config) -> tuple[Sequence[Token], tuple[tuple[Token, str], ...]]:
    files = config.reading.files
    path = files.find(name)
    content = path if isinstance(path, Missing) else files.read(path)
    if isinstance(content, Missing):
        why = f"the file {name}: {content.why}; {content.hint}"
        config.reading.unknown(word.location, word.text, why)
        return (), ((word, why),)
    return values_in(content, files.shown(str(path))), ()


def _quoted(words: tuple[Token, ...], config: Config) -> tuple[tuple[Token, ...], tuple[tuple[Token, str], ...]]:
    """With ``configuration_includes_quoted_values on``: quotes quote, and files are ``parameters("name")``."""
    values: list[Token] = []
    missing: tuple[tuple[Token, str], ...] = ()
    for word in words:
        text = word.text
        if text.startswith("parameters("):
            found, lost = _from_file(text[len("parameters(") :].strip("()\"'"), word, config)
            # Here, unlike in a file named in quotes, blanks separate the values of a line.
            values += (part for value in found for part in _words_of(value))
            missing += lost
        elif len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
            values.append(Token(text[1:-1], word.location))
        elif any(char in text for char in "\"'()\\"):
            config.reading.unknown(word.location, text, "quoting of this form is not modelled")
            missing = (*missing, (word, "a quoted value that is not modelled"))
        else:
            values.append(word)
    return tuple(values), missing


def _words_of(value: Token) -> Iterator[Token]:
    for word in filter(None, value.text.replace("\t", " ").split(" ")):
        yield Token(word, value.location)


def _rule(line: Line, words: tuple[Token, ...], config: Config) -> None:
    name = ACCESS_LISTS[words[0].text]
    rest = words[1:]
    if name == "adaptation_access" and rest:
        # The first word names the service.
        rest = rest[1:]
    action = rest[0].text if rest else ""
    if action not in (BUMP_ACTIONS if name == "ssl_bump" else ACTIONS):
        where = rest[0].location if rest else line.whole
        if name == "ssl_bump":
            config.reading.fault(
                where, f"unknown ssl_bump mode: {brief(action)}" if action else "missing ssl_bump mode"
            )
        else:
            config.reading.unknown(
                where,
                line.text,
                f"expecting 'allow' or 'deny', got '{brief(action)}': Squid ignores the line",
                matters=False,
            )
        return
    terms = _terms(rest[1:], config)
    if terms is None:
        return
    if not terms and name != "ssl_bump":
        config.reading.unknown(line.whole, line.text, "no ACL on the line: Squid ignores it", matters=False)
        return
    config.rule_count += 1
    config.lists[name].append(RuleLine(action, terms, line.whole, said(words), guard=line.guard))


def _terms(words: tuple[Token, ...], config: Config) -> tuple[tuple[bool, Acl | str, Token], ...] | None:
    """The ACLs of a line; None where one is not defined, which Squid takes as fatal."""
    values, missing = expanded(words, config)
    terms: list[tuple[bool, Acl | str, Token]] = [(False, why, word) for word, why in missing]
    for word in values:
        negated = word.text.startswith("!")
        name = word.text[1:] if negated else word.text
        acl = config.acls.get(lowered(name))
        if acl is not None:
            terms.append((negated, acl, word))
        elif config.opaque:
            terms.append((negated, f"ACL {name}, which is not defined in the files given", word))
        else:
            config.reading.fault(word.location, f"ACL not found: {brief(name)}")
            return None
    return tuple(terms)
