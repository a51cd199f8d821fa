"""For people: what is wrong, where, why, and what to do about it.

What reads it
    A person, in a terminal or in the log of a pipeline. Findings are grouped by configuration and device, worst first; findings
    that differ in the endpoint alone are one block. The last lines say what was checked and what was proven.
What is left out
    Fingerprints and hashes. The rules on the way to the deciding one, and the ends of long lists of endpoints, unless
    ``--verbose`` asks for them. What does not print as itself is shown by its number.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.finding import Finding
from allowlint.model.report import DeviceResult, Run
from allowlint.reports import Report, Style
from allowlint.reports._answer import counted
from allowlint.reports._blocks import Page
from allowlint.reports._defused import defused
from allowlint.reports._grouping import by_device
from allowlint.reports._paint import Paint
from allowlint.reports._summary import device_name, summary
from allowlint.reports._visible import visible


def render(run: Run, style: Style) -> str:
    """The report as text."""
    return "".join(f"{defused(line)}\n" for line in _lines(run, style))


def _lines(run: Run, style: Style) -> Iterator[str]:
    page, paint = Page(run, style), Paint(style)
    results = {(result.config, result.device.name): result for result in run.results}
    for (config, device), blocks in by_device(run.findings):
        found = (finding for block in blocks for finding in block.findings)
        yield _header(config, device, results.get((config, device)), found, paint)
        yield ""
        for block in blocks:
            yield from page.block(block)
            yield ""
    yield from summary(run, style, paint)


def _header(config: str, device: str, result: DeviceResult | None, findings: Iterable[Finding], paint: Paint) -> str:
    """The line above the blocks of a device."""
    if result and result.hops:
        chain = " -> ".join(hop.name for hop in result.hops)
        return f"{paint(visible(f'path {device}'), 'bold')} {paint(visible(f'({chain}: {counted(findings)})'), 'dim')}"
    about = visible(f"{result.device.platform}: ") if result else ""
    return f"{paint(visible(device_name(config, device)), 'bold')} {paint(f'({about}{counted(findings)})', 'dim')}"


REPORT = Report("text", "for people, in a terminal or a log", render)
