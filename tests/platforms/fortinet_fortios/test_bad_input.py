"""Files that are broken, hostile or no configuration at all: clear errors, unknown verdicts, bounded work."""

from __future__ import annotations

import time

import pytest

from allowlint.errors import InputError
from allowlint.platforms.fortinet_fortios import PLATFORM
from tests.platforms.fortinet_fortios.asking import FOLDER, ask, read

OPEN = (FOLDER / "open" / "config.conf").read_text(encoding="utf-8")
GATEWAY = "winatp-gw-neu.microsoft.com"
FQDN = f'    edit "gw"\n        set type fqdn\n        set fqdn "{GATEWAY}"\n    next\n'
ALLOWED = ("allowed", "bypassed", "anonymous")


def policy(target: str, *, groups: str = "", action: str = "accept") -> str:
    """Objects, and one policy about one of them."""
    return (
        f"{groups}config firewall policy\n    edit 1\n"
        '        set srcintf "lan"\n        set dstintf "wan1"\n        set srcaddr "all"\n'
        f'        set dstaddr "{target}"\n        set action {action}\n        set schedule "always"\n'
        '        set service "ALL"\n    next\nend\n'
    )


@pytest.mark.parametrize("cut", range(40, len(OPEN) - 5, 37))
def test_a_file_that_is_cut_off_is_never_judged_as_if_it_were_whole(cut: int) -> None:
    """Cut between two sections it is a configuration without policies, which lets nothing through."""
    try:
        (device,) = read(OPEN[:cut])
    except InputError:
        return
    assert ask(device, GATEWAY)[0] != "allowed"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_error_names_the_place_where_the_open_block_begins(newline: str) -> None:
    with pytest.raises(InputError, match="config firewall policy") as caught:
        read(OPEN[: OPEN.rindex("    next")].rstrip()[: OPEN.rindex("edit 40") - 4].replace("\n", newline) + newline)

    assert caught.value.line == OPEN[: OPEN.index("config firewall policy")].count("\n") + 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello\n",
        b"\0\1\2\3" * 100,
        b"#FGBK|4|FGT60F|7|04|2662|\n\xff\xff\xff",
        b"#config-version=FGT60F-7.4.4-FW-build2662-240514:opmode=0:vdom=0:user=admin\n",
    ],
)
def test_what_is_no_configuration_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError):
        read(content)


def test_utf_16_and_byte_order_marks_are_read() -> None:
    for content in (OPEN.encode("utf-16"), OPEN.encode("utf-8-sig")):
        assert PLATFORM.detect("x", content)
        assert ask(read(content)[0], GATEWAY) == ALLOWED


def test_bytes_that_are_no_utf_8_are_carried_along() -> None:
    (device,) = read(OPEN.replace("Web out", "B\xfcro").encode("latin-1"))

    assert ask(device, GATEWAY) == ALLOWED


def test_carriage_returns_change_nothing() -> None:
    (unix,), (windows,) = read(OPEN), read(OPEN.replace("\n", "\r\n"))

    assert unix.entrances == windows.entrances


def test_ten_thousand_groups_inside_of_each_other() -> None:
    members = "".join(
        f'    edit "g{i}"\n        set member "{f"g{i + 1}" if i < 9_999 else "gw"}"\n    next\n' for i in range(10_000)
    )
    groups = f"config firewall address\n{FQDN}end\nconfig firewall addrgrp\n{members}end\n"
    before = time.process_time()

    (device,) = read(policy("g0", groups=groups))

    assert ask(device, GATEWAY, accepted=frozenset(("dns_consistent",))) == ALLOWED
    assert time.process_time() - before < 5


def test_groups_that_multiply_are_not_followed_without_end() -> None:
    """Each group holds the whole next level, and each policy asks for another group."""
    levels = "".join(
        f'    edit "l{level}-{i}"\n        set member {" ".join(f"l{level + 1}-{j}" for j in range(60))}\n    next\n'
        for level in range(40)
        for i in range(60)
    )
    last = "".join(f'    edit "l40-{i}"\n        set subnet 10.0.0.{i} 255.255.255.255\n    next\n' for i in range(60))
    groups = f"config firewall address\n{last}end\nconfig firewall addrgrp\n{levels}end\n"
    many = "".join(
        f"    edit {i}\n        set srcintf lan\n        set dstintf wan1\n        set srcaddr all\n"
        f"        set dstaddr l{i % 40}-{i % 60}\n        set action accept\n        set schedule always\n"
        "        set service ALL\n    next\n"
        for i in range(400)
    )
    before = time.process_time()

    (device,) = read(f"{groups}config firewall policy\n{many}end\n")

    assert ask(device, GATEWAY)[0] in {"unknown", "blocked"}
    assert time.process_time() - before < 30


@pytest.mark.parametrize("word", ["end", "next", "config firewall policy", "    edit 1", 'say \\"x\\"'])
def test_a_certificate_full_of_commands(word: str) -> None:
    """A quoted value is one, whatever stands in it; and every line of it is looked at a few times only."""
    value = f"{word}\n" * 200_000
    certificate = f'config vpn certificate local\n    edit "own"\n        set private-key "\n{value}"\n    next\nend\n'
    before = time.process_time()

    (device,) = read(f"{certificate}{OPEN}")

    assert ask(device, GATEWAY) == ALLOWED
    assert device.rule_count == 1
    assert time.process_time() - before < 10


def test_fifty_thousand_addresses_that_nothing_defines() -> None:
    names = " ".join(f'"gone{i}"' for i in range(50_000))
    before = time.process_time()

    (device,) = read(policy("all").replace('srcaddr "all"', f"srcaddr {names}"))

    assert ask(device, GATEWAY)[0] == "unknown"
    assert time.process_time() - before < 10


@pytest.mark.parametrize("model", ["FMG-VM64", "FAZ-VM64", "S124EP"])
def test_backups_of_other_products_are_an_error(model: str) -> None:
    with pytest.raises(InputError, match="another product"):
        read(OPEN.replace("FGT60F", model))


def test_a_backup_without_a_section_of_policies_says_so() -> None:
    with pytest.raises(InputError, match="holds no policies"):
        read(OPEN[: OPEN.index("config firewall policy")])


def test_a_section_of_policies_that_is_empty_lets_nothing_through() -> None:
    (device,) = read(OPEN[: OPEN.index("config firewall policy")] + "config firewall policy\nend\n")

    assert ask(device, GATEWAY)[0] == "blocked"


def test_what_is_typed_behind_a_prompt_need_not_be_closed_and_what_is_printed_must() -> None:
    typed = f"FW # config vdom\nFW (vdom) # edit root\nFW (root) # show\n{OPEN}"
    (device,) = read(typed)

    assert device.name == "root"
    assert ask(device, GATEWAY) == ALLOWED
    with pytest.raises(InputError, match="the file ends inside"):
        read(typed[: typed.rindex("    next")])


def test_a_policy_without_an_action_says_that_it_denies() -> None:
    (device,) = read(OPEN.replace("        set action accept\n", ""))
    rules = [rule.text for way in device.entrances for rulebase in way.rulebases for rule in rulebase.rules]

    assert any("sets no action, which denies" in text for text in rules)


def test_services_in_a_circle_hold_their_members() -> None:
    groups = (
        'config firewall service group\n    edit "a"\n        set member "b" "HTTPS"\n    next\n'
        '    edit "b"\n        set member "a"\n    next\nend\n'
    )
    (device,) = read(policy("all", groups=groups).replace('service "ALL"', 'service "a"'))

    assert ask(device, GATEWAY) == ALLOWED


def test_deep_blocks_do_not_reach_the_limit_of_recursion() -> None:
    text = "".join("config a\nedit 1\n" for _ in range(5_000)) + "next\nend\n" * 5_000

    (device,) = read(text + OPEN)

    assert ask(device, GATEWAY) == ALLOWED


def test_an_address_that_is_none_makes_the_answer_unknown() -> None:
    groups = 'config firewall address\n    edit "bad"\n        set subnet 10.1.2 255.0.255.0\n    next\nend\n'
    (device,) = read(policy("bad", groups=groups))

    assert ask(device, GATEWAY)[0] == "unknown"
    assert [one.text for one in device.unread] == ["address bad"]


def test_a_line_inside_of_a_policy_that_is_no_command_is_told_without_its_words() -> None:
    (device,) = read(OPEN.replace("        set action accept\n", "        set action accept\nhunter2 hunter2\n"))

    assert [one.text for one in device.unread] == ["a line in config firewall policy"]
    assert "hunter2" not in repr(device)


def test_missing_objects_are_named() -> None:
    (device,) = read(policy("gone"))

    assert ask(device, GATEWAY)[0] == "unknown"
    assert [note.text for note in device.notes] == ["address 'gone' is used and not defined"]
