"""Passwords, keys and shared secrets of a configuration never reach an output, whatever is wrong with the file."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from allowlint import registry
from allowlint.cli import main
from tests.platforms.fortinet_fortios.asking import FOLDER

SECRETS = (
    "SH2secrethash",
    "plainpassword",
    "MIIEkeymaterial",
    "pskvalue",
    "snmpcommunity",
    "tokenvalue",
    "strayword",
    "Xq7plainvalue",
)
PLANTED = """config system admin
    edit "admin"
        set password ENC SH2secrethash
    next
end
config user local
    edit "alice"
        set passwd plainpassword
    next
end
config vpn certificate local
    edit "own"
        set password ENC SH2secrethash
        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIEkeymaterial
-----END ENCRYPTED PRIVATE KEY-----"
    next
end
config vpn ipsec phase1-interface
    edit "branch"
        set psksecret pskvalue
    next
end
config system snmp community
    edit 1
        set name "snmpcommunity"
    next
end
"""
IN_A_POLICY = """        set portal-password ENC SH2secrethash
        set api-token tokenvalue
strayword MIIEkeymaterial
        set strange ENC SH2secrethash
        set stranger "Xq7plainvalue"
"""
BROKEN = {
    "whole": lambda text: PLANTED + text,
    "in a policy": lambda text: text.replace(
        "        set action accept\n", f"        set action accept\n{IN_A_POLICY}"
    ),
    "cut off": lambda text: text + PLANTED[: PLANTED.index("-----END")],
    "a quotation mark lost": lambda text: text + PLANTED.replace('KEY-----"', "KEY-----"),
    "in the wrong section": lambda text: text + PLANTED.replace("config user local", "config firewall address"),
}
POLICY = "version: 1\nname: case\nrequirements:\n  - host: winatp-gw-neu.microsoft.com\n  - host: '*.example.com'\n"


@pytest.mark.parametrize("form", [report.id for report in registry.all("reports").values()])
@pytest.mark.parametrize("how", BROKEN)
def test_no_secret_is_printed(
    how: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (FOLDER / "open" / "config.conf").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Path("config.conf").write_text(BROKEN[how](text), encoding="utf-8")
    Path("policy.yaml").write_text(POLICY, encoding="utf-8")

    words = ("check", "config.conf", "--policy", "policy.yaml", "--verbose")
    code = main([*words, *(("--output", "xlsx=report") if form == "xlsx" else ("--format", form))])
    shown = "".join(capsys.readouterr())
    if form == "xlsx" and code != 3:
        # A workbook is packed.
        with ZipFile("report") as packed:
            shown += "".join(packed.read(name).decode() for name in packed.namelist())

    assert code in {0, 1, 3}
    assert shown
    assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize("how", BROKEN)
def test_no_secret_is_explained(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (FOLDER / "open" / "config.conf").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Path("config.conf").write_text(BROKEN[how](text), encoding="utf-8")

    for form in ("text", "json"):
        main(["explain", "winatp-gw-neu.microsoft.com", "config.conf", "--format", form])
    shown = capsys.readouterr()

    assert [secret for secret in SECRETS if secret in shown.out + shown.err] == []
