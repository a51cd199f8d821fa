"""Live results beside the verdicts: as values for programs, as a table and in lines for people.

Of a result no more is shown than of what was tested: no machine, no user, no identifier of a tenant.
"""

import os
from collections import Counter
from collections.abc import Iterator

from allowlint.model.live import Attempt, Conclusion, LiveAnswer, LiveResults, LiveUse, Reach, ServiceCheck, Way
from allowlint.reports._answer import plural
from allowlint.reports._visible import visible

_WAYS = {
    Way.DEFAULT: "default",
    Way.WPAD: "WPAD",
    Way.DIRECT: "direct",
    Way.NAMED: "named",
    Way.COMMAND_LINE: "command line",
}
_COLUMNS = ("requirement", "static verdict", "live result", "conclusion")


def live_values(live: LiveUse) -> dict[str, object]:
    """The live results as values that JSON has."""
    return {
        "results": [_result(result, live.scopes.get(result.path, ())) for result in live.results],
        "answers": [_answer(answer) for answer in live.answers],
        "doubts": [doubt._asdict() for doubt in live.doubts],
        "untested": list(live.untested),
        "unrelated": [{"path": path, "target": target} for path, target in live.foreign],
        "settled": [_settled(live, each) for each in live.settled],
    }


def _settled(live: LiveUse, key: tuple[str, str, str]) -> dict[str, str]:
    dates = (
        answer.date
        for answer in live.answers
        if answer.conclusion is Conclusion.SETTLED and (answer.config, answer.device, answer.requirement) == key
    )
    return {"config": key[0], "device": key[1], "requirement": key[2], "date": max(dates, default="")}


def _result(result: LiveResults, scopes: tuple[str, ...]) -> dict[str, object]:
    return {
        "path": result.path,
        "format": result.format,
        "date": result.date,
        "for": list(scopes),
        "tests": len(result.tests),
        "facts": dict(result.facts),
        "service_checks": [_check(check) for check in result.checks],
        "unread": [part._asdict() for part in result.unread],
    }


def _check(check: ServiceCheck) -> dict[str, object]:
    return {
        "subject": check.subject,
        "result": check.reach.value,
        "code": check.code,
        "sign": check.sign.value,
        "about": list(check.about),
        "why": check.why,
        "line": check.line,
    }


def _answer(answer: LiveAnswer) -> dict[str, object]:
    return {
        "requirement": answer.requirement,
        "need": answer.need,
        "config": answer.config,
        "device": answer.device,
        "places": [{"config": config, "device": device} for config, device in answer.places],
        "host": answer.host,
        "port": answer.port,
        "static": answer.static,
        "attempts": [
            {"way": each.way.value, "result": each.reach.value, "code": each.code, "sign": each.sign.value}
            for each in answer.attempts
        ],
        "reached": answer.reached,
        "sign": answer.sign.value,
        "conclusion": answer.conclusion.value,
        "reasons": list(answer.reasons),
        "date": answer.date,
        "path": answer.path,
        "line": max(answer.line, 1),
        "source": answer.source,
    }


def told(live: LiveUse) -> Iterator[str]:
    """Yield a line for each result: what was tested, and how that compares."""
    for result in live.results:
        mine = Counter(answer.conclusion for answer in live.answers if answer.path == result.path)
        day = f" of {result.date}" if result.date else ""
        where = f" for {', '.join(live.scopes[result.path])}" if result.path in live.scopes else ""
        parts = [f"{mine[each]} {each.value}" for each in Conclusion if mine[each]]
        unrelated = sum(path == result.path for path, _ in live.foreign)
        parts += [f"{unrelated} of no requirement"] if unrelated else []
        checks = f", {plural(len(result.checks), 'check')} of groups" if result.checks else ""
        tests = f"{plural(len(result.tests), 'test')}{checks}"
        about = f"{_near(result.path)}{day}{where} ({result.format})"
        yield visible(f"{about}: {tests}{': ' if parts else ''}{', '.join(parts)}")


def table(live: LiveUse) -> Iterator[str]:
    """Yield the lines of the table: each tested host beside the verdict on its requirement."""
    rows = [_COLUMNS, *(_row(answer) for answer in live.answers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS) - 1)]
    for row in rows:
        yield "  ".join((*(f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=True)), row[-1]))


def _row(answer: LiveAnswer) -> tuple[str, ...]:
    conclusion = answer.conclusion.value + (f": {answer.reasons[0]}" if answer.reasons else "")
    return tuple(visible(cell) for cell in (target(answer), answer.static, ways(answer), conclusion))


def target(answer: LiveAnswer) -> str:
    """The requirement, with the tested host where that is another name."""
    host = f"{answer.host}:{answer.port}"
    return answer.requirement if answer.requirement == host else f"{answer.requirement} ({host})"


def ways(answer: LiveAnswer) -> str:
    """Each method with its code; those that do not exist on the machine are left out."""
    parts = [way(attempt) for attempt in answer.attempts if attempt.reach is not Reach.ABSENT]
    return ", ".join(parts) or "not tried"


def way(attempt: Attempt) -> str:
    """One method with its end and code: ``default failed 403``."""
    end = attempt.reach.value + (f" {attempt.code}" if attempt.code else "")
    return f"{_WAYS[attempt.way]} {end}" if attempt.way in _WAYS else end


def _near(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
