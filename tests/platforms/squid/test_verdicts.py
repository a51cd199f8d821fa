"""What small configurations lead to: where nothing may be taken for sure, and where one line makes the difference.

What is expected to be sure was seen on Squid 5.7, save for intercepted traffic, which is described in ``cf.data.pre`` and in
``acl/ServerName.cc``. What is expected to be unknown could be either.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from allowlint.model.device import DIRECT, Action, Device, Rulebase
from tests.platforms.squid.reading import Said, device_of, said_of, write

PLAIN = "http_port 3128"
BUMPING = "http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem"
INTERCEPTED = "https_port 3129 intercept ssl-bump tls-cert=/etc/squid/ca.pem"
OPEN = "http_access allow all"
CLOSED = "http_access deny all"
BASIC = "auth_param basic program /usr/lib/squid/basic_fake_auth"
NAMED = "acl w ssl::server_name .a.test"
STEPS = "acl s1 at_step SslBump1\nacl s2 at_step SslBump2\nacl s3 at_step SslBump3"
LATE_SPLICE = (STEPS, "ssl_bump splice s3", "ssl_bump peek all")
LOST = "include /etc/squid/more.conf"
ONCE = "if ${process_number} = 1\n%s\nendif"

FREE = Said("allowed", "bypassed", "anonymous")
INSPECTED = Said("allowed", "inspected", "anonymous")
REFUSED = Said("blocked", "not-applicable", "not-applicable")
PERHAPS = Said("unknown", "bypassed", "anonymous")
PERHAPS_INSPECTED = Said("allowed", "unknown", "anonymous")


def configured(folder: Path, *lines: str) -> Device:
    return device_of(write(folder, {"squid.conf": "\n".join((*lines, ""))}))


TUNNELS: dict[str, tuple[tuple[str, ...], Said]] = {
    # Lines that are not known.
    "a lost file below the rule that decides": ((PLAIN, OPEN, LOST), PERHAPS),
    "a lost file above a refusal": ((PLAIN, LOST, CLOSED), PERHAPS),
    "a lost file above a splice": (
        (BUMPING, OPEN, LOST, "ssl_bump splice all"),
        Said("unknown", "unknown", "anonymous"),
    ),
    "a lost file above a bump": ((BUMPING, OPEN, LOST, "ssl_bump bump all"), Said("unknown", "unknown", "anonymous")),
    "an acl of some processes": (
        (PLAIN, ONCE % "acl w dstdomain .a.test", "http_access allow w", CLOSED),
        PERHAPS,
    ),
    "a listener of some processes": ((PLAIN, OPEN, ONCE % BUMPING.replace("3128", "3129")), PERHAPS),
    "a rewriter of some processes": ((PLAIN, OPEN, ONCE % "url_rewrite_program /usr/bin/rewrite"), PERHAPS),
    "the cache of some processes": ((PLAIN, OPEN, ONCE % "cache_mem 8 MB"), FREE),
    "values of a lost file, where quotes quote": (
        (
            PLAIN,
            "configuration_includes_quoted_values on",
            'acl w dstdomain parameters("none.txt")',
            "http_access deny w",
            OPEN,
        ),
        PERHAPS,
    ),
    "a rule for nobody is no rule": ((PLAIN, "http_access allow", CLOSED), REFUSED),
    # Helpers and limits.
    "no rewriter": ((PLAIN, OPEN, "url_rewrite_program none"), FREE),
    "a rewriter": ((PLAIN, OPEN, "url_rewrite_program /usr/bin/rewrite"), PERHAPS),
    "an adapter": ((PLAIN, "ecap_enable on", "adaptation_access s allow all", OPEN), PERHAPS),
    "an adapter for others": ((PLAIN, "ecap_enable on", "adaptation_access s deny all", OPEN), FREE),
    "large answers in a tunnel": ((PLAIN, OPEN, "reply_body_max_size 1 KB"), FREE),
    "small headers": ((PLAIN, OPEN, "request_header_max_size 1000 bytes"), PERHAPS),
    "small headers without a unit": ((PLAIN, OPEN, "request_header_max_size 1000"), PERHAPS),
    "small headers in another unit": ((PLAIN, OPEN, "request_header_max_size 1 KB"), PERHAPS),
    "no headers at all": ((PLAIN, OPEN, "request_header_max_size 0 KB"), PERHAPS),
    "large headers": ((PLAIN, OPEN, "request_header_max_size 64 KB"), FREE),
    "headers of the size that is usual": ((PLAIN, OPEN, "request_header_max_size 8192 bytes"), FREE),
    "a second": ((PLAIN, OPEN, "connect_timeout 1 seconds"), FREE),
    "no TLS to servers, inspected": (
        (BUMPING, OPEN, "tls_outgoing_options disable", "ssl_bump bump all"),
        Said("unknown", "inspected", "anonymous"),
    ),
    "no TLS to servers, spliced": ((BUMPING, OPEN, "tls_outgoing_options disable", "ssl_bump splice all"), FREE),
    # Ways out.
    "may not go direct, and there is no peer": (
        (PLAIN, OPEN, "always_direct deny all", "never_direct allow all"),
        REFUSED,
    ),
    "goes direct before it may not": ((PLAIN, OPEN, "always_direct allow all", "never_direct allow all"), FREE),
    "tunnels pass the peer by": ((PLAIN, OPEN, "cache_peer p parent 3128 0"), FREE),
    "tunnels have a peer": (
        (PLAIN, OPEN, "cache_peer p parent 3128 0", "nonhierarchical_direct off"),
        Said("unknown", "unknown", "unknown"),
    ),
    "the last switch counts": (
        (PLAIN, OPEN, "cache_peer p parent 3128 0", *("nonhierarchical_direct " + x for x in ("off", "off", "on"))),
        FREE,
    ),
    # The steps of ssl_bump.
    "spliced at the first step": ((BUMPING, OPEN, "ssl_bump splice all"), FREE),
    "spliced at the third": ((BUMPING, OPEN, *LATE_SPLICE), PERHAPS_INSPECTED),
    "any certificate will do": ((BUMPING, OPEN, "sslproxy_cert_error allow all", *LATE_SPLICE), FREE),
    "any certificate of it will do": ((BUMPING, OPEN, NAMED, "sslproxy_cert_error allow w", *LATE_SPLICE), FREE),
    "the certificate of it must be good": (
        (BUMPING, OPEN, NAMED, "sslproxy_cert_error deny w", "sslproxy_cert_error allow all", *LATE_SPLICE),
        PERHAPS_INSPECTED,
    ),
    "the certificate of another must be good": (
        (
            BUMPING,
            OPEN,
            "acl w ssl::server_name o.test",
            "sslproxy_cert_error deny w",
            "sslproxy_cert_error allow all",
            *LATE_SPLICE,
        ),
        FREE,
    ),
    "the names in a certificate decide": (
        (
            BUMPING,
            OPEN,
            NAMED,
            STEPS,
            "sslproxy_cert_error allow all",
            "ssl_bump splice s3 w",
            "ssl_bump terminate s3",
            "ssl_bump peek all",
        ),
        PERHAPS,
    ),
    "which step it is on the way out": (
        (BUMPING, OPEN, "sslproxy_cert_error allow all", *LATE_SPLICE, "miss_access deny s3", "miss_access allow all"),
        PERHAPS,
    ),
    "judged again at the second": (
        (BUMPING, STEPS, "http_access deny s2", OPEN, "ssl_bump peek s1", "ssl_bump splice all"),
        REFUSED,
    ),
    "a rule of another step": ((BUMPING, OPEN, STEPS, "ssl_bump splice s2", "ssl_bump bump all"), INSPECTED),
    "nothing to sign with": (("http_port 3128 ssl-bump", OPEN, "ssl_bump peek all"), REFUSED),
    "users are not asked here": ((BUMPING, BASIC, "acl u proxy_auth REQUIRED", OPEN, "ssl_bump bump u"), FREE),
    "the server is reached later": (
        (BUMPING, OPEN, "miss_access deny CONNECT", "miss_access allow all", "ssl_bump client-first all"),
        INSPECTED,
    ),
    "perhaps no listener inspects": ((OPEN, "ssl_bump bump all"), PERHAPS_INSPECTED),
    # Inside an inspected tunnel.
    "the names of a certificate inside": (
        (BUMPING, NAMED, "http_access allow CONNECT", "http_access allow w", CLOSED, "ssl_bump bump all"),
        Said("unknown", "inspected", "anonymous"),
    ),
    "GET inside": (
        (BUMPING, "acl m method GET", "http_access deny m", OPEN, "ssl_bump bump all"),
        Said("unknown", "inspected", "anonymous"),
    ),
    "POST inside": (
        (BUMPING, "acl m method POST", "http_access deny m", OPEN, "ssl_bump bump all"),
        Said("unknown", "inspected", "anonymous"),
    ),
    "what no server provided": (
        (
            BUMPING,
            OPEN,
            r"acl w ssl::server_name_regex --server-provided a\.test",
            "ssl_bump splice w",
            "ssl_bump bump all",
        ),
        INSPECTED,
    ),
    "what stands for no server": (
        (
            BUMPING,
            OPEN,
            "acl w ssl::server_name_regex --server-provided ^none$",
            "ssl_bump splice w",
            "ssl_bump bump all",
        ),
        FREE,
    ),
    # Listeners.
    "a name before it is known": ((INTERCEPTED, OPEN, NAMED, "ssl_bump splice w", "ssl_bump bump all"), INSPECTED),
    "no name to look up": (
        (INTERCEPTED, "acl w dstdomain -n .a.test", "http_access allow w", CLOSED, "ssl_bump splice all"),
        REFUSED,
    ),
    "an address may look like it": (
        (INTERCEPTED, r"acl w dstdom_regex a\.test", "http_access allow w", CLOSED, "ssl_bump splice all"),
        PERHAPS,
    ),
    "the path of what is made up": (
        (INTERCEPTED, "acl w urlpath_regex ^/$", "http_access deny w", OPEN, "ssl_bump splice all"),
        PERHAPS,
    ),
    "the protocol of what is made up": (
        (INTERCEPTED, "acl w proto HTTP", "http_access deny w", OPEN, "ssl_bump splice all"),
        PERHAPS,
    ),
    "another listener": ((PLAIN, "acl l localport 3129", "http_access allow l", CLOSED), REFUSED),
    "this listener": ((PLAIN, "acl l localport 3100-3128", "http_access allow l", CLOSED), FREE),
    "a balancer before it": ((f"{PLAIN} require-proxy-header", OPEN), PERHAPS),
    "only for the machine itself": (("http_port 127.0.0.1:3128", CLOSED), REFUSED),
    # Asked twice.
    "chance, or not": (
        (PLAIN, "acl r random 0.5", "http_access allow r", "http_access allow !r", CLOSED),
        PERHAPS,
    ),
    "a header, or not": (
        (PLAIN, "acl r req_header X-Y z", "http_access allow r", "http_access allow !r", CLOSED),
        PERHAPS,
    ),
    "the hour, or not": (
        (PLAIN, "acl t time 08:00-18:00", "http_access allow t", "http_access allow !t", CLOSED),
        FREE,
    ),
    "inspected in the spelling of old": (
        (BUMPING.replace("ssl-bump", "sslBump"), OPEN, "ssl_bump bump all"),
        INSPECTED,
    ),
    # ACLs that match always, or never.
    "a group of nothing": ((PLAIN, "acl g any-of", "http_access allow g", CLOSED), REFUSED),
    "a note on the client": ((PLAIN, "acl a annotate_client x=y", "http_access deny a", OPEN), REFUSED),
    "a note on the request": ((PLAIN, "acl a annotate_transaction x=y", "http_access deny a", OPEN), REFUSED),
    "a mask of no bits is no mask": ((PLAIN, "acl c src 10.1.1.1/0", "http_access allow c", CLOSED), REFUSED),
    "a mask of no bits, written out": ((PLAIN, "acl c src 10.1.1.1/0.0.0.0", "http_access allow c", CLOSED), REFUSED),
    "a client by its name": ((PLAIN, "acl c src gate.example", "http_access deny c", OPEN), PERHAPS),
    # Users.
    "a user whom no client is": ((PLAIN, BASIC, "acl u proxy_auth Bob", "http_access allow u", CLOSED), REFUSED),
    "no user at all": ((PLAIN, BASIC, "acl u proxy_auth", "http_access allow u", CLOSED), REFUSED),
    "users of a pattern": (
        (PLAIN, BASIC, "acl u proxy_auth_regex ^svc", "http_access allow u", CLOSED),
        Said("unknown", "bypassed", "required"),
    ),
    "users of no pattern": ((PLAIN, BASIC, "acl u proxy_auth_regex", "http_access allow u", CLOSED), REFUSED),
    "one user by two names": (
        (
            PLAIN,
            BASIC,
            "acl a proxy_auth bob",
            "acl b proxy_auth bob",
            "http_access deny a",
            "http_access allow b",
            CLOSED,
        ),
        REFUSED,
    ),
    # Expressions that no automaton is.
    "what was found before": ((PLAIN, r"acl r dstdom_regex (.)\1", "http_access deny r", OPEN), PERHAPS),
    "what was found before, turned round": (
        (PLAIN, r"acl r dstdom_regex (.)\1", "http_access allow !r", CLOSED),
        PERHAPS,
    ),
    "what was found before, and what is refused": (
        (PLAIN, r"acl r dstdom_regex *x (.)\1", "http_access deny r", OPEN),
        PERHAPS,
    ),
    "what was found before, behind what breaks the whole": (
        (PLAIN, r"acl r dstdom_regex [z (.)\1", "http_access deny r", OPEN),
        PERHAPS,
    ),
    "what is refused, made whole by its neighbour, in any case": (
        (PLAIN, r"acl r dstdom_regex -i [A B]\.TEST", "http_access deny r", OPEN),
        REFUSED,
    ),
    # What is cut off an expression may leave one that is refused.
    "a star is left": ((PLAIN, "acl r dstdom_regex .**a.test", "http_access allow r", CLOSED), REFUSED),
    "a star is left behind an anchor": (
        (PLAIN, "acl r dstdom_regex ^.**a.test", "http_access allow r", CLOSED),
        REFUSED,
    ),
}


@pytest.mark.parametrize(("lines", "said"), TUNNELS.values(), ids=TUNNELS)
def test_a_tunnel(lines: tuple[str, ...], said: Said, tmp_path: Path) -> None:
    device = configured(tmp_path, *lines)

    assert device.load_faults == ()
    assert said_of(device) == said


PLAIN_HTTP: dict[str, tuple[tuple[str, ...], str]] = {
    "a peer is preferred, and may be overtaken": ((PLAIN, OPEN, "cache_peer p parent 3128 0"), "unknown"),
    "large answers": ((PLAIN, OPEN, "reply_body_max_size 1 KB"), "unknown"),
    "answers of any size": ((PLAIN, OPEN, "reply_body_max_size none"), "allowed"),
    "a helper that wants a user, of intercepted traffic": (
        (
            "http_port 3128 intercept",
            BASIC,
            "external_acl_type h %LOGIN /bin/x",
            "acl e external h",
            "http_access allow e",
            CLOSED,
        ),
        "unknown",
    ),
    "the port of intercepted traffic": (
        ("http_port 3128 intercept", "acl l localport 3128", "http_access allow l", CLOSED),
        "unknown",
    ),
}


@pytest.mark.parametrize(("lines", "access"), PLAIN_HTTP.values(), ids=PLAIN_HTTP)
def test_plain_http(lines: tuple[str, ...], access: str, tmp_path: Path) -> None:
    assert said_of(configured(tmp_path, *lines), port=80).access == access


PEERS: dict[str, str] = {
    "cache_peer P.test parent 3128 0": "p.test:3128",
    "cache_peer p.test parent 3128 0 no-query default connect-timeout=5": "p.test:3128",
    # Siblings answer for what they have stored alone.
    "cache_peer p.test sibling 3128 3130": "",
    # An origin, users, TLS, a share of the requests: something else than a proxy that everything is sent to.
    "cache_peer p.test parent 443 0 default originserver": "",
    "cache_peer p.test parent 3128 0 login=PASS no-query": "",
    "cache_peer p.test parent 3128 0 tls default": "",
    "cache_peer p.test parent 3128 0\ncache_peer q.test parent 3128 0": "",
    "cache_peer p.test parent 3128 0\nprefer_direct on": "",
    "cache_peer p.test parent 3128 0\nprefer_direct off\nprefer_direct on": "",
    "cache_peer p.test parent 3128 0\ncache_peer_access p.test deny all": "",
}


@pytest.mark.parametrize(("lines", "address"), PEERS.items())
def test_only_a_plain_parent_stands_for_a_proxy(lines: str, address: str, tmp_path: Path) -> None:
    device = configured(tmp_path, PLAIN, OPEN, "never_direct allow all", lines)

    (entrance,) = device.entrances
    found = {base.stands_for.address if base.stands_for else "" for base in _peers(entrance.rulebases)}
    assert found == {address}


def _peers(rulebases: tuple[Rulebase, ...]) -> Iterator[Rulebase]:
    """The rulebases that stand for the peers, wherever they hang."""
    for base in rulebases:
        if base.name == "cache_peer" and not base.rules[0].routes:
            yield base
        for rule in (*base.rules, base.default):
            yield from _peers(rule.then)


@pytest.mark.parametrize("line", ["always_direct allow all", "never_direct deny !all"])
def test_what_goes_direct_is_told(line: str, tmp_path: Path) -> None:
    (entrance,) = configured(tmp_path, PLAIN, OPEN, "never_direct allow !all", line).entrances
    (always,) = (base for base in entrance.rulebases if base.name == "always_direct")

    rules = [rule for base in (always, *always.default.then) for rule in (*base.rules, base.default) if not rule.then]
    assert {rule.routes for rule in rules if rule.action is Action.PROCEED} == {(DIRECT,)}
    assert {rule.routes for rule in rules if rule.action is Action.BLOCK} == {()}


def test_where_requests_go_is_told_of_every_rule(tmp_path: Path) -> None:
    device = configured(
        tmp_path, PLAIN, OPEN, "acl w dstdomain .a.test", "cache_peer p.test parent 3128 0", "never_direct allow w"
    )

    (entrance,) = device.entrances
    (always,) = (base for base in entrance.rulebases if base.name == "always_direct")
    (never,) = always.default.then
    (forced,) = never.rules
    assert [str(route) for route in forced.routes] == ["PROXY p.test:3128"]
    (preferred,) = never.default.then
    tunnel, overtaken = preferred.rules
    assert tunnel.routes == overtaken.routes == (DIRECT,)
    assert [str(route) for route in preferred.default.routes] == ["PROXY p.test:3128"]


@pytest.mark.parametrize(
    ("line", "explicit", "secure", "own_name"),
    [
        ("http_port 3128", True, False, True),
        ("https_port 3128 tls-cert=/c.pem", True, True, True),
        ("http_port 3128 intercept", False, False, True),
        ("http_port 3128 tproxy", False, False, False),
        ("https_port 3128 intercept ssl-bump tls-cert=/c.pem", False, False, True),
    ],
)
def test_what_a_listener_is_for_the_devices_before_and_behind_it(
    line: str, explicit: bool, secure: bool, own_name: bool, tmp_path: Path
) -> None:
    (entrance,) = configured(tmp_path, line, OPEN).entrances

    assert (entrance.explicit, entrance.secure, entrance.own_name) == (explicit, secure, own_name)
