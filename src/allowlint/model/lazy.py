"""Regular expressions that are compiled when they are first used.

Compiling those of every module that is imported took a tenth of the check of a small configuration, which then used few of them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from re import compile as lazy_pattern
else:

    class lazy_pattern:  # noqa: N801 - called like the function that it stands for
        """What ``re.compile`` gives for the same arguments, which it is asked for at the first use."""

        def __init__(self, pattern, flags=0):
            self._arguments = (pattern, flags)

        def __getattr__(self, name):
            """Called once for each method: from then on it is an attribute like any other."""
            import re

            value = getattr(re.compile(*self._arguments), name)
            setattr(self, name, value)
            return value


__all__ = ["lazy_pattern"]
