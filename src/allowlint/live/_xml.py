"""XML of a result, refused where it declares a document type: no tool writes one, and no entity can be declared without."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from allowlint.model.live import UnreadPart

MAX_ELEMENTS = 200_000
_DEEP = 100


class _Refused(Exception):
    """The document is not read; the message says why."""


def tree_of(text: str, unread: list[UnreadPart], source: str = "") -> Element | None:
    """The root of a document; None where it cannot be read, which is added to ``unread``."""
    builder = TreeBuilder()
    counts = {"elements": 0, "depth": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        counts["elements"] += 1
        counts["depth"] += 1
        if counts["elements"] > MAX_ELEMENTS or counts["depth"] > _DEEP:
            raise _Refused("it has too many elements")
        builder.start(name, attributes)

    def end(name: str) -> None:
        counts["depth"] -= 1
        builder.end(name)

    def doctype(*_: object) -> None:
        raise _Refused("it declares a document type, which no result does")

    # The text is decoded already, whatever its first line says of its encoding.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
        return builder.close()
    except expat.ExpatError as error:
        unread.append(UnreadPart(error.lineno, "it is no well-formed XML", source))
    except (_Refused, AssertionError) as error:
        unread.append(UnreadPart(parser.CurrentLineNumber, str(error), source))
    return None
