"""What a script returns, as clients read it."""

import pytest

from allowlint.model.device import Action
from allowlint.platforms.pac.results import action_of, fault_of, routes_of


@pytest.mark.parametrize(
    "text",
    [
        "PROXY 127.0.0.1:9",
        "PROXY 127.0.0.1",
        "PROXY 127.0.0.1:65535",
        "PROXY 127.1.2.3:1",
        "PROXY localhost:9",
        "PROXY [::1]:9",
        "PROXY 0.0.0.0:3128",
        "PROXY 255.255.255.255:3128",
        "PROXY proxy.example.com:0",
        "SOCKS 127.0.0.1:9; DIRECT",
    ],
)
def test_an_address_at_which_nothing_can_answer_blocks(text: str) -> None:
    assert action_of(routes_of(text)) is Action.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "DIRECT",
        "PROXY proxy.example.com",
        "PROXY proxy.example.com:9",
        "PROXY 127.0.0.1:3128",
        "PROXY 127.example.com:9",
        "",
    ],
)
def test_an_address_at_which_something_may_answer_does_not(text: str) -> None:
    assert action_of(routes_of(text)) is Action.PROCEED


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("DIRECT", ""),
        ("PROXY a:1; nonsense", ""),
        ("; PROXY a", ""),
        ("", "there is no word in it"),
        (" ; ", "there is no word in it"),
        ("FOO p:3128", "`FOO` is no kind of way"),
        ("DIRECT, PROXY a", "`DIRECT,` is no kind of way"),
        ("DIRECT a", "`DIRECT a` is more than `DIRECT`"),
        ("PROXY", "behind `PROXY` stands no address"),
        ("PROXY a, DIRECT", "`PROXY a, DIRECT` is no single entry: a semicolon parts two"),
        ("PROXY http://p:3128", "`http://p:3128` is no `host:port`"),
        ("PROXY p:99999", "`p:99999` is no `host:port`"),
    ],
)
def test_the_wrong_word_is_named(text: str, fault: str) -> None:
    assert fault_of(text) == fault
