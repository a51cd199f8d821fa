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

from allowlint.model.finding import Finding, Severity
from allowlint.model.report import BaselineUse, Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer
from allowlint.reports import Report, Style
from allowlint.reports._accepted import until
from allowlint.reports._answer import answer, counted
from allowlint.reports._blocks import Page
from allowlint.reports._changes import KINDS, heading, revision
from allowlint.reports._fitting import Part, fitted
from allowlint.reports._grouping import Block, worst_first
from allowlint.reports._live import target, told, ways
from allowlint.reports._marked_up import code, fence, row, summary_of
from allowlint.reports._matrix import matrix
from allowlint.reports._paint import Paint
from allowlint.reports._summary import device_name, place_names, profile_words
from allowlint.reports._tally import sentence, tally
from allowlint.reports._tested import settling, tested
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
    yield _folded("Hop by hop", _ways(run, style), "paths")
    unknown = _unknown(run)
    answers = run.live.answers if run.live else ()
    yield _folded(f"Live results: {len(answers)}", _live(run), "tests", _LIVE)
    yield _folded(
        f"Answers that cannot be told, and what would settle them: {len(unknown)}", unknown, "answers", _UNKNOWN
    )
    yield _folded(f"Waivers: {len(run.waivers)}", _waivers(run), "waivers", _WAIVERS)
    if run.baseline:
        yield _folded(f"Baseline: {run.baseline.matched} known findings", _baseline(run.baseline), "entries")
    yield _folded("From what this was made", _made(run), "lines")


def _devices(run: Run) -> Part:
    lines = []
    names = place_names(run)
    by_device: dict[tuple[str, str], list[Finding]] = {key: [] for key in names}
    for finding in run.findings:
        by_device.setdefault((finding.config, finding.device), []).append(finding)
    results = {(result.config, result.device.name): result for result in run.results}
    for key, found in by_device.items():
        result = results.get(key)
        required = tally(result.verdicts if result else (), Need.REQUIRED)
        name = code(names.get(key) or device_name(*key), table=True)
        way = " → ".join(code(hop.name, table=True) for hop in result.hops) if result else ""
        words = sentence(required) if required.total else "nothing is required"
        lines.append(row(f"{name}: {way}" if way else name, words, counted(found) or "none"))
    head = f"\n{row('device', 'required endpoints', 'findings')}{row('---', '---', '---')}"
    return Part(head if lines else "", lines, "devices", most=MOST // 5)


def _changes(run: Run) -> Iterator[Part]:
    found = run.comparison
    if found is None:
        return
    name = code(revision(found)[:200])
    if found.failed:
        yield Part(f"\n### Since {name}\n\nCould not be compared: {code(found.failed[:1000])}\n")
        return
    head = f"\n### Since {name}\n\n{heading(found)}\n"
    head += "".join(f"\n- {code(note)}" for note in found.notes) + ("\n" if found.notes else "")
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
    yield Part(head, lines, "changes", most=MOST // 4)


def _faults(blocks: Iterable[Block], page: Page) -> list[str]:
    names = place_names(page.run)
    found = []
    for block in blocks:
        key = (block.first.config, block.first.device)
        place = [visible(f"in {names.get(key) or device_name(*key)}")] if len(names) > 1 or key not in names else []
        found.append(f"\n{fence([*place, *page.block(block)])}")
    return found


def _ways(run: Run, style: Style) -> list[str]:
    """Hop by hop, what becomes of the endpoints on each path."""
    paths = [result for result in run.results if result.hops]
    return [f"\n{fence(list(matrix(result, style, Paint(style)))[:-1])}" for result in paths]


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


_LIVE = f"{row('requirement', 'device', 'static verdict', 'live result', 'conclusion', 'reasons', 'test')}{row(*['---'] * 7)}"


def _live(run: Run) -> list[str]:
    """Each tested host beside the verdict on its requirement."""
    lines = []
    names = place_names(run)
    for each in run.live.answers if run.live else ():
        cells = (
            target(each),
            ", ".join(names.get(place, "") for place in each.places),
            each.static,
            ways(each),
            each.conclusion.value,
        )
        reasons = "<br>".join(code(text, table=True) for text in each.reasons)
        test = f"{each.date or 'undated'}, {each.path}:{max(each.line, 1)}"
        lines.append(row(*(code(cell, table=True) for cell in cells), reasons, code(test, table=True)))
    return lines


def _baseline(use: BaselineUse) -> list[str]:
    """The file, and what it still lists although it is no longer true."""
    return [f"\n{code(use.path)}\n\n", *(f"- {code(entry.text)}: {code(entry.why)}\n" for entry in use.dead)]


_UNKNOWN = f"{row('requirement', 'device', 'stage', 'because', 'settled by')}{row(*['---'] * 5)}"


def _unknown(run: Run) -> list[str]:
    lines = []
    names = place_names(run)
    tests = tested(run)
    for entry in judged(run)[0]:
        for stage, found in entry.verdict.stages.items():
            if found.answer is not Answer.UNKNOWN or not entry.verdict.matters(stage):
                continue
            reasons = "<br>".join(code(text, table=True) for text in dict.fromkeys(map(str, found.reasons)))
            settled = [r.settle for r in found.reasons] + [settling(tests.get(entry.key))]
            settles = "<br>".join(code(text, table=True) for text in dict.fromkeys(settled) if text)
            name = code(names[entry.key[:2]], table=True)
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
    lines += [
        ("judged otherwise", f"{result.device.name}: {profile_words(result.profile)}")
        for result in run.results
        if result.profile
    ]
    lines += [
        (f"{change.kind} by an overlay", f"{change.requirement} ({change.location}): {change.reason}")
        for use in run.policies
        for change in use.policy.changes
    ]
    lines += [("live result", line) for line in (told(run.live) if run.live else ())]
    lines += [("note", notice) for notice in run.notices]
    lines += [("settings", file) for file in run.provenance.settings]
    lines += [("command", " ".join(run.provenance.command)), ("made", run.provenance.made)]
    head, *rest = (f"- {name}: {code(text)}\n" for name, text in lines if text)
    return [f"\n{head}", *rest]


REPORT = Report("markdown", "a comment on a pull request, or the summary of a job", render)
