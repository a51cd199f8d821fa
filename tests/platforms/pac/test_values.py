"""Values that a script computes with: what the reading takes for sure, an engine does."""

import time

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.pac import PLATFORM
from allowlint.platforms.pac.sandbox import Question, World, run_script

BAD = "bad.good.test"
HOLE = '"PROXY p:1"'


def read(script: str, host: str, *, port: int = 443, systems: tuple[str, ...] = ("linux",)) -> str:
    """What the script is read to answer, without running it for that host."""
    (device,) = PLATFORM.parse("proxy.pac", script.encode(), Options(systems=systems))
    requirement = Requirement(host, (port,), "http" if port == 80 else "https")
    return judge(device, [requirement], flow_for())[0].word(Stage.ROUTING)


def ran(script: str, host: str) -> str:
    """What an engine answers."""
    (answer,) = run_script(script, [Question(f"https://{host}/", host)], (World(),)).answers
    return {"DIRECT": "direct", "PROXY p:1": "proxied"}.get(str(answer.result), "fails")


def asked(*lines: str, before: str = "") -> str:
    return "\n".join([before, "function FindProxyForURL(url, host) {", *lines, '  return "DIRECT";', "}", ""])


def when(test: str, before: str = "", inside: str = "") -> str:
    return asked(f"{inside} if ({test}) return {HOLE};", before=before)


SURE = {
    "0 and false in a table": when("t[host] === false", 'var t = {}; t["x"] = 0; t["bad.good.test"] = false;'),
    "0 and false in an array": when("a[0] === 1", "", "var a = [1]; if (isPlainHostName(host)) a[0] = true;"),
    "a member that is deleted": when(
        'host == "bad.good.test" && !(host in t)', 'var t = {"bad.good.test": 1, x: 1}; delete t["bad.good.test"];'
    ),
    "a variable that a function keeps": when(
        "blocked(host)",
        'var s = ".live.com"; function under(s) { return function (h) { return dnsDomainIs(h, s); }; }\n'
        'var blocked = under("bad.good.test");',
    ),
    "a module": when(
        "m.has(host)",
        'var m = (function () { var l = ["x.test", "bad.good.test"];\n'
        "return {has: function (h) { for (var i = 0; i < l.length; i++) if (h == l[i]) return true; return false; }};})();",
    ),
    "what some() stops before": asked(
        'var way = "DIRECT";',
        f'[["bad.good.test", {HOLE}], [".good.test", "DIRECT"]].some(function (r) {{',
        "  if (dnsDomainIs(host, r[0])) { way = r[1]; return true; } return false; });",
        "return way;",
    ),
    "a slice up to where nothing is": when('host.slice(0, host.indexOf("-")) != ""'),
    "a slice from where nothing is": when('host.slice(host.indexOf("-")) == "t"'),
    "a substr from where nothing is": when('host.substr(host.indexOf("-")) == "t"'),
    "a slice with both ends counted from the end": when('host.slice(2, -3) == "d.good.t"'),
    "a text that is counted up": when("n == 2", "", 'var n = "1"; n++;'),
    "a constructor that every object has": when('"toString" in {}'),
    "no number": when("!(NaN == NaN) && !NaN"),
    "no number by adding nothing": when("!x && x != x", "", "var x = 1; x += undefined;"),
    "holes of an array": when('k == "5"', "", 'var a = [], k = ""; a[5] = 1; for (var i in a) k += i;'),
    "the place of an assignment": when("a[0] === 2", "", "var a = [0, 0, 0], i = 0; a[i] = i = 2;"),
    "a place that is evaluated once": when("a[0] == 2 && i == 1", "", "var a = [1, 7], i = 0; a[i++] += 1;"),
    "let in a switch": when("x == 1", "", "var x = 1; switch (1) { case 1: let x = 2; }"),
    "let in a loop": when("x == 1", "", "let x = 1; for (let x in {a: 1}) {} for (let x of [3]) {}"),
    "kinds of values": when("typeof ({}) == 'object'"),
    "the last label": when('host.split(".").pop() == "test"'),
    "the first label": when('host.split(".").shift() == "bad"'),
    "the last two labels": when('host.split(".").slice(-2).join(".") == "good.test"'),
    "the first labels taken off": when('host.split(".").slice(1).join(".") == "good.test"'),
    "the last label taken off": when('host.split(".").slice(0, -1).join(".") == "bad.good"'),
    "no URL is empty": when('url != ""'),
    "a character behind the end": when("host[50] === undefined"),
    "two questions with one answer": when('dnsDomainIs(host, ".good.test") == (host.length > 3)'),
    "a place at the beginning": when("host.search(/^bad/) == 0"),
    "an expression that is written where it is used": when("/bad/g.test(host)"),
    "a URL with the host": when('shExpMatch(url, "https://bad.good.test/*")'),
    "the host in the URL": when('url.split("/")[2] == "bad.good.test"'),
    "the host in the URL, as an expression": when(r"/^https:\/\/[^\/]*\.good\.test\//.test(url)"),
    "the last two labels put together": when(
        'p[p.length - 2] + "." + p[p.length - 1] == "good.test"', "", 'var p = host.split(".");'
    ),
    "a place that is turned over": when('~host.indexOf("good")'),
    "a place that is turned over twice": when('!~host.indexOf("other")'),
    "either of two, as bits": when('dnsDomainIs(host, ".other.test") | dnsDomainIs(host, ".good.test")'),
    "both of two, as bits": when('isPlainHostName(host) & 1 || shExpMatch(host, "b*") & (host.length > 5)'),
    "one of three, gathered as bits": when(
        "found == 1", "", "var found = 0; for (var i in {bad: 1, x: 1}) found |= host.indexOf(i) == 0;"
    ),
    "bits of numbers": when("(6 | 9) == 15 && (6 & 3) == 2 && (6 ^ 3) == 5 && ~5 == -6 && (2.9 | 0) == 2"),
    "bits that are shifted": when(
        "1 << 31 == -2147483648 && -1 >>> 28 == 15 && -9 >> 1 == -5 && 1 << 33 == 2 && (4294967297 | 0) == 1"
    ),
    "a default that is taken": when(
        'under(host) && !under(host, ".x")', "function under(h, s = '.good.test') { return dnsDomainIs(h, s); }"
    ),
    "a default that nothing asks for": when("f(null) === null && f(undefined) == 1", "var f = (x = 1) => x;"),
    "a default in some cases": when(
        'f(isPlainHostName(host) ? "x" : undefined) == "y"', 'function f(x = "y") { return x; }'
    ),
    "characters by octal numbers": when(r'dnsDomainIs(host, "\056good\56test")'),
    "numbers of texts": when('Number("7") == 7 && Boolean("x") && !isNaN(1)'),
    "a name that is given to a function inside": when(
        "f(0) == 1", "var g = 1; var f = function g(n) { return typeof g == 'function' ? 1 : 0; };"
    ),
}


@pytest.mark.parametrize("script", SURE.values(), ids=SURE)
def test_the_reading_is_sure_of_what_an_engine_does(script: str) -> None:
    assert ran(script, BAD) == "proxied"
    assert read(script, BAD) == "proxied"


NOT_SURE = {
    "two places of expressions": when("host.search(/bad/) < host.search(/good/)"),
    "two places in lists": when("a.indexOf(host) != b.indexOf(host)", f'var a = ["x", "y", "{BAD}"], b = ["x", "{BAD}"];'),
    "the constructor of an object": when("t.constructor", "var t = {};"),
    "a member of something that may be nothing": asked(
        'if (host.replace("x", "y")[50].length > 1) return "DIRECT";'
    ),
    "a name that does not resolve": when("dnsResolve(host) == null"),
    "whether another name resolves": when('!isResolvable("intranet.test")'),
    "what another name resolves to": when('dnsResolve("intranet.test") == null'),
    "what a name resolves to is no text": when('typeof dnsResolve(host) != "string"'),
    "an entry that is not there": asked(
        "for (var i = 0; i <= l.length; i++) if (dnsDomainIs(host, l[i])) return 'DIRECT';", before='var l = [".live.com"];'
    ),
    "a glob that is nothing": asked(f"try {{ shExpMatch(host, null); }} catch (e) {{ return {HOLE}; }}"),
    "an expression that is none": asked(f'try {{ new RegExp("(").test(host); }} catch (e) {{ return {HOLE}; }}'),
    "a constant that is given another value": asked(f"const c = 1; try {{ c = 2; }} catch (e) {{ return {HOLE}; }}"),
    "an operand that is no object": asked(f'try {{ "x" in "y"; }} catch (e) {{ return {HOLE}; }}'),
    "strict globals": asked('"use strict";', f"try {{ undeclared = 2; }} catch (e) {{ return {HOLE}; }}"),
    "nothing that is taken apart": asked(f'try {{ dnsResolve(host).split("."); }} catch (e) {{ return {HOLE}; }}'),
    "a time that is set": asked(
        "var d = new Date(); d.setHours(3);",
        'if (d.getHours() > 5) return "DIRECT";',
        f"d.setHours(9); if (d.getHours() > 5) return {HOLE};",
    ),
    "a list that is filled in some cases": asked(
        'var l = []; if (dnsDomainIs(host, ".test")) { if (dnsDomainIs(host, ".good.test")) l.push("PROXY p:1"); }',
        'else { if (isPlainHostName(host)) l.push("PROXY q:1"); }',
        'l.push("DIRECT"); return l[0];',
    ),
    "a function that gives up": asked(
        "switch (kind(host)) { case LOCAL: return 'DIRECT'; }", f"return {HOLE};",
        before="var LOCAL = 1; function kind(h) { return eval(h.length); }",
    ),
    "a list of what is not known": asked(
        f"return list.length ? {HOLE} : 'DIRECT';",
        before="function number(t) { return eval(t); } var list = []; list.push(number('1'));",
    ),
    "a member of something unknown": when("m[new Date().getDay()].a === 1", "var m = [{a:1},{a:1},{a:1},{a:1},{a:1},{a:1},{a:1}];"),
    "bits of what is not known": when("new Date().getHours() | host.length"),
    "a default that looks at others": when("f() == 3", "function f(a = 1, b = a + 2) { return b; }"),
    "functions of rounds": when("f[0]() == 0", "", "var f = []; for (let i = 0; i < 2; i++) f.push(function () { return i; });"),
    "a list that grows while it is gone through": when(
        "n == 3", "", "var n = 0, l = [1, 2]; for (var x of l) { n++; if (n == 1) l.push(3); }"
    ),
}  # fmt: skip


@pytest.mark.parametrize("script", NOT_SURE.values(), ids=NOT_SURE)
def test_the_reading_is_not_sure_of_what_it_does_not_model(script: str) -> None:
    assert ran(script, BAD) in ("proxied", "fails")
    assert read(script, BAD) == "unknown"


ODD = (
    "host.indexOf('x') + undefined",
    "host.length - NaN",
    "'²' in {}",
    "[1]['²']",
    "({'²': 1})['²']",
    "new Array(NaN)",
)


@pytest.mark.parametrize("expression", ODD)
def test_odd_operands_are_followed_or_unknown(expression: str) -> None:
    script = asked(f"var x = {expression}; for (var k in {{'²': 1, '1': 2}}) {{}}")

    assert read(script, BAD) in ("direct", "unknown")


ROUNDS = """
for (var i = 0; i < 60; i++) { t = (t ? shExpMatch(host, "*" + i) : shExpMatch(host, "*a" + i) == t); o = o + t; }
for (i = 0; i < 60; i++) for (var k = 0; k < 60; k++) if (dnsDomainIs(host, i + "." + k)) { x = x + "a"; y = x + y; }
"""


def test_what_multiplies_is_unknown_soon() -> None:
    script = asked('var o = host.replace("a", "b"), t = isPlainHostName(host), x = "", y = "";', ROUNDS)
    began = time.process_time()

    assert read(script.replace('return "DIRECT"', 'return o == y ? "DIRECT" : "PROXY p:1"'), BAD) == "unknown"
    assert time.process_time() - began < 30


def test_work_without_end_is_unknown() -> None:
    """Whatever is left of the script is not followed once there was too much work."""
    rounds = "for (var i = 0; i < 1000000; i++) { n = n + i; }"
    script = asked(
        "var n = 0;", rounds, 'later(); return n == 1 ? "DIRECT" : "PROXY p:1";', before="var later = () => 1;"
    )

    assert read(script, BAD) == "unknown"
