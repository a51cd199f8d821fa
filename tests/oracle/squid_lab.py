"""A laboratory around a real Squid: `with SquidLab() as lab: lab.run(files, probes)`.

Each configuration runs as its own instance, under the listener ports that it names but on a loopback address of its
own, so that `localport` and `myportname` see what they see in production and instances can run side by side. The
configuration is included from a wrapper with the laboratory's settings, so that the line numbers in Squid's messages
are those of the configuration.

Needs root (addresses on `lo`, ports 53, 80 and 443), `squid` with TLS, and Linux. What is missing is said by
`missing()`; `require_or_skip` turns it into a visible skip, or into a failure where ALLOWLINT_REQUIRE_ORACLE is set.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, NamedTuple, Self

from tests.oracle.lab_certificates import new_authority, write_pem
from tests.oracle.lab_client import ANYBODY, INSIDE_CLIENT, LabFault, Probe, Result, send
from tests.oracle.lab_servers import CertificateShop, Origin, Resolver

OUTSIDE_CLIENT = "203.0.113.9"
ORIGIN_ADDRESS, OLD_ORIGIN_ADDRESS = "198.51.100.10", "198.51.100.11"
PEER = b"parent.test"
CERTIFICATE_PATH = b"/etc/squid/ca.pem"
HELPERS = Path("/usr/lib/squid")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 # where Squid leaves segments when it is killed
START_SECONDS = 15.0
PATIENCE_SECONDS = 1200.0
LISTENER = re.compile(rb"(?m)^([ \t]*https?_port[ \t]+)(\d+)(?=\s|$)([^\r\n]*)")
SERIOUS = re.compile(r"FATAL|ERROR|ACL not found|unrecognized|You need to")
STAMP = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d( kid\d+)?\| ?")

SETTINGS = """\
pid_filename none
visible_hostname {name}.lab.test
access_log none
cache_log /dev/null
cache_store_log none
dns_nameservers {resolver}
dns_timeout 3 seconds
connect_timeout 3 seconds
forward_timeout 5 seconds
pinger_enable off
memory_cache_shared off
cache_mem 8 MB
netdb_filename none
hosts_file none
shutdown_lifetime 0 seconds
sslcrtd_program {helpers}/security_file_certgen -s {database} -M 4MB
sslcrtd_children 4 startup=1 idle=1
tls_outgoing_options cafile={authority}
include {configuration}
"""


class Scene(NamedTuple):
    """The origins that a run meets: their address, TLS versions, and whether Squid trusts their authority."""

    resolver: str
    origin: str
    trusted: bool = True
    tls: ssl.TLSVersion | None = None


SCENES = {
    "plain": Scene("127.0.0.40", "127.0.0.1"),
    "distant": Scene("127.0.0.41", ORIGIN_ADDRESS),
    "distant-tls12": Scene("127.0.0.47", OLD_ORIGIN_ADDRESS, tls=ssl.TLSVersion.TLSv1_2),
    "tls12": Scene("127.0.0.42", "127.0.0.12", tls=ssl.TLSVersion.TLSv1_2),
    "tls13": Scene("127.0.0.43", "127.0.0.13", tls=ssl.TLSVersion.TLSv1_3),
    "untrusted": Scene("127.0.0.44", "127.0.0.14", trusted=False),
    "untrusted-tls12": Scene("127.0.0.45", "127.0.0.15", trusted=False, tls=ssl.TLSVersion.TLSv1_2),
    "untrusted-tls13": Scene("127.0.0.46", "127.0.0.16", trusted=False, tls=ssl.TLSVersion.TLSv1_3),
}


class Outcome(NamedTuple):
    """What one configuration did: `results` follow the probes; `fatal` is Squid's reason when it did not load."""

    loads: bool
    fatal: str
    results: tuple[Result, ...]


def missing() -> str:
    """Why the laboratory cannot run on this machine, or the empty string."""
    if os.geteuid() != 0:
        return "needs root, for addresses on lo and ports 53, 80 and 443"
    for program in ("squid", "ip"):
        if shutil.which(program) is None:
            return f"needs {program} (apt-get install squid-openssl iproute2)"
    if not (HELPERS / "security_file_certgen").exists():
        return "needs a Squid built with TLS (apt-get install squid-openssl)"
    return ""


class SquidLab:
    """The laboratory: certificates, resolvers, origins and client addresses; `run` may be called from any thread."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_alone_on_this_machine())
            self.root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="allowlint-lab-")))
            self.root.chmod(0o755)
            for address in (INSIDE_CLIENT, OUTSIDE_CLIENT, ORIGIN_ADDRESS, OLD_ORIGIN_ADDRESS):
                stack.enter_context(_address(address))
            self._make_certificates()
            for scene in SCENES.values():
                self._open(stack, scene)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def run(
        self,
        files: Mapping[str, bytes],
        probes: Sequence[Probe],
        scene: str = "plain",
        users: tuple[str, ...] = (ANYBODY,),
    ) -> Outcome:
        """Start Squid on `files["squid.conf"]`, send the probes, stop it."""
        with self._instance(files, scene) as (address, fatal):
            if fatal:
                return Outcome(False, fatal, ())
            return Outcome(True, "", tuple(send(address, probe, users) for probe in probes))

    def chain(
        self,
        squids: tuple[Mapping[str, bytes], Mapping[str, bytes]],
        probes: Sequence[Probe],
        scene: str = "plain",
        users: tuple[str, ...] = (ANYBODY,),
        by_second: Collection[int] = (),
    ) -> Outcome:
        """Like `run`, for a Squid whose peer, `parent.test`, is another Squid: the first and the second.

        The probes go to the first one, those with the numbers `by_second` to the second one straight away.
        """
        first, second = squids
        with self._instance(second, scene) as (peer, fatal):
            if fatal:
                return Outcome(False, fatal, ())
            with self._instance(first, scene, {PEER: peer.encode()}) as (address, wrong):
                if wrong:
                    return Outcome(False, wrong, ())
                return Outcome(True, "", tuple(self._each(probes, users, address, peer, by_second)))

    def _each(
        self, probes: Sequence[Probe], users: tuple[str, ...], first: str, second: str, by_second: Collection[int]
    ) -> Iterator[Result]:
        for number, probe in enumerate(probes):
            yield send(second if number in by_second else first, probe, users)

    def _make_certificates(self) -> None:
        self.trusted, self.stranger = new_authority("Origin CA"), new_authority("Stranger CA")
        bump = new_authority("Squid Bump CA")
        self.bump_file = write_pem(self.root / "bump.pem", bump.pem(with_key=True))
        self.authority_file = write_pem(self.root / "origins.pem", self.trusted.pem(with_key=False))
        self.database = self.root / "ssl_db"
        program = HELPERS / "security_file_certgen"
        subprocess.run(
            [program, "-c", "-s", self.database, "-M", "4MB"], check=True, capture_output=True, timeout=START_SECONDS
        )
        for path in (self.database, *self.database.rglob("*")):
            shutil.chown(path, "proxy", "proxy")

    def _open(self, stack: ExitStack, scene: Scene) -> None:
        minimum, maximum = scene.tls or ssl.TLSVersion.TLSv1_2, scene.tls or ssl.TLSVersion.TLSv1_3
        shop = CertificateShop(self.trusted if scene.trusted else self.stranger, minimum, maximum)
        origin, resolver = Origin(scene.origin, shop), Resolver(scene.resolver, scene.origin)
        stack.callback(origin.stop)
        origin.start()
        stack.callback(resolver.stop)
        resolver.start()

    @contextmanager
    def _instance(
        self, files: Mapping[str, bytes], scene: str, instead: Mapping[bytes, bytes] = MappingProxyType({})
    ) -> Iterator[tuple[str, str]]:
        with self._lock:
            number = next(self._numbers)
        name = f"lab{os.getpid()}x{number}"
        address = f"127.77.{number // 250 % 250}.{number % 250 + 1}"
        folder = self.root / name
        try:
            written = {name: _replaced(content, instead) for name, content in files.items()}
            listeners = self._write(folder, written, address, scene)
            with (folder / "stderr").open("w+b") as messages:
                yield from self._squid(folder, name, messages, [(address, port) for port in listeners])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            for leftover in SHARED_MEMORY.glob(f"{name}-*"):
                leftover.unlink(missing_ok=True)

    def _write(self, folder: Path, files: Mapping[str, bytes], address: str, scene: str) -> list[int]:
        listeners: list[int] = []
        for name, content in files.items():
            path = folder / "case" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            placed, ports = place(content, address, str(self.bump_file).encode())
            listeners += ports if path.suffix == ".conf" else []
            path.write_bytes(placed if path.suffix == ".conf" else content)
        wrapper = SETTINGS.format(
            name=folder.name,
            resolver=SCENES[scene].resolver,
            helpers=HELPERS,
            database=self.database,
            authority=self.authority_file,
            configuration=folder / "case" / "squid.conf",
        )
        (folder / "wrapper.conf").write_text(wrapper)
        return listeners

    def _squid(
        self, folder: Path, name: str, messages: IO[bytes], listeners: list[tuple[str, int]]
    ) -> Iterator[tuple[str, str]]:
        process = subprocess.Popen(
            ["squid", "-N", "-f", folder / "wrapper.conf", "-n", name],
            cwd=folder / "case",
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
        )
        try:
            up = _wait(process, listeners)
            messages.seek(0)
            text = messages.read().decode("utf-8", "replace")
            yield listeners[0][0] if listeners else "", "" if up else _reason(text, folder / "case")
        finally:
            # SIGTERM takes Squid more than a second; helpers share its process group.
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(START_SECONDS)


def _replaced(content: bytes, instead: Mapping[bytes, bytes]) -> bytes:
    for old, new in instead.items():
        content = content.replace(old, new)
    return content


def place(content: bytes, address: str, certificate: bytes) -> tuple[bytes, list[int]]:
    """Move the listeners of a configuration to `address`, under their own port and name; returns the ports too."""
    ports: list[int] = []

    def move(match: re.Match[bytes]) -> bytes:
        head, port, rest = match.groups()
        ports.append(int(port))
        # The name defaults to the text of the port specification, which is about to change.
        name = b"" if b"name=" in rest else b" name=" + port
        return head + address.encode() + b":" + port + name + rest

    return LISTENER.sub(move, content).replace(CERTIFICATE_PATH, certificate), ports


def _wait(process: subprocess.Popen[bytes], listeners: Sequence[tuple[str, int]]) -> bool:
    """Wait until all listeners accept; False when Squid exits instead."""
    limit = time.monotonic() + START_SECONDS
    for listener in listeners:
        while not _accepts(listener):
            if process.poll() is not None:
                return False
            if time.monotonic() > limit:
                raise LabFault(f"Squid opened no {listener} within {START_SECONDS} s")
            time.sleep(0.004)
    if not listeners:
        process.wait(START_SECONDS)
    return process.poll() is None


def _accepts(listener: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(listener, 1.0):
            return True
    except ConnectionRefusedError:
        return False


def _reason(text: str, folder: Path) -> str:
    lines = [STAMP.sub("", line).replace(f"{folder}/", "").strip() for line in text.splitlines()]
    serious = [line for line in lines if SERIOUS.search(line)]
    return " / ".join(serious) or "exited without a reason: " + " / ".join(lines[-3:])


@contextmanager
def _address(address: str) -> Iterator[None]:
    """Add an address to `lo` for as long as the laboratory is open, unless somebody else had added it."""
    command = ["ip", "address", "add", f"{address}/32", "dev", "lo"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
    if done.returncode and "File exists" not in done.stderr and "already assigned" not in done.stderr:
        raise LabFault(f"{' '.join(command)}: {done.stderr.strip()}")
    try:
        yield
    finally:
        if not done.returncode:
            command[2] = "delete"
            subprocess.run(command, capture_output=True, timeout=START_SECONDS, check=False)


@contextmanager
def _alone_on_this_machine() -> Iterator[None]:
    """Port 53, 80 and 443 of fixed addresses can be had once: a second laboratory waits for the first."""
    path = Path(tempfile.gettempdir()) / "allowlint-squid-lab.lock"
    with path.open("w") as file:
        limit = time.monotonic() + PATIENCE_SECONDS
        while not _locked(file):
            if time.monotonic() > limit:
                raise LabFault(f"another laboratory has held {path} for {PATIENCE_SECONDS} s")
            time.sleep(0.5)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
