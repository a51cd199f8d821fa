"""The regular expressions of the GNU C library itself, through ctypes."""

import ctypes
import sys

REG_EXTENDED, REG_ICASE, REG_NOSUB = 1, 2, 8

AVAILABLE = sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")


class LibraryPattern:
    """One extended pattern compiled by the C library; ``valid`` is False where it refuses it."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self.library = ctypes.CDLL(None)
        self.compiled = ctypes.create_string_buffer(256)
        flags = REG_EXTENDED | REG_NOSUB | (REG_ICASE if ignore_case else 0)
        self.valid = self.library.regcomp(self.compiled, pattern.encode("latin-1"), flags) == 0

    def matches(self, text: str) -> bool:
        """Whether the text contains the pattern."""
        return self.library.regexec(self.compiled, text.encode("latin-1"), 0, None, 0) == 0  # type: ignore[no-any-return]

    def close(self) -> None:
        """Free what the library holds."""
        if self.valid:
            self.library.regfree(self.compiled)
