"""Waivers in the descriptions of rules and objects, in each form of a configuration."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter, itemgetter

from allowlint.model.waiver import MARK, Remark, Span, spans_of
from allowlint.platforms.paloalto_panos import has_blocks, is_xml
from allowlint.platforms.paloalto_panos.set_format import commands, words_of
from allowlint.syntax.xml_tree import Document, InvalidXml, Node, decoded, parse_xml

_SAYS = ("description", "comments", "comment")
"""Elements and words that hold what people write about a rule or object."""
_LISTS = frozenset(
    """
    rules address address-group service service-group application application-group application-filter custom-url-category
    external-list region schedule tag url-filtering decryption profile-group authentication-object
    """.split()
)
"""What holds rules and objects. What else has a description (a device group, a template) holds too much to be waived at once."""
_PIECE = re.compile(r'"((?:[^"\\]|\\[\s\S])*+)"?|([{};\n])|([^\s{};"]+)')
_LEVELS = frozenset(("vsys", "device-group", "template", "template-stack", "devices"))


def found_in(content: bytes) -> Iterator[Remark]:
    """Yield the descriptions that hold a waiver, and what holds one without being a description of a rule or object."""
    if is_xml(content[:4096].replace(b"\0", b"")):
        yield from _in_xml(content)
    else:
        encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        text = content.decode(encoding, "replace")
        yield from _in_blocks(text) if has_blocks(content) else _in_commands(text)


def _in_xml(content: bytes) -> Iterator[Remark]:
    try:
        root = parse_xml(content, "")
    except InvalidXml:
        return
    document, mark = root.document, MARK.encode()
    seen: set[int] = set()
    for match in re.finditer(re.escape(mark), document.data):
        chain = _around(root, match.start())
        said = chain[-1]
        if said.start in seen:
            continue
        seen.add(said.start)
        line = document.line(match.start())
        thing = _thing(chain)
        span = _span(document, thing) if thing is not None else None
        yield Remark(decoded(said.inner) if not said.children else MARK, line, (span,) if span else ())
    # What stands in a comment was blanked, and belongs to nothing.
    hidden = content.count(mark) - document.data.count(mark)
    if hidden > 0:
        for number, text in enumerate(content.split(b"\n"), start=1):
            if mark in text and b"<!--" in text:
                yield Remark(MARK, number)


def _around(root: Node, place: int) -> list[Node]:
    """The elements in which a place lies, from the outside."""
    chain = [root]
    while True:
        children = chain[-1].children
        nearest = bisect_right(children, place, key=attrgetter("begin")) - 1
        if nearest < 0 or place >= children[nearest].end:
            return chain
        chain.append(children[nearest])


def _thing(chain: Sequence[Node]) -> Node | None:
    """The rule or object that a description describes."""
    if len(chain) < 3 or chain[-1].tag not in _SAYS:
        return None
    return chain[-2] if chain[-2].tag == "entry" and chain[-3].tag in _LISTS else None


def _span(document: Document, node: Node) -> Span | None:
    """Where an element stands; None where that cannot be told from what stands beside it in one long line."""
    data = document.data
    end = data.index(b">", node.end)
    begin, last = document.location(node.start), document.location(end)
    before = data[data.rfind(b"\n", 0, node.start) + 1 : node.start].strip()
    after = data[end + 1 :].partition(b"\n")[0].strip()
    if (before and not begin.column) or (after and not last.column):
        return None
    return Span("", begin.line, last.line, begin.column, last.column if after else 0, defaults=True)


def _in_commands(text: str) -> Iterator[Remark]:
    places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    marked = []
    for command, line in commands(text):
        words = words_of(command)
        name = tuple(_name(words))
        places.setdefault(name, []).append((line, line + command.count("\n")))
        if MARK in command:
            said = next((text for word, text in pairwise(words) if word in _SAYS and MARK in text), "")
            marked.append((name, said, line))
    spans = {name: spans_of(places[name]) for name in {name for name, said, _ in marked if name and said}}
    for name, said, line in marked:
        yield Remark(said or MARK, line, spans[name] if name and said else ())


def _in_blocks(text: str) -> Iterator[Remark]:
    """The descriptions in blocks in braces: each belongs to the block that it stands in."""
    opened: list[tuple[list[str], int]] = [([], 1)]
    waiting: dict[int, list[tuple[str, int]]] = {}
    for words, sign, line in _statements(text):
        if any(MARK in word for word in words):
            said = words[1] if sign == ";" and words[0] in _SAYS and len(words) == 2 else ""
            waiting.setdefault(len(opened) if said else 0, []).append((said or MARK, line))
        if sign == "{":
            opened.append(([*opened[-1][0], *words], line))
        elif sign == "}" and len(opened) > 1:
            path, begin = opened.pop()
            whole = _name(["set", *path]) == ["set", *path]
            spans = (Span("", begin, line, defaults=True),) if whole else ()
            yield from (Remark(said, at, spans) for said, at in waiting.pop(len(opened) + 1, ()))
    left = sorted((each for some in waiting.values() for each in some), key=itemgetter(1))
    yield from (Remark(said, at) for said, at in left)


def _statements(text: str) -> Iterator[tuple[list[str], str, int]]:
    """Yield the words before each brace and semicolon, with that sign and its line."""
    line, words = 1, list[str]()
    for match in _PIECE.finditer(text):
        quoted, sign, word = match.groups()
        if sign is None:
            words.append(word if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        elif sign != "\n":
            yield words, sign, line
            words = []
        line += match[0].count("\n")


def _name(words: list[str]) -> list[str]:
    """The words of a command up to the name of the rule or object that it is about; none where it is about neither."""
    at = 1
    while at < len(words):
        if words[at] in _LISTS:
            return words[: at + 2]
        at += 2 if words[at] in _LEVELS else 1
    return []
