"""XML as a tree that is read only where somebody looks, with the place of everything.

A large firewall exports a hundred megabytes, of which a few sections matter. The whole text is checked by expat (well-formed, no
document type, so that no entity can be declared or fetched); after that an element is found by looking for its tags, and what
nobody asks for is never taken apart. Comments, CDATA and processing instructions are blanked first, so that every ``<`` that is
left begins a tag.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat

from allowlint.model.location import Location

_CHUNK = 16_384
"""Bytes between two places whose line number is kept."""
_LARGE = 1 << 20
"""Bytes of an element from which on it is worth while to look for its end by its indentation."""
_NEAR = 16_384
"""Bytes before the end of an element in which the end of the last one in it is looked for first."""
_OPENING = re.compile(rb"<([^\s/>]+)((?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
_ATTRIBUTE = re.compile(rb"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MEMBER = re.compile(rb"<member(?:\s[^>]*)?>([^<]*)</member\s*>")
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
BLANKS = " \t\r\n"
"""What XML calls white space: other blanks, as one copied from a web page, belong to a name, and a device keeps them."""
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")


class InvalidXml(ValueError):
    """The text is no XML that is read here; ``line`` says where, as far as that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Misread(Exception):
    """Elements do not end where the layout of the text made believe: it is to be read again, carefully."""


class Document:
    """A text of XML with its places; ``lines`` translates those of a made-up text to lines of what the user wrote."""

    __slots__ = ("_ascii", "_chunks", "_lines", "careful", "data", "path")

    def __init__(
        self, data: bytes, path: str, lines: "list[tuple[int, int]] | None" = None, *, careful: bool = True
    ) -> None:
        self.data = data
        self.careful = careful
        """Whether every tag is counted to find where a large element ends; else its indentation is believed at first."""
        self.path = path
        self._lines = lines
        """(place, line) in order, where the text was made from another one."""
        self._chunks: list[tuple[int, int]] = []
        """For each chunk of the text: the line breaks before it, and the place behind the last of them."""
        self._ascii = False

    def line(self, place: int) -> int:
        """The line of a place, from 1."""
        if self._lines is not None:
            from bisect import bisect_right

            index = bisect_right(self._lines, (place, 1 << 60))
            return self._lines[index - 1][1] if index else 1
        return self._before(place)[0] + 1

    def _before(self, place: int) -> tuple[int, int]:
        """The line breaks before a place, and the place behind the last of them."""
        data = self.data
        if not self._chunks:
            self._ascii = data.isascii()
            breaks = last = 0
            for begin in range(0, len(data) + 1, _CHUNK):
                self._chunks.append((breaks, last))
                breaks += data.count(b"\n", begin, begin + _CHUNK)
                last = data.rfind(b"\n", begin, begin + _CHUNK) + 1 or last
        breaks, last = self._chunks[place // _CHUNK]
        begin = place - place % _CHUNK
        return breaks + data.count(b"\n", begin, place), data.rfind(b"\n", begin, place) + 1 or last

    def location(self, place: int) -> Location:
        """A place as findings name it; with a column where other elements stand before it in its line."""
        if self._lines is not None:
            return Location(self.path, self.line(place))
        breaks, begin = self._before(place)
        beside = place - begin
        if beside < _CHUNK and not self.data[begin:place].strip():
            return Location(self.path, breaks + 1)
        if self._ascii:
            column = beside + 1
        elif beside < _CHUNK:
            column = len(self.data[begin:place].decode("utf-8", "replace")) + 1
        else:
            return Location(self.path, breaks + 1)
        end = self.data.find(b">", place, place + 400)
        return Location(self.path, breaks + 1, column, end + 1 - place if end > 0 else 0)


class Node:
    """One element; its children are looked for when somebody asks for them."""

    __slots__ = ("_attributes", "_children", "begin", "document", "end", "start", "tag")

    def __init__(self, document: Document, tag: str, start: int, inside: tuple[int, int], attributes: bytes) -> None:
        self.document = document
        self.tag = tag
        self.start = start
        """Where the opening tag begins."""
        self.begin, self.end = inside
        """Where the content begins and ends."""
        self._attributes = attributes
        self._children: tuple[Node, ...] | None = None

    @property
    def location(self) -> Location:
        """Where the element begins."""
        return self.document.location(self.start)

    @property
    def inner(self) -> bytes:
        """The content as it is written."""
        return self.document.data[self.begin : self.end]

    @property
    def after(self) -> int:
        """Where what follows the element begins."""
        data = self.document.data
        return self.end if data.startswith(b"/>", self.begin - 2) else data.find(b">", self.end) + 1

    def attribute(self, name: str) -> str:
        """The value of an attribute; empty where it has none."""
        wanted = name.encode()
        for key, double, single in _ATTRIBUTE.findall(self._attributes):
            if key == wanted:
                return decoded(double or single)
        return ""

    @property
    def name(self) -> str:
        """The value of the attribute ``name``, by which entries are told apart."""
        return self.attribute("name")

    @property
    def children(self) -> "tuple[Node, ...]":
        """The elements right below, in order."""
        if self._children is None:
            self._children = tuple(elements(self.document, self.begin, self.end))
        return self._children

    def entries(self) -> "Iterator[Node]":
        """Yield the children that are called ``entry``."""
        return (child for child in self.children if child.tag == "entry")

    def find(self, path: str) -> "Node | None":
        """The first element along a path of tags; None where there is none."""
        node = self
        for tag in path.split("/"):
            found = next((child for child in node.children if child.tag == tag), None)
            if found is None:
                return None
            node = found
        return node

    def text(self, path: str = "") -> str:
        """The text of the element, or of the one along a path; of several members the last; empty where there is none."""
        node = self.find(path) if path else self
        return text_in(node.inner) if node is not None else ""

    def members(self, path: str = "") -> tuple[str, ...]:
        """The texts of the ``member`` elements of the element, or of the one along a path; a plain text is one member."""
        node = self.find(path) if path else self
        return members_in(node.inner) if node is not None else ()

    def choice(self, path: str) -> str:
        """The name of the only element at the end of a path, or the text there."""
        node = self.find(path)
        if node is None:
            return ""
        first = next(iter(node.children), None)
        return first.tag if first is not None and first.tag != "member" else node.text()


def decoded(raw: bytes) -> str:
    """The text that bytes of a checked document stand for, without blanks around it."""
    text = raw.decode("utf-8", "surrogateescape").strip(BLANKS)
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))


def text_in(inner: bytes) -> str:
    """The text in the content of an element; of several members the last."""
    return (members_in(inner) or ("",))[-1] if b"<" in inner else decoded(inner)


def members_in(inner: bytes) -> tuple[str, ...]:
    """The members in the content of an element; a plain text is one member."""
    if b"<" not in inner:
        text = decoded(inner)
        return (text,) if text else ()
    return tuple(decoded(raw) for raw in _MEMBER.findall(inner))


def only_members(inner: bytes) -> bool:
    """Whether the content of an element is a text, or a list of members with nothing beside them."""
    if inner.count(b"<") == 2 * inner.count(b"<member>"):
        return True
    return not _MEMBER.sub(b"", inner).strip()


def _believed(data: bytes, closing: bytes, opening: re.Match[bytes], end: int) -> int:
    """Where the closing tag of an element stands that is alone in its line, as far to the right as its opening tag; else -1.

    What is the only one of its kind mostly ends near the end of what holds it.
    """
    line = data.rfind(b"\n", max(0, opening.start() - 200), opening.start())
    indent = data[line : opening.start()]
    if line < 0 or indent.strip():
        return -1
    place = -1
    if opening[1] != b"entry":
        place = data.rfind(indent + closing, max(opening.end(), end - _NEAR), end)
    if place < 0:
        place = data.find(indent + closing, opening.end(), end)
    return place + len(indent) if place >= 0 else -1


def entry_at(document: Document, start: int, end: int) -> Node:
    """The element whose tag begins at a place."""
    return next(elements(document, start, end))


def elements(document: Document, begin: int, end: int) -> Iterator[Node]:
    """Yield the elements between two places that lie in no other one there."""
    data = document.data
    while True:
        start = data.find(b"<", begin, end)
        if start < 0:
            return
        if data.startswith(b"</", start):
            if document.careful:
                return
            raise Misread
        opening = _OPENING.match(data, start)
        if opening is None:
            raise InvalidXml("a tag that is not understood", document.line(start))
        tag, attributes, closed = opening.groups()
        if closed:
            inside = begin = opening.end()
        else:
            inside, begin = _closing(document, tag, opening, end)
        yield Node(document, tag.decode("utf-8", "replace"), start, (opening.end(), inside), attributes)


def _closing(document: Document, tag: bytes, opening: re.Match[bytes], end: int) -> tuple[int, int]:
    """Where the closing tag of an element begins and ends."""
    data, begin = document.data, opening.end()
    large = not document.careful and end - begin > _LARGE
    closing = b"</" + tag
    for limit in (min(end, begin + _LARGE), end):
        place = data.find(closing, begin, limit)
        after = place + len(closing)
        if place >= 0 and data.find(b"<" + tag, begin, place) < 0 and data[after : after + 1] == b">":
            return place, after + 1
        place = _believed(data, closing + b">", opening, end) if large else -1
        if place >= 0:
            # Where that is another one's end, a closing tag is left over here or in there, and found out.
            return place, place + len(closing) + 1
    return _counted(data, tag, begin, end)


def _counted(data: bytes, tag: bytes, begin: int, end: int) -> tuple[int, int]:
    """Where the closing tag of an element begins and ends, by counting those that are in it."""
    depth = 1
    for match in re.compile(
        rb"<(/?)" + re.escape(tag) + rb"(?=[\s/>])(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>"
    ).finditer(data, begin, end):
        if match[1]:
            depth -= 1
            if not depth:
                return match.start(), match.end()
        elif not match[2]:
            depth += 1
    raise InvalidXml(f"{tag.decode('utf-8', 'replace')} has no end")


def parse_xml(content: bytes, path: str, *, careful: bool = True) -> Node:
    """The root element of a text. Without ``careful``, looking at its parts may raise Misread.

    Raises InvalidXml for what is not well-formed, has a document type, or is nested too deeply.
    """
    data = _as_utf8(content)
    hidden = _checked(data)
    begin = data.find(b"?>") + 2 if data.startswith(b"<?") else 0
    if hidden:
        data = data[:begin] + _HIDDEN.sub(_blanked, data[begin:])
    root = next(elements(Document(data, path, careful=careful), begin, len(data)), None)
    if root is None:
        raise InvalidXml("no element in it")
    return root


def _as_utf8(content: bytes) -> bytes:
    """The content in UTF-8, whatever Unicode encoding a byte order mark announces."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").encode()
        except UnicodeError as error:
            raise InvalidXml("not the UTF-16 that its first bytes announce") from error
    return content


def _checked(data: bytes) -> bool:
    """Whether anything in the text is to be blanked. Raises InvalidXml where expat refuses it, or it has a document type."""
    parser = expat.ParserCreate("utf-8")
    hidden: list[bool] = []

    def refuse(*_: object) -> None:
        raise InvalidXml("it declares a document type, which no export has", parser.CurrentLineNumber)

    def hide(*_: object) -> None:
        hidden.append(True)

    parser.StartDoctypeDeclHandler = refuse
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = hide
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InvalidXml(f"not well-formed XML: {expat.ErrorString(error.code)}", error.lineno) from error
    return bool(hidden)


def _blanked(match: re.Match[bytes]) -> bytes:
    """As many bytes as before, with the line breaks, the text of CDATA, and nothing that looks like a tag."""
    if match[1] is None:
        return bytes(10 if byte == 10 else 32 for byte in match[0])
    text = bytes(32 if byte in b"<&" else byte for byte in match[1])
    return b" " * 9 + text + b" " * 3
