"""What Squid talks to: a resolver that knows every name, and origins that answer plain HTTP and TLS on one port.

An origin peeks at the first byte, so that a CONNECT to port 80 that Squid bumps (and hence speaks TLS to) and a plain
GET reach the same listener. Everything listens on loopback addresses only.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import struct
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from tests.oracle.lab_certificates import Authority, mint

ORIGIN_PORTS = (80, 443, 8443)
ORIGIN_MARK = "X-Lab-Origin"
TLS_HANDSHAKE = 0x16
IDLE_SECONDS = 5.0
TYPE_A, TYPE_PTR = 1, 12
NXDOMAIN = 3
REVERSE_NAMES = {"1.0.0.127.in-addr.arpa": "x.rev.test"}


def unresolvable(host: str) -> bool:
    """`nx*` names do not exist and `drop*` names get no answer, wherever they are."""
    return host.startswith(("nx", "drop"))


@dataclass
class CertificateShop:
    """Server contexts by SNI for one origin.

    `certmis.NAME` gets a certificate for another name and `certhit.NAME` one for a name below a.test, because at
    step 3 Squid compares the names of the server's certificate and no longer the SNI.
    """

    authority: Authority
    minimum: ssl.TLSVersion
    maximum: ssl.TLSVersion
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def context(self, name: str) -> ssl.SSLContext:
        with self.lock:
            if name not in self.contexts:
                self.contexts[name] = self._make(name)
            return self.contexts[name]

    def front(self) -> ssl.SSLContext:
        """The context that a connection starts with; it hands over to the one of the SNI."""
        context = self._make("no-sni.test")

        def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                connection.context = self.context(name)

        context.sni_callback = choose
        return context

    def _make(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version, context.maximum_version = self.minimum, self.maximum
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(mint(self.authority, self.key, certificate_names(name)))
            context.load_cert_chain(file.name)
        return context


def certificate_names(host: str) -> tuple[str, ...]:
    """The names that the origin's certificate carries when it is asked for `host`."""
    if host.startswith("certmis."):
        return ("mismatch.invalid",)
    if host.startswith("certhit."):
        return (host, "hit.a.test")
    return (host,)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    context: ssl.SSLContext

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that closes in the middle is an everyday event here: Squid's verdict is read at the client."""


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection: socket.socket = self.request
        connection.settimeout(IDLE_SECONDS)
        first = connection.recv(1, socket.MSG_PEEK)
        if not first:
            return
        if first[0] == TLS_HANDSHAKE:
            assert isinstance(self.server, _Server)
            connection = self.server.context.wrap_socket(connection, server_side=True)
        with connection:
            _answer(connection)


def _answer(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            return
        head += part
    body = b"origin\n"
    lines = ["HTTP/1.1 200 OK", f"{ORIGIN_MARK}: yes", "Cache-Control: no-store", "Content-Type: text/plain"]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    connection.sendall("\r\n".join(lines).encode() + body)


@dataclass
class Origin:
    """One origin address with its TLS versions and authority, on all `ORIGIN_PORTS`."""

    address: str
    shop: CertificateShop
    servers: list[_Server] = field(default_factory=list)

    def start(self) -> None:
        context = self.shop.front()
        for port in ORIGIN_PORTS:
            server = _Server((self.address, port), _Handler)
            server.context = context
            self.servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()


@dataclass
class Resolver:
    """A DNS server that gives every name the same address (Squid's `dns_nameservers` takes no port: it must be 53)."""

    address: str
    answer: str
    socket: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    def start(self) -> None:
        self.socket.bind((self.address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Wake the thread up before closing: a blocked recvfrom does not notice that its socket went away."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self) -> None:
        while True:
            try:
                query, peer = self.socket.recvfrom(2048)
                if not query:
                    return
                reply = self._reply(query)
                if reply:
                    self.socket.sendto(reply, peer)
            except OSError:
                return

    def _reply(self, query: bytes) -> bytes | None:
        name, end = _name(query)
        kind = struct.unpack("!H", query[end : end + 2])[0]
        if name.startswith("drop"):
            return None
        record = self._record(name, kind)
        code = NXDOMAIN if record is None and (unresolvable(name) or kind == TYPE_PTR) else 0
        head = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, 1 if record else 0, 0, 0)
        return head + query[12 : end + 4] + (record or b"")

    def _record(self, name: str, kind: int) -> bytes | None:
        data = None
        if kind == TYPE_A and not unresolvable(name):
            data = socket.inet_aton(self.answer)
        elif kind == TYPE_PTR and name in REVERSE_NAMES:
            labels = REVERSE_NAMES[name].split(".")
            data = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
        if data is None:
            return None
        return struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data


def _name(query: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return ".".join(labels).lower(), at + 1
