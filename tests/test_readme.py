"""The documents say what is true: the generated parts are compared, the commands exist, the links lead somewhere."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import yaml

from allowlint import registry
from tests.support import FIXTURES, ROOT, Golden, allowlint

pytestmark = pytest.mark.checkout

README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
DEMO = FIXTURES / "projects" / "demo" / "expected.txt"

HEADINGS = ("endpoint/sensor.reg, EDR sensor (", "squid/squid.conf (")
SHOWN = ("[END001]", "one letter away", "[TLS002]")
"""What the README shows of the demo: the findings below the first heading, then those below the second."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---" for _ in head], *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def test_the_table_of_platforms_is_the_registry(golden: Golden) -> None:
    platforms = registry.all("platforms").values()

    rows = [(f"`{platform.id}`", platform.title, platform.reads) for platform in platforms]

    golden.check_block(README, "platforms", table(("platform", "product", "what is read"), rows))


def test_the_table_of_checks_is_the_registry(golden: Golden) -> None:
    checks = sorted(registry.all("checks").values(), key=lambda check: str(check.code))

    rows = [(f"`{check.code}`", check.name, str(check.severity), check.summary) for check in checks]

    golden.check_block(README, "checks", table(("code", "name", "severity", "fault"), rows))


def test_the_table_of_formats_is_the_registry(golden: Golden) -> None:
    reports = sorted(registry.all("reports").values(), key=lambda report: str(report.id))

    rows = [(f"`{report.id}`", report.title) for report in reports]

    golden.check_block(README, "reports", table(("format", "what it is for"), rows))


def test_the_output_is_what_the_demo_prints(golden: Golden) -> None:
    blocks = DEMO.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    endpoint, firewall = (next(block for block in blocks if block.startswith(start)) for start in HEADINGS)
    sensor, letter, part = (next(block for block in blocks if text in block) for text in SHOWN)

    excerpt = "\n\n".join([endpoint, sensor, "...", firewall, "...", letter, part, "...", blocks[-1]])

    golden.check_block(README, "demo", f"```\n{excerpt}\n```\n")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))

    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = document.read_text(encoding="utf-8")

    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))

    assert named <= targets


def test_every_option_that_the_readme_shows_exists() -> None:
    shown = re.findall(r"^allowlint ([a-z-]+)(.*?)(?:\s+#.*)?$", README.read_text(encoding="utf-8"), re.MULTILINE)

    for name, rest in shown:
        usage = allowlint(name, "--help").stdout
        options = re.findall(r"(?<!\S)--?[a-z-]+", rest)
        assert [option for option in options if option not in usage] == [], f"allowlint {name}"


def test_the_hooks_start_a_command_that_exists() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    commands = {(*hook["entry"].split(), *hook["args"]) for hook in hooks}

    assert commands == {("allowlint", "check", ".")}
    assert allowlint("check", ".", "--geo", "EU", cwd=DEMO.parent).code == 1
