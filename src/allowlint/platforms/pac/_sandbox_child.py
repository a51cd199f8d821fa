"""The child process of :mod:`allowlint.platforms.pac.sandbox`: runs one script, knows nothing of allowlint.

Started by path under ``python -I -S`` with the path of the engine's extension module as its argument. Standard input is one
JSON document (the job), standard output one line for each event:

``loaded WORLD LINE``
    the script was evaluated in a world; LINE as below, its answer an exception where it cannot be used
``answer WORLD QUESTION LINE``
    LINE is ``<asked while loading> <asked now> <kind>:<text>``, the text escaped as in JSON
``wavers WORLD QUESTION``
    the answer was another one when the same engine was asked again, after other questions
``steady WORLD``
    every answer of this world was tried again
``end``
    all was asked
"""

import contextlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

MEMORY = 64 << 20
"""Bytes for the engine; a browser's renderer has more, but a script of at most 1 MB does not need it."""
ADDRESS_SPACE = 512 << 20
STACK = 4 << 20
"""Bytes; a chain of ``else if`` for 2000 hosts needs half a megabyte, and browsers read longer ones."""
SMALL_STACK = 512 << 10
"""Where nothing says how much the process has (Windows gives Python 2 MB)."""
CALL = 0.5
"""Seconds of processor time for one question."""
FRESH = 2048
"""Engines (a millisecond each) that are started anew because a call asked the client something, which it could have kept;
after these, calls count as having asked what earlier ones did."""
FRESH_TEXT = 4 << 20
"""Characters of script that are read again for that reason."""


def load_engine(path: str) -> ModuleType:
    """The extension module at a path, without the folder that it stands in becoming importable."""
    spec = importlib.util.spec_from_file_location("_quickjs", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no extension module: {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def confine(seconds: float) -> None:
    """Take from this process what it does not need: memory, time, files, children. Only systems with ``resource`` can."""
    try:
        import resource
    except ImportError:  # Windows: the engine's own limits and the parent's clock remain
        return
    ticks = int(seconds) + 4  # later than the parent's clock, in case that one stops
    limits = {
        resource.RLIMIT_AS: ADDRESS_SPACE,
        resource.RLIMIT_CPU: ticks,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in limits.items():
        # macOS refuses some (address space); the engine's own limits and the parent's clock remain.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def stack() -> int:
    """What the engine may use of the stack: half of what the process has."""
    try:
        import resource
    except ImportError:
        return SMALL_STACK
    whole, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return STACK if whole == resource.RLIM_INFINITY else min(STACK, whole // 2)


def say(*words: object) -> None:
    """Write one line at once: what was said before a kill counts."""
    line = " ".join(map(str, words)).encode("ascii", "backslashreplace") + b"\n"
    while line:
        line = line[os.write(1, line) :]


class Engine:
    """One context of the engine in which the script has been evaluated."""

    def __init__(self, binding: ModuleType, job: Mapping[str, Any], world: Mapping[str, Any], left: float) -> None:
        self.binding = binding
        self.context = binding.Context()
        self.context.set_memory_limit(MEMORY)
        self.context.set_max_stack_size(stack())
        words = " ".join(world["addresses"])
        make = self.context.eval(job["stubs"])
        facts = (words, world["own"], world["moment"] * 1000.0, world["literal_globs"], job["entry"], job["longest"])
        self.function = make(*facts, world["old"], job["declared"], job["undeclared"])
        self.context.set_time_limit(left)
        self.fault = self.evaluate(job["script"])

    def evaluate(self, script: str) -> str:
        """Run the script's top level; what it threw, else nothing."""
        try:
            self.context.eval(script)
        except (self.binding.JSException, MemoryError) as error:
            return described(error)
        except (TypeError, UnicodeDecodeError):
            # The binding's own (those of the script are JSExceptions): the last expression's value, which nobody wants, is
            # none that Python has (a BigInt, a text of many parts or half a surrogate pair).
            return ""
        return ""

    def ask(self, url: str, host: str, really: bool, left: float) -> tuple[str, bool]:
        """The line for a question, and whether the engine can be used further."""
        self.context.set_time_limit(min(CALL, left))
        try:
            return str(json.loads(self.function(url, host, really))), True
        except (self.binding.JSException, MemoryError) as error:
            return f"  limit:{described(error).partition(':')[2]}", False

    def state(self, left: float) -> str:
        """The line that says whether there is a function to call."""
        line, _ = self.ask("", "", False, left)
        if self.fault:
            asked = line.split(" ", 1)[0]
            return f"{asked}  {self.fault}"
        return line


def described(error: BaseException) -> str:
    """``kind:text`` of what left the engine: its own limits are no fault of the script's."""
    lines = [" ".join(line.split()) for line in str(error).splitlines()[:2]] or ["out of memory"]
    text = " ".join(line for line in lines if line and line != "undefined")[:300]
    ours = isinstance(error, MemoryError) or text.startswith(("InternalError:", "RangeError: Maximum call stack"))
    return f"{'limit' if ours else 'exception'}:{json.dumps(text)[1:-1]}"


class World:
    """All questions in one world."""

    def __init__(self, binding: ModuleType, job: Mapping[str, Any], number: int, end: float) -> None:
        self.binding = binding
        self.job = job
        self.number = number
        self.end = end
        self.fresh = min(FRESH // len(job["worlds"]), 8 + FRESH_TEXT // (len(job["script"]) + 1))
        self.kept: frozenset[str] = frozenset()
        """What calls of the engine at hand have asked before, where it could not be replaced any more."""

    @property
    def left(self) -> float:
        """Seconds that may still be used."""
        return self.end - time.monotonic()

    def engine(self) -> Engine:
        """The script, evaluated anew."""
        return Engine(self.binding, self.job, self.job["worlds"][self.number], max(self.left, 0.01))

    def run(self) -> None:
        """Ask everything, then everything again."""
        engine = self.engine()
        state = engine.state(max(self.left, 0.01))
        say("loaded", self.number, state)
        if not state.partition(" ")[2].partition(" ")[2].startswith("string:"):
            return
        lines: dict[int, str] = {}
        for question, line in self.answers(engine):
            say("answer", self.number, question, line)
            lines[question] = line
        if self.again({question: line for question, line in lines.items() if " limit:" not in line}):
            say("steady", self.number)

    def answers(self, first: Engine) -> Iterator[tuple[int, str]]:
        """A line for each question, until time is up."""
        engine: Engine | None = first
        for question, (url, host) in enumerate(self.job["questions"]):
            if self.left <= 0:
                return
            engine = engine or self.engine()
            if engine.fault:
                yield question, f"  limit:{engine.fault.partition(':')[2]}"
                engine = None
                continue
            line, usable = engine.ask(url, host, True, self.left)
            yield question, self.with_kept(line)
            engine = engine if usable and self.may_keep(line) else None

    def with_kept(self, line: str) -> str:
        """The line, with what earlier calls of the same engine asked and may have kept."""
        at_load, asked, answer = line.split(" ", 2)
        return f"{at_load} {','.join(sorted(self.kept.union(filter(None, asked.split(',')))))} {answer}"

    def may_keep(self, line: str) -> bool:
        """Whether the engine may be asked further, although a call could have stored what the client told it."""
        at_load, asked, _ = line.split(" ", 2)
        learned = frozenset(filter(None, asked.split(","))) - frozenset(at_load.split(","))
        if self.job["declared"] or self.job["undeclared"]:
            learned |= {"state"}
        if learned and self.fresh > 0:
            self.fresh -= 1
            return False
        self.kept |= learned
        return True

    def again(self, lines: Mapping[int, str]) -> bool:
        """Ask backwards and twice each in one engine, which shows counters that give routes in turn; whether all was asked."""
        engine = self.engine()
        for question in sorted(lines, reverse=True):
            url, host = self.job["questions"][question]
            expected = lines[question].split(" ", 2)[2]
            for _ in range(2):
                if self.left <= 0:
                    return False
                line, usable = engine.ask(url, host, True, self.left)
                if not usable:
                    return False
                if line.split(" ", 2)[2] != expected:
                    say("wavers", self.number, question)
                    break
        return True


def main() -> None:
    """Read the job, give up everything else, run it."""
    job: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    binding = load_engine(sys.argv[1])
    confine(job["seconds"])
    end = time.monotonic() + job["seconds"]
    for number in range(len(job["worlds"])):
        World(binding, job, number, end).run()
    say("end")


if __name__ == "__main__":
    main()
