"""Lines with which Squid does not start: nothing is allowed by a proxy that does not run. Each was given to ``squid -k parse``."""

from pathlib import Path

import pytest

from tests.platforms.squid.reading import device_of, said_of, write

BEFORE = """\
http_port 3128
cache_peer p parent 3128 0
delay_pools 1
delay_class 1 1
client_delay_pools 1
logformat mine %>a
http_access allow all
"""
USERS = """\
cache deny
no_cache deny
send_hit deny
store_miss deny
ident_lookup_access deny
icp_access deny
htcp_access deny
htcp_clr_access deny
snmp_access deny
follow_x_forwarded_for deny
broken_posts deny
collapsed_forwarding_access deny
spoof_client_ip deny
proxy_protocol_access deny
store_id_access deny
cache_peer_access p deny
delay_access 1 deny
client_delay_access 1 deny
request_header_access Via deny
reply_header_access Via deny
storeurl_rewrite_access deny
server_pconn_for_nonretriable deny
icap_retry deny
force_request_body_continuation deny
http_upgrade_request_protocols WebSocket deny
tcp_outgoing_address 10.0.0.1
tcp_outgoing_tos 0x20
tcp_outgoing_ds 0x20
tcp_outgoing_dscp 0x20
tcp_outgoing_mark 0x20
clientside_tos 0x20
clientside_mark 0x20
mark_client_packet 0x20
mark_client_connection 0x20
on_unsupported_protocol tunnel
sslproxy_cert_sign signTrusted
sslproxy_cert_adapt setCommonName
request_header_add X v
reply_header_add X "a b"
note k "a b c"
note k "v"
note k 'a b'
adaptation_meta X v
reply_body_max_size 10 KB
reply_body_max_size none
range_offset_limit 10 KB
range_offset_limit none
access_log none
access_log /tmp/x squid
access_log /tmp/x mine
access_log daemon:/tmp/x logformat=squid
access_log daemon:/tmp/x logformat=squid rotate=3
icap_log none
icap_log /tmp/x squid
""".splitlines()


@pytest.mark.parametrize("acls", ["nosuch", "!nosuch", "all nosuch"])
@pytest.mark.parametrize("line", USERS)
def test_an_acl_that_is_not_defined(line: str, acls: str, tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": f"{BEFORE}{line} {acls}\n"}))

    (fault,) = device.load_faults
    assert fault.message.startswith("ACL not found: ")
    assert fault.location.line == BEFORE.count("\n") + 1
    assert said_of(device).access == "unknown"


@pytest.mark.parametrize("acls", ["", "all", "!all all", "!CONNECT"])
@pytest.mark.parametrize("line", USERS)
def test_acls_that_are_defined(line: str, acls: str, tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": f"{BEFORE}{line} {acls}\n"}))

    assert device.load_faults == ()


@pytest.mark.parametrize("line", ["cache deny nosuch", "note k v nosuch"])
def test_an_acl_that_a_lost_file_may_define(line: str, tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": f"include /etc/squid/acls.conf\n{BEFORE}{line}\n"}))

    assert device.load_faults == ()


@pytest.mark.parametrize(
    "line",
    [
        "https_port 3129",
        "https_port 3129 ssl-bump tls-cert=/c.pem",
        "https_port 3129 sslBump tls-cert=/c.pem",
        "https_port 3129 intercept tls-cert=/c.pem",
        "acl g any-of nosuch",
        "acl g all-of nosuch",
        "acl g all-of !nosuch",
        f"acl {'n' * 64} dstdomain .a.test",
        "acl x nosuchtype 1",
        "acl all dstdomain .a.test",
        "via maybe",
        "icap_enable",
    ],
)
def test_what_else_is_refused(line: str, tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": f"{BEFORE}{line}\n"}))

    assert len(device.load_faults) == 1
    assert device.load_faults[0].location.line == BEFORE.count("\n") + 1


@pytest.mark.parametrize(("length", "starts"), [(62, True), (63, False)])
def test_the_longest_name_that_is_found_again(length: int, starts: bool, tmp_path: Path) -> None:
    name = "n" * length
    lines = f"{BEFORE}acl {name} dstdomain .a.test\nhttp_access deny {name}\n"

    assert (device_of(write(tmp_path, {"squid.conf": lines})).load_faults == ()) is starts


def test_inspection_without_a_certificate_is_reported(tmp_path: Path) -> None:
    device = device_of(
        write(tmp_path, {"squid.conf": "http_port 3128 ssl-bump\nhttp_access allow all\nssl_bump bump all\n"})
    )

    assert [(unread.location.line, unread.matters) for unread in device.unread] == [(1, True)]


@pytest.mark.parametrize("directive", ["http_port 3128 up=", "http_port ", "via ", "auth_param "])
def test_a_refused_word_is_quoted_without_the_password_in_it(directive: str, tmp_path: Path) -> None:
    # So long that its end, which tells a password, is not quoted.
    word = f"UP:http://svc:{'Zq9' * 30}@proxy.example:x"

    device = device_of(write(tmp_path, {"squid.conf": f"{BEFORE}{directive}{word}\n"}))

    assert device.load_faults
    assert not any("Zq9" in fault.message for fault in device.load_faults)
