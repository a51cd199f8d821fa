"""Bad input of every kind ends in a clear message with its place, the documented exit code, and bounded work."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from allowlint import registry
from allowlint.cli import COMMANDS
from tests.cli.calling import BLOCKED, OPTIONAL, POLICY, SQUID, Call, limited, report_of
from tests.support import allowlint

CHECK = ("check", "squid.conf", "--policy", "mine.yaml")
RULES = "http_port 3128\nhttp_access allow all\n"
KNOWN = ", ".join(registry.names("platforms"))


# The configuration.


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("frobnicate on", "unrecognized: 'frobnicate'"),
        ("acl x dstdomian .a.test", "Invalid ACL type 'dstdomian'"),
        ("http_access allow nobody", "ACL not found: nobody"),
        ("include conf.d/*.conf", "Unable to find configuration file: conf.d/*.conf"),
        ("include none.conf", "Unable to find configuration file: none.conf"),
        ("include squid.conf", "includes are nested too deeply"),
        ("endif", "'endif' without 'if'"),
    ],
)
def test_what_keeps_squid_from_starting_is_a_finding_with_its_line(line: str, message: str, call: Call) -> None:
    Path("squid.conf").write_text(f"http_port 3128\n\n{line}\nhttp_access allow all\n", encoding="utf-8")

    done = call(*CHECK, "--format", "json")

    assert done.code == 1
    report = report_of(done)
    faults = [finding for finding in report["findings"] if message in finding["message"]]
    assert faults
    assert {(fault["config"], fault["line"], fault["severity"]) for fault in faults} == {("squid.conf", 3, "error")}
    assert {verdict["access"] for verdict in report["verdicts"]} == {"unknown"}


@pytest.mark.parametrize("line", ["include /etc/squid/more.conf", "include /etc/squid/conf.d/*.conf", "include !cat x"])
def test_rules_that_were_not_given_leave_the_verdict_open(line: str, call: Call) -> None:
    Path("squid.conf").write_text(f"{line}\n{SQUID}", encoding="utf-8")

    done = call(*CHECK, "--format", "json")

    report = report_of(done)
    assert {verdict["access"] for verdict in report["verdicts"]} == {"unknown"}
    assert any(finding["line"] == 1 for finding in report["findings"])


@pytest.mark.parametrize(
    "content",
    [SQUID.replace("\n", "\r\n"), SQUID + "\n\n", SQUID.rstrip(), "\n \n# x\n" + SQUID, SQUID + "# \u00e4\u20ac\n"],
    ids=["crlf", "blank lines", "no newline at the end", "comments first", "letters"],
)
def test_the_form_of_a_text_file_does_not_matter(content: str, call: Call) -> None:
    Path("squid.conf").write_bytes(content.encode())

    assert call(*CHECK).code == 0


def test_a_byte_order_mark_keeps_squid_from_starting(call: Call) -> None:
    Path("squid.conf").write_bytes(b"\xef\xbb\xbf" + SQUID.encode())

    done = call(*CHECK, "--format", "json")

    assert done.code == 1
    (fault,) = [finding for finding in report_of(done)["findings"] if "unrecognized" in finding["message"]]
    assert fault["line"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"# only\n",
        b"\x7fELF\x00\x01",
        b"PK\x03\x04",
        "http_port 3128\n".encode("utf-16"),
        b"hello world\n",
    ],
    ids=["empty", "blank", "comments", "program", "archive", "utf-16", "text"],
)
def test_a_file_that_is_no_configuration_is_refused(content: bytes, call: Call) -> None:
    Path("squid.conf").write_bytes(content)

    done = call(*CHECK)

    assert done.code == 3
    assert done.stdout == ""
    assert done.stderr.startswith("allowlint: error: squid.conf: not recognised as a configuration of any platform\n")
    assert f"hint: name one with --platform: {KNOWN}" in done.stderr


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"# only\n"])
def test_a_platform_that_is_named_still_wants_its_own(content: bytes, call: Call) -> None:
    Path("squid.conf").write_bytes(content)

    done = call(*CHECK, "--platform", "squid")

    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith("allowlint: error: squid.conf: no Squid directive in it\n  hint: ")


@pytest.mark.parametrize("report", ["text", "json", "sarif"])
def test_bytes_that_are_no_text_do_not_end_a_report(report: str, call: Call) -> None:
    junk = bytes(range(256)) + random.Random(7).randbytes(4000)
    Path("squid.conf").write_bytes(SQUID.encode() + b"acl x dstdomain \xff\xfe.test\nhttp_access allow x\n" + junk)

    done = call(*CHECK, "--platform", "squid", "--format", report)

    assert done.code == 1
    assert done.stderr == ""
    assert "\x00" not in done.stdout
    assert "\x1b" not in done.stdout
    done.stdout.encode("utf-8")


# Large input, in a process with little memory and time.

MILLION = 1_000_000
LARGE = {
    "a line of 10 MB": (SQUID + "a" * 10 * MILLION + "\n", 1),
    "an ACL of 10 MB on one line": (SQUID + "acl x dstdomain " + ".a.test " * (10 * MILLION // 8) + "\n", 1),
    "a comment of 10 MB": ("#" * 10 * MILLION + "\n" + SQUID, 0),
    "10 MB of blanks": (" " * 10 * MILLION + "\n" + SQUID, 0),
    "10 MB of empty lines": ("\n" * 10 * MILLION + SQUID, 1),
    "5,000 lines that are one": ("acl x dstdomain" + " \\\n .a.test" * 5000 + "\n" + SQUID, 0),
    "10,000 unknown directives": (SQUID + "".join(f"directive{number} on\n" for number in range(10_000)), 1),
    "10,000 entries": ("".join(f"acl x dstdomain .a{number}.test\n" for number in range(10_000)) + SQUID, 0),
    "10,000 rules": ("".join("http_access allow corp !mine\n" for _ in range(10_000)), 1),
}


@pytest.mark.parametrize(("content", "code"), LARGE.values(), ids=LARGE)
def test_large_input_ends_soon_and_in_little_memory(content: str, code: int, folder: Path) -> None:
    (folder / "squid.conf").write_text(content, encoding="utf-8")

    done = limited(*CHECK, "--platform", "squid", "--quiet", cwd=folder)

    assert (done.code, done.stdout, done.stderr) == (code, "", "")


@pytest.mark.parametrize("kind", ["dstdomain", "dstdom_regex", "src", "port"])
def test_a_value_of_10_mb_ends_soon_and_in_little_memory(kind: str, folder: Path) -> None:
    (folder / "list.txt").write_text("(a|b)*" * MILLION + "\n" + "a" * 4 * MILLION, encoding="utf-8")
    rules = SQUID.replace("http_access", f'acl x {kind} "list.txt"\nhttp_access deny x\nhttp_access', 1)
    (folder / "squid.conf").write_text(rules, encoding="utf-8")

    done = limited(*CHECK, "--fail-on", "never", "--output", "json=report.json", "--quiet", cwd=folder)

    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["verdicts"]


# Paths.


def test_nothing_to_check_is_wrong_usage(call: Call) -> None:
    done = call("check", "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("allowlint: error: nothing to check: no PATH is given\n  hint: name a configuration")


def test_an_empty_folder_is_not_green(call: Call) -> None:
    Path("empty").mkdir()

    done = call("check", "empty", "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "allowlint: error: no configuration found in empty",
        "  hint: name the file, with --platform if it is not recognised (allowlint platforms)",
    ]


def test_a_folder_without_a_configuration_is_not_green(call: Call) -> None:
    Path("docs").mkdir()
    Path("docs/readme.md").write_text("# acl and http_access are words of Squid\n", encoding="utf-8")
    Path("docs/picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    Path("docs/.squid.conf").write_text(SQUID, encoding="utf-8")

    done = call("check", "docs", "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert "no configuration found in docs" in done.stderr


@pytest.mark.parametrize("path", ["none.conf", "none/", "", "none\0.conf", "n" * 5000])
def test_a_missing_path_is_named(path: str, call: Call) -> None:
    done = call("check", path, "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert "no such file or folder" in done.stderr
    assert path.replace("\0", "<U+0000>") in done.stderr


def test_one_missing_path_among_others_is_not_passed_over(call: Call) -> None:
    done = call("check", "squid.conf", "none.conf", "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert "none.conf: no such file or folder" in done.stderr


def test_a_path_that_is_no_file_is_named(call: Call) -> None:
    done = call("check", os.devnull, "--policy", "mine.yaml")

    assert done.code == 3
    assert f"{os.devnull}: is neither a file nor a folder" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/self/mem is a file that even root cannot read")
@pytest.mark.parametrize("path", ["locked.conf", "."])
def test_a_file_that_cannot_be_read_is_named(path: str, call: Call) -> None:
    Path("locked.conf").symlink_to("/proc/self/mem")

    done = call("check", path, "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert "locked.conf: Input/output error\n  hint: " in done.stderr


def test_a_folder_that_cannot_be_listed_is_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("locked").mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.path.basename(path) == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)

    done = call("check", ".", "--policy", "mine.yaml")

    assert done.code == 3
    assert "locked: Permission denied" in done.stderr


def test_a_part_that_says_nothing_alone_does_not_stop_a_folder(call: Call) -> None:
    Path("conf.d").mkdir()
    Path("conf.d/ssl.conf").write_text("ssl_bump splice all\n", encoding="utf-8")
    Path("squid.conf").write_text("include /etc/squid/conf.d/*.conf\n" + SQUID, encoding="utf-8")

    done = call("check", ".", "--policy", "mine.yaml", "--format", "json")

    assert done.code == 0
    assert [config["path"] for config in report_of(done)["configs"]] == ["squid.conf"]


@pytest.mark.parametrize(
    "files", [{"squid.conf": "other.conf", "other.conf": "squid.conf"}, {"squid.conf": "squid.conf"}]
)
def test_files_that_include_each_other_are_not_passed_over(files: dict[str, str], call: Call) -> None:
    for name, included in files.items():
        Path(name).write_text(f"{SQUID}include {included}\n", encoding="utf-8")
    Path("good").mkdir()
    Path("good/squid.conf").write_text(SQUID, encoding="utf-8")

    done = call("check", ".", "--policy", "mine.yaml", "--format", "json")

    assert done.code == 1
    assert {config["path"] for config in report_of(done)["configs"]} == {"good/squid.conf", *files}


def test_a_configuration_that_is_named_twice_is_checked_once(call: Call) -> None:
    done = call("check", "squid.conf", ".", "./squid.conf", "--policy", "mine.yaml", "--format", "json")

    assert [config["path"] for config in report_of(done)["configs"]] == ["squid.conf"]


# Standard input.


def test_a_configuration_is_read_from_standard_input(call: Call) -> None:
    good = call("check", "-", "--policy", "mine.yaml", stdin=SQUID.encode())
    bad = call(
        "check", "-", "--policy", "mine.yaml", "--format", "json", stdin=b"http_port 3128\nhttp_access deny all\n"
    )

    assert good.code == 0
    assert bad.code == 1
    assert {finding["config"] for finding in report_of(bad)["findings"]} == {"-"}


def test_standard_input_finds_its_side_files_in_the_current_folder(call: Call) -> None:
    Path("list.txt").write_text(".good.test\n", encoding="utf-8")

    done = call("check", "-", "--policy", "mine.yaml", stdin=SQUID.replace(".good.test", '"list.txt"').encode())

    assert done.code == 0


def test_nothing_on_standard_input_is_not_green(call: Call) -> None:
    done = call("check", "-", "--policy", "mine.yaml")

    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith("allowlint: error: -: not recognised")


def test_a_closed_standard_input_is_an_error(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m allowlint check - --policy mine.yaml <&-"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("allowlint: error: -: standard input is closed\n")


def test_what_another_program_writes_into_a_pipe_is_read(call: Call) -> None:
    os.mkfifo("pipe")
    # Opened for both, so that neither end waits for the other.
    pipe = os.open("pipe", os.O_RDWR)
    os.write(pipe, SQUID.encode())
    writer = subprocess.Popen(["sh", "-c", "sleep 0.2; exec 1>&-"], stdout=pipe)
    os.close(pipe)

    done = call("check", "pipe", "--policy", "mine.yaml")

    assert writer.wait() == 0
    assert done.code == 0


# Wrong usage.


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["--platform", "squit"], "unknown platform 'squit'", "did you mean 'squid'?"),
        (["--platform", "zzz"], "unknown platform 'zzz'", f"known platforms: {KNOWN}"),
        (["--format", "jsno"], "unknown report 'jsno'", "did you mean 'json'?"),
        (["--output", "jsno=x"], "unknown report 'jsno'", "did you mean 'json'?"),
        (["--output", "json"], "--output 'json' is not understood", "FORMAT=FILE"),
        (["--output", "json="], "--output 'json=' is not understood", "FORMAT=FILE"),
        (["--output", "=x"], "unknown report ''", "known reports"),
        (["--select", "ACC01"], "no check is called 'ACC01'", "did you mean 'ACC001'?"),
        (["--ignore", "misisng-allow"], "no check is called 'misisng-allow'", "did you mean 'missing-allow'?"),
        (["--ignore", "ACC001,%"], "no check is called '%'", "allowlint rule lists them all"),
        (["--geo", "EUU"], "unknown geography 'EUU'", "did you mean 'EU'?"),
        (["--geo", "EU,Mars"], "unknown geography 'MARS'", "known are"),
        (["--os", "widows"], "unknown operating system 'widows'", "did you mean 'windows'?"),
        (
            ["--policy", "mde-streamlind"],
            "no policy file or bundled policy is called 'mde-streamlind'",
            "mde-streamlined",
        ),
        (["--policy", "none.yaml"], "no policy file or bundled policy is called 'none.yaml'", "bundled names"),
        (["--policy", "."], "is a folder", ""),
        (["--answer", "x"], "--answer 'x' is not understood", "KEY=yes"),
        (["--answer", "life_response=yes"], "unknown condition 'life_response'", "did you mean 'live_response'?"),
        (["--client", "10.0.0.0/33"], "--client '10.0.0.0/33': ", "10.20.0.0/16"),
        (["--client", "proxy"], "--client 'proxy': ", "10.20.0.0/16"),
        (["--assume", "private_dns"], "unknown assumption 'private_dns'", "public_dns"),
        (["--root", "none"], "--root none: no such folder", ""),
        (["--root", "squid.conf"], "--root squid.conf: no such folder", ""),
        (["--from-zone", "dmz"], "--from-zone 'dmz': no configuration has it", "known: "),
    ],
)
def test_a_wrong_word_is_refused_with_a_suggestion(words: list[str], message: str, hint: str, call: Call) -> None:
    done = call("check", "squid.conf", *words)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("allowlint: error: ")
    assert message in done.stderr
    assert hint in done.stderr


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("version: 1\nname: mine\nrequirements:\n  - hots: a.test\n", "mine.yaml:4"),
        ("version: 2\nname: mine\nrequirements: []\n", "mine.yaml:1"),
        ("a: [\n", "mine.yaml:"),
        ("", "mine.yaml"),
        ("\0", "mine.yaml"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place(content: str, place: str, call: Call) -> None:
    Path("mine.yaml").write_text(content, encoding="utf-8")

    done = call(*CHECK)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"allowlint: error: {place}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "squid.conf", "--fromat", "json"], "unrecognized arguments: --fromat"),
        (["check", "squid.conf", "--form", "json"], "unrecognized arguments: --form"),
        (["check", "squid.conf", "--fail-on", "errors"], "invalid choice: 'errors'"),
        (["check", "squid.conf", "--color", "sometimes"], "invalid choice: 'sometimes'"),
        (["check", "squid.conf", "--client"], "expected one argument"),
        (["explain", "a.test"], "the following arguments are required: CONFIG"),
        (["explain"], "the following arguments are required: HOST[:PORT], CONFIG"),
        (["platforms", "squid"], "unrecognized arguments: squid"),
        (["platforms", "\x1b[2J"], "unrecognized arguments: <U+001B>[2J"),
        (["import"], "the following arguments are required: DOCUMENT"),
        (["rule", "--format", "yaml"], "invalid choice: 'yaml'"),
    ],
)
def test_wrong_options_show_the_usage(words: list[str], message: str, call: Call) -> None:
    done = call(*words)

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: allowlint {words[0]} ")
    assert f"allowlint {words[0]}: error: " in done.stderr
    assert message in done.stderr


def test_an_unknown_command_is_refused_with_a_suggestion(call: Call) -> None:
    done = call("chek", "squid.conf")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("allowlint: error: unknown command 'chek'; did you mean 'check'?\nusage: allowlint ")


@pytest.mark.parametrize("word", ["zzzz", "", "-x", "--quiet", "squid.conf"])
def test_a_word_that_is_like_no_command_is_refused(word: str, call: Call) -> None:
    done = call(word)

    assert (done.code, done.stdout) == (2, "")
    assert f"unknown command {word!r}\n" in done.stderr


def test_without_arguments_the_commands_are_listed(call: Call) -> None:
    done = call()

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: allowlint COMMAND")
    assert all(f"\n  {name} " in done.stderr for name in COMMANDS)


# Help and version.


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_help_lists_the_commands(word: str, call: Call) -> None:
    done = call(word)

    assert (done.code, done.stderr) == (0, "")
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_every_command_has_a_help(command: str, word: str, call: Call) -> None:
    done = call(command, word)

    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: allowlint {command} ")
    assert COMMANDS[command][1].split("(")[0].strip() in " ".join(done.stdout.split())


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_the_version_is_printed(word: str, call: Call) -> None:
    from allowlint._version import __version__

    assert call(word) == (0, f"allowlint {__version__}\n", "")


# Exit codes.


def policy(*more: str) -> None:
    Path("mine.yaml").write_text(POLICY + "".join(more), encoding="utf-8")


EXPECTED = {
    "nothing": (SQUID, (), {"error": 0, "warning": 0, "unknown": 0, "never": 0}),
    "information": (SQUID, (OPTIONAL,), {"error": 0, "warning": 0, "unknown": 0, "never": 0}),
    "an error": (SQUID, (BLOCKED,), {"error": 1, "warning": 1, "unknown": 1, "never": 0}),
    "an unknown verdict": (
        "acl late time 18:00-23:00\n" + SQUID.replace("allow mine", "allow mine !late"),
        (),
        {"error": 0, "warning": 1, "unknown": 1, "never": 0},
    ),
    "a warning": (
        SQUID.replace(".good.test", ".good.test *.star.test"),
        (),
        {"error": 0, "warning": 1, "unknown": 0, "never": 0},
    ),
}


@pytest.mark.parametrize("report", ["text", "json", "sarif"])
@pytest.mark.parametrize("found", EXPECTED)
def test_the_exit_code_follows_the_threshold_in_every_format(found: str, report: str, call: Call) -> None:
    squid, more, codes = EXPECTED[found]
    Path("squid.conf").write_text(squid, encoding="utf-8")
    policy(*more)

    assert {word: call(*CHECK, "--format", report, "--fail-on", word).code for word in codes} == codes
    assert call(*CHECK, "--format", report).code == codes["error"]
    assert call(*CHECK, "--format", report, "--quiet").code == codes["error"]


def test_an_internal_error_is_not_taken_for_findings(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the moon is full")

    monkeypatch.setattr("allowlint.cli.check.lint", fail)

    done = call(*CHECK)

    assert (done.code, done.stdout) == (4, "")
    assert done.stderr.splitlines() == [
        "allowlint: internal error: RuntimeError: the moon is full",
        "  hint: this is a bug in allowlint; ALLOWLINT_DEBUG=1 shows where. Nothing was judged.",
    ]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full is a device of Linux")
def test_a_report_that_cannot_be_written_is_no_verdict(call: Call) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "allowlint", *CHECK], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert done.returncode == 4
    assert "No space left on device" in done.stderr


def test_an_internal_error_shows_where_when_it_is_asked(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from allowlint.cli import main

    monkeypatch.setattr("allowlint.cli.platforms.run", lambda _: 1 // 0)
    monkeypatch.setenv("ALLOWLINT_DEBUG", "1")

    assert main(["platforms"]) == 4
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep")])
def test_running_out_of_memory_or_stack_is_an_internal_error(
    error: Exception, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("allowlint.cli.check.lint", fail)

    done = call(*CHECK)

    assert done.code == 4
    assert f"internal error: {type(error).__name__}" in done.stderr


def test_an_interrupt_ends_with_130_and_without_a_traceback(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "allowlint", "check", "-"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    # More than a pipe holds: once it is written, the program is reading.
    process.stdin.write(b"#" * 500_000)
    process.stdin.flush()

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([*CHECK], 1),
        ([*CHECK, "--format", "json"], 1),
        ([*CHECK, "--fail-on", "never"], 0),
        (["check", "--help"], 0),
        (["--help"], 0),
        (["--version"], 0),
        (["rule"], 0),
    ],
)
def test_a_reader_that_has_seen_enough_does_not_change_the_exit_code(words: list[str], code: int, folder: Path) -> None:
    (folder / "mine.yaml").write_text(POLICY + BLOCKED, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "allowlint", *words], cwd=folder, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)

    assert (done.returncode, done.stderr) == (code, b"")


def test_a_closed_standard_output_does_not_change_the_exit_code(folder: Path) -> None:
    (folder / "mine.yaml").write_text(POLICY + BLOCKED, encoding="utf-8")

    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m allowlint {' '.join(CHECK)} >&-"],
        cwd=folder,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (CHECK, 0),
        (("check", "none.conf"), 3),
        (("check", "squid.conf", "--geo", "Erope"), 2),
        ((), 2),
        (("platforms",), 0),
    ],
)
def test_a_process_ends_with_the_same_code(words: tuple[str, ...], code: int, folder: Path, call: Call) -> None:
    done = allowlint(*words, cwd=folder)

    assert done.code == code
    assert done == call(*words)


# Outputs.


def test_several_reports_are_written_in_one_run(call: Call) -> None:
    policy(BLOCKED)

    done = call(
        *CHECK, "--output", "json=a.json", "--output", "sarif=b.sarif", "--output", "text=c.txt", "--format", "json"
    )

    assert done.code == 1
    assert Path("a.json").read_text(encoding="utf-8") == done.stdout
    assert json.loads(Path("b.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "api.bad.test" in Path("c.txt").read_text(encoding="utf-8")
    assert "\x1b" not in Path("c.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in Path().iterdir()) == ["a.json", "b.sarif", "c.txt", "mine.yaml", "squid.conf"]


def test_quiet_prints_nothing_but_errors(call: Call) -> None:
    policy(BLOCKED)

    assert call(*CHECK, "--quiet", "--output", "json=a.json") == (1, "", "")
    assert Path("a.json").stat().st_size > 1000
    assert call("check", "none.conf", "--quiet").stderr != ""


@pytest.mark.parametrize("path", ["none/report.json", "folder", "/proc/none.json"])
def test_an_output_that_cannot_be_written_is_named(path: str, call: Call) -> None:
    Path("folder").mkdir()

    done = call(*CHECK, "--output", f"json={path}")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"allowlint: error: {path}: cannot be written: ")
    assert sorted(path.name for path in Path().iterdir()) == ["folder", "mine.yaml", "squid.conf"]


def test_a_report_replaces_an_older_one_through_a_link(call: Call) -> None:
    Path("real.json").write_text("old", encoding="utf-8")
    Path("link.json").symlink_to("real.json")

    assert call(*CHECK, "--output", "json=link.json").code == 0

    assert Path("link.json").is_symlink()
    assert json.loads(Path("real.json").read_text(encoding="utf-8"))["schema_version"] == 1


def test_a_report_is_written_to_a_pipe_and_does_not_replace_it(call: Call) -> None:
    os.mkfifo("pipe")
    # Opened for both, so that writing does not wait for a reader; a report of this size fits into the pipe.
    pipe = os.open("pipe", os.O_RDWR)
    try:
        done = call(*CHECK, "--quiet", "--output", "json=pipe")
        written = os.read(pipe, 1 << 20)
    finally:
        os.close(pipe)

    assert done == (0, "", "")
    assert json.loads(written)["schema_version"] == 1
    assert Path("pipe").is_fifo()


# The environment.


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("POLICY", "mine.yaml", ["--policy", "mine.yaml"]),
        ("FORMAT", "csv", ["--format", "csv"]),
        ("FAIL_ON", "never", ["--fail-on", "never"]),
        ("QUIET", "1", ["--quiet"]),
        ("QUIET", "true", ["--quiet"]),
        ("QUIET", "0", []),
        ("QUIET", "No", []),
        ("QUIET", "", []),
        ("FORMAT", "", []),
        ("FAIL_ON", "", []),
        ("SELECT", "TLS", ["--select", "TLS"]),
        ("IGNORE", "ACC001,HYG", ["--ignore", "ACC001,HYG"]),
        ("CLIENT", "10.1.2.3", ["--client", "10.1.2.3"]),
        ("COLOR", "always", ["--color", "always"]),
        ("OS", "linux", ["--os", "linux"]),
        ("PLATFORM", "squid", ["--platform", "squid"]),
        ("VERBOSE", "1", ["--verbose"]),
        ("PLATFORM", "squit", ["--platform", "squit"]),
        ("CLIENT", "-1", ["--client=-1"]),
    ],
)
def test_every_option_has_a_variable(
    name: str, value: str, words: list[str], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(BLOCKED)
    given = [] if "--policy" in words else ["--policy", "mine.yaml"]
    expected = call("check", "squid.conf", *given, *words)

    monkeypatch.setenv(f"ALLOWLINT_{name}", value)

    assert call("check", "squid.conf", *given) == expected


def test_the_command_line_overrides_the_environment(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(BLOCKED)
    for name, value in {"POLICY": "none.yaml", "FORMAT": "zzz", "FAIL_ON": "never", "CLIENT": "zzz"}.items():
        monkeypatch.setenv(f"ALLOWLINT_{name}", value)

    done = call(*CHECK, "--format=json", "--fail-on", "error", "--client", "10.0.0.1")

    assert done.code == 1
    assert report_of(done)["profile"]["client"] == "10.0.0.1"


def test_a_wrong_value_in_the_environment_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_FAIL_ON", "sometimes")

    done = call(*CHECK)

    assert done.code == 2
    assert "--fail-on: invalid choice: 'sometimes'" in done.stderr


@pytest.mark.parametrize(
    ("environment", "words", "colored"),
    [
        ({}, [], False),
        ({}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"FORCE_COLOR": ""}, [], False),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"ALLOWLINT_COLOR": "always"}, [], True),
        ({"ALLOWLINT_COLOR": "always"}, ["--color", "never"], False),
    ],
)
def test_colours_are_shown_where_they_are_wanted(
    environment: dict[str, str], words: list[str], colored: bool, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(BLOCKED)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    for command in (CHECK, ("explain", "api.bad.test", "squid.conf")):
        assert ("\x1b[" in call(*command, *words).stdout) is colored, command
        assert "\x1b" not in call(*command, "--format", "json", *words).stdout


@pytest.mark.parametrize(("term", "colored"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_colours_unless_it_cannot_show_them(
    term: str, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allowlint.cli._device_options import style_from

    monkeypatch.setenv("TERM", term)

    style = style_from(SimpleNamespace(color="auto", verbose=False), terminal=True)  # type: ignore[arg-type]

    assert style.color is colored


@pytest.mark.parametrize(
    ("columns", "width"),
    [("80", 80), ("500", 500), ("39", 100), ("501", 100), ("", 100), ("wide", 100), ("\u0662\u0662\u0662", 100)],
)
def test_the_width_is_that_of_the_environment_within_reason(
    columns: str, width: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allowlint.cli._device_options import style_from

    monkeypatch.setenv("COLUMNS", columns)

    style = style_from(SimpleNamespace(color="auto", verbose=False), terminal=False)  # type: ignore[arg-type]

    assert style.width == width
