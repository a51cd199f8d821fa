"""From what a report is made: the command line, the settings files, and the time."""

import os
import time
from collections.abc import Sequence

from allowlint.errors import UsageError
from allowlint.model.report import Provenance
from allowlint.model.settings import Settings


def provenance(command: Sequence[str], settings: Settings) -> Provenance:
    """The origin of a run. Raises UsageError where ``SOURCE_DATE_EPOCH`` is no time."""
    files = (settings.file, *settings.extended) if settings.file else settings.extended
    return Provenance(tuple(command), files, _made())


def _made() -> str:
    """The time of ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/source-date-epoch/), else now; in UTC."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(text) if text else None))
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH: {text[:40]!r} is no time", hint="seconds since 1970-01-01, such as 1790000000"
        ) from error
