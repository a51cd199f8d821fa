"""The language, one question a line: what the reading is sure of, an engine does.

``language/sure.txt`` holds what the reading must be sure of for every host, ``language/unsure.txt`` what it need not know. A line is
the body of a function of ``url`` and ``host``, which comes to DIRECT where it returns nothing; ``/**/`` divides it from what is
loaded before. ``HOLE`` stands for a proxy.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.pac import PLATFORM
from allowlint.platforms.pac.sandbox import Question, World, run_script

FOLDER = Path(__file__).with_name("language")
HOLE = '"PROXY p:1"'
WILDCARD = "*.good.test"
HOSTS = ("bad.good.test", "good.test", "a.b.good.test", "bad", "x-y.good.test", "bad.good.test.evil.example")
AT_ONCE = 150
"""Lines that one engine is asked about."""
WORDS = {"d": "direct", "p": "proxied", "n": "nothing", "x": "fails"}
ASKING = """
function FindProxyForURL(url, host) {
  var found = "";
  for (var i = 0; i < all.length; i++) {
    try {
      var way = all[i](url, host);
      found += way === "DIRECT" ? "d" : /^PROXY [pq]:1(; DIRECT)?$/.test(way) ? "p" : "n";
    } catch (e) { found += "x"; }
  }
  return found;
}
"""


def lines_of(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def halves(line: str) -> tuple[str, str]:
    """What is loaded before, and the body of the function."""
    before, _, body = line.replace("HOLE", HOLE).rpartition(" /**/ ")
    return before, f'{body}\nreturn "DIRECT";'


@cache
def done(name: str) -> dict[str, tuple[str, ...]]:
    """What an engine makes of every line, host by host; each host has an engine of its own, where nothing was left behind."""
    found: dict[str, tuple[str, ...]] = {}
    every = lines_of(name)
    for start in range(0, len(every), AT_ONCE):
        lines = every[start : start + AT_ONCE]
        made = ",\n".join(map(_made, lines))
        script = f"var all = [{made}];{ASKING}"
        answers = [_asked(script, host) for host in HOSTS]
        assert {len(answer) for answer in answers} == {len(lines)}
        found |= {line: tuple(WORDS[answer[at]] for answer in answers) for at, line in enumerate(lines)}
    return found


def _made(line: str) -> str:
    """A function that is read when it is made, so that a line that no engine reads fails alone."""
    before, body = halves(line)
    source = json.dumps(f"{before}\nreturn function (url, host) {{\n{body}\n}};")
    return f"(function () {{ try {{ return new Function({source})(); }} catch (e) {{ return function () {{ throw e; }}; }} }})()"


def _asked(script: str, host: str) -> str:
    (answer,) = run_script(script, [Question(f"https://{host}/", host)], (World(),)).answers
    return str(answer.result)


def said(line: str) -> tuple[str, ...]:
    """What the line is read to do, for every host and the wildcard."""
    before, body = halves(line)
    script = f"{before}\nfunction FindProxyForURL(url, host) {{\n{body}\n}}\n"
    (device,) = PLATFORM.parse("proxy.pac", script.encode(), Options(systems=("linux",)))
    verdicts = judge(device, [Requirement(host) for host in (*HOSTS, WILDCARD)], flow_for())
    return tuple(verdict.word(Stage.ROUTING) for verdict in verdicts)


def _below(words: tuple[str, ...]) -> set[str]:
    return {word for host, word in zip(HOSTS, words, strict=True) if host.endswith(WILDCARD[1:])}


@pytest.mark.parametrize("line", lines_of("sure.txt"))
def test_the_reading_is_sure_of_what_an_engine_does(line: str) -> None:
    expected = done("sure.txt")[line]

    *words, whole = said(line)

    assert tuple(words) == expected
    assert whole in ("partial", "unknown") or {whole} == _below(expected)


@pytest.mark.parametrize("line", lines_of("unsure.txt"))
def test_the_reading_is_not_sure_of_anything_else(line: str) -> None:
    expected = done("unsure.txt")[line]

    *words, whole = said(line)

    wrong = [(word, did) for word, did in zip(words, expected, strict=True) if word not in ("unknown", did)]
    assert wrong == []
    assert whole in ("partial", "unknown") or {whole} == _below(expected)
