"""Laws that PAC scripts have broken, each with its smallest script."""

from __future__ import annotations

from allowlint import registry
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.lint.asked import endpoints_of
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from allowlint.platforms import Options

ASKED = (Requirement("a.test"),)


def access(*statements: str) -> Answer:
    """What becomes of the endpoint of clients that may be services of Windows."""
    script = "\n".join(("function FindProxyForURL(url, host) {", *statements, "}"))
    options = Options(systems=("windows",), endpoints=endpoints_of(ASKED))
    (device,) = registry.load("platforms", "pac").parse("proxy.pac", script.encode(), options)
    return judge(device, ASKED, flow_for())[0].stages[Stage.ACCESS].answer


def test_a_foreign_name_for_which_the_script_fails() -> None:
    method = 'if (host.endsWith(".x")) return "DIRECT";'
    foreign = 'if (host == "www.unrelated.invalid") zzunknown();'
    before = access(method, 'return "DIRECT";')

    assert before is Answer.UNKNOWN
    assert access(foreign, method, 'return "DIRECT";') is before
