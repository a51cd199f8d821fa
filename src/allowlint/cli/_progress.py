"""What a long run is doing, on standard error; and where its time went."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from allowlint.lint.watch import PATIENCE, Watch
from allowlint.reports._harmless import harmless
from allowlint.reports._visible import shortened, visible

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from threading import Timer

_CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "PRE_COMMIT")
_WIDTH = 78


class Progress:
    """Tells somebody at a terminal what a run is doing, once it has taken a second; never a file, a pipe or a CI service."""

    def __init__(self, *, quiet: bool, environment: Mapping[str, str] = os.environ) -> None:
        dumb = environment.get("TERM") == "dumb" or any(environment.get(name) for name in _CI)
        self._wanted = sys.stderr.isatty() and not quiet and not dumb
        self._shown = False
        self.watch = Watch(self._show if self._wanted else None)
        self._timer: Timer | None = None

    def __enter__(self) -> None:
        if self._wanted:
            from threading import Timer

            # A long first stage must not look like a hang.
            self._timer = Timer(PATIENCE, lambda: self._show(self.watch.current))
            self._timer.daemon = True
            self._timer.start()

    def __exit__(self, *error: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self, text: str) -> None:
        self._shown = True
        sys.stderr.write(f"\r\x1b[K{shortened(visible(text), _WIDTH)}")
        sys.stderr.flush()


def timing(watch: Watch) -> str:
    """The stages of the run with their seconds, the slowest part of each first."""
    total = watch.now() - watch.start
    lines = [f"{'seconds':>9}  share  stage"]
    for stage, about, seconds in watch.table():
        lines.append(f"{seconds:9.3f}  {seconds / total:5.0%}  {f'{stage} {about}'.rstrip()}")
    lines.append(f"{total:9.3f}   100%  in all, from the first option on")
    return "".join(f"{harmless(line)}\n" for line in lines)
