"""Bad input is an error that can be read, or unknown; never a traceback, never a secret, never without end."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest

from allowlint.cli import main
from allowlint.errors import InputError
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import PLATFORM
from allowlint.platforms.mde_endpoint.addresses import shown, taken_apart
from tests.support import FIXTURES

SAMPLES = sorted(
    path
    for path in FIXTURES.glob("platforms/mde_endpoint/*/*")
    if path.is_file() and path.stem in {"config", "mde_endpoint"}
)
HEADER = "Windows Registry Editor Version 5.00\r\n\r\n"
KEY = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\DataCollection]\r\n"


def read(name: str, content: bytes) -> None:
    PLATFORM.detect(name, content[:65536])
    with suppress(InputError):
        PLATFORM.parse(name, content, Options())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.parent.name)
def test_what_is_cut_or_damaged_is_no_crash(sample: Path) -> None:
    content = sample.read_bytes()
    chance = random.Random(sample.parent.name)
    for cut in {0, 1, 2, 3, 7, len(content) // 3, len(content) // 2, len(content) - 1}:
        read(f"/nowhere/{sample.name}", content[:cut])
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        read(f"/nowhere/{sample.name}", bytes(damaged))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.reg", HEADER + KEY + '"TelemetryProxyServer"="' + "a" * 2_000_000 + '"\r\n'),
        ("x.reg", HEADER + KEY + '"TelemetryProxyServer"=hex(2):' + "31,00,\\\r\n  " * 100_000 + "00,00\r\n"),
        ("x.reg", HEADER + KEY + '"TelemetryProxyServer"="' + '\\"' * 500_000),
        ("x.reg", HEADER + "[" * 200_000 + "TelemetryProxyServer"),
        (
            "x.txt",
            "Current WinHTTP proxy settings:\n\n    Proxy :  " + ";" * 500_000 + "\n    Bypass :  " + "*a" * 200_000,
        ),
        ("x.txt", "WinHTTP:" * 200_000 + "\n"),
        ("x.txt", "x WinHTTP x:\n" * 100_000 + "    a\n"),
        ("x.ps1", "Set-MpPreference -ProxyServer " + '"' * 500_000),
        ("x.ps1", "Set-MpPreference `\n" * 100_000 + "-ProxyServer http://a:1"),
        ("x.ps1", "<#" * 200_000 + "\nSet-MpPreference -ProxyServer http://a:1\n"),
        ("x.json", '{"cloudService": {"proxy": "http://' + "@" * 500_000 + '"}}'),
        ("x.json", '{"cloudService": {"proxy": ' + "9" * 10_000 + "}}"),
        ("x.env", "HTTPS_PROXY=" + "'" * 500_000 + "\n"),
        ("x.conf", "# mdatp\n[Service]\nEnvironment=" + '"HTTPS_PROXY=' * 100_000 + "\n"),
        ("x.txt", "MAPSReporting : 2\nProxyServer : " + "http://" * 100_000 + "\n"),
    ],
    ids=range(15),
)
def test_what_is_huge_ends_soon(name: str, content: str) -> None:
    begin = time.monotonic()

    read(name, content.encode())

    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    "value",
    [
        "http://svc:hunter2@10.0.0.6:8080",
        "svc:hunter2@10.0.0.6:8080",
        "http://svc:p@hunter2@10.0.0.6:8080",
        "http://svc:p/hunter2@10.0.0.6:8080",
        "http=svc:hunter2@10.0.0.6:8080;https=svc:hunter2@10.0.0.6:8080",
        "CORP\\\\svc:hunter2@10.0.0.6:8080",
        " http://svc:hunter2@10.0.0.6:8080/ ",
        "http://wpad.example.com/proxy.pac?token=hunter2",
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown", "csv", "github"])
def test_credentials_are_never_printed(
    value: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    defender = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows Defender]\r\n"
    text = f'{HEADER}{KEY}"TelemetryProxyServer"="{value}"\r\n\r\n{defender}"ProxyServer"="{value}"\r\n"ProxyPacUrl"="{value}"\r\n'
    Path("sensor.reg").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))

    main(["check", "sensor.reg", "--policy", "mde-streamlined", "--geo", "EU", "--format", form, "--verbose"])
    main(["explain", "winatp-gw-neu.microsoft.com", "sensor.reg"])

    printed = capsys.readouterr()
    assert "10.0.0.6" in printed.out or "wpad" in printed.out
    assert "hunter2" not in printed.out + printed.err


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.6:8080", "10.0.0.6:8080"),
        ("http://Proxy.Example.COM.:08080", "proxy.example.com:8080"),
        ("[fd00::6]:8080", "[fd00::6]:8080"),
        ("10.0.0.6", ""),
        ("10.0.0.6:0", ""),
        ("10.0.0.6:65536", ""),
        ("10.0.0.6:80a", ""),
        ("10.0.0.6:８０８０", ""),
        (":8080", ""),
        ("-:8080", ""),
        ("fd00::6", ""),
        ("a b:80", ""),
        ("10.0.0.6:8080,10.0.0.7:8080", ""),
    ],
)
def test_an_address_is_taken_as_it_is_meant_or_not_at_all(text: str, address: str) -> None:
    assert taken_apart(text).address == address


def test_what_is_shown_is_short() -> None:
    assert len(shown("x" * 10_000)) <= 120


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("set.sh", "mdatp config proxy set --value http://svc:hunter2$x@10.0.0.6:8080\n"),
        ("set.cmd", "netsh winhttp set proxy svc:hunter2%X%@10.0.0.6:8080\n"),
        ("set.ps1", 'Set-MpPreference -ProxyServer "http://svc:hunter2$($x)@10.0.0.6:8080"\n'),
        ("environment", 'HTTPS_PROXY="http://svc:hunter2$x@10.0.0.6:8080"\n'),
        ("apt.conf", 'Acquire::https::Proxy "http://svc:hunter2@10.0.0.6:8080";\n'),
        (
            "Registry.xml",
            (
                '<RegistrySettings><Registry name="p"><Properties action="U" hive="HKEY_LOCAL_MACHINE" name="ProxyServer" type="REG_SZ" '
                'key="SOFTWARE\\Policies\\Microsoft\\Windows Defender" value="http://svc:hunter2%X%@10.0.0.6:8080"/></Registry></RegistrySettings>'
            ),
        ),
    ],
)
def test_credentials_beside_a_variable_are_never_printed(
    name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, encoding="utf-8")

    main(["check", name, "--policy", "mde-streamlined", "--geo", "EU", "--verbose"])
    main(["explain", "winatp-gw-neu.microsoft.com", name])

    printed = capsys.readouterr()
    assert "10.0.0.6" in printed.out
    assert "hunter2" not in printed.out + printed.err


@pytest.mark.parametrize(
    "body",
    [
        '"TelemetryProxyServer"=hex(2):' + "00,\\\r\n  " * 300_000,
        "x\r\n" * 200_000,
        '"ProxyServer"="' + "a" * 3_000_000,
    ],
    ids=["continued", "lost lines", "one value"],
)
def test_a_registry_export_without_an_end_is_read_soon(body: str) -> None:
    began = time.process_time()

    read("endless.reg", f"{HEADER}{KEY}{body}".encode())

    assert time.process_time() - began < 10
