"""What a PAC script can do in its sandbox, what it cannot, and what its helper functions say."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from allowlint.platforms.pac import sandbox
from allowlint.platforms.pac.sandbox import ASKABLE, GRACE, LARGEST, Answer, Question, Sampled, World, run_script

HOST = "www.example.test"
SHORT = 0.5
PATIENCE = 30.0
"""Seconds after which a hostile script counts as not ended; a slow machine has to be slower than any."""
RESOLVED = World(("192.0.2.7", "2001:db8::7"))


def sample(script: str, *hosts: str, worlds: Sequence[World] = (World(),), seconds: float = sandbox.SECONDS) -> Sampled:
    """Ask about hosts as clients do for TLS."""
    return run_script(
        script, [Question(f"https://{host}/", host) for host in hosts or (HOST,)], worlds, seconds=seconds
    )


def body(statements: str) -> str:
    """A script whose function has these statements."""
    return f"function FindProxyForURL(url, host) {{ {statements} }}"


def ask(statements: str, world: World = RESOLVED, host: str = HOST) -> Answer:
    """What a function with these statements answers."""
    return sample(body(statements), host, worlds=[world]).answers[0]


def values(*expressions: str, world: World = RESOLVED) -> list[str]:
    """What expressions are worth inside of the function, one by one, as text; exceptions as ``!``."""
    tries = "".join(f"try {{ out.push(String({one})); }} catch (e) {{ out.push('!'); }}" for one in expressions)
    return str(ask(f"var out = []; {tries} return out.join('\\n');", world).result).split("\n")


def asked(expression: str, world: World = RESOLVED) -> set[str]:
    """What an expression asks of the client."""
    answer = ask(f"var value = {expression}; return 'DIRECT';", world)
    assert answer.result == "DIRECT", answer
    return set(answer.asked)


# -- answers ---------------------------------------------------------------------------------------------------------------


def test_each_question_is_answered_in_order() -> None:
    sampled = sample(body("return 'PROXY ' + host + ' ' + url;"), "a.test", "b.test")

    assert sampled == Sampled(
        (Answer("PROXY a.test https://a.test/", "string"), Answer("PROXY b.test https://b.test/", "string"))
    )


def test_worlds_follow_one_another_with_all_questions_each() -> None:
    worlds = [World(own="10.0.0.1"), World(own="10.0.0.2")]

    sampled = sample(body("return host + myIpAddress();"), "a", "b", worlds=worlds)

    assert [one.result for one in sampled.answers] == ["a10.0.0.1", "b10.0.0.1", "a10.0.0.2", "b10.0.0.2"]


@pytest.mark.parametrize(
    ("statements", "kind", "error"),
    [
        ("return null;", "null", "returned null"),
        ("return;", "undefined", "returned undefined"),
        ("", "undefined", "returned undefined"),
        ("return 5;", "other", "returned a value of type number"),
        ("return false;", "other", "returned a value of type boolean"),
        ("return new String('DIRECT');", "other", "returned a value of type object"),
        ("return Symbol('DIRECT');", "other", "returned a value of type symbol"),
        ("return 10n;", "other", "returned a value of type bigint"),
        ("return isNotThere(host);", "exception", "ReferenceError: isNotThere is not defined (line 1)"),
        ("throw 'x';", "exception", "x"),
        ("throw null;", "exception", "threw null"),
        ("throw {};", "exception", "threw an object that is no error"),
        ("return 'x'.repeat(10000);", "limit", "returned a text of 10000 characters"),
    ],
)
def test_what_is_no_text_is_named(statements: str, kind: str, error: str) -> None:
    assert ask(statements) == Answer(None, kind, error)


@pytest.mark.parametrize("text", ["", "DIRECT", "long" * 2000, 'a"b\\c', "a\0b\n", "é😀", " x "])
def test_a_text_comes_out_as_it_is(text: str) -> None:
    assert ask(f"return {json.dumps(text)};").result == text


def test_a_text_that_the_engine_keeps_in_parts_comes_out_whole() -> None:
    """QuickJS joins long texts only when somebody looks at them, and the binding does not read the parts."""
    text = "x" * 4000

    assert ask(f"var a = '{text}', b = host; return a + b + a;").result == text + HOST + text


@pytest.mark.parametrize("last", ["10n", "'\\ud800'", "Symbol('x')", "'x'.repeat(9000) + Math.max(1)", "({})", "null"])
def test_the_value_of_the_last_line_does_not_matter(last: str) -> None:
    assert sample(body("return 'DIRECT';") + f"\n{last}").answers[0].result == "DIRECT"


def test_half_a_surrogate_pair_is_shown_as_a_replacement() -> None:
    assert ask("return 'a\\ud800b';").result == "a\ufffdb"


def test_questions_are_not_code() -> None:
    host = "a'\"\\+alert(1)+`${1}`"

    assert sample(body("return host;"), host).answers[0].result == host


def test_a_byte_order_mark_is_no_error() -> None:
    assert sample("\ufeff" + body("return 'DIRECT';")).answers[0].result == "DIRECT"


def test_another_function_can_be_asked() -> None:
    script = body("return '4';") + "function FindProxyForURLEx(url, host) { return '6'; }"

    assert run_script(script, [Question("", "")], entry="FindProxyForURLEx").answers[0].result == "6"


# -- scripts that cannot be asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("\n\nfunction FindProxyForURL(url, host) { return ;; ", "SyntaxError: "),
        ("var x = \u201cDIRECT\u201d;", "SyntaxError: "),
        ("\nnotThere();" + body("return 'DIRECT';"), "ReferenceError: notThere is not defined (line 2)"),
        ("throw {toString: function () { throw 1; }};", ""),
        ("", "no function FindProxyForURL"),
        ("var FindProxyForURL = 'DIRECT';", "no function FindProxyForURL"),
        ("const FindProxyForURL = () => 'DIRECT';", "no function FindProxyForURL"),
        ("let shExpMatch = 1;" + body("return 'DIRECT';"), "SyntaxError: "),
    ],
)
def test_a_script_that_fails_in_browsers_is_faulty(script: str, fault: str) -> None:
    sampled = sample(script, "a", "b")

    assert sampled.fault.startswith(fault)
    assert (sampled.fault != "", sampled.limited) == (True, False)
    assert sampled.answers == (Answer(None, "exception", sampled.fault),) * 2


def test_the_line_of_a_syntax_error_is_said() -> None:
    assert "(line 3)" in sample("\n\nvar x = ];").fault


def test_a_script_that_fails_in_one_world_only_has_no_fault() -> None:
    script = "var first = dnsResolve('x').length;" + body("return 'DIRECT';")

    sampled = sample(script, worlds=[World(), RESOLVED])

    assert (sampled.fault, [one.kind for one in sampled.answers]) == ("", ["exception", "string"])
    assert [set(one.asked) for one in sampled.answers] == [{"dnsResolve"}, {"dnsResolve"}]


def test_a_script_of_one_megabyte_is_read_and_a_larger_one_is_not() -> None:
    start = body("return 'DIRECT';") + "//"

    largest = sample(start + "x" * (LARGEST - len(start)))
    larger = sample(start + "\u00e9" * (LARGEST // 2))

    assert largest.answers[0].result == "DIRECT"
    assert (larger.limited, larger.answers) == (True, (Answer(None, "limit", larger.fault),))
    assert "bytes" in larger.fault


@pytest.mark.parametrize(("script", "host"), [("x\0y", "a"), ("", "a\0b"), ("\udc80", "a"), ("", "\ud800")])
def test_what_the_engine_would_cut_off_is_refused(script: str, host: str) -> None:
    sampled = sample(body("return 'DIRECT';") + script, host)

    assert (sampled.limited, sampled.answers[0].kind) == (True, "limit")


def test_no_engine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_engine", lambda: None)

    sampled = sample(body("return 'DIRECT';"))

    assert (sampled.limited, "quickjs-ng" in sampled.fault) == (True, True)


@pytest.mark.parametrize(
    ("engine", "python"), [("/nowhere/engine.so", sys.executable), (__file__, sys.executable), ("", "/nowhere/python")]
)
def test_an_engine_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch, engine: str, python: str) -> None:
    monkeypatch.setattr(sandbox, "_engine", lambda: engine)
    monkeypatch.setattr(sys, "executable", python)

    sampled = sample(body("return 'DIRECT';"))

    assert (sampled.limited, sampled.answers[0].kind) == (True, "limit")
    assert "process" in sampled.fault


@pytest.mark.parametrize("link", ["if (host == '{}.test') return '{}'; else ", "host == '{}.test' ? '{}' : "])
def test_long_chains_are_read(link: str) -> None:
    start = "" if link.startswith("if") else "return "
    chain = "".join(link.format(number, number) for number in range(5000))
    end = "return 'DIRECT';" if link.startswith("if") else "'DIRECT';"

    answers = sample(body(start + chain + end), "4999.test", "other.test").answers

    assert [one.result for one in answers] == ["4999", "DIRECT"]


def test_no_questions_are_no_answers() -> None:
    assert run_script(body("return 'DIRECT';"), []) == Sampled(())
    assert "SyntaxError" in run_script("((", []).fault


# -- hostile scripts ----------------------------------------------------------------------------------------------------------

HOSTILE = {
    "loop": "for (;;);",
    "loop that catches": "for (;;) try { for (;;); } catch (e) {} finally { for (;;); }",
    "recursion": "(function f() { f(); })();",
    "recursion through an accessor": "var o = {get x() { return this.x; }}; o.x;",
    "recursion through toString": "var o = {toString: function () { return '' + this; }}; '' + o;",
    "deep source": "eval('['.repeat(200000));",
    "deep pattern": "new RegExp('('.repeat(200000));",
    "array": "var a = []; for (;;) a.push(new Array(1000).fill(a.length));",
    "string": "var s = 'x'; for (;;) s += s;",
    "buffer": "new ArrayBuffer(4e9);",
    "typed arrays": "var a = []; for (;;) a.push(new Uint8Array(1e7));",
    "memory, caught": "var a = []; for (;;) try { a.push('x'.repeat(1e6) + a.length); } catch (e) {}",
    "pattern": "/^(a+)+$/.test('a'.repeat(60) + 'b');",
    "glob": "shExpMatch('a'.repeat(5000), '*a*a*a*a*a*a*a*a*a*a*a*b');",
    "native loop": "new Array(2 ** 31).join('x');",
    "native loop in sort": "Array.prototype.indexOf.call({length: 2 ** 53}, 1);",
    "numbers": "var n = 10n; for (;;) n = n * n;",
    "proxy": "var p = new Proxy({}, {get: function () { return p.x; }}); p.x;",
    "promises": "(function f() { Promise.resolve().then(f); for (;;) Promise.resolve().then(f); })();",
    "generator": "function* g() { for (;;) yield* g(); } g().next();",
    "waiting": "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);",
}


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_function_ends_in_an_error(attack: str) -> None:
    started = time.monotonic()
    sampled = sample(body(f"if (host == 'bad') {{ {attack} }} return 'DIRECT';"), "good", "bad", seconds=SHORT)

    assert time.monotonic() - started < PATIENCE
    good, bad = sampled.answers
    assert good.result == "DIRECT"
    assert (bad.result, bad.kind in {"limit", "exception"}, bad.error != "") == (None, True, True)


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_top_level_ends_in_a_fault(attack: str) -> None:
    started = time.monotonic()
    sampled = sample(attack + body("return 'DIRECT';"), seconds=SHORT)

    assert time.monotonic() - started < PATIENCE
    assert sampled.fault
    assert sampled.answers[0].result is None


@pytest.mark.parametrize("name", ["loop", "recursion", "string", "pattern"])
def test_limits_of_the_sandbox_are_no_fault_of_the_script(name: str) -> None:
    attack = HOSTILE[name]

    assert sample(body(attack), seconds=SHORT).answers[0].kind == "limit"
    assert sample(attack + body("return 'DIRECT';"), seconds=SHORT).limited


@pytest.mark.parametrize(
    "thrown",
    [
        "{toString: function () { for (;;); }}",
        "{get message() { for (;;); }}",
        "{get name() { throw this; }}",
        "new Proxy({}, {get: function () { for (;;); }})",
        "{name: 'x'.repeat(1e6), message: 'y'.repeat(1e6)}",
    ],
)
@pytest.mark.parametrize("place", ["{}" + body("return 'DIRECT';"), body("{}")], ids=["top level", "function"])
def test_what_is_thrown_cannot_hold_up_the_end(thrown: str, place: str) -> None:
    started = time.monotonic()
    sampled = sample(place.replace("{}", f"throw {thrown};", 1), seconds=SHORT)

    assert time.monotonic() - started < PATIENCE
    assert sampled.answers[0].result is None
    assert 0 < len(sampled.answers[0].error) < 400


def test_after_a_question_that_never_ends_the_others_say_why_they_were_not_asked() -> None:
    script = body("if (host == 'bad') new Array(2 ** 31).join('x'); return 'DIRECT';")

    answers = sample(script, "good", "bad", "next", seconds=SHORT).answers

    assert [one.kind for one in answers] == ["string", "limit", "limit"]
    assert "0.5 s" in answers[2].error
    assert "state" in answers[0].asked, "it was not tried again"


def test_pending_work_of_promises_is_not_run() -> None:
    answers = sample(
        "var way = 'A';" + body("Promise.resolve().then(() => { way = 'B'; }); return way;"), "a", "b"
    ).answers

    assert answers == (Answer("A", "string"), Answer("A", "string"))


def test_an_asynchronous_function_returns_no_text() -> None:
    assert sample("async function FindProxyForURL(url, host) { return 'DIRECT'; }").answers[0].kind == "other"


# -- nothing gets in but the question, nothing gets out but the answer ----------------------------------------------------------


def test_nothing_of_the_system_can_be_named() -> None:
    names = "process require module std os scriptArgs print console load Deno Bun XMLHttpRequest fetch navigator performance"

    kinds = ask(f"return {json.dumps(names.split())}.map(name => typeof globalThis[name]).join();").result

    assert set(str(kinds).split(",")) == {"undefined"}


def test_every_global_is_known() -> None:
    """A release of the engine that brings a new one (a clock, a file) is looked at before it is let in."""
    language = """
        AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date
        DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity
        Int16Array Int32Array Int8Array InternalError Iterator JSON Map Math NaN Number Object Promise Proxy RangeError
        ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError URIError
        Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI
        encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape
    """
    helpers = """
        FindProxyForURL alert convert_addr dateRange dnsDomainIs dnsDomainLevels dnsResolve dnsResolveEx getClientVersion
        isInNet isInNetEx isPlainHostName isResolvable isResolvableEx localHostOrDomainIs myIpAddress myIpAddressEx shExpMatch
        sortIpAddressList timeRange weekdayRange
    """

    found = str(ask("return Object.getOwnPropertyNames(globalThis).join(' ');").result).split()

    assert set(found) - set(language.split()) == set(helpers.split())


def test_modules_cannot_be_loaded() -> None:
    assert ask("import('os').then(m => { host = 'x'; }); return host;").result == HOST
    assert "SyntaxError" in sample("import * as os from 'os';" + body("return 'DIRECT';")).fault


def test_the_environment_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_USER", "12345")
    shown = "import os, sys; sys.stdout.write(repr(sorted(os.environ)))"

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", shown],
        env=sandbox._environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "TZ" in done.stdout
    assert "SECRET" not in done.stdout


def test_the_child_gives_up_files_children_and_memory() -> None:
    resource = pytest.importorskip("resource", reason="this system has no resource limits")
    folder = Path(sandbox.__file__).parent
    program = f"""if True:
        import sys
        sys.path.insert(0, {str(folder)!r})
        import resource, _sandbox_child
        _sandbox_child.confine(1.0)
        names = "RLIMIT_NOFILE RLIMIT_FSIZE RLIMIT_CORE RLIMIT_NPROC RLIMIT_CPU RLIMIT_AS"
        sys.stdout.write(repr([resource.getrlimit(getattr(resource, name)) for name in names.split()]))
    """

    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == repr([(0, 0)] * 4 + [(5, 5), (512 << 20, 512 << 20)])
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0


LIES = {
    "JSON": "JSON.stringify = JSON.parse = function () { return 'LIE'; };",
    "text": "String.prototype.toString = String.prototype.valueOf = String.prototype.charCodeAt = () => 'LIE';",
    "join": "Array.prototype.join = Array.prototype.map = () => 'LIE'; Array.prototype.concat = () => ['LIE'];",
    "String": "String = () => 'LIE';",
    "setters": "for (const key of ['0', '1', 'value', 'get', 'asked', 'kind', 'length', 'result'])"
    " Object.defineProperty(Object.prototype, key, {__proto__: null, set(v) {}, get() { return 'LIE'; }, configurable: true});",
    "calls": "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => 'LIE';",
    "Reflect": "Reflect.apply = Reflect.construct = Reflect.defineProperty = () => 'LIE'; Reflect = null;",
    "patterns": "RegExp.prototype.exec = RegExp.prototype.test = () => ['LIE']; RegExp = null;",
    "globals": "Object = Array = Function = null; delete globalThis.globalThis;",
    "iterators": "Array.prototype[Symbol.iterator] = function* () { yield 'LIE'; };",
    "primitives": "String.prototype[Symbol.toPrimitive] = () => 'LIE'; Object.prototype.toString = () => 'LIE';",
    "lexical": "let Reflect = null, undefined_ = 1;",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_script_that_rebuilds_the_language_does_not_change_what_is_reported(lie: str) -> None:
    """A text comes out as returned, something else is not taken for a text, and what was asked stays asked."""
    script = lie + body(
        """
        dnsResolve(host);
        if (host == 'object') return {toString: () => 'LIE', valueOf: () => 'LIE', toJSON: () => 'LIE', length: 3};
        if (host == 'throws') throw {name: 'string', message: 'LIE', toString: () => 'string:LIE'};
        return 'caf\\u00e9 ' + host;
        """
    )

    text, thing, thrown = sample(script, "text", "object", "throws", worlds=[RESOLVED]).answers

    assert (text.result, text.kind) == ("caf\u00e9 text", "string")
    assert (thing.result, thing.kind) == (None, "other")
    assert (thrown.result, thrown.kind) == (None, "exception")
    assert all("dnsResolve" in one.asked for one in (text, thing, thrown))


@pytest.mark.parametrize(
    "text",
    ["string:LIE", "  string:LIE", '"\\nanswer 0 0   string:LIE\\n', "\nend\nloaded 0   string:", "null:", "limit:"],
)
def test_a_text_cannot_pass_for_a_message(text: str) -> None:
    assert ask(f"return {json.dumps(text)};") == Answer(text, "string")
    assert ask(f"throw {json.dumps(text)};")[:2] == (None, "exception")


def test_the_functions_that_report_cannot_be_called_from_the_script() -> None:
    """The engine shows a script the functions that it was called by; calling them must not clear what was asked."""
    script = body(
        """
        dnsResolve(host);
        var seen = [], results = [];
        Error.prepareStackTrace = (error, sites) => { seen = sites.map(site => site.getFunction()); return ''; };
        new Error('x').stack;
        for (const one of seen) {
          if (typeof one === 'function' && one !== FindProxyForURL) {
            try { results.push(typeof one('https://x/', 'stop', true)); } catch (e) { results.push('refused ' + e); }
          }
        }
        return results.join();
        """.replace("dnsResolve(host);", "if (host == 'stop') return 'STOP'; dnsResolve(host);")
    )

    answer = sample(script, worlds=[RESOLVED]).answers[0]

    assert "refused busy" in str(answer.result), (
        "the attack is no longer possible or no longer the same: look at it again"
    )
    assert answer.asked == {"dnsResolve"}


def test_an_answer_does_not_depend_on_the_run() -> None:
    script = body(
        "return [Math.random(), Date.now(), new Date(), Date(), Object.keys({b: 1, a: 2}), myIpAddress()].join();"
    )

    runs = {sample(script, "a", "b", worlds=[RESOLVED]) for _ in range(3)}

    assert len(runs) == 1


def test_what_a_child_that_was_taken_over_says_is_checked() -> None:
    good = ["loaded 0   string:", "answer 0 0   string:DIRECT", "steady 0", "end"]
    bad = [
        "answer 0 0   string:x\\ud",
        "answer 0 0   magic:x",
        "answer 0 0 rain  string:x",
        "answer 0",
        "answer x 0   string:",
        "?",
    ]

    assert sandbox._read(good, "", 1, 1) == Sampled((Answer("DIRECT", "string"),))
    for line in bad:
        assert sandbox._read([good[0], line], "died", 1, 1).answers == (Answer(None, "limit", "died"),), line


# -- what an answer depends on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("dnsDomainIs(host, 'x') + shExpMatch(host, '*.x?') + host.toLowerCase()", set()),
        ("isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0') + dnsResolve('10.1.2.3') + isResolvable('10.1.2.3')", set()),
        ("dnsResolve(host)", {"dnsResolve"}),
        ("dnsResolve('::1')", {"dnsResolve"}),
        ("dnsResolve('010.1.2.3')", {"dnsResolve"}),
        ("isResolvable(host)", {"dnsResolve", "isResolvable"}),
        ("isInNet(host, '10.0.0.0', '255.0.0.0')", {"dnsResolve"}),
        ("myIpAddress()", {"myIpAddress"}),
        ("Math.random()", {"random"}),
        ("Math['ran' + 'dom']()", {"random"}),
        ("weekdayRange('MON')", {"time"}),
        ("dateRange(1)", {"time"}),
        ("timeRange(1)", {"time"}),
        ("new Date()", {"time"}),
        ("new Date(0)", {"time"}),
        ("Date()", {"time"}),
        ("Date.now()", {"time"}),
        ("new (new Date(0)).constructor()", {"time"}),
        (
            "new (Object.getPrototypeOf(Date.prototype.constructor.prototype.constructor.prototype).constructor)()",
            set(),
        ),
        ("new Date.prototype.constructor()", {"time"}),
        ("Reflect.construct(Date, [], Object)", {"time"}),
        ("new (class extends Date {})()", {"time"}),
        ("Date.parse('2025-01-01 12:00')", {"time"}),
        ("host.toLocaleLowerCase()", {"locale"}),
        ("host.localeCompare('x')", {"locale"}),
        ("(5).toLocaleString()", {"locale"}),
        ("[5].toLocaleString()", {"locale"}),
        ("typeof WeakRef", {"engine"}),
        ("'Atomics' in globalThis", set()),
        ("shExpMatch(host, '(a|b).test')", {"shExpMatch"}),
        ("shExpMatch(host, 'a+b')", {"shExpMatch"}),
        ("typeof isInNetEx", {"isInNetEx"}),
        ("isInNetEx('10.1.2.3', '10.0.0.0/8')", {"isInNetEx"}),
        ("dnsResolveEx(host)", {"dnsResolveEx"}),
        ("isResolvableEx(host)", {"isResolvableEx"}),
        ("myIpAddressEx()", {"myIpAddressEx"}),
        ("sortIpAddressList('10.0.0.1')", {"sortIpAddressList"}),
        ("getClientVersion()", {"getClientVersion"}),
    ],
)
def test_what_an_expression_asks_of_the_client(expression: str, expected: set[str]) -> None:
    assert asked(expression) == expected
    assert expected <= ASKABLE


def test_what_a_script_asks_while_loading_counts_for_every_answer() -> None:
    answers = sample(
        "var mine = myIpAddress();" + body("return dnsDomainIs(host, 'a') ? 'DIRECT' : dnsResolve(host);"), "a", "b"
    )

    assert [set(one.asked) for one in answers.answers] == [{"myIpAddress"}, {"myIpAddress", "dnsResolve"}]


def test_an_address_that_was_kept_by_an_earlier_call_is_not_forgotten() -> None:
    script = "var mine;" + body("if (!mine) mine = myIpAddress(); return mine;")

    answers = sample(script, "a", "b", "c").answers

    assert [set(one.asked) for one in answers] == [{"myIpAddress"}] * 3


def test_addresses_that_were_kept_count_also_in_scripts_that_ask_many_times() -> None:
    script = "var kept = 0;" + body(
        "if (host[0] == 'n') kept = dnsResolve(host); return kept ? 'DIRECT' : 'PROXY a:1';"
    )
    script += "//" + "x" * 1_000_000

    answers = sample(script, *(f"n{number}" for number in range(40)), "other", worlds=[RESOLVED]).answers

    assert "dnsResolve" in answers[-1].asked


@pytest.mark.parametrize("modulus", [2, 3, 4])
@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_routes_given_in_turn_depend_on_the_state(modulus: int, count: int) -> None:
    script = f"var n = 0; {body(f'n++; return String(n % {modulus});')}"

    answers = sample(script, *(f"h{number}" for number in range(count))).answers

    assert all(one.asked == {"state"} for one in answers)


def test_a_cache_is_no_state() -> None:
    script = "var known = {};" + body("return known[host] || (known[host] = 'PROXY ' + host);")

    assert [set(one.asked) for one in sample(script, "a", "b").answers] == [set(), set()]


# -- the helper functions (the facts of the published ones; compared with pacparser in tests/oracle) ---------------------------


def test_a_glob_is_for_the_whole_text_and_keeps_case() -> None:
    assert (
        values(
            "shExpMatch('www.example.test', '*.example.test')",
            "shExpMatch('a.b.example.test', '*.example.test')",
            "shExpMatch('example.test', '*.example.test')",
            "shExpMatch('WWW.EXAMPLE.TEST', '*.example.test')",
            "shExpMatch('www.example.test.evil', '*.example.test')",
            "shExpMatch('wwwXexample.test', 'www.example.test')",
            "shExpMatch('https://a/b/c', 'https://*c')",
            "shExpMatch('a\\nb', 'a*b')",
            "shExpMatch('ab', 'a?b')",
            "shExpMatch('axb', 'a?b')",
        )
        == "true true false false false false true false false true".split()
    )


def test_other_characters_of_patterns_are_parts_of_a_regular_expression() -> None:
    expressions = (
        "shExpMatch('a.test', '(a|b).test')",
        "shExpMatch('a.test', '[ab].test')",
        "shExpMatch('aab', 'a+b')",
        "shExpMatch('www.x', '*.x|*.y')",
        "shExpMatch('x', '(')",
        "shExpMatch('(', '(')",
        "shExpMatch('a+b', 'a+b')",
        "shExpMatch('x/y', 'x/y')",
        "shExpMatch('a\\\\b', 'a\\\\b')",
        "shExpMatch('a.b', 'a.b')",
    )

    assert values(*expressions) == "true true true true ! ! false true false true".split()
    literal = World(literal_globs=True)
    assert values(*expressions, world=literal) == "false false false false false true true true true true".split()


def test_a_glob_that_was_seen_before_says_the_same_again() -> None:
    script = body(
        "return [1, 2, 3].map(() => shExpMatch(host, '(www|a).*.test') + ' ' + shExpMatch(host, '__proto__')).join();"
    )

    answers = sample(script, "www.example.test", "b.example.test", "__proto__").answers

    assert [one.result for one in answers] == [
        ",".join([each] * 3) for each in ("true false", "false false", "false true")
    ]
    assert [set(one.asked) for one in answers] == [{"shExpMatch"}] * 3


def test_a_domain_is_a_suffix() -> None:
    assert (
        values(
            "dnsDomainIs('a.x', '.x')",
            "dnsDomainIs('x', '.x')",
            "dnsDomainIs('badx', 'x')",
            "dnsDomainIs('a.x', '*.x')",
            "dnsDomainIs('A.X', '.x')",
            "dnsDomainIs('', '.x')",
        )
        == "true false true false false false".split()
    )


def test_a_local_host_is_the_name_or_its_first_label() -> None:
    assert (
        values(
            "localHostOrDomainIs('www', 'www.x')",
            "localHostOrDomainIs('www.x', 'www.x')",
            "localHostOrDomainIs('a.x', '.x')",
            "localHostOrDomainIs('a.x', 'x')",
            "localHostOrDomainIs('ww', 'www.x')",
        )
        == "true true false false false".split()
    )


def test_levels_are_dots() -> None:
    assert values(
        "isPlainHostName('a')", "isPlainHostName('a.b')", "dnsDomainLevels('a')", "dnsDomainLevels('a.b.')"
    ) == [*("true", "false", "0", "2")]


def test_nets_are_compared_bit_by_bit() -> None:
    assert (
        values(
            "isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0')",
            "isInNet('11.1.2.3', '10.0.0.0', '255.0.0.0')",
            "isInNet('10.1.2.3', '10.9.9.9', '8')",
            "isInNet('16.1.2.3', '10.9.9.9', '8')",
            "isInNet('10.1.2.256', '10.0.0.0', '255.0.0.0')",
            "isInNet(host, '192.0.2.0', '255.255.255.0')",
            "isInNet(host, '10.0.0.0', '255.0.0.0')",
            "convert_addr('1.2.3.4')",
            "convert_addr('255.255.255.255')",
        )
        == "true false true false false true false 16909060 -1".split()
    )


def test_names_resolve_to_what_the_world_says() -> None:
    expressions = (
        "dnsResolve(host)",
        "isResolvable(host)",
        "isInNet(host, '0.0.0.0', '0.0.0.0')",
        "dnsResolve('10.1.2.3')",
    )

    assert values(*expressions) == ["192.0.2.7", "true", "true", "10.1.2.3"]
    assert values(*expressions, world=World()) == ["null", "false", "false", "10.1.2.3"]
    assert values(*expressions, world=World(("2001:db8::7",))) == ["null", "false", "false", "10.1.2.3"]


def test_ranges_of_time_do_not_wrap() -> None:
    noon_of_a_wednesday = World()
    assert (
        values(
            "weekdayRange('WED')",
            "weekdayRange('MON', 'FRI')",
            "weekdayRange('MON', 'FRI', 'GMT')",
            "weekdayRange('MON', 'SUN')",
            "weekdayRange('SAT', 'WED')",
            "weekdayRange('Wed')",
            "timeRange(12)",
            "timeRange(8, 18)",
            "timeRange(22, 13)",
            "timeRange(12, 0, 12, 0)",
            "timeRange(12, 1, 12, 30)",
            "timeRange(11, 59, 59, 12, 0, 0)",
            "timeRange(1, 2, 3)",
            "timeRange()",
            world=noon_of_a_wednesday,
        )
        == "true true true false false false true true false true false true ! false".split()
    )


def test_ranges_of_dates_take_what_they_do_not_say_from_today() -> None:
    first_of_january_2025 = World()
    assert (
        values(
            "dateRange(1)",
            "dateRange(2)",
            "dateRange('JAN')",
            "dateRange(2025)",
            "dateRange(1, 5)",
            "dateRange('JAN', 'MAR')",
            "dateRange('NOV', 'FEB')",
            "dateRange(2024, 2026, 'GMT')",
            "dateRange(24, 'DEC', 2024, 6, 'JAN', 2025)",
            "dateRange(2, 'JAN', 3, 'MAR')",
            "dateRange('JAN', 2025, 'MAR', 2025)",
            "dateRange()",
            world=first_of_january_2025,
        )
        == "true false true true true true false true true false true false".split()
    )


def test_additions_of_microsoft() -> None:
    assert values(
        "isInNetEx('10.1.2.3', '10.0.0.0/8')",
        "isInNetEx('10.1.2.3', '10.1.2.2/32')",
        "isInNetEx('2001:db8::7', '2001:db8::/32')",
        "isInNetEx('2001:db9::7', '2001:db8::/32')",
        "isInNetEx('::ffff:10.0.0.1', '::ffff:a00:0/104')",
        "isInNetEx('10.1.2.3', '::/0')",
        "isInNetEx('10.1.2.3', '10.0.0.0')",
        "isInNetEx('1:2:3', '::/0')",
        "isInNetEx('1::2::3', '::/0')",
        "dnsResolveEx(host)",
        "isResolvableEx(host)",
        "myIpAddressEx()",
        "sortIpAddressList('10.0.0.2; 10.0.0.1;2001:db8::7')",
        "sortIpAddressList('10.0.0.2;x')",
    ) == [
        *"true false true false true false false false false".split(),
        *("192.0.2.7;2001:db8::7", "true", "10.0.0.1", "2001:db8::7;10.0.0.1;10.0.0.2", "false"),
    ]


@pytest.mark.parametrize(
    "definition",
    [
        "function dnsResolve(host) { return '10.0.0.9'; }",
        "dnsResolve = function (host) { return '10.0.0.9'; };",
        "var dnsResolve = function (host) { return '10.0.0.9'; };",
    ],
)
def test_a_script_may_have_its_own_helpers_which_the_others_use(definition: str) -> None:
    answer = sample(definition + body("return String(isInNet(host, '10.0.0.0', '255.0.0.0'));")).answers[0]

    assert answer == Answer("true", "string")


@pytest.mark.parametrize(
    "definition", ["function isInNetEx() { return 'own'; }", "var isInNetEx = function () { return 'own'; };"]
)
def test_a_script_may_have_its_own_additions_which_ask_nothing(definition: str) -> None:
    assert sample(definition + body("return isInNetEx();")).answers[0] == Answer("own", "string")


def test_the_time_that_may_pass_is_bounded_by_constants() -> None:
    assert sandbox.SECONDS + GRACE <= 10
