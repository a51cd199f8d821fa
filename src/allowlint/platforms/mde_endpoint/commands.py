"""The commands of a script, as far as one can tell without running it: continued lines, comments, words, plain variables."""

import re
from collections.abc import Iterator

from allowlint.model.record import NamedTuple
from allowlint.platforms.mde_endpoint.source import Source

_WORD = re.compile(r"\"((?:[^\"`\\]|`.|\\.|\"\")*)\"|'((?:[^']|'')*)'|([^\s\"']+)")
_SET_POWERSHELL = re.compile(
    r"^\s*\$(?:script:|global:)?(\w+)\s*=\s*(?:\"([^\"$`]*)\"|'([^']*)')\s*(?:#.*)?$", re.IGNORECASE
)
_SET_BATCH = re.compile(r"^\s*@?set\s+\"?(\w+)=((?:[^\"%\s]++|\s++(?=\S))*+)\"?\s*$", re.IGNORECASE)
_SET_SHELL = re.compile(r"^\s*(\w+)=(?:\"([^\"$`]*)\"|'([^']*)'|([^\s\"'$`]+))\s*$")
_COMMENT = re.compile(r"^\s*(?:#|::|@?rem\b|@?echo\b|//)", re.IGNORECASE)
_WORD_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")
_MARKS_POWERSHELL = re.compile(r"(?<![\w$-])(?:if|elseif|else|switch|foreach|for|while|until|catch)\b(?![-.])|[{}]")
_MARKS_BATCH = re.compile(r"(?<![\w%-])(?:if|else|for)\b(?![-.])|[()]")
_MARKS_SHELL = re.compile(r"(?:^|(?<=[;&|\s]))(?:if|case|for|while|until|fi|done|esac)(?![\w.=-])")
"""Words and brackets that begin and end branches and loops."""
_LONGEST = 20_000
"""Characters of one command; no command that is meant here is longer."""


class Command(NamedTuple):
    """One command of a script."""

    line: int
    text: str
    words: tuple[str, ...]
    quoted: frozenset[str]
    """The words that stood in quotation marks."""
    conditional: bool = False
    """Whether it stands in a branch or a loop."""


def commands(source: Source) -> Iterator[Command]:
    """Yield the commands of a script, with the variables that it sets to plain texts in their place."""
    text = "".join(_without_blocks(source.text))
    known: dict[str, str] = {}
    shell = source.name.endswith(".sh") or text.startswith("#!/")
    blocks = _Blocks(shell=shell, batch=source.name.endswith((".cmd", ".bat")))
    for number, line in _joined(text, shell=shell):
        if not line.strip() or _COMMENT.match(line):
            continue
        conditional = blocks.hold(line[:_LONGEST])
        found = _SET_POWERSHELL.match(line) or _SET_BATCH.match(line) or (_SET_SHELL.match(line) if shell else None)
        if found is not None:
            name, *values = found.groups()
            known[name.lower()] = next((value for value in values if value is not None), "")
            continue
        words, quoted = _words(line[:_LONGEST], known)
        if words:
            yield Command(number, line.strip(), words, quoted, conditional)


class _Blocks:
    """Follows the blocks of branches and loops, as far as words and brackets tell."""

    def __init__(self, *, shell: bool, batch: bool) -> None:
        self._marks = _MARKS_SHELL if shell else _MARKS_BATCH if batch else _MARKS_POWERSHELL
        self._open: list[bool] = []
        self._held = 0
        self._pending = False

    def hold(self, line: str) -> bool:
        """Take a line; whether its commands stand in a branch or a loop."""
        bare = _WORD_QUOTED.sub(" ", line).lower()
        held = self._held > 0
        for mark in self._marks.findall(bare):
            if mark in ("{", "("):
                self._begin(branch=self._pending)
                self._pending = False
            elif mark in ("}", ")", "fi", "done", "esac"):
                self._held -= self._open.pop() if self._open else 0
            else:
                held = self._pending = True
                if self._marks is _MARKS_SHELL:
                    self._begin(branch=True)
        return held

    def _begin(self, *, branch: bool) -> None:
        self._open.append(branch)
        self._held += branch


def _without_blocks(text: str) -> Iterator[str]:
    """Yield the text without the comments of PowerShell that go over lines, of which the line breaks stay."""
    place = 0
    while (begin := text.find("<#", place)) >= 0:
        end = text.find("#>", begin)
        end = len(text) if end < 0 else end + 2
        yield text[place:begin]
        yield "\n" * text.count("\n", begin, end)
        place = end
    yield text[place:]


def _joined(text: str, *, shell: bool) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first: a backtick, a caret or a backslash at the end goes on."""
    held, begin = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        begin = begin or number
        stripped = line.rstrip()
        if stripped.endswith(("`", "^")) or (shell and stripped.endswith("\\")):
            held += stripped[:-1] + " "
            continue
        yield begin, held + line
        held, begin = "", 0
    if held:
        yield begin, held


def _words(line: str, known: dict[str, str]) -> tuple[tuple[str, ...], frozenset[str]]:
    found: list[str] = []
    quoted: set[str] = set()
    end = -1
    for match in _WORD.finditer(line):
        double, single, bare = match.groups()
        if bare is not None and bare.startswith("#"):
            break
        text = (
            single.replace("''", "'") if single is not None else _filled(double if double is not None else bare, known)
        )
        text = re.sub(r"`(.)", r"\1", text).replace('\\"', '"') if double is not None else text
        if match.start() == end and found:
            found[-1] += text
        else:
            found.append(text)
        if bare is None:
            quoted.add(found[-1])
        end = match.end()
    return tuple(found), frozenset(quoted)


def _filled(text: str, known: dict[str, str]) -> str:
    """The text with what is known of its variables."""

    def value(match: re.Match[str]) -> str:
        name = (match[1] or match[2] or match[3]).lower()
        return known.get(name, match[0])

    return re.sub(r"\$\{(\w+)\}|\$(?:script:|global:)?(\w+)\b(?![.:(\[])|%(\w+)%", value, text)
