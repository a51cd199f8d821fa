"""ACLs as conditions: what each type sees of a request, at each moment of it.

A :class:`Moment` is one evaluation of an access list: the same ACL answers differently for the first CONNECT, for the CONNECT
that Squid makes up after a splice, for intercepted TLS (where the host is an address at first), and for a request inside an
inspected tunnel. Semantics are those of Squid 5.7, observed on the engine and read in ``src/acl``; what is not modelled becomes
:class:`~allowlint.model.condition.Unmodelled`, which counts for both answers.
"""

from collections.abc import Callable, Iterator

from allowlint.model.addresses import EVERY_ADDRESS, not_public
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Assumable,
    ClientIn,
    Condition,
    Doubt,
    Frame,
    HostIn,
    Named,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.flow import View
from allowlint.platforms.squid.addresses import addresses_of
from allowlint.platforms.squid.config import REGEX_TYPES, Acl, Config, RuleLine
from allowlint.platforms.squid.domains import Domains, note_overlaps
from allowlint.platforms.squid.expressions import Compiled, Limits, compile_acl, short
from allowlint.platforms.squid.flags import OF_EXPRESSIONS, exclude_each_other, take_flags
from allowlint.platforms.squid.identities import external, identity, refused_flags
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.names import PROTOCOLS
from allowlint.platforms.squid.text import Token, lowered
from allowlint.platforms.squid.unmodelled import guarded, place_of, reason_of, unmodelled_by, values_of

HOST = Frame()
_URL = {
    View.TUNNEL: Frame("", ":{port}"),
    View.PLAIN: Frame("http://", "{:port}", path=True, unescaped=True),
    View.DECRYPTED: Frame("https://", "{:port}", path=True, unescaped=True),
}
_PATH = {
    View.PLAIN: Frame(path=True, unescaped=True, host=False),
    View.DECRYPTED: Frame(path=True, unescaped=True, host=False),
}
_HOSTS = dict.fromkeys(View, HOST)
MAX_NESTING = 50
"""Groups of ACLs in each other that are followed."""
NO_NAME = "none"
"""What ``--server-provided`` compares before there is a certificate (``acl/ServerName.cc``)."""
DOMAIN_TYPES = ("dstdomain", "ssl::server_name")


class Converter:
    """Turns the ACLs of one configuration into conditions, each once for each moment."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.domains: dict[str, Domains] = {}
        self.expressions: dict[str, Compiled] = {}
        self._limits = Limits()
        self._memo: dict[tuple[str, Moment], Condition] = {}
        self._open: set[str] = set()
        for acl in config.acls.values():
            self._prepare(acl)

    def _prepare(self, acl: Acl) -> None:
        take_flags(acl, self.config.reading)
        if acl.type in (*DOMAIN_TYPES, "srcdomain"):
            self.domains[acl.key] = found = Domains(acl)
            note_overlaps(found, self.config.reading)
        elif acl.type in REGEX_TYPES:
            self._compile(acl)
        if acl.type == "proto":
            for value in values_of(acl):
                if lowered(value.text) not in PROTOCOLS:
                    why = "no protocol that Squid knows: it ignores it"
                    self.config.reading.unknown(value.location, value.text, why, matters=False)
        for value, message in _refused(acl):
            self.config.reading.fault(value.location, message)

    def _compile(self, acl: Acl) -> None:
        if self.config.quoted_values:
            why = "regular expressions cannot be read while configuration_includes_quoted_values is on"
            self.config.reading.fault(acl.lines[0].location, why)
        flags = OF_EXPRESSIONS.get(acl.type, ())
        self.expressions[acl.key] = compile_acl(acl, flags, self.config.reading, self._limits)

    def line(self, rule: RuleLine, moment: Moment) -> Condition:
        """The condition of one line of an access list: all its ACLs, in order."""
        terms: list[Condition] = [guarded(rule.guard)] if rule.guard else []
        for negated, acl, word in rule.terms:
            if isinstance(acl, str):
                condition: Condition = Unmodelled(f"undefined {word.text} {word.location}", acl, word.location)
            else:
                condition = Named(acl.name, self._placed(acl, moment, word), word.location)
            terms.append(Not(condition) if negated else condition)
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _placed(self, acl: Acl, moment: Moment, word: Token) -> Condition:
        """The condition of an ACL; what Squid itself defines stands nowhere in the file but where it is used."""
        condition = self.acl(acl, moment)
        if acl.builtin and isinstance(condition, Unmodelled):
            return condition._replace(location=word.location)
        return condition

    def acl(self, acl: Acl, moment: Moment) -> Condition:
        """The condition that an ACL is at a moment."""
        key = (acl.key, moment)
        known = self._memo.get(key)
        if known is None:
            if acl.key in self._open:
                self.config.reading.fault(place_of(acl), f"ACL {acl.name} refers to itself")
                return Unmodelled(f"loop {acl.name}", f"acl {acl.name} refers to itself", acl.lines[0].location)
            if len(self._open) >= MAX_NESTING:
                return Unmodelled(
                    f"nesting {acl.name}", f"acl {acl.name}: groups nested deeper than {MAX_NESTING}", place_of(acl)
                )
            self._open.add(acl.key)
            known = self._memo[key] = self._convert(acl, moment)
            self._open.discard(acl.key)
        return known

    def _convert(self, acl: Acl, moment: Moment) -> Condition:
        convert = _CONVERTERS.get(acl.type)
        condition = convert(self, acl, moment) if convert else unmodelled_by(acl, place_of(acl), reason_of(acl))
        if acl.type == "manager":
            return condition
        missing = [
            unmodelled_by(acl, word.location, f"acl {acl.name}: {why}")
            for line in acl.lines
            for word, why in line.missing
        ]
        return AnyOf((condition, *missing)) if missing else condition

    def domain(self, acl: Acl, moment: Moment) -> Condition:
        """``dstdomain``: the host of the request; an address is looked up in reverse."""
        if not moment.host_known and "-n" not in acl.flags:
            return unmodelled_by(
                acl, place_of(acl), f"acl {acl.name}: the reverse name of the address that the client connects to"
            )
        return NEVER if not moment.host_known else HostIn(self.domains[acl.key].names)

    def server_name(self, acl: Acl, moment: Moment) -> Condition:
        """``ssl::server_name``: CONNECT host or SNI, and the server's certificate once there is one."""
        certificate = _from_certificate(acl, moment)
        if certificate is not None:
            return certificate
        if "--server-provided" in acl.flags:
            return ALWAYS if self.domains[acl.key].names.lists(NO_NAME) else NEVER
        return HostIn(self.domains[acl.key].names) if moment.host_known or moment.step > 1 else NEVER

    def server_name_regex(self, acl: Acl, moment: Moment) -> Condition:
        """``ssl::server_name_regex``: the same names, matched by expressions."""
        certificate = _from_certificate(acl, moment)
        if certificate is None and "--server-provided" in acl.flags:
            return self._text(acl, moment, dict.fromkeys(View, Frame(tail=NO_NAME, host=False)))
        known = moment._replace(host_known=moment.host_known or moment.step > 1)
        return certificate if certificate is not None else self._text(acl, known, _HOSTS)

    def host_regex(self, acl: Acl, moment: Moment) -> Condition:
        """``dstdom_regex``: the host of the request."""
        return self._text(acl, moment, _HOSTS)

    def url_regex(self, acl: Acl, moment: Moment) -> Condition:
        """``url_regex``: ``host:port`` of a CONNECT, else the whole URL."""
        return self._text(acl, moment, _URL)

    def path_regex(self, acl: Acl, moment: Moment) -> Condition:
        """``urlpath_regex``: a CONNECT has no path, and nothing matches there."""
        if not moment.made_up:
            return self._text(acl, moment, _PATH)
        version = Unmodelled(
            "version", "the version of Squid (up to 6 a CONNECT that it makes up has the path /)", place_of(acl)
        )
        root = self._text(acl, moment, {View.TUNNEL: Frame(tail="/", host=False)})
        return AnyOf((self._text(acl, moment, _PATH), All((root, version))))

    def _text(self, acl: Acl, moment: Moment, frames: dict[View, Frame]) -> Condition:
        if not moment.host_known and all(frame.host for frame in frames.values()):
            return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the address that the client connects to")
        expressions, automata, wider, unmodelled = self.expressions[acl.key]
        parts: list[Condition] = []
        if expressions:
            text = " ".join(
                [*(short(each.text) for each in expressions[:2]), *(["..."] if len(expressions) > 2 else [])]
            )
            parts.append(TextMatches(expressions, automata, frames, f"{acl.type} {text}"))
        if wider:
            parts.append(All((TextMatches((), wider.automata, frames, wider.text), wider.unsure)))
        parts += unmodelled
        return NEVER if not parts else parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def port(self, acl: Acl, _moment: Moment) -> Condition:
        """``port``: the port that is asked for."""
        ranges = [_port_range(value.text) for value in values_of(acl)]
        return PortIn(tuple(found for found in ranges if found is not None))

    def local_port(self, acl: Acl, moment: Moment) -> Condition:
        """``localport``: the port of the listener; of intercepted traffic it is the one the client asked for."""
        condition = self.port(acl, moment)
        if moment.intercepted:
            return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the local port of intercepted traffic")
        ranges = condition.ranges if isinstance(condition, PortIn) else ()
        return ALWAYS if any(first <= moment.port_number <= last for first, last in ranges) else NEVER

    def port_name(self, acl: Acl, moment: Moment) -> Condition:
        """``myportname``: the ``name=`` of the listener, or its address as it is written."""
        return ALWAYS if any(value.text == moment.port_name for value in values_of(acl)) else NEVER

    def method(self, acl: Acl, _moment: Moment) -> Condition:
        """``method``: CONNECT for a tunnel, GET for plain HTTP; inside a tunnel a sensor uses both GET and POST."""
        methods = {value.text.upper() for value in values_of(acl)}
        views = {View.TUNNEL} if "CONNECT" in methods else set()
        views |= {View.PLAIN} if "GET" in methods else set()
        both = {"GET", "POST"} & methods
        if len(both) == 1:
            inside = unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the method of the request inside the tunnel")
            return AnyOf((ViewIn(frozenset(views)), All((ViewIn(frozenset((View.DECRYPTED,))), inside))))
        return ViewIn(frozenset(views | {View.DECRYPTED} if both else views))

    def protocol(self, acl: Acl, moment: Moment) -> Condition:
        """``proto``: HTTP and HTTPS are the scheme of a URL, and a CONNECT has none."""
        known = {"http": View.PLAIN, "https": View.DECRYPTED}
        values = [lowered(value.text) for value in values_of(acl)]
        views = ViewIn(frozenset(known[value] for value in values if value in known))
        if any(value in ("none", "authority_form") for value in values):
            return AnyOf((views, unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the protocol of a CONNECT")))
        if moment.made_up and "http" in values:
            version = Unmodelled(
                "version",
                "the version of Squid (up to 6 a CONNECT that it makes up has the protocol HTTP)",
                place_of(acl),
            )
            return AnyOf((views, version))
        return views

    def source(self, acl: Acl, _moment: Moment) -> Condition:
        """``src``: the address of the client; a name is resolved when Squid starts."""
        kept, written, unresolved = addresses_of(acl, self.config.reading)
        parts: list[Condition] = [ClientIn(kept), *unresolved]
        if kept != written:
            reason = (
                f"the version of Squid (up to 6, networks of acl {acl.name} that overlap an earlier one are ignored)"
            )
            parts.append(All((ClientIn(written), Unmodelled("version", reason, place_of(acl)))))
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def destination(self, acl: Acl, moment: Moment) -> Condition:
        """``dst``: the addresses that the host resolves to, which no configuration tells."""
        if "-n" in acl.flags and not moment.intercepted:
            # Nothing is looked up; on intercepted traffic the client has brought the address along.
            return NEVER
        kept, addresses, unresolved = addresses_of(acl, self.config.reading)
        if not addresses and not unresolved:
            return NEVER
        untold = Unmodelled(
            f"acl {acl.key}",
            f"acl {acl.name}: the addresses that the host resolves to",
            place_of(acl),
            settle="--assume public_dns",
            doubt=Doubt.ADDRESS_BOUND,
        )
        if not unresolved and not addresses - not_public():
            return Assumable("public_dns", untold, NEVER)
        if kept == EVERY_ADDRESS:
            return Assumable("public_dns", untold, ALWAYS)
        return untold._replace(settle="name the hosts instead (dstdomain)")

    def step(self, acl: Acl, moment: Moment) -> Condition:
        """``at_step``: which step of the handshake this is."""
        values = {lowered(value.text) for value in values_of(acl)}
        if "generatingconnect" in values or moment.step == 0:
            return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the step at which the request is judged")
        return ALWAYS if f"sslbump{moment.step}" in values else NEVER

    def group(self, acl: Acl, moment: Moment) -> Condition:
        """``any-of`` and ``all-of``: other ACLs; several lines of one name are alternatives."""
        lines = []
        for line in acl.lines:
            terms = [self._member(value, moment) for value in line.values]
            if acl.type == "any-of":
                lines += terms
            else:
                lines.append(All(tuple(terms)))
        return AnyOf(tuple(lines)) if lines else NEVER

    def _member(self, value: Token, moment: Moment) -> Condition:
        negated = value.text.startswith("!")
        acl = self.config.acls.get(lowered(value.text.removeprefix("!")))
        if acl is None:
            if not self.config.opaque:
                self.config.reading.fault(value.location, f"ACL not found: {value.text}")
            return Unmodelled(
                f"undefined {value.text}", f"ACL {value.text}, which is not defined in the files given", value.location
            )
        condition = Named(acl.name, self._placed(acl, moment, value), value.location)
        return Not(condition) if negated else condition


def _from_certificate(acl: Acl, moment: Moment) -> Condition | None:
    """What a server-name ACL is where it looks at the server's certificate, or None where it does not."""
    if exclude_each_other(acl.flags):
        return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: flags that exclude each other on its lines")
    if "--client-requested" in acl.flags:
        return None
    if moment.step == 3 or moment.inner:
        return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: the names in the server's certificate")
    return None


def _port_range(text: str) -> tuple[int, int] | None:
    low, dash, high = text.partition("-")
    if not (low.isascii() and low.isdigit() and len(low) <= 5) or (
        dash and not (high.isascii() and high.isdigit() and len(high) <= 5)
    ):
        return None
    first, last = int(low), int(high or low)
    return (first, last) if first <= last <= 65535 else None


_STEPS = frozenset(("sslbump1", "sslbump2", "sslbump3", "generatingconnect"))
_CLOSED: dict[str, Callable[[str], bool]] = {
    "port": lambda text: _port_range(text) is not None,
    "localport": lambda text: _port_range(text) is not None,
    "at_step": lambda text: lowered(text) in _STEPS,
}
"""ACL types of which Squid refuses any other value."""


def _refused(acl: Acl) -> Iterator[tuple[Token, str]]:
    """Yield the values that keep Squid from starting."""
    possible = _CLOSED.get(acl.type)
    for value in values_of(acl) if possible else ():
        if possible and not possible(value.text):
            yield value, f"no value of acl {acl.type}: '{short(value.text)}'"
    for value in refused_flags(acl) if acl.type == "proxy_auth" else ():
        yield value, f"unsupported ACL option: {value.text}"


_CONVERTERS: dict[str, Callable[[Converter, Acl, Moment], Condition]] = {
    "dstdomain": Converter.domain,
    "dstdom_regex": Converter.host_regex,
    "ssl::server_name": Converter.server_name,
    "ssl::server_name_regex": Converter.server_name_regex,
    "url_regex": Converter.url_regex,
    "urlpath_regex": Converter.path_regex,
    "port": Converter.port,
    "localport": Converter.local_port,
    "myportname": Converter.port_name,
    "method": Converter.method,
    "proto": Converter.protocol,
    "src": Converter.source,
    "dst": Converter.destination,
    "proxy_auth": lambda converter, acl, moment: identity(acl, moment, converter.config),
    "proxy_auth_regex": lambda converter, acl, moment: identity(acl, moment, converter.config),
    "external": lambda converter, acl, moment: external(acl, moment, converter.config),
    "at_step": Converter.step,
    "any-of": Converter.group,
    "all-of": Converter.group,
    # The cache manager's own URLs; no endpoint is one.
    "manager": lambda _converter, _acl, _moment: NEVER,
    "annotate_client": lambda _converter, _acl, _moment: ALWAYS,
    "annotate_transaction": lambda _converter, _acl, _moment: ALWAYS,
}
