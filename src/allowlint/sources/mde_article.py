"""The articles with URL tables that replaced Microsoft's workbooks: Markdown, or the HTML of the page.

Where to get it
    In the public repository ``MicrosoftDocs/defender-docs``, folder ``defender-endpoint``:
    ``standard-device-connectivity-urls-commercial.md``, ``...-gov.md`` and the same with ``streamlined``; or the pages
    of the same names on learn.microsoft.com, saved as HTML.

What is read
    Every table with a URL column; the heading above it plays the part of a sheet's name. Malformed tables are read too:
    rows broken over two lines, a missing closing bar, tabs in place of bars, too few or too many cells, cells that
    continue the row above, addresses separated by ``<br>`` or only a blank, escapes, code marks and links. Where a table
    has no column of comments, the text above it is searched for conditions instead. The date is the newest entry of the
    change log, else ``ms.date``.

What is not
    Tables without a URL column (processes, address ranges) are named in a diagnostic and passed over; included files
    are not fetched. A general Markdown parser would drop or realign the malformed rows that have to be reported.
"""

import hashlib
import re

from allowlint.errors import PolicyError
from allowlint.sources._document import Document, Reading, Section
from allowlint.sources._source import Source

MAX_BYTES = 4 * 1024 * 1024
MAX_CELL = 100_000
"""Characters of one cell; the longest genuine one has about a thousand."""


def detect(path: str, head: bytes) -> bool:
    """Whether a file claims to be an article: by its name, or because it begins like HTML."""
    if path.casefold().endswith((".md", ".markdown", ".html", ".htm")):
        return True
    return bool(re.match(rb"\s*(<!doctype html|<html)", head.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE))


def read(path: str) -> Reading:
    """The policy of an article.

    Raises:
        PolicyError: the file cannot be read, is no text, or contains no table of URLs.
    """
    from allowlint.sources._assemble import assemble, iso_date

    data = _load(path)
    text = data.decode("utf-8-sig")
    if _begins_with_a_tag(text) and "<table" in text.casefold():
        from allowlint.sources._html_tables import sections_of_html as sections_of
    elif path.casefold().endswith((".html", ".htm")):
        raise PolicyError(
            "the page contains no table",
            path=path,
            hint="save the whole page after it has loaded, or give the Markdown from MicrosoftDocs/defender-docs",
        )
    else:
        from allowlint.sources._markdown_tables import sections_of_markdown as sections_of
    title, sections = sections_of(text)
    _check_cells(path, sections)
    stated = re.search(r"(?:ms\.date[\"':= ]+(?:content=[\"'])?|Sitemap-Last-Modified: )([\d/-]{8,10})", text)
    document = Document(path, title, sections, hashlib.sha256(data).hexdigest(), iso_date(stated[1]) if stated else "")
    return assemble(document)


def _begins_with_a_tag(text: str) -> bool:
    """Whether the first thing after leading comments is an HTML tag. Converted pages begin with comments, too."""
    start = 0
    while text.startswith("<!--", start := start + len(text[start:]) - len(text[start:].lstrip())):
        end = text.find("-->", start)
        if end < 0:
            return False
        start = end + 3
    return text.startswith("<", start)


def _load(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    if not data.strip():
        raise PolicyError("the file is empty; expected an article with URL tables", path=path)
    if len(data) > MAX_BYTES:
        raise PolicyError(f"an article has at most {MAX_BYTES} bytes", path=path, hint="is this the right file?")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "save the page as UTF-8, or take the Markdown from MicrosoftDocs/defender-docs"
        raise PolicyError("not UTF-8 text", path=path, line=line, hint=hint) from error
    return data


def _check_cells(path: str, sections: tuple[Section, ...]) -> None:
    for section in sections:
        for row in section.rows:
            if any(len(cell) > MAX_CELL for cell in row.cells):
                message = f"a cell has more than {MAX_CELL} characters"
                raise PolicyError(message, path=path, line=row.number, hint="is a closing bar or tag missing?")


SOURCE = Source("mde-article", "Microsoft's URL articles (.md, .html)", detect, read)
