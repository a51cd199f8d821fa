"""Probes as a sensor sends them through a proxy, and the verdict that the answer amounts to.

The status of a CONNECT says little: on a bumping port a refused CONNECT is answered `200`, and the refusal comes inside
the tunnel. So every tunnel is tried with TLS and a request, and judged by whose certificate came and who answered.
"""

from __future__ import annotations

import base64
import socket
import ssl
from typing import Literal, NamedTuple

from tests.oracle.lab_certificates import issuer_of
from tests.oracle.lab_servers import ORIGIN_MARK, unresolvable

Access = Literal["allowed", "blocked", "challenged"]
Inspection = Literal["bypassed", "inspected", "not-applicable"]
View = Literal["connect", "http"]

TIMEOUT_SECONDS = 8.0
INSIDE_CLIENT = "10.66.0.5"
FIRST_LISTENER = 3128
ANYBODY = "somebody"
# The rules let the request through and the network failed: not the device's doing.
NETWORK_ERRORS = ("ERR_CONNECT_FAIL", "ERR_SECURE_CONNECT_FAIL", "ERR_DNS_FAIL")


class LabFault(Exception):
    """The laboratory could not tell: a probe that hangs or an answer that nobody expected. Never a verdict."""


class Probe(NamedTuple):
    """One connection to try. `sni` None means the host's own name, and the empty string none at all."""

    host: str
    port: int = 443
    view: View = "connect"
    path: str = "/"
    client: str = INSIDE_CLIENT
    sni: str | None = None
    headers: str = ""
    listener: int = FIRST_LISTENER


class Result(NamedTuple):
    """What happened. `identified` is the access of a client that answers the challenge, empty when there was none."""

    access: Access
    inspection: Inspection
    detail: str
    identified: str = ""


class Reply(NamedTuple):
    """The head of an HTTP answer."""

    status: int
    headers: dict[str, str]

    @property
    def error(self) -> str:
        return self.headers.get("x-squid-error", "")


def send(address: str, probe: Probe, users: tuple[str, ...] = (ANYBODY,)) -> Result:
    """Try the probe anonymously and, when it is challenged, as each of `users` until one gets through."""
    result = _attempt(address, probe, None)
    if result.access != "challenged":
        return result
    best: Result = result._replace(identified="blocked")
    for user in users:
        known = _attempt(address, probe, user)
        if known.access == "allowed":
            return result._replace(identified="allowed", inspection=known.inspection, detail=known.detail)
    return best


def _attempt(address: str, probe: Probe, user: str | None) -> Result:
    try:
        connection = socket.create_connection(
            (address, probe.listener), TIMEOUT_SECONDS, source_address=(probe.client, 0)
        )
    except ConnectionRefusedError as error:
        raise LabFault(f"Squid died before {probe}") from error
    with connection:
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            if probe.view == "http":
                return _get(connection, probe, user)
            return _tunnel(connection, probe, user)
        except TimeoutError as error:
            raise LabFault(f"no answer within {TIMEOUT_SECONDS} s to {probe}") from error
        except (ConnectionError, EOFError) as error:
            return Result("blocked", "not-applicable", f"closed: {type(error).__name__}")


def _identity(user: str | None) -> str:
    if user is None:
        return ""
    token = base64.b64encode(f"{user}:secret".encode()).decode()
    return f"Proxy-Authorization: Basic {token}\r\n"


def _get(connection: socket.socket, probe: Probe, user: str | None) -> Result:
    port = "" if probe.port == 80 else f":{probe.port}"
    host = "" if "host:" in probe.headers.lower() else f"Host: {probe.host}{port}\r\n"
    request = f"GET http://{probe.host}{port}{probe.path} HTTP/1.1\r\n{host}{probe.headers}{_identity(user)}"
    connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
    access, detail = _judge(_reply(connection), probe.host)
    return Result(access, "not-applicable", detail)


def _tunnel(connection: socket.socket, probe: Probe, user: str | None) -> Result:
    target = f"{probe.host}:{probe.port}"
    request = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{probe.headers}{_identity(user)}\r\n"
    connection.sendall(request.encode())
    reply = _reply(connection)
    if reply.status != 200:
        access, detail = _judge(reply, probe.host)
        return Result(access, _untouched(access), detail)
    try:
        return _inside(connection, probe)
    except ssl.SSLError as error:
        return Result("blocked", "not-applicable", f"terminated: {error.reason}")


def _untouched(access: Access) -> Inspection:
    return "bypassed" if access == "allowed" else "not-applicable"


def _inside(connection: socket.socket, probe: Probe) -> Result:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    name = probe.host.rstrip(".") if probe.sni is None else probe.sni
    with context.wrap_socket(connection, server_hostname=name or None) as tunnel:
        issuer = issuer_of(tunnel.getpeercert(binary_form=True) or b"")
        authority = (name or probe.host) + ("" if probe.port == 443 else f":{probe.port}")
        request = f"GET {probe.path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"
        tunnel.sendall(request.encode())
        access, detail = _judge(_reply(tunnel), probe.host)
    if access == "challenged":
        return Result("blocked", "not-applicable", "challenged inside a tunnel, which no client answers")
    if access == "blocked":
        return Result("blocked", "not-applicable", f"{detail} inside the tunnel")
    return Result("allowed", "inspected" if "Bump" in issuer else "bypassed", f"{detail}, certificate by {issuer}")


def _reply(connection: socket.socket) -> Reply:
    """Read the head of an answer; raises EOFError when the peer closes before its end."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            raise EOFError
        head += part
    first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    return Reply(int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs})


def _judge(reply: Reply, host: str) -> tuple[Access, str]:
    """The access that an answer amounts to, with what was seen."""
    if ORIGIN_MARK.lower() in reply.headers:
        return "allowed", "origin answered"
    seen = f"{reply.status} {reply.error}".strip()
    if reply.status == 407:
        # deny_info can dress a refusal up as a 407; without a challenge no identity helps.
        return ("challenged", seen) if "proxy-authenticate" in reply.headers else ("blocked", seen)
    if reply.status >= 500 and (unresolvable(host) or reply.error.startswith(NETWORK_ERRORS)):
        return "allowed", f"allowed by the rules, then {seen}"
    return "blocked", seen
