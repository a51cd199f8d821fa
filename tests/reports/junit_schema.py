"""What JUnit XML may hold, by junit-10.xsd of Jenkins' xUnit plug-in, put into a table.

The schema: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
It allows more elements inside of a test (reruns and flaky ones); a report with one of those would not be ours.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element


class Shape(NamedTuple):
    """What an element may hold; ``text`` where it may hold more than blanks."""

    children: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    text: bool = False


OUTCOME = Shape(optional=("type", "message"), text=True)
SHAPES = {
    "testsuites": Shape(("testsuite",), (), ("name", "time", "tests", "failures", "errors")),
    "testsuite": Shape(
        ("testsuite", "properties", "testcase", "system-out", "system-err"),
        ("name", "tests", "failures", "errors"),
        ("group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"),
    ),
    "testcase": Shape(
        ("skipped", "error", "failure", "system-out", "system-err"), ("name",), ("time", "classname", "group")
    ),
    "failure": OUTCOME,
    "error": OUTCOME,
    "skipped": OUTCOME,
    "properties": Shape(("property",)),
    "property": Shape(required=("name", "value")),
    "system-out": Shape(text=True),
    "system-err": Shape(text=True),
}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def errors(root: Element) -> list[str]:
    """What of a document the schema does not allow."""
    if root.tag not in ("testsuites", "testsuite"):
        return [f"a document begins with a suite, not with {root.tag}"]
    return list(_errors(root, root.tag))


def _errors(element: Element, path: str) -> Iterator[str]:
    shape = SHAPES[element.tag]
    yield from (f"{path}: no {name}" for name in shape.required if name not in element.attrib)
    yield from (
        f"{path}: {name} is not known" for name in element.attrib if name not in shape.required + shape.optional
    )
    if "time" in element.attrib and not TIME.fullmatch(element.attrib["time"]):
        yield f"{path}: time {element.attrib['time']!r}"
    texts = (element.text, *(child.tail for child in element))
    if not shape.text and any((text or "").strip() for text in texts):
        yield f"{path}: text"
    for number, child in enumerate(element, start=1):
        place = f"{path}/{child.tag}[{number}]"
        if child.tag not in shape.children:
            yield f"{place} is not allowed here"
        else:
            yield from _errors(child, place)
