"""What is measured: inputs are written into a folder, and each group of commands shares a floor.

The floors are what nothing that reads such a file can do without: a bare interpreter, a pass of expat without handlers, a loop over
the lines. A tree by ``lxml.etree`` takes a good two passes of expat, and 7.5 times the memory of the file.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.bench.costs import Comparison, Group, Room
from tests.generators import fortios, panos, squid
from tests.generators.policy import policy
from tests.support import FIXTURES, ROOT

PYTHON = sys.executable
ALLOWLINT = (str(Path(PYTHON).with_name("allowlint")),)
BUNDLED = ("--policy", "mde-streamlined", "--geo", "EU", "--os", "windows")
HOST = "edr-neu.eu.endpoint.security.microsoft.com"
FEW, MANY = 150, 2_000
"""Requirements."""
EXPAT = "import sys; from xml.parsers import expat; expat.ParserCreate().Parse(open(sys.argv[1], 'rb').read(), True)"
LOOP = "import sys\nfor line in open(sys.argv[1], encoding='utf-8'): pass"
YAML = "import sys, yaml; yaml.load(open(sys.argv[1], encoding='utf-8'), getattr(yaml, 'CSafeLoader', yaml.SafeLoader))"
XLSX = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1])"


class Sizes(NamedTuple):
    """How large the inputs are."""

    panos: tuple[int, ...]
    """Rules; a thousand make 1.5 MB."""
    fortios: int
    """Policies; a thousand make 0.8 MB."""
    domains: int
    """Lines."""
    small: int
    """Configurations."""
    shadowed: int = 10_000
    """Rules of the list that is looked through for shadowed ones."""


QUICK = Sizes(panos=(30_000,), fortios=25_000, domains=400_000, small=200)
USUAL = Sizes(panos=(65_000,), fortios=65_000, domains=1_000_000, small=500)
FULL = USUAL._replace(panos=(6_500, 65_000, 130_000), small=2_000)
"""PAN-OS of 10, 100 and 200 MB."""


Maker = tuple[str, Callable[[], Group]]
"""The name of a group, and what writes its inputs and tells its commands."""


def groups(folder: Path, sizes: Sizes) -> Iterator[Maker]:
    """Yield every group."""
    yield "start-up", partial(start_up, folder)
    for rules in sizes.panos:
        yield "panos", partial(exports, folder, "PAN-OS", rules, _panos, (EXPAT, "passes of expat", 2.8))
    yield "fortios", partial(exports, folder, "FortiOS", sizes.fortios, _fortios, (LOOP, "loops over the lines", 8))
    yield "domains", partial(domains, folder, sizes.domains)
    yield "shadowing", partial(shadowing, folder, sizes.shadowed)
    yield "small", partial(many_small, folder, sizes.small)
    yield "reports", partial(reports, folder)
    yield "since", partial(since, folder)
    yield "documents", partial(documents, folder)


def start_up(folder: Path) -> Group:
    """What the smallest runs take."""
    check = small_check(folder)
    commands = {
        "floor": (PYTHON, "-c", "pass"),
        "argparse": (PYTHON, "-c", "import argparse"),
        "version": (*ALLOWLINT, "--version"),
        "check": check,
        "colour": (*check, "--color", "always"),
        "explain": (*ALLOWLINT, "explain", HOST, str(folder / "small.conf")),
    }
    lines: list[Comparison | Room] = [
        Comparison("python -c 'import argparse'", "argparse", "floor"),
        Comparison("allowlint --version", "version", "floor", 2.5),
        Comparison("allowlint check", "check", "floor", 4),
        Comparison("allowlint check, in colour", "colour", "floor", 4),
        Comparison("allowlint explain", "explain", "floor", 4),
    ]
    return Group("Start-up with a squid.conf of 50 lines, in bare interpreters", commands, lines, rounds=25)


def small_check(folder: Path) -> tuple[str, ...]:
    """The check of a small configuration, which is written."""
    config = folder / "small.conf"
    config.write_text(squid.small(), encoding="utf-8")
    return (*ALLOWLINT, "check", str(config), *BUNDLED, "--color", "never")


def exports_of_panos(folder: Path, rules: int) -> tuple[Path, tuple[str, ...]]:
    """An export of PAN-OS, which is written, and its check."""
    export = folder / f"PAN-OS-{rules}.conf"
    _panos(export, rules)
    return export, _check(policies(folder)[0], export)


def exports(
    folder: Path, platform: str, size: int, write: Callable[[Path, int], None], floor: tuple[str, str, float]
) -> Group:
    """A large export, half of it, and many requirements."""
    whole, half = folder / f"{platform}-{size}.conf", folder / f"{platform}-{size}-half.conf"
    write(whole, size)
    write(half, size // 2)
    few, many = policies(folder)
    code, unit, budget = floor
    commands = {
        "floor": (PYTHON, "-c", code, str(whole)),
        "few": _check(few, whole),
        "many": _check(many, whole),
        "half": _check(few, half),
    }
    megabytes = whole.stat().st_size
    lines: list[Comparison | Room] = [
        Comparison(f"{FEW} requirements, in {unit}", "few", "floor", budget),
        Comparison(f"{MANY} requirements to {FEW}", "many", "few", 1.3),
        Comparison("the file to half of it", "few", "half", 2.2),
        Room("memory, in sizes of the file", "few", megabytes, 7.5),
    ]
    return Group(f"{platform}, {megabytes / 1e6:.0f} MB, {size:,} rules", commands, lines)


def domains(folder: Path, count: int) -> Group:
    """A Squid that allows a long list of domains."""
    config = squid.with_domains(folder, count)
    few, many = policies(folder)
    listed = folder / "domains.txt"
    commands = {
        "floor": (PYTHON, "-c", LOOP, str(listed)),
        "few": _check(few, config),
        "many": _check(many, config),
    }
    lines: list[Comparison | Room] = [
        Comparison(f"{FEW} requirements, in loops over the lines", "few", "floor", 4),
        Comparison(f"{MANY} requirements to {FEW}", "many", "few"),
        Room("memory, in sizes of the file", "few", listed.stat().st_size),
    ]
    return Group(f"Squid, a list of {count:,} domains, {listed.stat().st_size / 1e6:.0f} MB", commands, lines)


def shadowing(folder: Path, rules: int) -> Group:
    """What looking for shadowed rules adds."""
    export = folder / "shadowing.xml"
    _panos(export, rules)
    few, _ = policies(folder)
    commands = {"with": _check(few, export), "without": (*_check(few, export), "--ignore", "HYG003")}
    lines = [Comparison("with the check for shadowed rules, to without", "with", "without", 3)]
    return Group(f"PAN-OS, {rules:,} rules", commands, lines)


def many_small(folder: Path, count: int) -> Group:
    """Many small configurations in one run."""
    configs, half = folder / "many", folder / "half"
    for path, number in ((configs, count), (half, count // 2)):
        path.mkdir(exist_ok=True)
        squid.many(path, number)
    check = (*ALLOWLINT, "check", *BUNDLED)
    commands = {
        "floor": (PYTHON, "-c", "pass"),
        "text": (*check, str(configs)),
        "half": (*check, str(half)),
    }
    lines: list[Comparison | Room] = [
        Comparison("each of them, in bare interpreters", "text", "floor", share=count),
        Comparison("all of them to half", "text", "half", 2.2),
    ]
    return Group(f"{count:,} configurations of Squid with 50 lines, in one run", commands, lines, rounds=3)


def reports(folder: Path) -> Group:
    """What the formats add."""
    configs = folder / "reported"
    configs.mkdir()
    squid.many(configs, 50)
    few, _ = policies(folder)
    formats = ("text", "json", "sarif", "html")
    commands = {name: (*_check(few, configs), "--format", name) for name in formats}
    lines = [Comparison(f"a report in {name.upper()}, to text", name, "text") for name in formats[1:]]
    return Group(f"Reports of 50 configurations and {FEW} requirements", commands, lines)


def since(folder: Path) -> Group:
    """Comparing with another revision of a repository of which one file has changed."""
    repository = folder / "repository"
    repository.mkdir()
    squid.many(repository, 50)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "before"]):
        named = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"]
        subprocess.run(["git", "-C", str(repository), *named, *command], check=True)
    changed = repository / "site-0007.conf"
    changed.write_text(changed.read_text(encoding="utf-8").replace(".update.", ".updates."), encoding="utf-8")
    check = (*ALLOWLINT, "check", *BUNDLED, ".")
    lines = [Comparison("--since HEAD, to a check alone", "since", "alone")]
    commands = {"alone": check, "since": (*check, "--since", "HEAD")}
    return Group("50 configurations in git", commands, lines, folder=str(repository))


def documents(folder: Path) -> Group:
    """Reading lists of requirements."""
    _, many = policies(folder)
    book = folder / "list.xlsx"
    _workbook(book)
    commands = {
        "yaml": (PYTHON, "-c", YAML, str(many)),
        "policy": (*ALLOWLINT, "requirements", "--policy", str(many), "--geo", "EU"),
        "openpyxl": (PYTHON, "-c", XLSX, str(book)),
        "workbook": (*ALLOWLINT, "import", str(book)),
    }
    lines: list[Comparison | Room] = [
        Comparison(f"a policy of {MANY} requirements, in loads by PyYAML", "policy", "yaml"),
        Comparison("a workbook, in loads by openpyxl", "workbook", "openpyxl"),
    ]
    return Group("Lists of requirements", commands, lines)


def _check(requirements: Path, config: Path) -> tuple[str, ...]:
    return (*ALLOWLINT, "check", "--policy", str(requirements), "--geo", "EU", str(config))


def policies(folder: Path) -> tuple[Path, Path]:
    """The two policies, which the groups share."""
    for count in (FEW, MANY):
        (folder / f"policy-{count}.yaml").write_text("\n".join(policy(count)), encoding="utf-8")
    return folder / f"policy-{FEW}.yaml", folder / f"policy-{MANY}.yaml"


def _panos(path: Path, rules: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in panos.export(rules))


def _fortios(path: Path, policies: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(fortios.backup(policies))


def _workbook(path: Path) -> None:
    """A workbook in the form of Microsoft's; by another process, because the memory of this one counts as that of its children."""
    description = FIXTURES / "sources" / "mde_workbook" / "streamlined-2024" / "workbook.yaml"
    code = "import sys; from pathlib import Path; from tests.sources.support import build_workbook as build; build(*map(Path, sys.argv[1:]))"
    subprocess.run([PYTHON, "-c", code, str(description), str(path)], cwd=ROOT, check=True)
