"""Markdown: a comment on a pull request, or the summary of a job.

What reads it
    People who review a change, on GitHub, GitLab or Azure DevOps. The first line is the answer; then a table of the devices and
    paths, what the change broke, mended and left (``--since``), and the errors as the text report shows them. The rest is folded.
    The comment ``<!-- allowlint -->`` at the top lets a bot find the one that it wrote before.
    Text of a configuration stands in code only, where nothing is a link, an image, HTML or a mention that calls somebody.
What is left out
    What is beyond 65,000 bytes, because GitHub takes no comment with more than 65,536 characters: of each part the end, with
    how much it was. The text report has all of it.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.finding import Severity
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer
from allowlint.reports import Report, Style
from allowlint.reports._accepted import until
from allowlint.reports._answer import answer, counted
from allowlint.reports._blocks import Page
from allowlint.reports._changes import KINDS, heading, revision
from allowlint.reports._fitting import Part, fitted
from allowlint.reports._grouping import Block, worst_first
from allowlint.reports._marked_up import code, fence, row, summary_of
from allowlint.reports._summary import device_name
from allowlint.reports._tally import sentence, tally
from allowlint.reports._verdicts import judged
from allowlint.reports._visible import visible

MARKER = "<!-- allowlint -->"
MOST = 65_000
"""Bytes of the report. GitHub counts characters, up to 65,536 of a comment; GitLab and Azure DevOps take more."""
OPEN = 5
"""Faults that are not folded."""
_ICONS = {"green": "✅", "yellow": "⚠️", "red": "❌"}


def render(run: Run, style: Style) -> str:
    """The report as Markdown of GitHub's flavour."""
    return fitted(_parts(run, style._replace(color=False, links=False, width=100)), MOST)


def _parts(run: Run, style: Style) -> Iterator[Part]:
    text, color = answer(run, where="below")
    yield Part(f"{MARKER}\n**{_ICONS[color]} {text}**\n")
    yield _devices(run)
    yield from _changes(run)
    page = Page(run, style)
    blocks = worst_first(run.findings)
    urgent = [block for block in blocks if block.first.counts and block.first.severity is Severity.ERROR]
    lesser = [block for block in blocks if block.first.counts and block.first.severity is not Severity.ERROR]
    accepted = [block for block in blocks if not block.first.counts]
    yield Part("\n### Errors\n" if urgent else "", _faults(urgent[:OPEN], page), "faults")
    yield _folded(f"More errors: {_count(urgent[OPEN:])}", _faults(urgent[OPEN:], page), "faults")
    yield _folded(f"Warnings and information: {_count(lesser)}", _faults(lesser, page), "faults")
    yield _folded(f"Accepted: {_count(accepted)}", _faults(accepted, page), "faults")
    unknown = _unknown(run)
    yield _folded(
        f"Answers that cannot be told, and what would settle them: {len(unknown)}", unknown, "answers", _UNKNOWN
    )
    yield _folded(f"Waivers: {len(run.waivers)}", _waivers(run), "waivers", _WAIVERS)
    yield _folded("From what this was made", _made(run), "lines")


def _devices(run: Run) -> Part:
    lines = []
    for result in run.results:
        if result.on_path:
            continue
        name = f"path {result.device.name}" if result.hops else device_name(result.config, result.device.name)
        found = [f for f in run.findings if (f.config, f.device) == (result.config, result.device.name)]
        required = tally(result.verdicts, Need.REQUIRED)
        words = sentence(required) if required.total else "nothing is required"
        lines.append(row(code(name, table=True), words, counted(found) or "none"))
    head = f"\n{row('device', 'required endpoints', 'findings')}{row('---', '---', '---')}"
    return Part(head if lines else "", lines, "devices")


def _changes(run: Run) -> Iterator[Part]:
    found = run.comparison
    if found is None:
        return
    name = code(revision(found))
    if found.failed:
        yield Part(f"\n### Since {name}\n\nCould not be compared: {code(found.failed)}\n")
        return
    head = f"\n### Since {name}\n\n{heading(found)}\n"
    if found.changes:
        head += f"\n{row('', 'requirement', 'device', 'stage', 'before', 'after')}{row(*['---'] * 6)}"
    lines = [
        row(
            f"**{change.kind}**" if change.kind in KINDS else code(change.kind, table=True),
            code(change.requirement, table=True),
            code(device_name(change.config, change.device), table=True),
            code(change.stage, table=True),
            code(change.before or "not there", table=True),
            code(change.after or "gone", table=True),
        )
        for change in found.changes
    ]
    yield Part(head, lines, "changes")


def _faults(blocks: Iterable[Block], page: Page) -> list[str]:
    several = len(page.run.results) > 1
    found = []
    for block in blocks:
        place = [visible(f"in {device_name(block.first.config, block.first.device)}")] if several else []
        found.append(f"\n{fence([*place, *page.block(block)])}")
    return found


def _count(blocks: Iterable[Block]) -> str:
    return counted(finding for block in blocks for finding in block.findings)


def _folded(title: str, items: list[str], what: str, head: str = "") -> Part:
    """A part that opens when it is clicked; nothing where it has no items."""
    if not items:
        return Part("")
    # Markdown inside of HTML begins behind an empty line.
    return Part(
        f"\n<details>\n<summary>{summary_of(title)}</summary>\n{head and chr(10)}{head}", items, what, "\n</details>\n"
    )


_UNKNOWN = f"{row('requirement', 'device', 'stage', 'because', 'settled by')}{row(*['---'] * 5)}"


def _unknown(run: Run) -> list[str]:
    lines = []
    for entry in judged(run)[0]:
        for stage, found in entry.verdict.stages.items():
            if found.answer is not Answer.UNKNOWN or not entry.verdict.matters(stage):
                continue
            reasons = "<br>".join(code(text, table=True) for text in dict.fromkeys(map(str, found.reasons)))
            settles = "<br>".join(
                code(text, table=True) for text in dict.fromkeys(r.settle for r in found.reasons) if text
            )
            name = code(device_name(*entry.key[:2]), table=True)
            lines.append(row(code(entry.verdict.id, table=True), name, stage.value, reasons, settles))
    return lines


_WAIVERS = f"{row('state', 'until', 'what', 'reason', 'owner', 'ticket', 'findings')}{row(*['---'] * 7)}"


def _waivers(run: Run) -> list[str]:
    return [
        row(
            use.state.value,
            use.waiver.expiry or until(use.waiver),
            code(use.waiver.text, table=True),
            code(use.waiver.reason, table=True),
            code(use.waiver.owner, table=True),
            code(use.waiver.ticket, table=True),
            str(use.findings),
        )
        for use in run.waivers
    ]


def _made(run: Run) -> list[str]:
    lines = [("allowlint", run.version)]
    lines += [
        ("policy", f"{use.policy.name} {use.policy.published}, {use.selected} requirements") for use in run.policies
    ]
    for name, value in run.profile.items():
        lines.append((name, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)))
    lines += [("note", notice) for notice in run.notices]
    lines += [("settings", file) for file in run.provenance.settings]
    lines += [("command", " ".join(run.provenance.command)), ("made", run.provenance.made)]
    head, *rest = (f"- {name}: {code(text)}\n" for name, text in lines if text)
    return [f"\n{head}", *rest]


REPORT = Report("markdown", "a comment on a pull request, or the summary of a job", render)
