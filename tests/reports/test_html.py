"""The HTML report as a text: one file, nothing from elsewhere, nothing that a name could start, everything readable by itself."""

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from allowlint.model.device import Stage
from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports.html import render
from allowlint.reports.html.markup import code, joined, lines, link, tag
from allowlint.reports.html.matrix import MOST
from allowlint.reports.html.paths import breaking
from allowlint.reports.html.view import view
from allowlint.reports.text import render as render_text
from tests.reports.large import large_run
from tests.reports.runs import build, load
from tests.support import FIXTURES

ACCEPTED = FIXTURES / "reports" / "text" / "accepted"
VOID = {"meta", "link", "br", "wbr", "input", "hr", "col"}
CONFIG = "http_port 3128\nhttp_access allow defender\nhttp_access deny all\n"


class Element:
    """An element of a page, with what is in it."""

    def __init__(self, name: str, attributes: dict[str, str | None], parent: "Element | None") -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, *names: str) -> Iterator["Element"]:
        """Yield the elements in it that have one of the names, in the order of the page; every one without names."""
        for child in self.children:
            if isinstance(child, Element):
                if not names or child.name in names:
                    yield child
                yield from child.all(*names)

    def get(self, name: str) -> str:
        """An attribute; empty where it has none."""
        return self.attributes.get(name) or ""

    def by_class(self, name: str) -> list["Element"]:
        """The elements in it that have a class."""
        return [each for each in self.all() if name in each.get("class").split()]


class Reader(HTMLParser):
    """Reads a page; everything that is opened must be closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.at)
        assert len(element.attributes) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        assert self.at.name == tag, f"</{tag}> closes <{self.at.name}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(text: str) -> Element:
    """A page as a tree."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.at is reader.root, f"<{reader.at.name}> is not closed"
    return reader.root


def page(run: Run) -> Element:
    return read(render(run, Style()))


def small(*verdicts: dict[str, Any], **values: Any) -> Run:
    device = {"config": "squid.conf", "verdicts": verdicts or [{"host": "a.example.com"}]}
    return build({"devices": [device], "sources": {"squid.conf": CONFIG}, **values})


RUNS = {
    "accepted": load(ACCEPTED),
    "proven": small(),
    "failed": small({"host": "a.example.com", "access": "blocked"}),
    "nothing": build({}),
    "large": large_run(MOST + 5, 12),
}
each_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


@pytest.fixture(scope="module")
def accepted() -> Element:
    return page(load(ACCEPTED))


@pytest.fixture(scope="module")
def large() -> str:
    return render(large_run(50, 150), Style())


class TestOneFile:
    """It needs nothing from elsewhere, and a browser is told to fetch nothing."""

    def test_the_policy_allows_its_own_style_and_script_and_nothing_else(self, accepted: Element) -> None:
        (rule,) = (each.get("content") for each in accepted.all("meta") if each.get("http-equiv"))
        (style,), (script,) = ([each.text for each in accepted.all(name)] for name in ("style", "script"))

        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
        assert rule == (
            f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
            "base-uri 'none'; form-action 'none'"
        )

    def test_the_policy_stands_before_what_it_is_about(self, accepted: Element) -> None:
        names = [each.get("http-equiv") or each.name for each in accepted.all("meta", "style", "script", "title")]

        assert names.index("Content-Security-Policy") < min(names.index("style"), names.index("title"))

    def test_nothing_is_loaded_and_no_element_has_a_style_or_a_handler(self, accepted: Element) -> None:
        elements = list(accepted.all())
        attributes = {name for each in elements for name in each.attributes}

        assert {each.name for each in elements} & {"link", "img", "iframe", "object", "embed", "base", "use"} == set()
        assert attributes & {"src", "srcset", "style", "background", "ping", "action"} == set()
        assert [name for name in attributes if name.startswith("on")] == []
        assert "url(" not in next(accepted.all("style")).text
        assert "@import" not in next(accepted.all("style")).text

    def test_links_lead_into_the_page_or_to_the_pages_of_checks(self, accepted: Element) -> None:
        addresses = {each.get("href") for each in accepted.all("a")}

        assert {address for address in addresses if not address.startswith("#")} == {
            address for address in addresses if address.startswith("https://github.com/allowlint/allowlint/blob/main/")
        }

    @each_run
    def test_every_link_has_its_place_and_no_place_is_there_twice(self, run: Run) -> None:
        tree = page(run)
        places = [each.get("id") for each in tree.all() if "id" in each.attributes]

        assert len(places) == len(set(places))
        assert {each.get("href")[1:] for each in tree.all("a") if each.get("href").startswith("#")} <= set(places)


class TestEverythingIsText:
    """What a configuration holds is shown, never obeyed."""

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", "\" onclick='x'", "</title></style>", "&lt;&#60;", "a`b`c"]
    )
    def test_a_name_stays_text(self, name: str) -> None:
        finding = {"code": "ACC001", "name": "missing-allow", "at": "squid.conf:3:1+20", "message": f"blocked by `{name}`",
                   "config": "squid.conf", "requirement": "a.example.com:443", "help": name, "reasons": [name],
                   "trace": [{"at": "squid.conf:3", "text": name, "effect": "block"}]}  # fmt: skip
        run = small({"host": "a.example.com", "access": "blocked", "note": name}, findings=[finding], notices=[name])

        tree = page(run)

        assert len(list(tree.all("script"))) == 1
        assert name in next(iter(tree.by_class("notices"))).text
        assert any(name.replace("`", "") in each.text.replace("`", "") for each in tree.by_class("finding"))

    def test_what_cannot_be_seen_is_shown_by_its_number(self) -> None:
        tree = page(small(notices=["a\u202eb\u00a0c\x1bd\ud800e"]))

        assert next(iter(tree.by_class("notices"))).text == "a<U+202E>b<U+00A0>c<U+001B>d<U+D800>e"

    def test_secrets_of_a_line_are_stars(self) -> None:
        line = "set deviceconfig system password hunter2"
        finding = {"code": "HYG003", "name": "shadowed-rule", "at": "squid.conf:1:1+3", "message": "m"}
        unread = [{"at": "squid.conf:1", "text": line, "why": "an example"}]

        text = render(
            build({"devices": [{"config": "squid.conf", "unread": unread}], "findings": [finding], "sources": {"squid.conf": line}}),
            Style(),
        )  # fmt: skip

        assert "hunter2" not in text
        assert "set deviceconfig" in text

    @pytest.mark.parametrize(
        "attributes", [{"onclick": "x()"}, {"style": "color: red"}, {"href": "javascript:x()"}], ids=str
    )
    def test_the_builder_refuses_what_the_page_forbids(self, attributes: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"forbids|strange"):
            tag("a", "x", **attributes)

    def test_the_builder_escapes_text_and_keeps_its_own_markup(self) -> None:
        assert tag("p", "<b>", tag("i", '"'), class_="a&b", hidden=True, title=None) == (
            '<p class="a&amp;b" hidden>&lt;b&gt;<i>&quot;</i></p>'
        )
        assert joined(["a", None, [tag("br")]]) == "a<br>"
        assert link("#x", "<") == '<a href="#x">&lt;</a>'
        assert code("say `<a>` and `") == "say `&lt;a&gt;` and `"
        assert lines("write `<a>`:\n\tb") == "write <code>&lt;a&gt;</code>:\n    b"


class TestWhatItSays:
    """The same as the other reports, and more."""

    @each_run
    def test_the_first_line_is_the_last_of_the_text(self, run: Run) -> None:
        last = render_text(run, Style(width=500)).splitlines()[-1]

        assert [each.text for each in page(run).all("h1")] == [last.replace(" above", " below")]

    def test_every_verdict_leads_to_evidence_that_tells_each_stage(self) -> None:
        run = load(ACCEPTED)
        tree = page(run)
        evidence = {each.get("id"): each for each in tree.by_class("case")}
        rows = {next(row.all("code")).text: row for row in tree.all("tr") if "data-row" in row.attributes}

        for result in run.results:
            for verdict in result.verdicts:
                columns = [each.get("title") for each in tree.all("abbr")]
                name = next(name for name in columns if name.endswith(result.device.name))
                cell = list(rows[verdict.id].all("td"))[columns.index(name)]
                case = evidence[next(cell.all("a")).get("href")[1:]]
                (stages,) = case.by_class("stages")
                told = {next(each.all("dt")).text: next(each.all("dd")).text for each in stages.all("div")}

                assert verdict.id in [each.text for each in case.by_class("endpoints")[0].all("code")]
                assert [told[stage].split()[1] for stage in ("access", "inspection", "authentication")] == [
                    verdict.word(stage) for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)
                ]

    def test_every_finding_is_told_with_its_help(self, accepted: Element) -> None:
        told = "\n".join(each.text for each in accepted.by_class("finding"))

        for finding in load(ACCEPTED).findings:
            assert finding.message.replace("`", "") in told
            assert all(line.strip() in told for line in finding.help.replace("`", "").splitlines())

    def test_a_line_of_the_configuration_is_shown_with_the_part_that_matters(self) -> None:
        finding = {
            "code": "ACC001",
            "name": "missing-allow",
            "at": "squid.conf:3:13+4",
            "message": "m",
            "requirement": "a.example.com:443",
        }

        (line,) = page(small({"host": "a.example.com", "access": "blocked"}, findings=[finding])).by_class("src")

        assert "3http_access deny all" in line.text
        assert [each.text for each in line.all("mark")] == ["deny"]

    def test_equal_cases_are_told_once(self) -> None:
        blocked = [{"host": f"{name}.example.com", "access": "blocked"} for name in "abc"]

        (case,) = page(small(*blocked)).by_class("case")

        assert [each.text for each in case.by_class("endpoints")[0].all("code")] == [
            f"{x}.example.com:443" for x in "abc"
        ]

    def test_endpoints_stand_by_service_and_within_it_by_geography(self) -> None:
        run = large_run(1, 150)

        groups = [(group.service, group.geography) for group in view(run).groups]

        services = list(dict.fromkeys(service for service, _ in groups))
        places = ["WW", "US", "EU", "UK", "AU"]
        assert groups == sorted(groups, key=lambda group: (services.index(group[0]), places.index(group[1])))
        assert len(groups) == len(set(groups)) > len(services)

    def test_a_file_that_only_chooses_the_way_is_no_proof(self) -> None:
        only = {
            "host": "a.example.com",
            "routing": "direct",
            "inspection": "not-applicable",
            "authentication": "not-applicable",
        }

        tree = page(small(only))

        assert tree.by_class("case")[0].by_class("chip")[0].text == "→ routed"
        assert [each.text for each in tree.by_class("chart")[0].all("td")][1:] == ["–", "–", "–", "1", "–"]

    def test_an_answer_that_the_policy_does_not_mind_is_no_fault(self) -> None:
        tree = page(small({"host": "a.example.com", "inspection": "inspected", "expect": {"inspection": "any"}}))

        (cell,) = (row for row in tree.all("td") if "chip" not in row.get("class") and list(row.all("a")))
        assert [each.get("class") for each in cell.all("b")] == ["ok", "as", "ok"]

    def test_more_devices_than_fit_are_spread_over_several_tables(self) -> None:
        tree = page(large_run(MOST + 3, 10))

        tables = tree.by_class("matrix")
        assert [len(list(table.all("abbr"))) for table in tables] == [12, 11]
        assert [len([row for row in table.all("tr") if "data-row" in row.attributes]) for table in tables] == [10, 10]

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["works", "works"], None),
            (["proxied", "works"], None),
            (["direct", "blocked", "-"], (1, False)),
            (["proxied", "unknown", "-"], (1, True)),
            (["unknown", "blocked"], (1, False)),
            (["partly inspected", "-"], (0, False)),
        ],
    )
    def test_the_hop_that_breaks_a_way_is_found(self, words: list[str], expected: tuple[int, bool] | None) -> None:
        assert breaking(words) == expected

    def test_a_path_is_a_picture_with_words(self, accepted: Element) -> None:
        pictures = [each for each in accepted.all("svg") if each.get("role") == "img"]

        assert [each.get("class") for each in pictures] == ["across", "down"]
        for each in pictures:
            names = {child.get("id"): child.text for child in each.all("title", "desc")}
            assert [names[key] for key in each.get("aria-labelledby").split()] == [
                "Path headquarters",
                "Of 1 endpoint 0 arrive: 1 fails at proxy.conf.",
            ]
            assert "✕ 1 fails here" in [child.text for child in each.all("text")]

    def test_what_is_unknown_stands_by_what_would_settle_it(self) -> None:
        reasons = [
            {"text": "the address", "settle": "--assume dns_consistent", "doubt": "DNS_BOUND"},
            {"text": "the hour"},
        ]

        (table,) = (
            each
            for each in page(small({"host": "a.example.com", "access": "unknown", "reasons": reasons})).all("table")
            if "What would settle it" in each.text
        )

        rows = [[cell.text for cell in row.all("th", "td")][:2] for row in table.all("tr")][1:]
        assert rows == [
            ["Settle it with --assume dns_consistent", "the address [DNS_BOUND]"],
            ["No option settles it: look at the device itself", "the hour"],
        ]

    def test_waivers_baseline_and_changes_are_told(self, accepted: Element) -> None:
        sections = {each.get("id"): each.text for each in accepted.all("section")}

        assert "CHG-1042" in sections["waivers"]
        assert "2027-03-31" in sections["waivers"]
        assert "expired" in sections["waivers"]
        assert "TLS001 x.example.com:443 at squid.conf" in sections["baseline"]
        assert "broken" in sections["comparison"]
        assert "allowlint check . --since origin/main" in sections["provenance"]
        assert hashlib.sha256(load(ACCEPTED).sources["squid.conf"]).hexdigest() in sections["provenance"]


class TestForEverybody:
    """Structure that assistive technology and printers need."""

    @each_run
    def test_headings_leave_no_level_out(self, run: Run) -> None:
        levels = [int(each.name[1]) for each in page(run).all("h1", "h2", "h3", "h4")]

        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))

    def test_landmarks_are_there_once_and_sections_have_names(self, accepted: Element) -> None:
        assert [len(list(accepted.all(name))) for name in ("main", "nav", "header", "footer")] == [1, 1, 1, 1]
        names = {each.get("id"): each.text for each in accepted.all("h2")}
        (main,) = accepted.all("main")
        sections = [each for each in main.children if isinstance(each, Element)]
        assert all(names[each.get("aria-labelledby")] for each in sections)
        assert next(accepted.all("html")).get("lang") == "en"

    def test_tables_have_captions_and_headers_with_scope(self, accepted: Element) -> None:
        for table in accepted.all("table"):
            assert next(table.all("caption")).text
            assert {each.get("scope") for each in table.all("th")} <= {"col", "row", "rowgroup"}
            for row in table.all("tr"):
                assert next(row.all("th", "td")).name == "th"

    def test_what_can_be_scrolled_can_be_reached_and_has_a_name(self, accepted: Element) -> None:
        for each in accepted.by_class("scroll"):
            assert (each.get("tabindex"), each.get("role")) == ("0", "region")
            assert each.get("aria-label")

    def test_controls_have_labels(self, accepted: Element) -> None:
        controls = list(accepted.all("input", "select"))

        assert len(controls) == 8
        for control in controls:
            assert control.parent is not None
            assert control.parent.name == "label"
            assert control.parent.text.replace(control.text, "").strip()

    def test_no_colour_stands_without_a_sign(self, accepted: Element) -> None:
        signs = {"ok": "✓", "no": "✕", "pt": "◐", "un": "?", "na": "–"}

        for each in accepted.all("b"):
            if each.get("class") in signs:
                assert each.text == signs[each.get("class")]

    def test_it_says_what_it_is_before_the_script_runs(self, accepted: Element) -> None:
        """Filters are for the script; everything else is there without it."""
        hidden = [each for each in accepted.all() if "hidden" in each.attributes]

        assert {each.get("class") for each in hidden} <= {"of"}
        assert [each.name for each in accepted.by_class("script")] == ["form"]


COLOURS = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
STYLE = next(page(build({})).all("style")).text
LIGHT = dict(COLOURS.findall(STYLE.split("@media")[0]))
DARK = LIGHT | dict(COLOURS.findall(STYLE.split("prefers-color-scheme: dark")[1].split("\n}")[0]))
PAIRS = [
    *(("page", name) for name in ("ink", "mute", "link", "no-text", "pt-text", "un-text", "ok-ink", "na-ink")),
    *(("soft", name) for name in ("ink", "mute", "link", "no-text", "un-text")),
    *((name, f"{name}-ink") for name in ("ok", "no", "pt", "un", "as", "na")),
    *((name, "ink") for name in ("no-soft", "un-soft", "as")),
]


def contrast(one: str, two: str) -> float:
    """How well a colour stands out from another, from 1 to 21 (WCAG 2.2, relative luminance)."""
    first, second = sorted((_luminance(one), _luminance(two)))
    return (second + 0.05) / (first + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("ground", "ink"), PAIRS)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(colours: dict[str, str], ground: str, ink: str) -> None:
    assert contrast(colours[ground], colours[ink]) >= 4.5


def test_contrast_is_what_the_guidelines_call_so() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


class TestLarge:
    """Fifty devices and a hundred and fifty endpoints."""

    def test_the_file_stays_small(self, large: str) -> None:
        assert len(large.encode()) < 5_000_000

    def test_evidence_is_shared(self, large: str) -> None:
        cells = large.count("<td><a href=")
        cases = large.count('<details class="case')

        assert cells == 50 * 150
        assert cases < cells / 8

    def test_a_cell_is_a_handful_of_elements(self, large: str) -> None:
        (row,) = re.findall(r'<tr data-row="7".*?</tr>', large)[:1]

        assert row.count("</td>") == 17
        assert len(re.findall(r"<\w", row)) <= 17 * 5 + 4
