"""What a user says of the vendor's ratings. Each URL has a category and, beside it, a risk ("Security-Focused URL Categories")."""

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM

HOST = "go.microsoft.com"


def access(denied: str, *said: str) -> str:
    """Whether the host is let through below a rule that denies a category, with what the user says of the host."""
    zones = '<zone><entry name="trust"/><entry name="untrust"/></zone>'
    deny = f'<entry name="No"><category><member>{denied}</member></category><action>deny</action></entry>'
    rules = f'{deny}<entry name="Web out"><action>allow</action></entry>'
    system = f'<entry name="vsys1">{zones}<rulebase><security><rules>{rules}</rules></security></rulebase></entry>'
    content = f'<config version="10.2.0"><devices><entry name="x"><vsys>{system}</vsys></entry></devices></config>'
    device = PLATFORM.parse("config.xml", content.encode(), Options(ratings={HOST: said} if said else {}))[0]
    asked = flow_for()._replace(accepted=frozenset({"ratings"}) if said else frozenset())
    return judge(device, [Requirement(HOST)], asked)[0].word(Stage.ACCESS)


@pytest.mark.parametrize(
    ("denied", "said", "expected"),
    [
        ("web-hosting", (), "unknown"),
        ("web-hosting", ("computer-and-internet-info",), "allowed"),
        ("web-hosting", ("web-hosting",), "blocked"),
        ("web-hosting", ("low-risk",), "unknown"),
        ("medium-risk", ("computer-and-internet-info",), "unknown"),
        ("medium-risk", ("computer-and-internet-info", "low-risk"), "allowed"),
        ("medium-risk", ("medium-risk",), "blocked"),
        ("real-time-detection", ("computer-and-internet-info", "low-risk"), "unknown"),
        ("high-risk", ("computer-and-internet-info", "real-time-detection"), "unknown"),
        ("computer-and-internet-info", ("real-time-detection",), "unknown"),
        ("computer-and-internet-info", ("newly-registered-domain",), "unknown"),
    ],
)
def test_a_category_tells_nothing_of_the_risk_nor_the_risk_of_the_category(
    denied: str, said: tuple[str, ...], expected: str
) -> None:
    assert access(denied, *said) == expected
