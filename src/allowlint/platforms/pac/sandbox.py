"""Runs a PAC script in a JavaScript engine, in a process of its own, and says what its function returned.

A sample of answers shows where a route leads for the hosts asked about and never that it leads there for all of them. The
script is untrusted: it runs for a bounded time in a child process without environment, files, network or a way to write
anything but answers; what the helper functions would ask of the client (addresses, time) is given by a :class:`World`, and
which of these an answer depended on is said with it.

The engine is QuickJS-ng through the PyPI package ``quickjs-ng``, chosen over ``quickjs`` because it is maintained (several
releases a year; the last of ``quickjs`` is of 2023, its repository archived), has one wheel of the stable ABI for
CPython 3.10 and later on Linux (glibc, musl), macOS (arm64) and Windows, where ``quickjs`` ends at 3.12, and because its
regular expressions obey the time limit. What no limit of the engine interrupts (``new Array(2**31).join()`` runs for
40 seconds) is ended by the parent. Node's ``vm`` is no sandbox by its own documentation.

An engine of today reads more than WinHTTP's, which knows the third edition of ECMAScript, and has less memory and stack
than a browser. A script that catches the exception of such a limit and returns a string is believed.
On Windows there is no ``resource`` module: the limits of the engine and the parent's clock remain there.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from allowlint.model.record import NamedTuple

LARGEST = 1 << 20
"""Bytes of a script: WinHTTP reads no more."""
LONGEST_RESULT = 8192
"""Characters of an answer."""
LONGEST_ERROR = 300
SECONDS = 3.0
"""For all questions together; a normal script needs a hundredth of it."""
GRACE = 2.0
"""Seconds to start and to end the child, before it is killed."""

KINDS = frozenset({"string", "null", "undefined", "other", "exception", "limit"})
MICROSOFT = frozenset(
    {"isInNetEx", "dnsResolveEx", "isResolvableEx", "myIpAddressEx", "sortIpAddressList", "getClientVersion"}
)
"""Functions that only some clients have; reading their names is already a question to the client."""
ASKABLE = (
    MICROSOFT
    | {
        "dnsResolve",  # of anything but an IPv4 address
        "isResolvable",
        "myIpAddress",
        "time",  # Date and the range functions
        "random",
        "locale",  # localeCompare, toLocaleLowerCase and the like
        "engine",  # globals that not every engine has, or that tell when memory is cleaned up
        "shExpMatch",  # with a pattern that engines read differently: see World.literal_globs
        "state",  # what an earlier call left was read; or the answer was another one, or not tried again, after other questions
    }
)
"""What an answer can depend on besides the question."""

_PLACE = re.compile(r" at (?:\S+ \()?<input>:(\d+)(?::\d+)?\)?$")


class Question(NamedTuple):
    """What the function is called with."""

    url: str
    host: str


class World(NamedTuple):
    """What the helper functions answer."""

    addresses: tuple[str, ...] = ()
    """What names resolve to, all alike; empty where they do not resolve. IPv4 addresses resolve to themselves."""
    own: str = "10.0.0.1"
    """The address of the client."""
    moment: int = 1_735_732_800
    """The time in seconds since 1970, UTC, which stands still; by default noon of Wednesday, 1 January 2025."""
    literal_globs: bool = False
    """Whether shExpMatch takes ``|()[]{}+^$\\`` literally (as some implementations do), not as parts of a regular
    expression (as those that follow Mozilla's do)."""
    old: bool = False
    """Whether everything that is younger than the third edition of ECMAScript is taken away, as WinHTTP's JScript lacks it."""


class Kept(NamedTuple):
    """Properties of the global object that the script writes when it is called."""

    declared: frozenset[str] = frozenset()
    """Those that ``var`` makes at the outside."""
    undeclared: frozenset[str] = frozenset()
    """Those that are only assigned to: reading them before is an error."""


NOTHING_KEPT = Kept()


class Answer(NamedTuple):
    """What became of one question."""

    result: str | None
    """The text that was returned; None where it was none."""
    kind: str
    """``string``, ``null``, ``undefined``, ``other``, ``exception``, or ``limit`` where only this sandbox gave up."""
    error: str = ""
    """Why there is no text, in one short line."""
    asked: frozenset[str] = frozenset()
    """What it depended on (``ASKABLE``), with what the script asked while it was loaded."""


class Sampled(NamedTuple):
    """What became of all questions."""

    answers: tuple[Answer, ...]
    """One for each question; those of the first world, then those of the next."""
    fault: str = ""
    """Why no question could be asked in any world (the answers then say the same), else nothing."""
    limited: bool = False
    """Whether the fault is this program's (size, time, no engine) and not one that browsers have with the script, too."""


def run_script(
    script: str,
    questions: Sequence[Question],
    worlds: Sequence[World] = (World(),),
    *,
    seconds: float = SECONDS,
    entry: str = "FindProxyForURL",
    kept: Kept = NOTHING_KEPT,
) -> Sampled:
    """Ask a script's function every question in every world.

    :param seconds: the time for everything; the call returns at the latest ``GRACE`` seconds after it.
    :param entry: the function to call; clients for IPv6 of Microsoft's call ``FindProxyForURLEx`` where it is defined.
    :param kept: the variables that calls may leave to later ones: each question then gets an engine of its own, and an answer
        for which one was read before it was written depends on the ``state``.
    """
    if fault := _refusal(script, questions):
        return _nothing(len(questions) * len(worlds), fault)
    engine = _engine()
    if engine is None:
        return _nothing(
            len(questions) * len(worlds), "the package quickjs-ng is not installed (pip install quickjs-ng)"
        )
    job = {
        "script": script,
        "stubs": Path(__file__).with_name("_sandbox_stubs.js").read_text(encoding="utf-8"),
        "questions": list(questions),
        "worlds": [world._asdict() for world in worlds],
        "seconds": seconds,
        "entry": entry,
        "longest": LONGEST_RESULT,
        "declared": " ".join(sorted(kept.declared)),
        "undeclared": " ".join(sorted(kept.undeclared)),
    }
    said, end = _child(engine, json.dumps(job).encode("ascii"), seconds)
    return _read(said, end, len(questions), len(worlds))


def _refusal(script: str, questions: Sequence[Question]) -> str:
    """Why this cannot be run at all; the engine takes texts as UTF-8 that ends at the first null character."""
    try:
        size = len(script.encode("utf-8"))
        for question in questions:
            question.url.encode("utf-8") + question.host.encode("utf-8")
    except UnicodeEncodeError:
        return "the script or a question holds half a surrogate pair"
    if size > LARGEST:
        return f"the script has {size} bytes; more than {LARGEST} are not read by WinHTTP, either"
    if any("\0" in text for text in (script, *(part for question in questions for part in question))):
        return "the script or a question holds a null character"
    return ""


def _nothing(count: int, fault: str) -> Sampled:
    return Sampled((Answer(None, "limit", fault),) * count, fault, limited=True)


def _engine() -> str | None:
    """Where the engine's extension module lies. Its Python wrapper, which doubles the start-up, is not needed."""
    import importlib.util

    spec = importlib.util.find_spec("_quickjs")
    return spec.origin if spec is not None else None


def _child(engine: str, job: bytes, seconds: float) -> tuple[list[str], str]:
    """Run the child; its complete lines, and how it ended where it did not end by itself."""
    program = str(Path(__file__).with_name("_sandbox_child.py"))
    command = [sys.executable, "-I", "-S", "-B", program, engine]
    pipe = subprocess.PIPE
    # The arguments are this module's own files; the script goes in through a pipe.
    try:
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment())  # noqa: S603
    except OSError as error:
        return [], _line(f"the engine's process cannot be started: {error}")
    with child:
        out, err, ended = _heard(child, job, seconds + GRACE)
    said = out.decode("ascii", "replace").split("\n")[:-1]
    if not ended:
        return said, f"not ended within {seconds:g} s"
    if child.returncode:
        last = err.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return said, _line(f"the engine's process ended with {child.returncode} {last}".rstrip())
    return said, ""


def _heard(child: subprocess.Popen[bytes], job: bytes, seconds: float) -> tuple[bytes, bytes, bool]:
    """Everything that a child writes until it ends or time is up, and whether it ended."""
    try:
        return *child.communicate(job, timeout=seconds), True
    except subprocess.TimeoutExpired:
        child.kill()
        return *child.communicate(), False
    finally:
        if child.returncode is None:
            child.kill()


def _environment() -> dict[str, str]:
    """Nothing of the user's. Local time is UTC; Windows cannot start a process without knowing where it is itself."""
    import os

    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if sys.platform == "win32" and name in os.environ}
    return {"TZ": "UTC0", **kept}


class _Event(NamedTuple):
    """A line of the child (see there)."""

    word: str
    world: int
    question: int
    answer: Answer | None


def _events(said: Sequence[str]) -> Iterator[_Event]:
    """The lines that have the right form; a child whose engine was taken over may write anything."""
    for line in said:
        word, _, rest = line.partition(" ")
        numbers = {"loaded": 1, "answer": 2, "wavers": 2, "steady": 1}.get(word)
        if numbers is None:
            continue
        parts = rest.split(" ", numbers)
        if len(parts) < numbers or not all(part.isdecimal() for part in parts[:numbers]):
            continue
        answer = _answer(parts[numbers]) if word in {"loaded", "answer"} and len(parts) > numbers else None
        yield _Event(word, int(parts[0]), int(parts[1]) if numbers > 1 else 0, answer)


def _answer(line: str) -> Answer | None:
    """``<asked while loading> <asked now> <kind>:<text>``; None for what is not of this form."""
    at_load, _, rest = line.partition(" ")
    now, _, said = rest.partition(" ")
    kind, _, text = said.partition(":")
    asked = frozenset(filter(None, f"{at_load},{now}".split(",")))
    if kind not in KINDS or not asked <= ASKABLE:
        return None
    try:
        text = json.loads(f'"{text}"')
    except ValueError:
        return None
    if kind == "string":
        # Half a surrogate pair is no text that could be shown or compared; no address holds one.
        return Answer(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), kind, "", asked)
    return Answer(None, kind, _line(_PLACE.sub(r" (line \1)", text)) or f"returned {kind}", asked)


def _line(text: str) -> str:
    """Of bounded length, and without anything that moves a terminal's cursor."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= LONGEST_ERROR else f"{shown[:LONGEST_ERROR]}..."


def _read(said: Sequence[str], end: str, questions: int, worlds: int) -> Sampled:
    """Put together what the child said; what it did not say was not asked, for a reason that is said."""
    events = list(_events(said))
    loaded = {event.world: event.answer for event in events if event.word == "loaded" and event.answer}
    found = {(e.world, e.question): e.answer for e in events if e.word == "answer" and e.answer}
    steady = {event.world for event in events if event.word == "steady"}
    wavering = {(event.world, event.question) for event in events if event.word == "wavers"}
    missing = Answer(None, "limit", end or "not asked: the time for all questions was over")

    answers: list[Answer] = []
    for world in range(worlds):
        start = loaded.get(world, missing)
        for question in range(questions):
            answer = start if start.kind != "string" else found.get((world, question), missing)
            unsteady = answer.kind != "limit" and (world not in steady or (world, question) in wavering)
            stateful = unsteady and start.kind == "string"
            answers.append(answer._replace(asked=answer.asked | {"state"}) if stateful else answer)

    starts = [loaded.get(world, missing) for world in range(worlds)]
    failed = [start for start in starts if start.kind != "string"]
    if starts and len(failed) == len(starts):
        return Sampled(tuple(answers), failed[0].error, any(start.kind == "limit" for start in failed))
    return Sampled(tuple(answers))
