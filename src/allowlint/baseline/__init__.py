"""The baseline: faults that were there when somebody began to look, kept in a file that can only shrink unless asked.

An entry names a fault in words, without line numbers, with how far it reaches: the hosts that fail, the rules by which they
do, what is not told of them. It knows a finding that is that fault or a part of it. Whatever goes beyond it (another host,
another rule, another reason, a second one like it, a worse severity, an endpoint that has become required) is new.
"""

from allowlint.baseline.entries import Entry
from allowlint.baseline.file import BaselineError, FileEntries, load, written
from allowlint.baseline.matching import Matched, matched

__all__ = ["NAME", "BaselineError", "Entry", "FileEntries", "Matched", "load", "matched", "written"]

NAME = ".allowlint-baseline.json"
"""The file, where nobody names another one."""
