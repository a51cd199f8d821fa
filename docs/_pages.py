"""The generated pages of the site: from docstrings, parsers, schemas, and from what allowlint answers."""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from allowlint import registry
from allowlint.cli import COMMANDS, _parsers
from allowlint.cli._parsers import parser_of
from allowlint.cli.rule import pages
from docs import _reasons, _settings, _wildcards

FAMILIES = {
    "ACC": "Access: is it allowed?",
    "TLS": "Inspection: is its TLS left alone?",
    "AUT": "Authentication: does it work without a login?",
    "RTE": "Routing: does it go the way that it must?",
    "HYG": "Hygiene: entries that do not do what they look like",
    "CFG": "The configuration itself",
    "WVR": "Waivers",
    "BSL": "Baselines",
    "END": "Proxy settings of endpoints",
    "LIV": "Live results",
    "LST": "Microsoft's list itself, found while importing",
}
"""The families of checks, by the first letters of their codes."""
COLUMNS = 84
"""As wide as the site shows text without a scroll bar."""


def write_all(folder: Path) -> None:
    """Write every generated page below a folder, and nothing whose content is what it was."""
    written = {folder / name for name, text in _all() if _write(folder / name, text)}
    for old in {*folder.rglob("*.md")} - written:
        old.unlink()


def _write(path: Path, text: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return True


def _all() -> Iterator[tuple[str, str]]:
    yield from _checks()
    for kind, title in (("platforms", "Platforms"), ("reports", "Reports"), ("sources", "Requirement documents")):
        found = registry.all(kind)
        rows = []
        for extension in found.values():
            module = _module_of(extension)
            rows.append((extension.id, extension.title))
            # The title of a report is what it is for.
            head = f"# {extension.id}" if kind == "reports" else f"# {extension.title}\n\n`{extension.id}`"
            yield f"{kind}/{extension.id}.md", f"{head}\n\n{sections(module)}\n"
        yield f"{kind}/index.md", _index(title, rows)
    yield from _commands()
    # Parts that written pages include.
    yield "parts/settings.md", _settings.page()
    yield "parts/reasons.md", _reasons.page()
    yield "parts/wildcards.md", _wildcards.page()


def _checks() -> Iterator[tuple[str, str]]:
    found = pages()
    parts = []
    for family, title in FAMILIES.items():
        mine = [page for page in found if page.code.startswith(family)]
        if mine:
            rows = "".join(f"| [`{p.code}`]({p.code}.md) | {p.name} | {p.severity} | {p.summary} |\n" for p in mine)
            parts.append(f"## {title}\n\n| code | name | severity | fault |\n| --- | --- | --- | --- |\n{rows}")
        for page in mine:
            yield f"checks/{page.code}.md", f"# {page.code} {page.name}\n\n*{page.severity}*\n\n{page.text.strip()}\n"
    yield "checks/index.md", "\n".join(("# Checks\n", *parts, _tree(page.code for page in found)))


def _commands() -> Iterator[tuple[str, str]]:
    rows = []
    _parsers.WIDTH = COLUMNS
    for name, (module_name, help_text) in COMMANDS.items():
        module = import_module(f"allowlint.cli.{module_name}")
        parser = parser_of(name, module)
        epilog, parser.epilog = parser.epilog or "", None
        rows.append((name, help_text))
        text = f"```text\n{parser.format_help().rstrip()}\n```"
        yield f"commands/{name}.md", f"# allowlint {name}\n\n{text}\n\n{_remarks(epilog)}\n"
    yield "commands/index.md", _index("Commands", rows)


def _remarks(epilog: str) -> str:
    """What stands below the options: examples as a table, the rest as text."""
    parts = []
    for part in epilog.strip().split("\n\n"):
        if part.startswith("examples:"):
            lines = part.replace("|", "\\|").split("\n")[1:]
            pairs = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in lines]
            rows = "".join(f"| `{each[0]}` | {each[1] if len(each) > 1 else ''} |\n" for each in pairs)
            parts.append(f"## Examples\n\n| command | |\n| --- | --- |\n{rows}")
        else:
            # An asterisk, an underscore or an option is no markup here.
            parts.append(re.sub(r"(--[a-z-]+|[A-Z]+_[A-Z_]+)", r"`\1`", part).replace("*", "\\*"))
    return "\n\n".join(parts)


def _index(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    lines = "".join(f"| [`{name}`]({name}.md) | {text} |\n" for name, text in rows)
    return f"# {title}\n\n| | |\n| --- | --- |\n{lines}\n{_tree(name for name, _ in rows)}"


def _tree(names: Iterable[str]) -> str:
    return "\n".join(("```{toctree}", ":hidden:", "", *names, "```", ""))


def _module_of(extension: object) -> str:
    """The docstring of the module in which an extension is defined."""
    function = next(value for value in vars_of(extension) if callable(value))
    name = str(function.__module__)
    while True:
        module = sys.modules[name]
        if any(value is extension for value in vars(module).values()):
            return module.__doc__ or ""
        name = name.rpartition(".")[0]


def vars_of(extension: object) -> list[object]:
    """The fields of an extension."""
    return list(extension) if isinstance(extension, tuple) else list(vars(extension).values())


def sections(docstring: str) -> str:
    """A docstring as Markdown: a line with an indented block below is a heading with its text."""
    lines = docstring.strip().split("\n")
    text = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line and not line.startswith(" ") and following.startswith("    ") and not following[4:5].isspace():
            text.append(f"\n## {line}\n")
        else:
            text.append(line.removeprefix("    "))
    return re.sub(r"``([^`]+)``", r"`\1`", "\n".join(text)).strip()
