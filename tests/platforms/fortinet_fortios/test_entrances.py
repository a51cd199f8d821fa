"""The ways into a device: what users and declared paths can call them by."""

from __future__ import annotations

from allowlint.platforms import Options
from tests.generators.fortios import backup
from tests.platforms.fortinet_fortios.asking import FOLDER, ask, read


def test_the_explicit_proxy_is_found_by_its_port() -> None:
    devices = read((FOLDER / "proxy" / "config.conf").read_bytes())

    (way,) = (entrance for device in devices for entrance in device.entrances if entrance.explicit)

    assert "8080" in way.labels
    assert way.own_name


def test_zones_are_known_by_their_interfaces() -> None:
    (device,) = read((FOLDER / "zones" / "config.conf").read_bytes())
    (way,) = device.entrances

    assert way.labels == {"inside", "lan", "wifi"}
    assert way.exits == {"virtual-wan-link", "wan1"}
    assert not way.explicit


def test_each_vdom_is_a_device() -> None:
    devices = read((FOLDER / "vdom-root" / "config.conf").read_bytes())

    assert [device.name for device in devices] == ["root", "guest"]


def test_a_large_backup_is_judged_by_the_few_policies_that_concern_an_endpoint() -> None:
    """The last of its policies lets the web out, decrypts it, and exempts Microsoft; all others are about other ports."""
    (device,) = read("".join(backup(400)), Options())

    assert device.rule_count == 400
    assert not device.unread
    assert ask(device, "winatp-gw-neu.microsoft.com") == ("allowed", "bypassed", "anonymous")
    assert ask(device, "*.endpoint.security.microsoft.com") == ("allowed", "bypassed", "anonymous")
    assert ask(device, "x.blob.core.windows.net") == ("allowed", "inspected", "anonymous")
    assert ask(device, "crl.microsoft.com", 80) == ("allowed", "not-applicable", "anonymous")
    assert ask(device, "winatp-gw-neu.microsoft.com", 8443)[0] == "blocked"
