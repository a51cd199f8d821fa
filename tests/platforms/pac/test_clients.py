"""What differs from client to client and from call to call: the function that is called, the engine, what was asked before."""

from __future__ import annotations

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.pac import PLATFORM
from allowlint.platforms.pac.eras import as_old
from allowlint.platforms.pac.keeping import kept, url_unused
from allowlint.platforms.pac.sandbox import Kept, Question, World, run_script
from allowlint.platforms.pac.script import read_script

LINUX, WINDOWS = ("linux",), ("windows",)
HOST = "go.microsoft.com"
QUESTION = Question(f"https://{HOST}/", HOST)
GAP = 'var gap = ["b", "a"]; once: while (true) { break once; }'
"""Something that is run and not followed."""


def function(*lines: str, before: str = "") -> str:
    return "\n".join([before, "function FindProxyForURL(url, host) {", *lines, "}", ""])


def device_of(script: str, *requirements: Requirement, systems: tuple[str, ...] = LINUX) -> Device:
    asked = requirements or (Requirement(HOST),)
    endpoints = tuple(Endpoint(each.host, port, each.protocol, each.path) for each in asked for port in each.ports)
    (device,) = PLATFORM.parse("proxy.pac", script.encode(), Options(systems=systems, endpoints=endpoints))
    return device


def route(script: str, requirement: Requirement | None = None, systems: tuple[str, ...] = LINUX) -> str:
    asked = requirement or Requirement(HOST)
    return judge(device_of(script, asked, systems=systems), [asked], flow_for())[0].word(Stage.ROUTING)


def notes(script: str, systems: tuple[str, ...] = LINUX) -> list[tuple[str, int, str]]:
    return [(note.kind, note.location.line, note.text) for note in device_of(script, systems=systems).notes]


# -- the function that is called ---------------------------------------------------------------------------------------------


NEWER = "function FindProxyForURLEx(url, host) {{ return '{}'; }}"


@pytest.mark.parametrize("systems", [LINUX, WINDOWS])
@pytest.mark.parametrize("gap", ["", GAP])
def test_the_newer_function_counts_where_there_is_one(systems: tuple[str, ...], gap: str) -> None:
    script = function(gap, "return 'DIRECT';")

    assert route(script + NEWER.format("DIRECT"), systems=systems) == "direct"
    assert route(script + NEWER.format("PROXY p:80"), systems=systems) != "direct"
    assert route(script + NEWER.format("PROXY 127.0.0.1:9"), systems=systems) != "direct"


def test_the_newer_function_alone_is_none_for_browsers() -> None:
    device = device_of(NEWER.format("DIRECT"))

    assert judge(device, [Requirement(HOST)], flow_for())[0].word(Stage.ACCESS) == "unknown"


# -- what was asked before -------------------------------------------------------------------------------------------------


LEAKS = {
    "no reset": (
        'var way = "DIRECT";',
        'if (dnsDomainIs(host, ".ads.example")) way = "PROXY 127.0.0.1:9"; return way;',
    ),
    "a counter": ("var n = 0;", 'n++; return n > 5000 ? "PROXY p:80" : "DIRECT";'),
    "in turn": ("var n = 0;", 'n = (n + 1) % 2; return n < 2 && n != 0 ? "DIRECT" : "PROXY p:80";'),
    "set below": ("", 'if (dnsDomainIs(host, ".live.com")) way = "PROXY p:80"; return way; } var way = "DIRECT"; {'),
    "a list": ("var l = [];", 'if (isPlainHostName(host)) l.push("x"); return l.length ? "PROXY p:80" : "DIRECT";'),
    "a member": ("var o = {w: 1};", 'if (isPlainHostName(host)) o.w = 2; return o.w == 1 ? "DIRECT" : "PROXY p:80";'),
    "by another name": (
        "var o = {w: 1}; function put(x) { x.w = 2; }",
        'if (isPlainHostName(host)) put(o); return o.w == 1 ? "DIRECT" : "PROXY p:80";',
    ),
    "in a function": (
        'var way = "DIRECT"; function set(h) { if (isPlainHostName(h)) way = "PROXY p:80"; }',
        "set(host); return way;",
    ),
}


@pytest.mark.parametrize("gap", ["", GAP], ids=["followed", "run"])
@pytest.mark.parametrize("leak", LEAKS)
def test_what_an_earlier_call_left_makes_an_answer_unknown(leak: str, gap: str) -> None:
    before, body = LEAKS[leak]

    assert route(function(gap + body, before=before)) not in ("direct", "proxied")


def test_a_leak_names_the_variable() -> None:
    device = device_of(function(LEAKS["no reset"][1], before=LEAKS["no reset"][0]))

    assert ["`way`" in unread.why and "earlier requests" in unread.why for unread in device.unread] == [True]


CLEAN = {
    "set first": ("var way;", 'way = "DIRECT"; if (isPlainHostName(host)) way = "PROXY p:80"; return way;'),
    "never declared": ("", 'way = "DIRECT"; if (isPlainHostName(host)) way = "PROXY p:80"; return way;'),
    "a loop": (
        'var l = [".live.com"];',
        'for (i = 0; i < l.length; i++) if (dnsDomainIs(host, l[i])) return "PROXY p:80"; return "DIRECT";',
    ),
    "a list of its own": (
        "",
        'var l = []; l.push(".live.com"); return dnsDomainIs(host, l[0]) ? "PROXY p:80" : "DIRECT";',
    ),
    "while it is loaded": (
        'var l = []; function add(x) { l[l.length] = x; } add(".live.com");',
        'return dnsDomainIs(host, l[0]) ? "PROXY p:80" : "DIRECT";',
    ),
    "a result": (
        "var found; function look(h) { found = false; if (isPlainHostName(h)) found = true; }",
        'look(host); return found ? "PROXY p:80" : "DIRECT";',
    ),
}


@pytest.mark.parametrize("gap", ["", GAP], ids=["followed", "run"])
@pytest.mark.parametrize("clean", CLEAN)
def test_what_each_call_sets_anew_stays_known(clean: str, gap: str) -> None:
    before, body = CLEAN[clean]

    assert route(function(gap + body, before=before)) == "direct"


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ('var o = {w: 1, x: "DIRECT"};', "o.w = host; return o.x;"),
        ("var o = {w: 1};", 'o.w = "DIRECT"; return o.w;'),
        ('var l = [0, "DIRECT"];', "l[0] = host; return l[1];"),
    ],
)
def test_a_member_that_each_call_sets_anew_leaves_the_others_known(before: str, body: str) -> None:
    assert route(function(body, before=before)) == "direct"


def test_an_earlier_name_of_the_same_run_leaves_nothing() -> None:
    """The second name is surely direct only because of the first."""
    script = function(
        GAP + 'if (dnsDomainIs(host, ".microsoft.com")) r = "DIRECT"; return r;', before='var r = "PROXY p:80";'
    )
    asked = [Requirement(HOST), Requirement("login.live.com")]

    words = [verdict.word(Stage.ROUTING) for verdict in judge(device_of(script, *asked), asked, flow_for())]

    assert words == ["direct", "unknown"]


def test_a_kept_variable_is_the_state_only_where_it_is_read_first() -> None:
    script = 'var way = "DIRECT"; function FindProxyForURL(url, host) { if (host == "a") way = "PROXY p"; return way; }'

    answers = run_script(
        script, [Question("", "a"), Question("", "b"), Question("", "a")], kept=Kept(frozenset(("way",)))
    ).answers

    assert [answer.result for answer in answers] == ["PROXY p", "DIRECT", "PROXY p"]
    assert ["state" in answer.asked for answer in answers] == [False, True, False]


def test_a_kept_variable_that_nothing_declares_is_missing_at_first() -> None:
    script = "function FindProxyForURL(url, host) { n = n + 1; return 'DIRECT'; }"

    answer = run_script(script, [QUESTION], kept=Kept(undeclared=frozenset("n"))).answers[0]

    assert answer.error.startswith("ReferenceError: n is not defined")
    assert "state" in answer.asked


@pytest.mark.parametrize(
    ("script", "names", "watchable"),
    [
        (function("a = 1; var b = 2; b++; for (c in []) {} d += 1;"), "a c d", True),
        (function("[a, b] = [1, 2];"), "a b", True),
        (function("{ let a = 1; a = 2; } a = 3;"), "a", True),
        ("let a; " + function("a = 1;"), "a", False),
        ("var FindProxyForURL = (function () { var n = 0; return function (url, host) { n++; }; })();", "n", False),
        (function("list.push(1);"), "", False),
        (function("delete table[host];"), "", False),
        (function("var l = list; l.push(1);"), "", False),
        (function("eval('x = 1');"), "", False),
        (function("var l = host.split('.').reverse(); l.pop();"), "", True),
        (function("unused;") + "function other() { x = 1; }", "", True),
        (function("other();") + "function other() { x = 1; }", "x", True),
        (function("other();") + "function other(h = x) { x = 1; }", "x", True),
        (function("table[host]();") + "var table = {}; table['a'] = function () { x = 1; };", "x", True),
    ],
)
def test_what_calls_leave_is_found_by_syntax(script: str, names: str, watchable: bool) -> None:
    left = kept(read_script("x.pac", script.encode()), "FindProxyForURL")

    assert (" ".join(sorted(left.names)), left.watchable) == (names, watchable)


# -- the URL -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "unused"),
    [
        (function("return host;"), True),
        ("function FindProxyForURL(u, h) { return h; }", True),
        ("// FindProxyForURL(URL, Host): see the wiki\n" + function("return url;"), False),
        (function("return host;") + "function FindProxyForURL(u, h) { return u; }", False),
        (function("return \\u0075rl;"), False),
        (function("return arguments[0];"), False),
        (function("return host;") + "var FindProxyForURL = other;", False),
        ("var FindProxyForURL = function (u, h) { return h; };", True),
        ("var FindProxyForURL = (url, host) => url;", False),
        ("", False),
    ],
)
def test_whether_the_url_counts_is_read_from_the_tree(script: str, unused: bool) -> None:
    assert url_unused(read_script("x.pac", script.encode()), "FindProxyForURL") is unused


def test_a_path_in_a_requirement_is_asked_for() -> None:
    script = "// FindProxyForURL(URL, Host): see the wiki\n" + function(
        GAP + 'if (url.indexOf("/pkiops/") > 0) return "PROXY 127.0.0.1:9"; return "DIRECT";'
    )

    assert route(script, Requirement("www.microsoft.com", (80,), "http", path="/pkiops/*")) != "direct"
    assert route(script, Requirement("www.microsoft.com", (80,), "http")) != "direct"


# -- the engine ---------------------------------------------------------------------------------------------------------------


YOUNG_METHODS = {
    "Set": ('var direct = new Set(["go.microsoft.com"]);', 'return direct.has(host) ? "DIRECT" : "PROXY p:80";'),
    "endsWith": ("", GAP + 'return host.endsWith("microsoft.com") ? "DIRECT" : "PROXY p:80";'),
    "JSON": ('var t = JSON.parse(\'{"p": "DIRECT"}\');', "return t.p;"),
    "reduce": ("", GAP + 'return ["DIRECT"].reduce(function (a, b) { return b; });'),
    "by index": ("", GAP + 'return host[0] == "g" ? "DIRECT" : "PROXY p:80";'),
    "substr": ("", GAP + 'return host.substr(-4) == ".com" ? "DIRECT" : "PROXY p:80";'),
    "octal": ("", GAP + 'return parseInt("010") == 10 ? "DIRECT" : "PROXY p:80";'),
    "a comma": ("", GAP + 'return [1, 2,].length == 2 ? "DIRECT" : "PROXY p:80";'),
}


@pytest.mark.parametrize("method", YOUNG_METHODS)
def test_a_run_in_an_engine_of_today_does_not_speak_for_old_ones(method: str) -> None:
    before, body = YOUNG_METHODS[method]
    script = function(body, before=before)

    assert route(script) == "direct"
    assert route(script, systems=WINDOWS) != "direct"


@pytest.mark.parametrize("method", ["Set", "endsWith", "JSON", "reduce"])
def test_what_an_old_engine_lacks_is_told(method: str) -> None:
    before, body = YOUNG_METHODS[method]

    assert "needs-browser" in {kind for kind, _, _ in notes(function(body, before=before), WINDOWS)}
    assert notes(function(body, before=before), LINUX) == []


def test_what_old_engines_run_as_well_stays_known() -> None:
    body = (
        GAP
        + 'for (var i = 0; i < gap.length; i++) if (host.split(".")[0] == "go") return "DIRECT"; return "PROXY p:80";'
    )

    assert route(function(body), systems=WINDOWS) == "direct"


YOUNG_SYNTAX = [
    "var o = {default: 1};",
    "var x = o.class;",
    "var r = /(?<name>a)/;",
    "var r = /(?<=a)b/;",
    "var r = /a/u;",
    "var r = /a/y;",
    "var r = /[/]/;",
    "var n = 0b11;",
    "var n = 1_000;",
    "var s = '\\u{61}';",
    "try { f(); } catch { }",
    "async function f() { }",
    "function g() { return new.target; }",
]


@pytest.mark.parametrize("line", YOUNG_SYNTAX)
def test_syntax_that_the_third_edition_lacks_is_told(line: str) -> None:
    script = function('return "DIRECT";', before=f"var o = {{}}; function f() {{ }} {line}")

    assert route(script, systems=LINUX) == "direct"
    assert {kind for kind, _, _ in notes(script, WINDOWS)} == {"needs-browser"}
    access = judge(device_of(script, systems=WINDOWS), [Requirement(HOST)], flow_for())[0].word(Stage.ACCESS)
    assert access == "unknown"


def test_words_that_only_look_young_are_none() -> None:
    lines = 'var o = {int: 1, "default": 2, of: 3}, r = /(?:a)[^?<]\\/(?=b)(?!c)/gim, n = 0x1f, s = "\\u0061";'

    assert notes(function('return "DIRECT";', before=lines), WINDOWS) == []


def test_old_engines_count_one_more_element_behind_a_comma() -> None:
    """Which then is undefined, and dnsDomainIs fails."""
    script = function(
        'for (var i = 0; i < list.length; i++) if (list[i] == null) return "PROXY p:80"; return "DIRECT";',
        before='var list = [".live.com",];',
    )

    assert route(script) == "direct"
    assert route(script, systems=WINDOWS) != "direct"
    assert [(kind, line) for kind, line, _ in notes(script, WINDOWS)] == [("needs-browser", 1)]


@pytest.mark.parametrize(
    ("source", "old"),
    [
        ("a[0]", "allowlint_item(a,(0))"),
        ("a[b[0]][1]", "allowlint_item(allowlint_item(a,(allowlint_item(b,(0)))),(1))"),
        ("a[0] = !b[1]", "a[0] = !allowlint_item(b,(1))"),
        ("a[0]++; delete a[0]; a[0](b[0])", "a[0]++; delete a[0]; a[0](allowlint_item(b,(0)))"),
        ("a[0] == 1", "allowlint_item(a,(0)) == 1"),
        ("[1, 2,]", "[1, 2,,]"),
        ("'é[0]'\n[1]", "allowlint_item('é[0]'\n,(1))"),
    ],
)
def test_a_script_is_rewritten_for_an_old_engine(source: str, old: str) -> None:
    assert as_old(read_script("x.pac", source.encode())) == old


def test_an_old_engine_has_what_the_third_edition_has_and_nothing_else() -> None:
    present = (
        "'a'.charAt [].slice [].sort ''.substr Math.floor Object RegExp isInNet dnsResolve escape parseInt (1).toFixed"
    )
    absent = "JSON Set Map Promise Symbol globalThis Object.keys Array.isArray ''.trim ''.endsWith [].indexOf [].map Math.trunc"
    tell = "".join(
        f"out += typeof ({name}) === 'undefined' ? '-' : '+';" for name in f"{present} {absent}".split() if "." in name
    )
    tell += "".join(
        f"out += typeof {name} === 'undefined' ? '-' : '+';"
        for name in f"{present} {absent}".split()
        if "." not in name
    )
    expected = "".join(
        sign * sum(("." in name) is dotted for name in names.split())
        for dotted in (True, False)
        for names, sign in ((present, "+"), (absent, "-"))
    )

    answer = run_script(function(f"var out = ''; {tell} return out;"), [QUESTION], [World(old=True)]).answers[0]

    assert answer.result == expected


# -- what goes wrong ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "error", "help_"),
    [
        (
            ['if (isinnet(host, "10.0.0.0", "255.0.0.0")) return "DIRECT";'],
            3,
            "isinnet is not defined",
            "did you mean `isInNet`?",
        ),
        (['if (host != "x")', "  return DIRECT;"], 4, "DIRECT is not defined", 'write it in quotation marks: "DIRECT"'),
        (
            [
                "var l = ['.x'];",
                "for (var i = 0; i <= l.length; i++)",
                "  if (dnsDomainIs(host, l[i])) return 'DIRECT';",
            ],
            5,
            "TypeError",
            "",
        ),
    ],
)
def test_a_failure_is_told_with_its_line(lines: list[str], line: int, error: str, help_: str) -> None:
    device = device_of(function(*lines, 'return "PROXY p:80";'))

    (note,) = [note for note in device.notes if note.kind == "fails"]
    assert (note.location.line, note.help) == (line, help_)
    assert error in note.text
    assert HOST in note.text


def test_microsofts_additions_are_not_everywhere() -> None:
    asked = function('if (typeof isInNetEx == "function") return "DIRECT"; return "PROXY p:80";')
    called = function('isInNetEx(host, "fe80::/10"); return "DIRECT";')

    assert route(asked) == "unknown"
    assert judge(device_of(called), [Requirement(HOST)], flow_for())[0].word(Stage.ACCESS) == "unknown"
