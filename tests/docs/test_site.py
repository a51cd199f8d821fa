"""The site is built without a warning, has every page, and loads nothing from anywhere else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from allowlint import registry
from tests.support import ROOT

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "-n",
            "--keep-going",
            "-q",
            "-d",
            str(folder / "trees"),
            "docs",
            str(folder / "html"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_extension_has_a_page(site: Path) -> None:
    pages = {path.relative_to(site / "generated").as_posix() for path in (site / "generated").rglob("*.html")}

    wanted = {f"checks/{check.code}.html" for check in registry.all("checks").values()}
    wanted |= {
        f"{kind}/{each.id}.html" for kind in ("platforms", "reports", "sources") for each in registry.all(kind).values()
    }

    assert wanted - pages == set()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """The site is read in networks that have no way out."""
    loaded = re.compile(
        r"""<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data)=["']([^"']+)|<link\b[^>]*?\bhref=["']([^"']+)"""
    )
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    styles = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}

    found = {one or two for text in pages.values() for one, two in loaded.findall(text)}
    found |= {each for text in styles.values() for each in re.findall(r"(?:url\(|@import\s+)[\"']?([^\"')]+)", text)}

    assert len(pages) > 40
    assert len(found) > 3
    assert [each for each in found if re.match(r"(?:[a-z]+:)?//", each)] == []
    assert {path.suffix for path in site.rglob("*")} & {".woff", ".woff2", ".ttf", ".otf"} == set()


def test_no_page_shows_what_was_meant_for_the_tests(site: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))

    assert [word for word in ("% project", "% write", "% exits", "% run") if word in text] == []
