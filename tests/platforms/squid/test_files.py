"""Includes and files of values: found where the device's names lead, never outside of the folder that may be read."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from allowlint.model.device import Device
from allowlint.model.limits import Limits
from allowlint.platforms.squid.text import MAX_DEPTH
from allowlint.syntax.files import Files, Missing
from tests.platforms.squid.reading import config_of, device_of, place, read, values_of, write

RULES = "http_port 3128\nacl x dstdomain {values}\nhttp_access allow x\nhttp_access deny all\n"


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The folder of the configuration; beside it is what must not be read."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.conf").write_text("http_access deny all\n", encoding="utf-8")
    return folder


# Includes.


def test_an_include_stands_for_the_lines_of_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, {"squid.conf": "a\ninclude one.conf\nd\n", "one.conf": "b\n  c\n"})

    found = read(path)

    assert found.texts == ["a", "b", "c", "d"]
    assert [place(line.whole)[:3] for line in found.lines] == [
        ("squid.conf", 1, 1),
        ("one.conf", 1, 1),
        ("one.conf", 2, 3),
        ("squid.conf", 3, 1),
    ]


def test_one_line_may_include_several_files(tmp_path: Path) -> None:
    path = write(tmp_path, {"squid.conf": "include two.conf\t one.conf\n", "one.conf": "1", "two.conf": "2"})

    assert read(path).texts == ["2", "1"]


def test_a_file_may_be_included_twice(tmp_path: Path) -> None:
    path = write(tmp_path, {"squid.conf": "include one.conf one.conf\n", "one.conf": "1"})

    assert read(path).texts == ["1", "1"]


def test_the_files_of_a_pattern_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["20-b.conf", "100.conf", "10-a.conf", "B.conf", "a.conf", ".hidden.conf", "x.conf.bak"]
    path = write(tmp_path, {"squid.conf": "include conf.d/*.conf\n"} | {f"conf.d/{name}": name for name in names})
    (tmp_path / "conf.d" / "folder.conf").mkdir()

    assert read(path).texts == ["10-a.conf", "100.conf", "20-b.conf", "B.conf", "a.conf"]


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("conf.d/?.conf", ["1", "2"]),
        ("*.d/1.conf", ["1"]),
        ("./conf.d/../conf.d/*.conf", ["1", "2"]),
        ("/etc/squid/conf.d/*.conf", ["1", "2"]),
        ("/etc/squid3/conf.d/*.conf", ["1", "2"]),
        ("/usr/local/etc/squid/conf.d/1.conf", ["1"]),
        ("/conf.d/1.conf", ["1"]),
        ("/etc/squid//conf.d//1.conf", ["1"]),
    ],
)
def test_a_name_of_the_device_is_looked_up_beside_the_configuration(
    pattern: str, texts: list[str], tmp_path: Path
) -> None:
    path = write(
        tmp_path, {"squid.conf": f"include {pattern}\n", "conf.d/1.conf": "1", "conf.d/2.conf": "2", "conf.d/3": "3"}
    )

    found = read(path)

    assert found.texts == texts
    assert found.faults == []


@pytest.mark.parametrize("pattern", ["conf.d/[2-9].conf", "conf.d/[!2].conf", "conf.d/\\*.conf"])
def test_a_pattern_that_python_may_read_otherwise_may_hold_any_lines(pattern: str, tmp_path: Path) -> None:
    found = read(write(tmp_path, {"squid.conf": f"include {pattern}\n", "conf.d/1.conf": "1", "conf.d/2.conf": "2"}))

    assert found.texts == [f"<the included file {pattern}: its pattern is not modelled>"]


def test_a_name_of_the_device_may_lie_below_the_root_that_is_given(tmp_path: Path) -> None:
    path = write(tmp_path / "etc" / "squid", {"squid.conf": "include /srv/lists/*.conf\n"})
    write(tmp_path / "srv" / "lists", {"one.conf": "1"})

    assert read(path, tmp_path).texts == ["1"]


def test_a_folder_with_pattern_characters_in_its_name_is_a_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "site[1] *", {"squid.conf": "include conf.d/*.conf\n", "conf.d/1.conf": "1"})

    assert read(path).texts == ["1"]


@pytest.mark.parametrize("pattern", ["none.conf", "conf.d/*.conf", "./none.conf", "#"])
def test_a_missing_relative_include_keeps_squid_from_starting(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()

    found = read(write(tmp_path, {"squid.conf": f"a\ninclude {pattern}\nb\n"}))

    assert found.texts == ["a", "b"]
    (fault,) = found.reading.faults
    assert fault.message.startswith(f"Unable to find configuration file: {pattern}")
    assert fault.location.line == 2


def test_an_include_that_is_a_folder_may_hold_any_lines(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()

    found = read(write(tmp_path, {"squid.conf": "a\ninclude conf.d\nb\n"}))

    assert found.texts == ["a", "<the included file conf.d: it is a folder>", "b"]
    assert found.reading.faults == []


@pytest.mark.parametrize("pattern", ["/etc/squid/none.conf", "/etc/squid/conf.d/*.conf", "/none/such.conf"])
def test_a_missing_absolute_include_may_hold_any_lines(pattern: str, tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": f"include {pattern}\n" + RULES.format(values=".a.test")}))

    assert device.load_faults == ()
    (unread,) = device.unread
    assert (unread.location.line, unread.matters) == (1, True)
    assert pattern in unread.why


@pytest.mark.parametrize("name", ["!cat /etc/passwd", "!echo", "|echo"])
def test_what_a_command_prints_may_be_any_line_and_no_command_is_run(name: str, tmp_path: Path) -> None:
    found = read(write(tmp_path, {"squid.conf": f"include {name}\n"}))

    assert found.texts[0] == "<an include of what a command prints>"


def test_an_include_without_a_name_is_an_unknown_directive(tmp_path: Path) -> None:
    device = device_of(write(tmp_path, {"squid.conf": "include\n" + RULES.format(values=".a.test")}))

    assert [fault.message for fault in device.load_faults] == ["unrecognized: 'include'"]


@pytest.mark.parametrize(
    "files",
    [
        {"squid.conf": "include squid.conf\n"},
        {"squid.conf": "include squid.conf squid.conf\ninclude *.conf\n"},
        {
            "squid.conf": "include one.conf\n",
            "one.conf": "include two.conf\n",
            "two.conf": "include one.conf one.conf\n",
        },
        {"squid.conf": "include ./././squid.conf\n"},
    ],
)
def test_an_include_loop_does_not_load_and_ends_soon(files: dict[str, str], tmp_path: Path) -> None:
    begin = time.process_time()

    found = read(write(tmp_path, files))

    assert f"includes are nested too deeply (>{MAX_DEPTH})" in found.faults
    assert found.reading.stopped
    assert time.process_time() - begin < 5


def test_includes_may_be_nested_as_deeply_as_squid_allows(tmp_path: Path) -> None:
    files = {f"{number}.conf": f"include {number + 1}.conf\n" for number in range(1, MAX_DEPTH)}
    files |= {"squid.conf": "include 1.conf\n", f"{MAX_DEPTH}.conf": "deepest\n"}

    found = read(write(tmp_path, files))

    assert found.texts == ["deepest"]
    assert found.faults == []


def test_files_that_include_each_other_over_and_over_end_soon(tmp_path: Path) -> None:
    files = {f"f{number}.conf": f"include {f' f{number + 1}.conf' * 10}\n" for number in range(14)}
    path = write(tmp_path, files | {"squid.conf": "include f0.conf\n", "f14.conf": "x\n"})
    begin = time.process_time()

    found = read(path)

    assert found.reading.files.read_paths
    assert len(found.reading.files.read_paths) <= Limits().side_files
    assert any(f"more than {Limits().side_files} side files" in line.opaque for line in found.lines)
    assert time.process_time() - begin < 20


# Files of values.


@pytest.mark.parametrize(
    ("value", "values"),
    [
        ('"list.txt"', [".a.test", ".b.test"]),
        ("'list.txt'", [".a.test", ".b.test"]),
        ('"/etc/squid/list.txt"', [".a.test", ".b.test"]),
        ('.z.test "list.txt"', [".z.test", ".a.test", ".b.test"]),
        ('"list.txt', [".a.test", ".b.test"]),
        # Squid stops at the end of the first file.
        ('"list.txt" .z.test', [".a.test", ".b.test"]),
        ('"list.txt" "other.txt"', [".a.test", ".b.test"]),
        ('.z.test "list.txt" "other.txt" .y.test', [".z.test", ".a.test", ".b.test"]),
        ("list.txt", ["list.txt"]),
    ],
)
def test_a_quoted_value_is_a_file_and_the_last_that_is_read(value: str, values: list[str], tmp_path: Path) -> None:
    files = {
        "squid.conf": f"acl x dstdomain {value}\n",
        "list.txt": ".a.test\n# comment\n.b.test # another\n",
        "other.txt": ".c.test\n",
    }

    assert values_of(tmp_path, files) == values


def test_what_stands_behind_a_file_is_reported(tmp_path: Path) -> None:
    config = config_of(
        write(tmp_path, {"squid.conf": 'acl x dstdomain "list.txt" .b.test "more.txt"\n', "list.txt": ".a.test"})
    )

    assert [(item.text, place(item.location)[1:3]) for item in config.reading.unread] == [
        (".b.test", (1, 28)),
        ('"more.txt"', (1, 36)),
    ]


def test_two_domains_on_a_line_of_a_file_are_one_value_that_never_matches(tmp_path: Path) -> None:
    device = device_of(
        write(tmp_path, {"squid.conf": RULES.format(values='"list.txt"'), "list.txt": ".a.test .b.test\n.c.test\n"})
    )

    pair, single = device.entries
    assert (pair.text, pair.hosts, bool(pair.fault)) == (".a.test .b.test", None, True)
    assert single.hosts is not None
    assert place(single.location) == ("list.txt", 2, 1, 7)


@pytest.mark.parametrize(
    "name", ["none.txt", "/etc/squid/none.txt", "/none/such.txt", ".", "/", "", "../outside/secret.conf"]
)
def test_values_of_a_file_that_was_not_given_are_unknown(name: str, inside: Path) -> None:
    config = config_of(write(inside, {"squid.conf": f'acl x dstdomain .a.test "{name}"\n'}))

    (line,) = config.acls["x"].lines
    assert [value.text for value in line.values] == [".a.test"]
    assert len(line.missing) == 1
    (unread,) = config.reading.unread
    assert (place(unread.location)[1:3], unread.matters) == ((1, 25), True)


def test_with_quoted_values_on_quotes_quote_and_parameters_names_a_file(tmp_path: Path) -> None:
    files = {
        "squid.conf": 'configuration_includes_quoted_values on\nacl x dstdomain ".a.test" \'.b.test\' parameters("list.txt")'
        "\nconfiguration_includes_quoted_values off\n"
        'acl y dstdomain "list.txt"\n',
        "list.txt": ".c.test\n",
    }

    assert values_of(tmp_path, files) == [".a.test", ".b.test", ".c.test"]
    assert values_of(tmp_path, files, "y") == [".c.test"]


# Nothing outside of the root.


def _denied(device: Device, line: int) -> None:
    """Something unknown stands in place of what was refused, and it may change a verdict."""
    assert [item.location.line for item in device.unread if item.matters] == [line]
    assert "--root" in next(item.why for item in device.unread)


ESCAPES: Mapping[str, str] = {
    "the parent folder": "../outside/secret.conf",
    "the parent folder of the device": "/etc/squid/../outside/secret.conf",
    "a pattern in the parent folder": "../outside/*.conf",
    "a link": "link.conf",
    "a pattern that meets a link": "*k.conf",
    "a folder that is a link": "away/secret.conf",
    "a pattern in a folder that is a link": "away/*.conf",
    "a pattern that meets a folder that is a link": "aw*/*.conf",
}


@pytest.mark.parametrize("name", ESCAPES.values(), ids=ESCAPES)
def test_an_include_does_not_lead_out_of_the_folder(name: str, inside: Path) -> None:
    path = write(inside, {"squid.conf": f"include {name}\n" + RULES.format(values=".a.test")})
    (inside / "link.conf").symlink_to("../outside/secret.conf")
    (inside / "away").symlink_to("../outside")

    device = device_of(path)

    _denied(device, 1)
    assert device.files == ()
    assert device.load_faults == ()


@pytest.mark.parametrize("name", ESCAPES.values(), ids=ESCAPES)
def test_with_a_wider_root_the_same_include_is_read(name: str, inside: Path) -> None:
    path = write(inside, {"squid.conf": f"include {name}\n" + RULES.format(values=".a.test")})
    (inside / "link.conf").symlink_to("../outside/secret.conf")
    (inside / "away").symlink_to("../outside")

    device = device_of(path, inside.parent)

    assert device.unread == ()
    assert [os.path.realpath(file) for file in device.files] == [str(inside.parent / "outside" / "secret.conf")]


@pytest.mark.parametrize("name", ["{outside}/secret.conf", "{outside}/*.conf", "/etc/passwd", "/etc/*", "/*/*/*/*"])
def test_an_absolute_include_does_not_read_the_machine(name: str, inside: Path) -> None:
    text = name.format(outside=inside.parent / "outside")
    path = write(inside, {"squid.conf": f"include {text}\n" + RULES.format(values=".a.test")})
    begin = time.process_time()

    device = device_of(path)

    assert [item.location.line for item in device.unread if item.matters] == [1]
    assert device.files == ()
    assert time.process_time() - begin < 5


def test_a_file_of_values_does_not_lead_out_of_the_folder(inside: Path) -> None:
    path = write(inside, {"squid.conf": RULES.format(values='"link.txt"')})
    (inside / "link.txt").symlink_to("/etc/passwd")

    device = device_of(path)

    _denied(device, 2)
    assert list(device.entries) == []


def test_one_refused_file_among_those_of_a_pattern_is_not_passed_over(inside: Path) -> None:
    path = write(inside, {"squid.conf": "include conf.d/*.conf\n", "conf.d/1.conf": "1", "conf.d/3.conf": "3"})
    (inside / "conf.d" / "2.conf").symlink_to("../../outside/secret.conf")

    first, second, third = read(path).lines

    assert (first.text, third.text) == ("1", "3")
    assert "outside of the folder" in second.opaque


@pytest.mark.parametrize("name", ["conf.d/*.conf", "conf.d/2.conf"])
def test_a_broken_link_is_an_include_that_is_not_known(name: str, inside: Path) -> None:
    path = write(inside, {"squid.conf": f"include {name}\n", "conf.d/x": "not included"})
    (inside / "conf.d" / "2.conf").symlink_to("gone.conf")

    (line,) = read(path).lines

    assert "broken link" in line.opaque


def test_a_link_inside_of_the_folder_is_followed(inside: Path) -> None:
    path = write(inside, {"squid.conf": "include link.conf\n", "conf.d/1.conf": "1"})
    (inside / "link.conf").symlink_to("conf.d/1.conf")

    assert read(path).texts == ["1"]


def test_a_pipe_is_not_waited_for(inside: Path) -> None:
    path = write(inside, {"squid.conf": "include *.fifo\n"})
    os.mkfifo(inside / "x.fifo")

    (line,) = read(path).lines

    assert "no regular file" in line.opaque


def test_a_folder_is_not_taken_for_another_whose_name_begins_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "squid", {"squid.conf": ""})
    write(tmp_path / "squid-old", {"one.conf": "1"})

    files = Files(str(path), None)

    assert isinstance(files.find("../squid-old/one.conf"), Missing)
    assert not files.allowed(str(tmp_path / "squid-old" / "one.conf"))
    assert files.allowed(str(tmp_path / "squid" / "any.conf"))


def test_contents_that_are_given_are_read_in_place_of_files(tmp_path: Path) -> None:
    files = Files(str(tmp_path / "squid.conf"), None, given={str(tmp_path / "old.conf"): b"old"})

    path = files.find("old.conf")

    assert path == str(tmp_path / "old.conf")
    assert files.read(path) == b"old"
    assert files.read_paths == []
