"""What becomes of each endpoint hop by hop along a declared path, as a table."""

from collections.abc import Iterator

from allowlint.model.device import Stage
from allowlint.model.report import DeviceResult
from allowlint.model.verdict import Answer, Verdict
from allowlint.reports import Style
from allowlint.reports._paint import Paint
from allowlint.reports._tally import state
from allowlint.reports._visible import columns, padded, visible

FEW = 12
"""Endpoints of which all are shown; of more, only those that do not work, unless ``--verbose``."""
_SAME = "-"
"""Nothing changes at this hop for what has already failed."""
_COLORS = {"works": "green", "direct": "green", "proxied": "green", "unknown": "yellow", _SAME: "dim"}


def matrix(result: DeviceResult, style: Style, paint: Paint) -> Iterator[str]:
    """Yield the lines of a path's table; none for a device that is no path."""
    if not result.hops:
        return
    rows = [(verdict.id, hop_words(result, index)) for index, verdict in enumerate(result.verdicts)]
    every = style.verbose or len(rows) <= FEW
    shown = [row for row in rows if every or row[1][-1] != "works"]
    heads = [f"path {result.device.name}", *(hop.name for hop in result.hops)]
    table = [heads, *([name, *cells] for name, cells in shown)]
    widths = [max(columns(visible(row[index])) for row in table) for index in range(len(heads))]
    for number, row in enumerate(table):
        cells = (padded(visible(cell), width) for cell, width in zip(row, widths, strict=True))
        painted = (
            paint(cell, "bold" if not number else _COLORS.get(row[index], "red") if index else "")
            for index, cell in enumerate(cells)
        )
        yield "  ".join(painted).rstrip()
    if hidden := len(rows) - len(shown):
        what = "more work" if shown else "work"
        yield paint(f"{hidden} {what} at every hop; --verbose lists all", "dim")
    yield ""


def hop_words(result: DeviceResult, index: int) -> list[str]:
    """The words for one endpoint, one for each hop: what holds as far as there; ``-`` where it had failed before."""
    cells: list[str] = []
    last = "works"
    for position, hop in enumerate(result.hops):
        found = _word(hop.verdicts[index], first=position == 0)
        cells.append(_SAME if found == last and found not in ("works", "direct", "proxied") else found)
        last = found
    return cells


def _word(verdict: Verdict, *, first: bool) -> str:
    found = state(verdict)
    routing = verdict.stages[Stage.ROUTING]
    if first and found == "works" and routing.answer is not Answer.NOT_APPLICABLE:
        return verdict.word(Stage.ROUTING)
    return found
