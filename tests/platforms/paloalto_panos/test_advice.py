"""What findings advise can be pasted: with the commands added to the configuration, the endpoint works."""

import json
from pathlib import Path

import pytest

from allowlint.cli import main

POLICY = """version: 1
name: test
requirements:
  - host: winatp-gw-neu.microsoft.com
  - host: "*.endpoint.security.microsoft.com"
  - {host: www.microsoft.com/pkiops/*, ports: [80], protocol: http}
"""
FIREWALL = """set deviceconfig system hostname fw1
set network interface ethernet ethernet1/1 layer3 ip 192.0.2.2/30
set network virtual-router default routing-table ip static-route default destination 0.0.0.0/0
set network virtual-router default routing-table ip static-route default interface ethernet1/1
set {level}zone trust network layer3 ethernet1/2
set {level}zone "guest wifi" network layer3 ethernet1/3
set {level}zone untrust network layer3 ethernet1/1
"""
WEB = 'set {rules} security rules "Web out" from any to any source any destination any application any service any action allow\n'
DENY = 'set {rules} security rules "Deny all" from any to any source any destination any application any service any action deny\n'
DECRYPT = """set {rules} decryption rules All from any to any source any destination any category any service any
set {rules} decryption rules All type ssl-forward-proxy
set {rules} decryption rules All action decrypt
"""
PORTAL = """set {level}captive-portal enable-captive-portal yes
set {rules} authentication rules "Log in" from any to any source any destination any category any service any
set {rules} authentication rules "Log in" authentication-enforcement default-web-form
"""
BLOCKED = """set {level}profiles custom-url-category Microsoft list [ *.microsoft.com/ ]
set {level}profiles url-filtering Strict block Microsoft
set {rules} security rules "Web out" profile-setting profiles url-filtering Strict
"""
HTTPS = WEB.replace("service any", "service service-https")
LATE = """set {level}profiles custom-url-category Late list [ winatp-gw-neu.microsoft.com/ *.endpoint.security.microsoft.com/ ]
set {rules} decryption rules "Keep out" from any to any source any destination any category Late service any
set {rules} decryption rules "Keep out" type ssl-forward-proxy
set {rules} decryption rules "Keep out" action no-decrypt
"""
SYSTEM = {"level": "", "rules": "rulebase"}
SECOND = {"level": "vsys vsys2 ", "rules": "vsys vsys2 rulebase"}


def failing(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    main(
        ["check", str(folder / "config.txt"), "--policy", str(folder / "policy.yaml"), "--isolated", "--format", "json"]
    )
    report = json.loads(capsys.readouterr().out)
    return [found for found in report["findings"] if found["severity"] == "error"]


@pytest.mark.parametrize("words", [SYSTEM, SECOND], ids=["one system", "two systems"])
@pytest.mark.parametrize(
    "parts",
    [
        (),
        (DENY, WEB),
        (HTTPS,),
        (WEB, DECRYPT),
        (WEB, DECRYPT, LATE),
        (WEB, PORTAL),
        (WEB, BLOCKED),
        (DENY, WEB, DECRYPT, LATE, PORTAL, BLOCKED),
    ],
    ids=["nothing", "deny", "https", "decrypt", "late", "portal", "profile", "everything"],
)
def test_the_commands_of_findings_mend_what_they_speak_of(
    parts: tuple[str, ...], words: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "".join((FIREWALL, *parts)).replace("{level}", words["level"]).replace("{rules}", words["rules"])
    if words is SECOND:
        text += (
            f"set vsys vsys1 zone inside network layer3 ethernet1/4\n{WEB.replace('{rules}', 'vsys vsys1 rulebase')}"
        )
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "config.txt").write_text(text, encoding="utf-8")
    found = failing(tmp_path, capsys)

    assert found
    # What is blocked is not judged further, so that the next fault shows when one is mended.
    for _ in range(4):
        commands = [
            line.strip()
            for each in found
            for line in each["help"].split("\n")
            if line.startswith(("  set ", "  move "))
        ]
        text += "".join(f"{line}\n" for line in dict.fromkeys(commands))
        (tmp_path / "config.txt").write_text(text, encoding="utf-8")
        found = failing(tmp_path, capsys)
    assert not found


def test_in_panorama_the_commands_are_about_the_device_group_whose_rule_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = 'set device-group "Head office" pre-rulebase'
    text = "".join(
        (
            "set deviceconfig system hostname panorama\n",
            'set readonly devices localhost.localdomain device-group Branch parent-dg "Head office"\n',
            'set readonly devices localhost.localdomain device-group "Head office" id 11\n',
            "set device-group Branch devices 001122\n",
            DENY.replace("set {rules}", rules),
        )
    )
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "config.txt").write_text(text, encoding="utf-8")
    found = failing(tmp_path, capsys)

    assert found
    for each in found:
        lines = each["help"].split("\n")
        assert lines[1] == '  set device-group "Head office" profiles custom-url-category MDE-required type "URL List"'
        assert (
            lines[-1]
            == '  move device-group "Head office" pre-rulebase security rules MDE-required-allow before "Deny all"'
        )


def test_an_exemption_in_another_device_group_cannot_be_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, branch = (
        {"level": f"device-group {name} ", "rules": f"device-group {name} pre-rulebase"} for name in ("Head", "Branch")
    )
    text = (
        "set deviceconfig system hostname panorama\n"
        "set readonly devices localhost.localdomain device-group Branch parent-dg Head\n"
        "set readonly devices localhost.localdomain device-group Head id 11\n"
        "set device-group Branch devices 001122\n"
    )
    for part, words in ((DECRYPT, head), (LATE, branch), (WEB, branch)):
        text += part.replace("{level}", words["level"]).replace("{rules}", words["rules"])
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "config.txt").write_text(text, encoding="utf-8")
    found = failing(tmp_path, capsys)

    assert {each["code"] for each in found} == {"TLS001"}
    for each in found:
        assert "device-group Head pre-rulebase decryption rules MDE-required-no-decrypt before All" in each["help"]
        assert "Branch" not in each["help"]
