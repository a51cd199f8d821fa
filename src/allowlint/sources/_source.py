"""The interface of a requirement document: what each module of this package offers as ``SOURCE``."""

from collections.abc import Callable

from allowlint.model.record import NamedTuple
from allowlint.sources._document import Reading


class Source(NamedTuple):
    """One kind of requirement document."""

    id: str
    title: str
    detect: Callable[[str, bytes], bool]
    """Whether a file (path, first bytes) is of this kind. Looks at nothing else."""
    read: Callable[[str], Reading]
    """Reads the file. Raises PolicyError with file, line and hint when it cannot be used."""
