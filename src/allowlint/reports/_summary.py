"""The end of the text report: what was checked, for whom, and what that proves."""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from allowlint.model.finding import Finding
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Verdict
from allowlint.reports import Style
from allowlint.reports._answer import answer, counted, plural, tallies_of
from allowlint.reports._paint import Paint
from allowlint.reports._tally import Tally, open_conditions, sentence
from allowlint.reports._visible import visible, wrapped

_MANY = 8
"""Devices without findings that are named."""
_FEW = 4
"""Files read beside configurations that are named."""
_INDENT = " " * 13


def summary(run: Run, style: Style, paint: Paint) -> Iterator[str]:
    """Yield the last lines of the report; the very last one is the verdict."""
    for notice in run.notices:
        yield from _note("note", notice, style, paint)
    verdicts = [verdict for result in run.results for verdict in result.verdicts]
    tallies = tallies_of(run)
    yield from _matrices(run, style, paint)
    yield from _note("checked", checked(run), style, paint)
    assumed = _words(run.profile.get("assumptions"))
    given = {"read too": _beside(run), "client": client(run.profile), "assumed": _assumed(assumed, verdicts)}
    for word, text in given.items():
        yield from _note(word, text, style, paint) if text else ()
    for need, sentences in told_by_need(run, tallies):
        yield from _note(str(need), sentences, style, paint)
        if need is Need.CONDITIONAL and (keys := open_conditions(verdicts)):
            text = f"(counts as required once you say that it applies: --answer KEY=yes, or no; KEY: {', '.join(keys)})"
            yield from _note("", text, style, paint)
    yield from _since(run, style, paint)
    yield from _live(run, style, paint)
    if clean := _clean(run):
        yield from _note("no findings", "; ".join(clean), style, paint)
    if command := _explain(run.findings, {(r.config, r.device.name) for r in run.results if r.hops}):
        yield from _note("to see why", command, style, paint)
    text, color = answer(run, tallies)
    first, *rest = wrapped(text, style.width)
    yield paint(first, color)
    yield from (paint(line, color) for line in rest)


def told_by_need(run: Run, tallies: Mapping[Need, Tally]) -> Iterator[tuple[Need, str]]:
    """Yield for each need of which there are endpoints how many of them work, in words."""
    across = _across(run)
    for need, found in tallies.items():
        if found.total:
            yield need, sentence(found) + across


def _beside(run: Run) -> str:
    """The files that were read beside the configurations: what is said of these rests on them."""
    files = sorted({visible(_near(path)) for result in run.results for path in result.device.files})
    return ", ".join(files[:_FEW]) + (f" and {len(files) - _FEW} more" if len(files) > _FEW else "")


def _near(path: str) -> str:
    """A path as one would type it here."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _assumed(words: Iterable[str], verdicts: Collection[Verdict]) -> str:
    """The assumptions, each with the number of verdicts that are sure only because of it."""
    leaning = Counter(word for verdict in verdicts for word in verdict.leans)
    return ", ".join(f"{word} ({plural(leaning[word], 'verdict')} on it)" if leaning[word] else word for word in words)


def _since(run: Run, style: Style, paint: Paint) -> Iterator[str]:
    """What has changed since the revision that the run is compared with."""
    if run.comparison is not None:
        from allowlint.reports._changes import told

        yield from _note("since", told(run.comparison, None if style.verbose else _MANY), style, paint)


def _live(run: Run, style: Style, paint: Paint) -> Iterator[str]:
    """What tests on endpoints say of the verdicts."""
    if run.live is not None:
        from allowlint.reports._live import told

        for line in told(run.live):
            yield from _note("live", line, style, paint)


def _matrices(run: Run, style: Style, paint: Paint) -> Iterator[str]:
    if any(result.hops for result in run.results):
        from allowlint.reports._matrix import matrix

        yield from (line for result in run.results for line in matrix(result, style, paint))


def _across(run: Run) -> str:
    """On how many devices and paths the endpoints were judged, where it is more than one."""
    judged = sum(not result.on_path for result in run.results)
    what = "paths and devices" if any(result.hops for result in run.results) else "devices"
    return f" (on {judged} {what})" if judged > 1 else ""


def _note(word: str, text: str, style: Style, paint: Paint) -> Iterator[str]:
    for index, line in enumerate(wrapped(text, max(style.width - len(_INDENT), 20))):
        yield (paint(f"{word:<{len(_INDENT)}}", "bold") if not index else _INDENT) + line


def checked(run: Run) -> str:
    """What was checked, and how many findings there are."""
    devices = [result for result in run.results if not result.hops]
    paths = len(run.results) - len(devices)
    platforms = sorted({result.device.platform for result in devices})
    unread = [entry for result in run.results for entry in result.device.unread]
    mattering = sum(entry.matters for entry in unread)
    lines = f"{plural(len(unread), 'line')} not understood"
    if mattering:
        lines += (
            f" ({mattering} could change a verdict)" if mattering < len(unread) else " (which could change a verdict)"
        )
    parts = (
        *([plural(paths, "path")] if paths else []),
        f"{plural(len(devices), 'device')} ({', '.join(platforms)})" if platforms else "0 devices",
        f"{plural(requirements(run), 'requirement')} ({_scope(run)})",
        plural(sum(config.rules for config in run.configs), "rule"),
        lines,
    )
    found = counted(run.findings) or "nothing found"
    unknown = run.unknown()
    return f"{', '.join(parts)}: {found}" + (f", {unknown} unknown" if unknown else "")


def _explain(findings: Iterable[Finding], paths: Collection[tuple[str, str]]) -> str:
    """The command that shows the way of the first endpoint that fails."""
    named = [finding for finding in findings if finding.requirement]
    finding = next((finding for finding in named if finding.counts), next(iter(named), None))
    if finding is None:
        return ""
    host, _, port = finding.requirement.partition("/")[0].partition(":")
    port = port or finding.requirement.rpartition(":")[2]
    # The name itself is not among those below it.
    host = finding.witness or (f"a{host[1:]}" if host.startswith("*.") else host.removeprefix("*"))
    where = finding.device if (finding.config, finding.device) in paths else finding.config
    plain = (where.replace("/", "").replace(".", "").replace("-", "").replace("_", ""), port)
    if not all(part.isascii() and part.isalnum() for part in plain) or where.startswith("-"):
        return ""  # what a shell might take for something else is not offered for copying
    return f"allowlint explain {visible(host)}{'' if port == '443' else f':{port}'} {where}"


def _clean(run: Run) -> list[str]:
    """The devices without a finding, where there are others to compare them with."""
    spoken = {(finding.config, finding.device) for finding in run.findings}
    silent = [
        r for r in run.results if not r.on_path and not r.device.load_faults and (r.config, r.device.name) not in spoken
    ]
    names = [visible(device_name(result.config, result.device.name)) for result in silent]
    if len(run.results) < 2 or len(names) <= _MANY:
        return names if len(run.results) > 1 else []
    return [*names[:_MANY], f"and {len(names) - _MANY} more"]


def device_name(config: str, device: str) -> str:
    """A device as headings name it."""
    return config if device in ("", config) else f"{config}, {device}"


def place_names(run: Run) -> dict[tuple[str, str], str]:
    """The name of each device and each path that was judged, by configuration and device."""
    return {
        (result.config, result.device.name): f"path {result.device.name}"
        if result.hops
        else device_name(result.config, result.device.name)
        for result in run.results
        if not result.on_path
    }


def requirements(run: Run) -> int:
    """Requirements that were judged; one that two policies have in common counts once."""
    judged = {verdict.requirement.id for result in run.results for verdict in result.verdicts}
    return len(judged) or sum(use.selected for use in run.policies)


def _scope(run: Run) -> str:
    policies = ", ".join(f"{use.policy.name} {use.policy.published}".strip() for use in run.policies)
    profile = [", ".join(_words(run.profile.get(key))) for key in ("geographies", "systems")]
    return "; ".join(part for part in (policies, *profile) if part)


def client(profile: Mapping[str, object]) -> str:
    """Who connects."""
    said = " ".join(_words(profile.get("client")))
    return "not given: every inside address counts (--client ADDRESS)" if said in ("", "not given") else said


def profile_words(profile: Mapping[str, object]) -> str:
    """A profile in one line: ``geographies EU, UK; systems linux``."""
    said = ((key, ", ".join(_words(value))) for key, value in profile.items())
    return "; ".join(f"{key} {words}" for key, words in said if words)


def _words(value: object) -> list[str]:
    """A value of the profile, which holds texts and lists of texts."""
    if isinstance(value, (list, tuple)):
        return [visible(str(word)) for word in value]
    return [visible(str(value))] if value else []
