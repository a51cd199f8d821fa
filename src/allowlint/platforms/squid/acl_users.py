"""Directives besides the access lists that name ACLs: they change no verdict, but Squid refuses an ACL that is not defined.

Where the names begin was tried with ``squid -k parse`` (5.7), directive by directive.
"""

from collections.abc import Iterator

from allowlint.platforms.squid.text import Token

_BEHIND_ACTION = frozenset(
    """
cache no_cache send_hit store_miss ident_lookup_access icp_access htcp_access htcp_clr_access snmp_access
follow_x_forwarded_for broken_posts collapsed_forwarding_access spoof_client_ip log_access proxy_protocol_access
store_id_access cache_peer_access delay_access client_delay_access request_header_access reply_header_access
storeurl_rewrite_access server_pconn_for_nonretriable icap_retry force_request_body_continuation
http_upgrade_request_protocols
""".split()
)
"""``allow`` or ``deny``, in some behind one other word, then ACLs."""
_BEHIND_WORD = frozenset(
    """
tcp_outgoing_address tcp_outgoing_tos tcp_outgoing_ds tcp_outgoing_dscp tcp_outgoing_mark clientside_tos clientside_mark
mark_client_packet mark_client_connection on_unsupported_protocol sslproxy_cert_sign sslproxy_cert_adapt auth_schemes
""".split()
)
BEHIND_VALUE = frozenset(("request_header_add", "reply_header_add", "note", "adaptation_meta"))
"""A name and a value, which may stand in quotes. Where they are forgotten, what seems to be an ACL may be a secret."""
_BEHIND_SIZE = frozenset(("reply_body_max_size", "range_offset_limit"))
_LOGS = frozenset(("access_log", "icap_log"))
_ACTIONS = ("allow", "deny")


def named_acls(name: str, words: tuple[Token, ...]) -> Iterator[Token]:
    """Yield the words of a directive that are names of ACLs, each perhaps behind a ``!``; names of files are left out."""
    for word in words[_begin(name, words) :]:
        if word.text[0] not in "\"'" and (name not in _LOGS or "=" not in word.text):
            yield word


def _begin(name: str, words: tuple[Token, ...]) -> int:
    """How many words stand before the ACLs."""
    everything = len(words)
    if name in _BEHIND_ACTION:
        return next((index + 1 for index, word in enumerate(words[:2]) if word.text in _ACTIONS), everything)
    if name in _BEHIND_WORD:
        return 1
    if name in BEHIND_VALUE:
        return _behind_value(words)
    first = words[0].text if words else ""
    if name in _BEHIND_SIZE:
        # Whether a unit follows a zero differs.
        return 1 if first == "none" else everything if first.startswith("0") else 2
    if name in _LOGS:
        # The second word may be the name of a format.
        return 1 if first == "none" else 2
    return everything


def _behind_value(words: tuple[Token, ...]) -> int:
    """The place behind a name and a value; a quoted value ends with the word that closes it."""
    quote = words[1].text[0] if len(words) > 1 else ""
    if quote not in ("'", '"'):
        return 2
    text = words[1].text
    if len(text) > 1 and text[-1] == quote:
        return 2
    return next((index + 1 for index, word in enumerate(words) if index > 1 and word.text[-1] == quote), len(words))
