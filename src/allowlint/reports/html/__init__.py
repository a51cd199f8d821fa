"""For auditors, and for the customers that they report to: the whole run as one page.

What reads it
    A browser: one file that needs no other, opens from an attachment, prints to A4, and asks no network. The first line is the
    answer. Then findings, coverage, a matrix of endpoints and devices with the answer of each stage, a picture of each path, what
    is unknown and what would settle it, what was assumed and accepted, the evidence of every verdict, what was not understood,
    and from what it was made. The matrix can be filtered and searched; without scripts everything can be read all the same.
What is left out
    Fingerprints. The systems of each requirement, which the policy has. Rules that do not decide (``allowlint explain`` has them). Of the configurations, all lines but those that are
    pointed at, in which passwords and keys are stars. Of a device's lines that were not understood and change no verdict, those
    beyond 500, whose number is said.
"""

from allowlint.model.report import Run
from allowlint.reports import Report, Style


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - a browser has its own
    """The report as one page of HTML."""
    from allowlint.reports.html.page import page

    return page(run)


REPORT = Report("html", "for auditors: one page that needs no other file", render)
