"""Which day it is, for waivers: the same day everywhere, and not one that a change under review can choose."""

import os
from datetime import UTC, date, datetime

from allowlint.errors import UsageError


def today() -> date:
    """The day in UTC. ``SOURCE_DATE_EPOCH`` may only make it later: whoever sets it cannot make a waiver last longer.

    Raises UsageError where the variable is no time.
    """
    now = datetime.now(UTC).date()
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return now
    try:
        return max(now, datetime.fromtimestamp(int(text), UTC).date())
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH: {text[:40]!r} is no time", hint="seconds since 1970-01-01, such as 1790000000"
        ) from error
