"""Documents that cannot be used: each a clear error with the file and a hint, in bounded time and memory."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allowlint.errors import PolicyError
from allowlint.sources import load_policy, mde_article, read_document
from tests.sources.support import with_part, workbook_bytes

HEADER: list[object] = ["Service", "Port", "Endpoint/URL"]
GOOD: list[list[object]] = [HEADER, ["x", 443, "a.microsoft.com"]]
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(cells: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<worksheet {NAMESPACE}><sheetData>{cells}</sheetData></worksheet>'.encode()


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def truncated() -> bytes:
    return workbook_bytes(GOOD)[:-300]


def damaged() -> bytes:
    whole = workbook_bytes(GOOD)
    middle = len(whole) // 3
    return whole[:middle] + bytes(200) + whole[middle + 200 :]


def zip_bomb() -> bytes:
    return with_part(workbook_bytes(GOOD), "xl/media/bomb.bin", bytes(200_000_000))


def bomb_below_the_total() -> bytes:
    return with_part(workbook_bytes(GOOD), SHEET, sheet(" " * 50_000_000))


def lying_directory() -> bytes:
    """An archive whose directory states a small size for a part that unpacks to 200 MB."""
    whole = bytearray(with_part(workbook_bytes(GOOD), SHEET, sheet("<row/>" + " " * 200_000_000)))
    true_size = (len(sheet("<row/>")) + 200_000_000).to_bytes(4, "little")
    return bytes(whole.replace(true_size, (5000).to_bytes(4, "little")))


def entity_expansion() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    head = f"<!DOCTYPE worksheet [{entities}]>"
    return with_part(workbook_bytes(GOOD), SHEET, sheet('<row r="1"><c r="A1"><v>&a9;</v></c></row>', head))


def huge_cell() -> bytes:
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 100_000_000 + "</t></is></c></row>"
    return with_part(workbook_bytes(GOOD), SHEET, sheet(cell))


def long_cell() -> bytes:
    text = "".join(chr(97 + (n * n) % 26) for n in range(200_000))
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    return with_part(workbook_bytes(GOOD), SHEET, sheet(cell))


def far_cell() -> bytes:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_part(workbook_bytes(GOOD), SHEET, sheet(cells))


def in_the_sheet(text: str) -> bytes:
    """A good list, with something behind its cells."""
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(GOOD))) as archive:
        own = archive.read(SHEET)
    return with_part(workbook_bytes(GOOD), SHEET, own.replace(b"</sheetData>", b"</sheetData>" + text.encode()))


def merged_over_everything() -> bytes:
    return in_the_sheet('<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')


def merged_over_much() -> bytes:
    return in_the_sheet('<mergeCells count="1"><mergeCell ref="$A$1:ALL100000"/></mergeCells>')


def linked_everywhere() -> bytes:
    return in_the_sheet('<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>')


def sheet_in_a_part_without_ending() -> bytes:
    whole = workbook_bytes(GOOD)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            whole = with_part(whole, name, archive.read(name).replace(b"sheet1.xml", b"sheet1.dat"))
    return with_part(whole, "xl/worksheets/sheet1.dat", sheet('<row r="9000000"><c r="A9000000"><v>1</v></c></row>'))


def cells_by_another_prefix() -> bytes:
    cells = '<y:row r="9000000"><y:c r="A9000000"><y:v>1</y:v></y:c></y:row>'
    return with_part(
        workbook_bytes(GOOD), SHEET, sheet(cells.replace("<y:row", f"<y:row {NAMESPACE.replace('xmlns', 'xmlns:y')}"))
    )


def cells_without_a_place() -> bytes:
    rows = range(0, 300_000, 300)
    cells = "".join(f"<row>{''.join(f'<c><v>{(row + n) ** 3}</v></c>' for n in range(300))}</row>" for row in rows)
    return with_part(workbook_bytes(GOOD), SHEET, sheet(cells))


def long_and_wide() -> bytes:
    cells = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(2, 10_000))
    return with_part(workbook_bytes(GOOD), SHEET, sheet(f'<row r="1"><c r="ALL1"><v>1</v></c></row>{cells}'))


def packed_at_once() -> bytes:
    """A part that zipfile would unpack as a whole, however little is asked for."""
    buffer = io.BytesIO(workbook_bytes(GOOD))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_BZIP2) as archive, archive.open("xl/media/bomb.bin", "w") as part:
        for _ in range(300):
            part.write(bytes(1 << 20))
    whole = bytearray(buffer.getvalue())
    return bytes(whole.replace((300 << 20).to_bytes(4, "little"), (5000).to_bytes(4, "little")))


def many_parts() -> bytes:
    buffer = io.BytesIO(workbook_bytes(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(3000):
            archive.writestr(f"xl/x{number}.bin", b"")
    return buffer.getvalue()


def other_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return buffer.getvalue()


WORKBOOKS: list[tuple[Callable[[], bytes], str]] = [
    (encrypted, "encrypted"),
    (truncated, "damaged or truncated"),
    (damaged, r"damaged|not well-formed|cannot be read"),
    (zip_bomb, "would unpack to"),
    (bomb_below_the_total, "zip bomb"),
    (lying_directory, r"damaged|unpacks to more"),
    (entity_expansion, "document type or entities"),
    (huge_cell, r"would unpack to|zip bomb"),
    (long_cell, "more than 32767 characters"),
    (far_cell, "XFD1048576"),
    (merged_over_everything, "XFD1048576"),
    (merged_over_much, "too many cells"),
    (linked_everywhere, "XFD1048576"),
    (sheet_in_a_part_without_ending, "sheet1.dat has a cell at A9000000"),
    (cells_by_another_prefix, "A9000000"),
    (cells_without_a_place, "too many cells"),
    (long_and_wide, "rows of 1000 columns"),
    (packed_at_once, "packed in a way that Excel does not write"),
    (many_parts, "parts; at most"),
    (other_archive, "not a workbook"),
    (lambda: b"Service,Port,URL\nx,443,a.microsoft.com\n", "not a workbook"),
    (lambda: b"", "empty"),
    (lambda: b"PK\x03\x04", "damaged or truncated"),
    (lambda: workbook_bytes([["nothing", "here"]]), "no list of URLs"),
    (lambda: workbook_bytes([HEADER]), "no list of URLs"),
    (lambda: workbook_bytes([HEADER, ["x", 443, "see the other page for it"]]), "no list of URLs"),
]


@pytest.fixture
def quick() -> Iterator[None]:
    """At most ten seconds."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(("make", "message"), WORKBOOKS, ids=[f"{n}-{m[1][:20]}" for n, m in enumerate(WORKBOOKS)])
def test_a_bad_workbook_is_refused(make: Callable[[], bytes], message: str, tmp_path: Path, quick: None) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(make())

    with pytest.raises(PolicyError, match=message) as refused:
        read_document(str(path))

    assert refused.value.path == str(path)
    assert refused.value.hint
    assert refused.value.exit_code == 2


BOMBS = [
    zip_bomb, bomb_below_the_total, lying_directory, entity_expansion, huge_cell, long_cell, far_cell, merged_over_everything,
    merged_over_much, linked_everywhere, sheet_in_a_part_without_ending, cells_without_a_place, long_and_wide, packed_at_once,
]  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space are those of Linux")
@pytest.mark.parametrize("make", BOMBS, ids=lambda make: str(make.__name__))
def test_a_bomb_is_refused_within_400_megabytes(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(make())
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n"
        "from allowlint.errors import PolicyError\nfrom allowlint.sources import read_document\n"
        "try: read_document(sys.argv[1])\nexcept PolicyError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr) == ("refused\n", "")


def test_columns_are_hidden_as_far_as_the_table_goes(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(GOOD))) as archive:
        own = archive.read(SHEET)
    columns = b'<cols><col min="1" max="9999999999" hidden="1" width="9"/></cols><sheetData>'
    (tmp_path / "list.xlsx").write_bytes(with_part(workbook_bytes(GOOD), SHEET, own.replace(b"<sheetData>", columns)))

    found = read_document(str(tmp_path / "list.xlsx"))

    assert [requirement.host for requirement in found.policy.requirements] != []
    assert any("hidden" in str(note) for note in found.diagnostics)


ARTICLES = [
    ("empty.md", b"", "empty"),
    ("blank.html", b"  \n\n", "empty"),
    ("page.html", b"<!DOCTYPE html><html><body><p>loading</p></body></html>", "no table"),
    ("page.html", b"<html><table><tr><td>x</td></tr></table></html>", "no list of URLs"),
    ("text.md", b"# Title\n\nNo table here.\n", "no list of URLs"),
    ("binary.md", b"# T\n\xff\xfe\x00\n", "not UTF-8"),
    ("wide.md", b"|URL|Port|\n|-|-|\n|" + b"x" * 200_000 + b"|443|\n", "more than 100000 characters"),
    ("big.md", b"x" * (4 * 1024 * 1024 + 1), "at most"),
]


@pytest.mark.parametrize(("name", "content", "message"), ARTICLES)
def test_a_bad_article_is_refused(name: str, content: bytes, message: str, tmp_path: Path, quick: None) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(PolicyError, match=message) as refused:
        read_document(str(path))

    assert refused.value.path == str(path)


def test_the_line_of_a_bad_byte_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"one\ntwo\n\xff\n")

    with pytest.raises(PolicyError) as refused:
        mde_article.read(str(path))

    assert refused.value.line == 3


@pytest.mark.parametrize(
    "content",
    [
        "<html><table>" + "<tr><td rowspan=99999 colspan=99999>URL</td><td>Port</td></tr>" * 50 + "</table>",
        "<html>" + "<table><tr><td>" * 20_000,
        "<html><table><tr><th>URL<th>Port<tr><td>a.microsoft.com<td>443",
        "<html><table><tr><th>URL<th>Port<tr><td>a.microsoft.com<td>443</table>" + "<a" * 500_000,
        "|URL|Port|\n" + "|\n" * 50_000 + "|a.microsoft.com|443|",
        "|URL|Port|\n|a.microsoft.com|443\n" + "more\n" * 200_000,
        "<!-- a -->" * 5000 + "\n|URL|Port|\n|a.microsoft.com|443|",
        "# "
        + " #" * 500_000
        + "x\n"
        + "<a " * 300_000
        + "\n|"
        + "-" * 300_000
        + "x|\n|URL|Port|\n|a.microsoft.com|443|",
        "|URL|Port|\n|" + "[x](" * 20_000 + "|443|\n|a.microsoft.com|443|",
        "|URL|Port|\n|" + "[" * 90_000 + "|443|\n|" + "<http://a" * 10_000 + "|443|\n|a.microsoft.com|443|",
    ],
    ids=[
        "spans",
        "nested",
        "unclosed",
        "unfinished",
        "bars",
        "unending-row",
        "comments",
        "long-lines",
        "links",
        "brackets",
    ],
)
def test_malformed_tables_take_little_time(content: str, tmp_path: Path, quick: None) -> None:
    path = tmp_path / ("a.html" if content.startswith("<html") else "a.md")
    path.write_text(content, encoding="utf-8")

    try:
        reading = read_document(str(path))
    except PolicyError:
        return
    assert [item.host for item in reading.policy.requirements] == ["a.microsoft.com"]


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a,b\n", encoding="utf-8")

    with pytest.raises(PolicyError, match="not a known kind of document") as refused:
        load_policy(str(path))

    assert "policy files (YAML)" in str(refused.value.hint)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is a folder"):
        load_policy(str(tmp_path))


@pytest.mark.parametrize(("ref", "hint"), [("mde-streamline", "'mde-streamlined'"), ("nothing.yaml", "bundled names")])
def test_an_unknown_policy_is_refused_with_the_nearest_name(ref: str, hint: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(ref)

    assert hint in str(refused.value.hint)
