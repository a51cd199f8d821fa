"""Which findings a waiver is about."""

import os
from collections.abc import Iterable

from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.location import Location
from allowlint.model.waiver import Span, Waiver


def fits(waiver: Waiver, finding: Finding) -> bool:
    """Whether a waiver is about a finding: everything that it says has to fit."""
    if not finding.code.startswith(waiver.checks):
        return False
    if waiver.inline:
        return any(_stands_in(span, finding) for span in waiver.spans)
    return (
        (not waiver.requirement or _about(waiver.requirement, finding.requirement))
        and (not waiver.object or matches(finding.object, waiver.object))
        and (not waiver.device or any(matches(name, waiver.device) for name in _devices(waiver, finding)))
        and (not waiver.config or any(matches(file, _tidy(waiver.config)) for file in _files(waiver, finding)))
    )


def matches(text: str, pattern: str) -> bool:
    """Whether a text is what a pattern says, in which ``*`` stands for any characters, and nothing else is special."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _about(pattern: str, requirement: str) -> bool:
    """By the id of a requirement, or by its host: with its path, or without."""
    if not requirement:
        return False
    endpoint = requirement.rpartition(":")[0]
    names = (requirement, endpoint, endpoint.partition("/")[0])
    return any(matches(name, pattern.lower()) or matches(name, pattern) for name in names)


def _devices(waiver: Waiver, finding: Finding) -> Iterable[str]:
    yield finding.device
    if os.path.abspath(finding.device) == os.path.abspath(finding.config):
        yield relative(finding.config, waiver)


def _files(waiver: Waiver, finding: Finding) -> Iterable[str]:
    """The configuration, and the file of the rule that decides: on a declared path these are not the same."""
    yield relative(finding.config, waiver)
    yield relative(finding.location.path, waiver)


def _stands_in(span: Span, finding: Finding) -> bool:
    """Whether a finding is about a rule or object: it points there, or the rule stands there that decides."""
    steps = [step for step in finding.trace if span.defaults or not step.default]
    defaults = {step.rule.location for step in finding.trace} - {step.rule.location for step in steps}
    places = [] if finding.location in defaults else [finding.location]
    places += [step.rule.location for step in steps[-1:] if step is finding.trace[-1]]
    if finding.code.startswith("TLS"):
        # What inspects is often a profile; the rule that lets the connection through leads to it.
        places += [step.rule.location for step in steps if step.stage is Stage.ACCESS][-1:]
    tidy = (place._replace(path=os.path.normpath(place.path)) for place in places if _somewhere(place))
    return any(span._replace(path=os.path.normpath(span.path)).holds(place) for place in tidy)


def _somewhere(place: Location) -> bool:
    """Whether it is a place that somebody found, and not the beginning of the file for want of one."""
    return place.line > 1 or place.column > 0


def relative(path: str, waiver: Waiver) -> str:
    """A file as the one that holds the waiver would name it."""
    if path in ("", "-"):
        return path
    return os.path.relpath(path, os.path.dirname(waiver.location.path) or ".").replace(os.sep, "/")


def file_of(waiver: Waiver) -> str:
    """The one file that a waiver is about, as an absolute name; empty where it may be about others."""
    if not waiver.config or "*" in waiver.config:
        return ""
    return os.path.abspath(os.path.join(os.path.dirname(waiver.location.path), waiver.config))


def _tidy(pattern: str) -> str:
    return os.path.normpath(pattern).replace(os.sep, "/")
