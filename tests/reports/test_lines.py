from pathlib import Path

import pytest

from allowlint.model.location import Location
from allowlint.reports._lines import lines_of


def test_lines_come_from_the_text_that_was_read() -> None:
    places = [Location("f", 1), Location("f", 3), Location("f", 9)]

    assert lines_of(places, {"f": b"one\r\ntwo\nthree"}) == {("f", 1): "one", ("f", 3): "three"}


@pytest.mark.parametrize("at_hand", [True, False])
def test_lines_come_from_the_file_where_the_text_is_not_at_hand(tmp_path: Path, at_hand: bool) -> None:
    path = str(tmp_path / "list.txt")
    content = "\ufeffone\nzwölf\n\xff".encode("utf-8", "surrogateescape") + b"\xfe\nlast"
    Path(path).write_bytes(content)

    found = lines_of([Location(path, number) for number in (1, 2, 3, 4, 5)], {path: content} if at_hand else {})

    assert found == {(path, 1): "one", (path, 2): "zwölf", (path, 3): "ÿ\udcfe", (path, 4): "last"}


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    places = [Location(str(tmp_path), 1), Location(str(tmp_path / "gone"), 1), Location("-", 1), Location("f", 0)]

    assert lines_of(places, {}) == {}


def test_no_more_of_a_line_is_kept_than_a_snippet_needs(tmp_path: Path) -> None:
    path = str(tmp_path / "long")
    Path(path).write_bytes(b"x" * 3_000_000 + b"\nnext\n")

    found = lines_of([Location(path, 1, 5), Location(path, 2)], {})

    assert len(found[path, 1]) < 10_000
    assert found[path, 2] == "next"


def test_a_place_far_to_the_right_is_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "long")
    Path(path).write_bytes(b"x" * 1_000_000 + b"TARGET" + b"y" * 1_000_000)

    found = lines_of([Location(path, 1, 1_000_001, 6)], {})

    assert found[path, 1][1_000_000:1_000_006] == "TARGET"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("cache_peer up.test parent 3128 0 no-query login=svc:hunter2 default", "svc:hunter2"),
        ("cache_peer up.test parent 3128 0 login=*:hunter2", "*:hunter2"),
        ("external_acl_type x %SRC /usr/bin/helper --password hunter2 -v", "hunter2"),
        ("external_acl_type x %SRC /usr/bin/helper --token=hunter2 -v", "hunter2"),
        ("auth_param basic program /usr/lib/squid/basic_ldap_auth -b dc=x -w hunter2 -D cn=y", "hunter2"),
        ("cachemgr_passwd hunter2 all", "hunter2"),
        ("unknown_directive password=hunter2", "hunter2"),
        ('  var apiKey = "hunter2 too";', '"hunter2 too"'),
        ('{"password": "hunter2"}', '"hunter2"'),
    ],
)
def test_secrets_of_options_are_stars(line: str, secret: str) -> None:
    assert lines_of([Location("f", 1)], {"f": line.encode()})["f", 1].replace("*", "") == line.replace(
        secret, ""
    ).replace("*", "")


@pytest.mark.parametrize(
    "line",
    [
        "cache_peer up.test parent 3128 0 login=PASS",
        "auth_param basic program /usr/lib/squid/basic_ldap_auth -W /etc/squid/password",
        "acl token dstdomain .login.microsoftonline.com login.live.com",
        "acl bypass url_regex ^https://login\\.live\\.com/",
        '  if (token == "x") return "PROXY proxy.test:8080";',
        "http_access allow password",
    ],
)
def test_names_that_sound_like_secrets_are_shown(line: str) -> None:
    assert lines_of([Location("f", 1)], {"f": line.encode()}) == {("f", 1): line}
