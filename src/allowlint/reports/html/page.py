"""The page as a whole: head, answer, contents, and the parts in the order in which they are read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pkgutil import get_data

from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, Run
from allowlint.model.requirement import GEOGRAPHIES, SYSTEMS
from allowlint.reports._answer import answer, tallies_of
from allowlint.reports._live import told
from allowlint.reports._summary import checked, client, told_by_need
from allowlint.reports.html import accounts, charts, live, paths
from allowlint.reports.html.evidence import evidence
from allowlint.reports.html.markup import Content, Markup, link, own, tag
from allowlint.reports.html.matrix import matrix
from allowlint.reports.html.provenance import not_understood, provenance, requirements
from allowlint.reports.html.sources import places_of
from allowlint.reports.html.tables import pairs
from allowlint.reports.html.view import View, view

KINDS = {"red": "no", "yellow": "un", "green": "ok"}
"""The colour of the answer, by that of the text report."""

MANY = 60
"""Cases of which those that work are printed as one line each, unless they were opened."""


class Part(NamedTuple):
    """A part of the page. One without content is left out."""

    key: str
    title: str
    content: Content


def page(run: Run) -> str:
    """The whole page."""
    shown = view(run)
    parts = [part for part in _parts(run, shown) if part.content]
    sections = [
        tag(
            "section",
            tag("h2", part.title, id=f"{part.key}-h"),
            part.content,
            id=part.key,
            aria_labelledby=f"{part.key}-h",
        )
        for part in parts
    ]
    body = tag(
        "body",
        link("#main", "To the content", class_="skip"),
        _header(run),
        _contents(parts),
        tag("main", sections, id="main", class_="many" if _cases(shown) > MANY else None),
        _dialog(),
        _footer(run),
        own("script", _asset("report.js")),
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(run), body, lang='en')}\n"


def _cases(shown: View) -> int:
    return sum(len(column.cases) for column in shown.columns)


def _parts(run: Run, shown: View) -> Iterator[Part]:
    places = places_of(run, shown)
    judged = bool(shown.judged)
    yield Part("comparison", "What has changed", accounts.comparison(run))
    yield Part("findings", "Findings", accounts.findings(shown) or tag("p", "Nothing was found."))
    yield Part("coverage", "Coverage", tag("div", charts.coverage(shown), class_="charts") if judged else None)
    yield Part("matrix", "Endpoints and devices", matrix(shown) if judged else None)
    yield Part("paths", "Paths", list(paths.pictures(run, shown)))
    yield Part("unknown", "Unknown, and what would settle it", accounts.unknowns(shown))
    yield Part("live", "Live results", live.results(run, shown))
    yield Part("assumed", "Assumptions", accounts.assumptions(run, shown) if judged else None)
    yield Part("waivers", "Accepted findings", accounts.waivers(run))
    yield Part("baseline", "Baseline", accounts.baseline(run))
    yield Part("evidence", "Evidence", list(evidence(shown, places)))
    yield Part("unread", "Not understood", not_understood(shown))
    yield Part("requirements", "What must work", requirements(shown) if judged else None)
    yield Part("provenance", "Provenance", provenance(run))


def _head(run: Run) -> Markup:
    style, script = _asset("report.css"), _asset("report.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content=f"allowlint {run.version}"),
        tag("title", f"allowlint: {_answer(run)[0]}"),
        own("style", style),
    )


def _header(run: Run) -> Markup:
    text, color = _answer(run)
    word, colon, rest = text.partition(":")
    said: Content = (tag("strong", word, colon), rest) if colon else text
    notices = tag("ul", (tag("li", notice) for notice in run.notices), class_="notices") if run.notices else None
    return tag(
        "header",
        tag("p", "allowlint ", tag("span", _title(run)), class_="brand"),
        tag("h1", said, class_=KINDS[color]),
        notices,
        pairs(_facts(run)),
        class_=f"answer {KINDS[color]}",
    )


def _answer(run: Run) -> tuple[str, str]:
    """The last line of the text report, and its colour."""
    return answer(run, where="below")


def _title(run: Run) -> str:
    return f"Report on {', '.join(use.policy.name for use in run.policies)}" if run.policies else "Report"


def _facts(run: Run) -> Iterator[tuple[str, Content]]:
    yield from (("For whom", _whom(run.profile)), ("Client", _client(run)))
    yield "Checked", checked(run)
    for need, text in told_by_need(run, tallies_of(run)):
        yield str(need).capitalize(), text
    yield "Live tests", tag("ul", (tag("li", line) for line in told(run.live))) if run.live else None
    yield "Date", run.provenance.made or "not recorded"
    yield (
        "Judged otherwise",
        tag("ul", others) if (others := [_other(each) for each in run.results if each.profile]) else None,
    )


def _other(result: DeviceResult) -> Markup:
    return tag("li", tag("b", result.device.name), f": {_whom(result.profile)}; client {client(result.profile)}")


def _whom(profile: object) -> str:
    """Geographies, systems and onboarding in words."""
    if not isinstance(profile, dict):
        return ""
    places = ", ".join(GEOGRAPHIES.get(word, word) for word in profile.get("geographies", ()))
    systems = "; ".join(SYSTEMS.get(word, word) for word in profile.get("systems", ()))
    onboarding = profile.get("onboarding")
    return " · ".join(filter(None, (places, systems, f"{onboarding} onboarding" if onboarding else "")))


def _client(run: Run) -> str:
    return client(run.profile)


def _contents(parts: list[Part]) -> Markup:
    items = (tag("li", link(f"#{part.key}", part.title.partition(",")[0])) for part in parts)
    return tag("nav", tag("ul", items), aria_label="Contents", class_="contents")


def _dialog() -> Markup:
    """Where the script shows the evidence of a cell."""
    close = tag("button", "Close", type="button", id="close")
    head = tag("div", tag("h3", id="cell-title"), close, class_="top")
    return tag("dialog", head, tag("div", id="cell-body"), id="cell", aria_labelledby="cell-title")


def _footer(run: Run) -> Markup:
    date = f", {run.provenance.made}" if run.provenance.made else ""
    words = f"Made by allowlint {run.version}{date}. Unknown means: the configurations alone do not tell."
    return tag("footer", tag("p", words))


def _asset(name: str) -> str:
    """A file that lies beside this module, also inside a zip file."""
    data = get_data(__package__, name)
    if data is None:
        raise FileNotFoundError(name)
    return data.decode("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"
