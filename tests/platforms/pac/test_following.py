"""What a script does, followed for all hosts at once, against what an engine makes of it host by host."""

import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer as Outcome
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.pac import PLATFORM, running
from allowlint.platforms.pac.sandbox import Answer, Question, Sampled, World, run_script
from tests.cli.calling import limited
from tests.oracle.pac_generator import MODERN, UNTOLD, generate

ANYBODY = ("linux",)
"""Clients of which none runs scripts in an engine of 1999."""
SURE_RATE = 0.9
SEEDS = range(1, 81)


def endpoints(*hosts: str) -> tuple[Endpoint, ...]:
    return tuple(Endpoint(host, port, scheme) for host in hosts for port, scheme in ((443, "https"), (80, "http")))


def device_of(script: str, *hosts: str, systems: tuple[str, ...] = ANYBODY) -> Device:
    options = Options(systems=systems, endpoints=endpoints(*hosts))
    (device,) = PLATFORM.parse("proxy.pac", script.encode(), options)
    return device


def function(*lines: str) -> str:
    return "\n".join(["function FindProxyForURL(url, host) {", *lines, "}", ""])


def route(
    script: str,
    host: str,
    *,
    systems: tuple[str, ...] = ANYBODY,
    client: str = "",
    assumed: frozenset[str] = frozenset(),
) -> str:
    """``direct``, ``proxied``, ``partial`` or ``unknown`` for TLS to a host or wildcard."""
    options = Options(systems=systems, endpoints=endpoints(host), assumptions=assumed)
    (device,) = PLATFORM.parse("proxy.pac", script.encode(), options)
    flow = flow_for(parse_addresses(client), client_chosen=True) if client else flow_for()
    return judge(device, [Requirement(host)], flow)[0].word(Stage.ROUTING)


def test_reading_and_running_come_to_the_same() -> None:
    answers = sure = 0
    for seed in SEEDS:
        case = generate(seed)
        hosts = [host for host in case.hosts if host == host.lower() and not host[0].isdigit()]
        device = device_of(case.script, *hosts)
        assert [unread.why for unread in device.unread if "read and run" in unread.why] == [], (
            f"seed {seed}\n{case.script}"
        )
        if case.features & (UNTOLD | MODERN):
            continue
        requirements = [Requirement(e.host, (e.port,), e.protocol) for e in endpoints(*hosts)]
        for verdict in judge(device, requirements, flow_for()):
            answers += 1
            sure += verdict.stages[Stage.ROUTING].answer in (Outcome.SATISFIED, Outcome.VIOLATED)
    assert sure >= SURE_RATE * answers > 0


DIRECT_FOR = {
    "dnsDomainIs": 'if (dnsDomainIs(host, ".good.test")) return "DIRECT";',
    "shExpMatch": 'if (shExpMatch(host, "*.good.test")) return "DIRECT";',
    "endsWith": 'if (host.endsWith(".good.test")) return "DIRECT";',
    "a regular expression": r"if (/(^|\.)good\.test$/.test(host)) return 'DIRECT';",
    "substring": 'if (host.substring(host.length - 10) == ".good.test") return "DIRECT";',
    "a list": 'var l = [".x.test", ".good.test"]; for (var i = 0; i < l.length; i++) if (dnsDomainIs(host, l[i])) return "DIRECT";',
    "a ternary": 'return dnsDomainIs(host, ".good.test") ? "DIRECT" : "PROXY p:1";',
    "a negation": 'if (!dnsDomainIs(host, ".good.test")) return "PROXY p:1"; return "DIRECT";',
    "a helper": 'function good(h) { return dnsDomainIs(h, ".good.test"); } if (good(host)) return "DIRECT";',
    "lower case": 'host = host.toLowerCase(); if (shExpMatch(host, "*.good.test")) return "DIRECT";',
}


@pytest.mark.parametrize("line", DIRECT_FOR.values(), ids=DIRECT_FOR)
def test_a_wildcard_is_proven_whole(line: str) -> None:
    script = function(line, 'return "PROXY p:1";')

    assert route(script, "*.good.test") == "direct"
    assert route(script, "a.good.test") == "direct"
    assert route(script, "good.test.evil.example") == "proxied"


def test_the_url_is_known_as_far_as_the_host() -> None:
    script = function('if (shExpMatch(url, "https://*.good.test*")) return "DIRECT";', 'return "PROXY p:1";')

    assert route(script, "*.good.test") == "direct"
    # A path may hold anything, so that it may look like a host.
    assert route(script, "a.other.test") == "unknown"
    whole = function('if (shExpMatch(url, "https://*.good.test/*")) return "DIRECT";', 'return "PROXY p:1";')
    # Browsers never write the usual port; of what runs scripts for services of Windows that is not known.
    assert route(whole, "*.good.test") == "direct"
    assert route(whole, "a.good.test", systems=("windows",)) == "unknown"
    assert route(function('if (url.substring(0, 6) == "https:") return "DIRECT";'), "*.good.test") == "direct"


def test_a_part_of_a_wildcard_is_a_part() -> None:
    script = function('if (shExpMatch(host, "?.good.test")) return "DIRECT";', 'return "PROXY p:1";')

    assert route(script, "*.good.test") == "partial"


def test_what_names_resolve_to_is_not_known() -> None:
    script = function('if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";', 'return "PROXY p:1";')

    assert route(script, "a.good.test") == "unknown"
    assert route(script, "a.good.test", assumed=frozenset(("public_dns",))) == "proxied"


def test_the_address_of_the_client_is_the_client() -> None:
    script = function('if (isInNet(myIpAddress(), "10.1.0.0", "255.255.0.0")) return "DIRECT";', 'return "PROXY p:1";')

    assert route(script, "a.good.test", client="10.1.2.3") == "direct"
    assert route(script, "a.good.test", client="10.2.2.3") == "proxied"
    assert route(script, "a.good.test") == "unknown"


@pytest.mark.parametrize(
    "test",
    ['shExpMatch(host, "(a|b).good.test")', "new Date().getHours() < 12", "Math.random() < 0.5", "timeRange(8, 18)"],
)
def test_what_engines_or_the_hour_decide_is_unknown(test: str) -> None:
    script = function(f'if ({test}) return "DIRECT";', 'return "PROXY p:1";')

    assert route(script, "a.good.test") == "unknown"


def test_windows_services_run_scripts_of_1999() -> None:
    young = function("const proxied = 'PROXY p:1';", "return proxied;")

    for systems in ((), ("windows",), ("linux", "windows-1607")):
        # The service is given no way, and may go straight to the server.
        assert route(young, "a.good.test", systems=systems) == "unknown"
        device = device_of(young, "a.good.test", systems=systems)
        assert {note.kind for note in device.notes} == {"needs-browser"}
        assert judge(device, [Requirement("a.good.test")], flow_for())[0].word(Stage.ACCESS) == "unknown"


def test_what_one_request_leaves_behind_another_finds() -> None:
    script = "var n = 0;\n" + function(
        'if (n == 1) return "PROXY p:1";', 'if (host == "b.example") n = 1;', 'return "DIRECT";'
    )
    assert route(script, "a.example") == "unknown"
    written_first = "var n = 0;\n" + function('n = host == "b.example" ? 1 : 0;', 'return n ? "PROXY p:1" : "DIRECT";')
    assert route(written_first, "a.example") == "direct"
    assert route(written_first, "b.example") == "proxied"


@pytest.mark.parametrize(
    "line",
    ['FindProxyForURL = function () { return "PROXY p:1"; };', 'if (host == "b.example") FindProxyForURL = null;'],
)
def test_a_function_that_puts_another_in_its_place(line: str) -> None:
    assert route(function(line, 'return "DIRECT";'), "a.example") == "unknown"


def test_an_expression_that_remembers_its_place_finds_nothing_where_there_is_nothing() -> None:
    script = "var odd = /^[0-9]+$/g;\n" + function('return odd.test(host) ? "PROXY p:1" : "DIRECT";')
    assert route(script, "a.example") == "direct"
    assert route(script, "17") == "unknown"


def test_old_engines_stop_where_they_lack_a_method_and_only_there() -> None:
    script = function(
        'if (host == "first.example") return "DIRECT";', 'if (host.endsWith(".x")) return "DIRECT";', 'return "DIRECT";'
    )
    assert route(script, "first.example", systems=("windows",)) == "direct"
    assert route(script, "a.example", systems=("windows",)) == "unknown"
    assert route(script, "a.example") == "direct"
    # What is tried in an engine of today says nothing about an old one.
    astray = function(
        "try { var a = 1; } finally { a = 2; }", 'return [host].indexOf("x.example") < 0 ? "DIRECT" : "PROXY p:1";'
    )
    assert route(astray, "a.example") == "direct"
    assert route(astray, "a.example", systems=("windows",)) == "unknown"


TABLES = (
    """return table[host] ? "PROXY p:1" : "DIRECT";""",
    """var at = host.lastIndexOf("."); at = host.lastIndexOf(".", at - 1);
       while (1) {
         if (at == -1) return Object.hasOwnProperty.call(table, host) ? "PROXY p:1" : "DIRECT";
         if (table[host.substring(at + 1)]) return "PROXY p:1";
         at = host.lastIndexOf(".", at - 1);
       }""",
    """var at = host.lastIndexOf("."); var rest = tree[host.substring(at + 1)];
       if (rest === undefined) return "DIRECT";
       host = host.substring(0, at);
       return rest[host] ? "PROXY p:1" : "DIRECT";""",
    r"""return /(^|\.)(b|c\.b|ab)\.(com|org)$/.test(host) ? "PROXY p:1" : "DIRECT";""",
)


@pytest.mark.parametrize("body", TABLES)
def test_tables_hold_what_they_hold_when_they_are_run(body: str) -> None:
    names = [
        ".".join(labels)
        for size in (1, 2, 3)
        for labels in product(("a", "b", "ab"), ("b", "c", "a"), ("com", "org")[:size])
    ]
    words = names[::3]
    tree: dict[str, dict[str, int]] = {}
    for word in words:
        first, last = word.split(".")[-2:]
        tree.setdefault(last, {})[first] = 1
    script = f"var table = {dict.fromkeys(words, 1)};\nvar tree = {tree};\n" + function(body)
    hosts = sorted({*names, *(f"{label}.{name}" for label in ("a", "x.b") for name in names), "com", "a", "xa.com"})
    device = device_of(script, *hosts[:100])
    assert not device.unread
    answers = run_script(script, [Question(f"https://{host}/", host) for host in hosts], (World(),)).answers
    for host, answer in zip(hosts, answers, strict=True):
        verdict = judge(device, [Requirement(host)], flow_for())[0].word(Stage.ROUTING)
        assert verdict == ("direct" if answer.result == "DIRECT" else "proxied"), host


def test_thousands_of_names_take_little_time() -> None:
    words = [f"n{number}.{('com', 'net', 'co.uk')[number % 3]}" for number in range(5_000)]
    script = f"var table = {dict.fromkeys(words, 1)};\n" + function(TABLES[1])
    began = time.process_time()
    assert route(script, "*.n1.net") == "proxied"
    assert route(script, "www.example.com") == "direct"
    assert time.process_time() - began < 20


def test_a_black_hole_blocks() -> None:
    device = device_of(function('return "PROXY 127.0.0.1:9";'), "a.good.test")

    assert judge(device, [Requirement("a.good.test")], flow_for())[0].word(Stage.ACCESS) == "blocked"


@pytest.mark.parametrize("end", ["", "return null;", "return '';", "return 'DIRCET';", "return 5;"])
def test_no_usable_way_is_not_green(end: str) -> None:
    device = device_of(function(end), "a.good.test")

    assert judge(device, [Requirement("a.good.test")], flow_for())[0].word(Stage.ACCESS) == "unknown"


def test_a_contradiction_between_reading_and_running_is_believed_on_neither_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lying(_script: str, questions: Sequence[object], worlds: Sequence[object], **_: object) -> Sampled:
        return Sampled((Answer("PROXY other:1", "string"),) * (len(questions) * len(worlds)))

    monkeypatch.setattr(running, "run_script", lying)
    device = device_of(function('return "DIRECT";'), "a.good.test")

    verdict = judge(device, [Requirement("a.good.test")], flow_for())[0]
    assert verdict.word(Stage.ROUTING) == "unknown"
    assert any("comes to DIRECT for a.good.test, run to PROXY other:1" in each.why for each in device.unread)
    assert {each.location.line for each in device.unread} == {2}


SORTED = function('var l = [".b.test", ".good.test"]; l.sort(function(a, b) { return a < b ? 1 : -1; });', "{body}")


def test_what_cannot_be_followed_is_sampled_and_never_proven_for_a_wildcard() -> None:
    body = 'for (var i in l) { var w = l[i].split("").reverse().join(""); if (w.length > 99) return "PROXY p:1"; } return "DIRECT";'
    script = SORTED.replace("{body}", body)
    device = device_of(script, "a.good.test", "*.good.test")
    if not device.unread:
        pytest.fail("this script can be followed now: the test wants one that cannot")

    exact, wild = judge(device, [Requirement("a.good.test"), Requirement("*.good.test")], flow_for())

    assert exact.word(Stage.ROUTING) == "direct"
    assert wild.word(Stage.ROUTING) == "unknown"
    assert any("sampled, not proven" in reason.text for reason in wild.stages[Stage.ROUTING].reasons)


HOSTILE = {
    "endless": "while (true) {}",
    "recursion": "return FindProxyForURL(url, host);",
    "memory": "var a = []; while (true) a.push(new Array(100000).join('x'));",
    "native": "new Array(2147483647).join('x'); return 'DIRECT';",
    "regex": "return /^(a+)+$/.test(new Array(50).join('a') + '!') ? 'DIRECT' : 'PROXY p:1';",
    "eval": 'return eval(\'"DIR" + "ECT"\');',
    "deep": "return " + "(" * 20_000 + "1" + ")" * 20_000 + ";",
    "long chain": "".join(f"if (host == 'h{n}.test') return 'DIRECT';\n" for n in range(3000)) + "return 'PROXY p:1';",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_script_ends_soon_and_is_not_green(line: str, tmp_path: Path) -> None:
    (tmp_path / "proxy.pac").write_text(function(line), encoding="utf-8")
    policy = "version: 1\nname: mine\nrequirements:\n  - {host: '*.good.test', expect: {routing: direct}}\n"
    (tmp_path / "mine.yaml").write_text(policy, encoding="utf-8")

    done = limited("check", "proxy.pac", "--policy", "mine.yaml", "--fail-on", "unknown", cwd=tmp_path)

    assert done.code == 1, done.stdout + done.stderr


def test_detection() -> None:
    assert PLATFORM.detect("x.txt", b"// c\nfunction FindProxyForURL(u, h) { return 'DIRECT'; }")
    assert PLATFORM.detect("a/wpad.dat", b"")
    held = b"config web-proxy explicit\n    set pac-file-data \"function FindProxyForURL(url, host) { return 'DIRECT'; }\"\nend\n"
    assert not PLATFORM.detect("backup.conf", b"#config-version=FGT60F-7.4.4-FW-build2662-240514:opmode=0\n" + held)
    assert not PLATFORM.detect("excerpt.conf", held)
    assert not PLATFORM.detect("squid.conf", b"http_port 3128\nacl a src 10.0.0.0/8\n")
