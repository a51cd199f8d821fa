"""What an export holds besides rules and objects (hashes of passwords, keys, shared secrets) reaches no output."""

from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from allowlint import registry
from allowlint.cli import main

SECRETS = {
    "phash": "$5$planted-phash-value",
    "private-key": "-----BEGIN RSA PRIVATE KEY-----planted-private-key",
    "key": "-AQ==planted-preshared-key",
    "secret": "-AQ==planted-radius-secret",
    "bind-password": "-AQ==planted-bind-password",
    "password": "planted-plain-password",
    "auth-key": "planted-auth-key",
    "certificate-profile": "planted-certificate",
}
POLICY = 'version: 1\nname: test\nrequirements:\n  - host: "*.endpoint.security.microsoft.com"\n'


def planted(tag: str) -> str:
    return f"<{tag}>{SECRETS[tag]}</{tag}>"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    every = "".join(map(planted, SECRETS))
    url = "<type><url><url>https://user:planted-url-password@feeds.example/x</url><auth><username>u</username>"
    lists = f"<external-list><entry name='Feed'>{url}{planted('password')}</auth></url></type></entry></external-list>"
    rules = (
        "<entry name='Web out'><category><member>Feed</member><member>Gone</member></category><action>allow</action>"
        f"<odd>{every}</odd></entry><entry name='Rest'><action>deny</action></entry>"
    )
    system = f"{every}{lists}<zone><entry name='a'>{every}</entry></zone><rulebase><security><rules>{rules}</rules></security></rulebase>"
    device = f"<deviceconfig><system>{every}<panorama-server>192.0.2.1</panorama-server></system></deviceconfig>"
    users = f"<mgt-config><users><entry name='admin'>{every}</entry></users></mgt-config>"
    config = (
        f"<config version='10.2.0'>{users}<shared>{every}</shared><devices><entry name='localhost.localdomain'>{device}"
        f"<vsys><entry name='vsys1'>{system}</entry></vsys></entry></devices></config>"
    ).replace("><", ">\n<")
    (tmp_path / "config.xml").write_text(config, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("form", registry.names("reports"))
def test_a_report_holds_no_secret(
    export: Path, form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export)

    main(["check", "config.xml", "--policy", "policy.yaml", "--output", f"{form}=report"])
    printed = "".join(capsys.readouterr())
    report = Path("report").read_bytes()
    if is_zipfile("report"):
        # A workbook is packed.
        with ZipFile("report") as packed:
            report = b"".join(packed.read(name) for name in packed.namelist())

    assert b"config.xml" in report
    assert b"planted" not in report
    assert "planted" not in printed


def test_an_export_in_one_line_shows_no_secret_beside_its_rules(
    export: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export)
    config = export / "config.xml"
    text = config.read_text(encoding="utf-8").replace("\n", "")
    text = text.replace("<panorama-server>192.0.2.1</panorama-server>", "")
    config.write_text(text.replace("<entry name='Web", f"{planted('phash')}<entry name='Web"), encoding="utf-8")

    main(["check", "config.xml", "--policy", "policy.yaml"])
    printed = "".join(capsys.readouterr())

    assert "<entry name='Web out'>" in printed
    assert "planted" not in printed


@pytest.mark.parametrize("cut", [-30, -300])
def test_an_error_holds_no_secret(
    export: Path, cut: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export)
    config = export / "config.xml"
    config.write_bytes(config.read_bytes()[:cut])

    assert main(["check", "config.xml", "--policy", "policy.yaml"]) == 3
    assert "planted" not in "".join(capsys.readouterr())


def test_an_explanation_holds_no_secret(
    export: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export)

    main(["explain", "go.microsoft.com", "config.xml"])
    printed = "".join(capsys.readouterr())

    assert "Web out" in printed
    assert "planted" not in printed


def test_commands_that_are_not_understood_do_not_show_their_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        "set mgt-config users admin phash $5$planted-phash-value",
        "set network ike gateway g authentication pre-shared-key key -AQ==planted-key",
        "move mgt-config users admin phash planted-value sideways",
        "set rulebase security rules A action deny",
    ]
    Path("config.txt").write_text("\n".join(lines), encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")

    main(["check", "config.txt", "--policy", "policy.yaml"])

    assert "planted" not in "".join(capsys.readouterr())


ELSEWHERE = (
    "client-secret",
    "community",
    "shared-secret",
    "hash",
    "access-key",
    "auth-password",
    "preshared_key",
    "authcode",
    "secret-access-key",
    "agent-user-override-key",
    "what-a-later-release-calls-it",
)


@pytest.mark.parametrize("tag", ELSEWHERE)
def test_an_export_in_one_line_shows_the_text_of_no_foreign_element(
    tag: str, export: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(export)
    config = export / "config.xml"
    text = config.read_text(encoding="utf-8").replace("\n", "")
    text = text.replace("<panorama-server>192.0.2.1</panorama-server>", "")
    odd = f"<{tag}>planted-value</{tag}><{tag}><![CDATA[planted-value]]></{tag}><!-- planted-value --><x {tag}='planted-value'/>"
    before, _, rest = text.partition("<rulebase>")
    text = before + rest.partition("</rulebase>")[2]
    config.write_text(text.replace("<entry name='vsys1'>", f"{odd}<entry name='vsys1'>{odd}"), encoding="utf-8")

    main(["check", "config.xml", "--policy", "policy.yaml"])
    printed = "".join(capsys.readouterr())

    assert "<entry name='vsys1'>" in printed
    assert "planted" not in printed


@pytest.mark.parametrize(
    "command",
    [
        "override template T config mgt-config users admin phash planted-value",
        "override shared server-profile ldap L bind-password planted-value",
        "admin@fw> override shared server-profile radius R secret planted-value",
        "override network tunnel planted-value",
        "move deviceconfig system snmp-setting planted-value sideways",
        'set rulebase security rules "A" frob planted-value',
        "sett mgt-config users admin phash planted-value",
        "admin@fw# delet shared server-profile radius R secret planted-value",
    ],
)
def test_of_a_command_that_is_not_understood_only_the_beginning_shows(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.txt").write_text(f"set rulebase security rules A action deny\n{command}\n", encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")

    main(["check", "config.txt", "--policy", "policy.yaml"])
    printed = "".join(capsys.readouterr())

    assert "not-understood" in printed
    assert "planted" not in printed


def test_of_a_line_in_a_block_that_is_not_understood_the_block_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "mgt-config {\n  users {\n    admin {\n      phash planted-value\n      planted-value;\n    }\n  }\n}\n"
    Path("config.txt").write_text(f"{text}rulebase {{\n}}\n", encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")

    main(["check", "config.txt", "--policy", "policy.yaml"])
    printed = "".join(capsys.readouterr())

    assert "words without a semicolon in `admin`" in printed
    assert "planted" not in printed
