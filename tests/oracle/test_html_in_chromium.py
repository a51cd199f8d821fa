"""The HTML report in a real browser: headless Chromium, driven by Playwright. Nothing is fetched, and nothing goes wrong unheard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports.html import render
from tests.reports.large import large_run
from tests.reports.runs import build, load
from tests.support import FIXTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.oracle

CHROMIUM = shutil.which("chromium")
DEVICES, ENDPOINTS = 50, 150
INJECTED = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
COUNT_WORK = """(act) => new Promise((done) => {
  const seen = [];
  const observer = new MutationObserver((records) => seen.push(...records));
  observer.observe(document.body, { attributes: true, childList: true, characterData: true, subtree: true });
  act();
  setTimeout(() => { observer.disconnect(); done(seen.length); });
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium; skips, with the reason, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as driver:
        # As root, in a container, Chromium cannot make its sandbox.
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield opened
        opened.close()


Open = Callable[..., "Page"]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report from a file, as from an attachment; fails where anything is fetched, or complains."""
    heard: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(run: Run | str, **options: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(run if isinstance(run, str) else render(run, Style()), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert heard == []


@pytest.fixture(scope="module")
def large() -> str:
    return render(large_run(DEVICES, ENDPOINTS), Style())


@pytest.fixture
def accepted() -> Run:
    return load(FIXTURES / "reports" / "text" / "accepted")


def rows(page: Page) -> list[str]:
    """The endpoints that the matrix shows."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('tr[data-row]')].filter((tr) => tr.offsetParent && tr.closest('.matrix').id === 'm0')"
        ".map((tr) => tr.querySelector('code').textContent)"
    )
    return found


def test_the_filters_narrow_the_matrix_and_the_evidence(show: Open) -> None:
    page = show(large_run(4, 40))
    everything = rows(page)

    page.select_option("#need", "optional")
    optional = rows(page)
    page.select_option("#geo", "UK")
    both = rows(page)
    page.click("button[type=reset]")
    # The fields are empty only after the event that says so; the page narrows once more behind it.
    page.wait_for_function("document.getElementById('shown').textContent === '40 of 40 endpoints shown'")

    assert everything == rows(page)
    assert len(everything) == 40
    assert 0 < len(both) < len(optional) < 40


def test_only_problems_leaves_what_fails_or_is_unknown(show: Open, accepted: Run) -> None:
    page = show(accepted)

    page.check("#problems")

    assert rows(page) == [f"{name}.example.com:443" for name in ("a", "*.b", "c", "d", "e")]
    assert page.locator("details.case.fine:visible").count() == 0
    page.select_option("#verdict", "un")
    assert rows(page) == ["d.example.com:443"]
    page.select_option("#stage", "1")
    assert rows(page) == []
    assert page.inner_text("#shown") == "0 of 6 endpoints shown"


def test_the_search_finds_endpoints_devices_and_rules(show: Open, accepted: Run) -> None:
    page = show(accepted)

    found = {}
    for words in ("F.EXAMPLE", "definition updates", "headquarters", "deny trackers", "nothing of this"):
        page.fill("#q", words)
        found[words] = [name.removesuffix(".example.com:443") for name in rows(page)]

    assert found == {
        "F.EXAMPLE": ["f"],
        "definition updates": ["a"],
        "headquarters": ["a"],
        "deny trackers": ["*.b"],
        "nothing of this": [],
    }


def test_a_device_is_shown_alone(show: Open) -> None:
    page = show(large_run(25, 8))

    page.select_option("#device", "d20")

    assert page.locator(".matrix:visible").count() == 1
    assert page.locator(".matrix:visible thead th:visible abbr").all_inner_texts() == ["…fices/west/edge-19.conf"]
    assert page.locator(".device:visible").count() == 1


def test_a_cell_opens_its_evidence_and_gives_the_focus_back(show: Open, accepted: Run) -> None:
    page = show(accepted)
    cell = page.locator("tr[data-row]", has_text="c.example.com").locator("td a").first

    cell.click()

    dialog = page.get_by_role("dialog", name="c.example.com:443")
    assert dialog.is_visible()
    assert "http_access deny all" in dialog.inner_text()
    assert "Accepted: the service is retired in spring" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    # The focus goes back with the event of closing, which comes later than the closing.
    page.wait_for_function("document.activeElement.closest('tr[data-row]')")
    assert cell.evaluate("(link) => link === document.activeElement")


def test_a_cell_shows_what_is_found_of_its_own_endpoint(show: Open) -> None:
    at = {"code": "ACC001", "name": "missing-allow", "at": "f:1:1+3", "config": "f"}
    findings = [
        at | {"message": f"{name} is blocked, {name}", "requirement": f"{name}.test:443", "help": name} for name in "ab"
    ]
    devices = [{"config": "f", "verdicts": [{"host": f"{name}.test", "access": "blocked"} for name in "ab"]}]
    findings[1]["at"] = "f:2"
    page = show(build({"devices": devices, "findings": findings}))

    page.click("tr[data-row='1'] td a")

    assert page.locator("dialog .finding").count() == 1
    assert "b is blocked" in page.inner_text("dialog .finding")


def test_a_cell_shows_the_live_tests_of_its_own_endpoint(show: Open) -> None:
    page = show(load(FIXTURES / "reports" / "text" / "live"))
    settled = page.locator("tr[data-row]", has_text="settled.good.test").locator("td a").first

    settled.focus()
    assert (settled.get_attribute("aria-label") or "").endswith("live test: settled 2026-11-20")
    settled.click()

    tests = page.locator("dialog .tests > li")
    assert tests.count() == 1
    assert "settled settled.good.test:443 on 2026-11-20" in " ".join(tests.inner_text().replace("=", "").split())
    assert "unknown" in page.inner_text("dialog .stages")
    page.keyboard.press("Escape")
    page.locator("tr[data-row]", has_text="nobody.good.test").locator("td a").first.click()
    assert page.locator("dialog .live").count() == 0


def test_a_proven_endpoint_that_a_test_did_not_reach_is_a_problem(show: Open) -> None:
    page = show(load(FIXTURES / "reports" / "text" / "live"))

    page.check("#problems")

    shown = rows(page)
    assert any("contradicted.good.test" in row for row in shown)
    assert not any("confirmed.good.test" in row for row in shown)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_conclusion_of_a_test_is_in_sight(width: int, show: Open) -> None:
    page = show(load(FIXTURES / "reports" / "text" / "live"), viewport={"width": width, "height": 900})

    for box in page.locator("#live .cards td:last-child .chip").all():
        place = box.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width


def test_everything_can_be_done_by_keyboard(show: Open) -> None:
    page = show(large_run(3, 6))

    page.focus("button[type=reset]")
    page.keyboard.press("Tab")  # the table, which scrolls
    page.keyboard.press("Tab")
    first = page.evaluate(
        "document.activeElement.closest('tr').dataset.row + ' ' + document.activeElement.parentElement.cellIndex"
    )
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    then = page.evaluate(
        "document.activeElement.closest('tr').dataset.row + ' ' + document.activeElement.parentElement.cellIndex"
    )
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")

    assert (first, then) == ("0 1", "1 2")
    assert "edge-01.conf" in label
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.matrix')") is None, "one stop for the whole table"


def test_the_focus_can_be_seen(show: Open) -> None:
    page = show(large_run(2, 4))

    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert outline[0] != "none"
        assert outline[1] >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_the_screen(show: Open, accepted: Run, width: int, scheme: str) -> None:
    page = show(accepted, viewport={"width": width, "height": 800}, color_scheme=scheme)

    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_can_be_read_without_scripts(show: Open, accepted: Run) -> None:
    page = show(accepted, java_script_enabled=False)

    assert page.locator("h1").inner_text().startswith("FAILED: ")
    assert not page.locator("#filters").is_visible()
    page.locator("tr[data-row] td a").first.click()
    summary = page.locator("details:target > summary")
    summary.wait_for(state="visible")
    summary.click()
    assert (
        "a.example.com:443 is blocked by http_access deny all"
        in page.locator("details:target .finding").first.inner_text()
    )


def test_a_script_in_a_name_stays_text(show: Open) -> None:
    """Were it to start, the policy of the page would complain on the console, and the title would change."""
    finding = {"code": "ACC001", "name": "missing-allow", "at": "f:1:1+8", "message": f"blocked by {INJECTED}", "help": INJECTED,
               "requirement": "a.example.com:443", "trace": [{"at": "f:1:1+8", "text": INJECTED, "effect": "block"}]}  # fmt: skip
    devices = [
        {
            "config": "f",
            "name": INJECTED,
            "verdicts": [{"host": "a.example.com", "access": "blocked", "note": INJECTED}],
        }
    ]
    page = show(build({"devices": devices, "findings": [finding | {"device": INJECTED}], "sources": {"f": INJECTED}}))

    page.click("tr[data-row] td a")

    assert "owned" not in page.title()
    assert INJECTED in page.inner_text("dialog")
    assert page.locator("img").count() == 0


def test_what_the_policy_of_the_page_forbids_is_heard(browser: Browser, tmp_path: Path) -> None:
    """The tests above would notice a script that starts, or a picture that is fetched."""
    heard: list[str] = []
    text = render(build({}), Style()).replace("<h1", "<script>1</script><img src='x.png'><h1", 1)
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.goto(file.as_uri())
    page.close()

    assert len([text for text in heard if "Content Security Policy" in text]) == 2


def test_it_prints_to_a4(show: Open, accepted: Run) -> None:
    page = show(accepted, color_scheme="dark")

    content = page.pdf(prefer_css_page_size=True)

    assert content.startswith(b"%PDF")
    assert 3 <= content.count(b"/Type /Page\n") <= 12
    assert b"/MediaBox [0 0 595" in content or b"/MediaBox [0 0 594" in content
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 33, 40)", "ink is dark on paper"
    assert not page.locator("#filters").is_visible()
    shown = "[...document.querySelectorAll('.case .body')].every((body) => body.checkVisibility({ contentVisibilityAuto: true }))"
    assert page.evaluate(shown), "folded evidence is printed too"


def test_no_table_is_cut_on_paper(show: Open, large: str) -> None:
    page = show(large, viewport={"width": 1047, "height": 718})  # 277 mm by 190 mm: A4 on its side without its margins

    page.emulate_media(media="print")

    wider = "[...document.querySelectorAll('table')].filter((each) => each.scrollWidth > document.documentElement.clientWidth).map((each) => each.id)"
    assert page.evaluate(wider) == []


def test_fifty_devices_stay_responsive(show: Open, large: str) -> None:
    """Counted in what is touched, not in time: a key that narrows touches rows, not cells; a cell is opened without the others."""
    page = show(large)
    tables = page.locator(".matrix").count()
    act = "() => { const q = document.getElementById('q'); q.value = %r; q.dispatchEvent(new Event('input', { bubbles: true })); }"

    narrowed = page.evaluate(f"({COUNT_WORK})({act % 'endpoint-01'})")
    again = page.evaluate(f"({COUNT_WORK})({act % 'endpoint-01'})")
    opened = page.evaluate(f"({COUNT_WORK})(() => document.querySelector('tr:not([hidden]) td a').click())")

    assert len(rows(page)) == 10
    sections = page.locator(".case").count() + page.locator("tbody").count()
    assert 0 < narrowed <= tables * ENDPOINTS + sections + 20
    assert again <= 2, "what does not change is not touched"
    assert opened < 20
