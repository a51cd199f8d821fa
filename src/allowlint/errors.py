"""The errors that a user sees, each tied to the exit code that scripts rely on.

Every message names the place, what was expected there and what to do next, because the message is all that the
person at the other end gets: allowlint never prints a traceback for bad input.
"""


class AllowlintError(Exception):
    """Base of every error that is the user's to mend. ``hint`` says what to do next.

    Subclassed by the part of the program that raises it; the command line prints ``message``, then ``hint``.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    @property
    def place(self) -> str:
        """The file, with the line where it is known; empty where the error is in no file."""
        return "" if self.path is None else self.path if self.line is None else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class UsageError(AllowlintError):
    """Wrong options, settings or policy: exit code 2."""


class PolicyError(UsageError):
    """A policy file or requirement document that cannot be used: exit code 2."""


class InputError(AllowlintError):
    """A configuration that could not be read or analysed, or nothing to check: exit code 3."""

    exit_code = 3
