"""What commands in ``set`` format make of rules that other commands have set ("PAN-OS CLI Quick Start").

Verdicts are by hand. A command that the device would refuse may be what somebody did there in other words, so that nothing is sure.
"""

import pytest

from allowlint.platforms.paloalto_panos.set_format import commands, is_set_format
from tests.platforms.paloalto_panos.small import ENDPOINT, access, device_of, verdict

RULES = "rulebase security rules"
OBJECTS = f"""set zone trust network layer3 ethernet1/2
set zone untrust network layer3 ethernet1/1
set profiles custom-url-category Mine list [ {ENDPOINT}/ login.live.com/ ]
set profiles custom-url-category Mine type "URL List"
"""
DENY = (
    f"set {RULES} No from any to any source any destination any category Mine application any service any action deny\n"
)
ALLOW = f'set {RULES} "Web out" from any to any source any destination any application any service any action allow\n'
UNKNOWN = ("unknown", "unknown", "unknown")

DONE = {
    "": "blocked",
    f"delete {RULES} No": "allowed",
    f"delete {RULES} No category": "blocked",
    f"delete profiles custom-url-category Mine list {ENDPOINT}/": "allowed",
    f"delete profiles custom-url-category Mine list [ {ENDPOINT}/ login.live.com/ ]": "allowed",
    "delete profiles custom-url-category Mine list login.live.com/": "blocked",
    f"set {RULES} No disabled yes": "allowed",
    f"set {RULES} No disabled yes\nset {RULES} No disabled no": "blocked",
    f"set {RULES} No action allow": "allowed",
    f"set {RULES} No negate-source yes": "allowed",
    f"set {RULES} No negate-source no": "blocked",
    f"set {RULES} No rule-type intrazone": "allowed",
    f"move {RULES} No bottom": "allowed",
    f"move {RULES} No top": "blocked",
    f'move {RULES} No after "Web out"': "allowed",
    f'move {RULES} No before "Web out"': "blocked",
    f'move {RULES} "Web out" top': "allowed",
    f'move {RULES} "Web out" before No': "allowed",
    f'move {RULES} "Web out" after No': "blocked",
    f"move {RULES} No bottom\nmove {RULES} No top": "blocked",
    f"rename {RULES} No to Never": "blocked",
    f"rename {RULES} No to Never\ndelete {RULES} Never": "allowed",
    f"copy {RULES} No to Again\ndelete {RULES} No": "allowed",
    f"copy {RULES} No to Again\ndelete {RULES} No\nmove {RULES} Again top": "blocked",
    f"copy {RULES} No to Again\nset {RULES} Again action allow": "blocked",
    f"copy {RULES} No to Again\nset {RULES} No action allow\nmove {RULES} Again top": "blocked",
    f"copy {RULES} No to Again\ndelete {RULES} No category Mine\nmove {RULES} Again top\ndelete {RULES} No": "blocked",
}


@pytest.mark.parametrize(("command", "expected"), DONE.items())
def test_what_a_command_does_to_rules_that_are_there(command: str, expected: str) -> None:
    device = device_of(OBJECTS + DENY + ALLOW + command)

    assert verdict(device)[0] == expected
    assert not device.unread


@pytest.mark.parametrize(
    "command",
    [
        f"delete {RULES} Nothing",
        f"delete {RULES} No category Nothing",
        f"delete {RULES} No category [ Mine Nothing ]",
        f"delete {RULES} Nothing category [ Mine ]",
        "delete device-group Nothing pre-rulebase security rules No",
        f"move {RULES} Nothing top",
        f"move {RULES} No before Nothing",
        f"move {RULES} No before No",
        f"move {RULES} No sideways",
        f"move {RULES}",
        f"rename {RULES} Nothing to Never",
        f"copy {RULES} Nothing to Never",
        f"rename {RULES} No Never",
        f"copy {RULES} No as Never",
        f"insert {RULES} No",
        "load config from other.xml",
        "delete address Nothing",
        "delete external-list Nothing",
        "rename service-group Nothing to Other",
        "delete profiles custom-url-category Nothing",
        "delete zone Nothing",
    ],
)
def test_a_command_that_the_device_would_refuse_leaves_everything_open(command: str) -> None:
    device = device_of(OBJECTS + ALLOW + DENY + command)

    assert verdict(device) == UNKNOWN
    assert len(device.unread) == 1


@pytest.mark.parametrize("command", ["delete tag Nothing", "delete mgt-config users Nothing"])
def test_a_command_about_nothing_that_is_read_is_told_and_no_more(command: str) -> None:
    device = device_of(OBJECTS + ALLOW + command)

    assert verdict(device) == ("allowed", "bypassed", "anonymous")
    assert len(device.unread) == 1


def test_a_rule_that_cannot_be_moved_stays_where_it_is() -> None:
    """What the command was to do is open, and the rule has not gone with it."""
    device = device_of(f"{OBJECTS}{DENY}{ALLOW}move {RULES} No before Nothing")

    assert verdict(device)[0] == "blocked"


def test_a_value_that_does_not_end_leaves_open_what_it_swallows() -> None:
    text = f'{OBJECTS}{DENY}{ALLOW}set {RULES} No description "what was left\nset {RULES} No disabled yes'

    assert [line for _, line in commands(text)][-1] == 7
    assert access(text) == "unknown"
    assert device_of(text).unread


@pytest.mark.parametrize(
    ("devices", "target", "expected"),
    [
        ("[ 0011 0012 ]", "0099", "unknown"),
        ("[ 0011 0012 ]", "[ 0011 0012 ]", "blocked"),
        ("[ 0011 0012 ]", "0011", "unknown"),
        ("0011", "0011", "blocked"),
    ],
)
def test_the_firewalls_of_a_device_group(devices: str, target: str, expected: str) -> None:
    """The rule below blocks too, but may not be met before the firewall's own rules."""
    rules = "device-group Branch pre-rulebase security rules"
    text = (
        f"set device-group Branch devices {devices}\n"
        f"set {rules} No from any to any source any destination any service any application any action deny\n"
        f"set {rules} No target devices {target}\n"
    )

    assert access(text) == expected


@pytest.mark.parametrize(
    "text", ["set cli pager off", "show config running", "set password", "settle rulebase security"]
)
def test_what_sets_nothing_of_the_configuration_is_no_export(text: str) -> None:
    assert not is_set_format(text)
