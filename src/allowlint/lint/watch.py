"""Where the time of a run goes (``--timing``), and what it is doing just now, for whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 1.0
"""Seconds after which whoever waits is told what is going on."""


class Watch:
    """Measures stages by name, and tells ``show`` of each one once the run has taken longer than ``PATIENCE``."""

    def __init__(self, show: Callable[[str], None] | None = None, now: Callable[[], float] = perf_counter) -> None:
        self._show = show
        self._now = now
        self.start = now()
        """When the run began, as ``now`` tells it."""
        self.current = ""
        """What is being done."""
        self.seconds: dict[tuple[str, str], float] = {}
        """Seconds by stage and by what it was about, in the order in which they were first met."""

    def __call__(self, stage: str, about: str = "") -> _Stage:
        """Measure what stands in the block: ``with watch("reading", path):``."""
        self.current = f"{stage} {about}".rstrip()
        if self._show is not None and self._now() - self.start > PATIENCE:
            self._show(self.current)
        return _Stage(self, (stage, about))

    def add(self, key: tuple[str, str], seconds: float) -> None:
        """Count time for a stage."""
        self.seconds[key] = self.seconds.get(key, 0.0) + seconds

    def now(self) -> float:
        """Seconds since some moment."""
        return self._now()

    def table(self) -> list[tuple[str, str, float]]:
        """Stage, what it was about, seconds: the stages in order, each with its slowest parts first."""
        stages: dict[str, list[tuple[str, float]]] = {}
        for (stage, about), seconds in self.seconds.items():
            stages.setdefault(stage, []).append((about, seconds))
        return [
            (stage, about, seconds)
            for stage, parts in stages.items()
            for about, seconds in sorted(parts, key=lambda part: -part[1])
        ]


class _Stage:
    __slots__ = ("_key", "_since", "_watch")

    def __init__(self, watch: Watch, key: tuple[str, str]) -> None:
        self._watch = watch
        self._key = key

    def __enter__(self) -> None:
        self._since = self._watch.now()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.add(self._key, self._watch.now() - self._since)
