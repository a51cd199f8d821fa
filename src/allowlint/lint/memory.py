"""What a run has found out, for the same run on another revision of its files: what is the same there is not judged again."""

from __future__ import annotations

import os
from hashlib import sha256

from allowlint.lint.ordering import Ordering
from allowlint.lint.pieces import Piece
from allowlint.lint.work import Reply
from allowlint.model.report import DeviceResult
from allowlint.syntax.files import Visit, unchanged


class Memory:
    """Pieces by all that decides them, wherever the files lie."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Piece, tuple[Visit, ...], str]] = {}

    def get(self, path: str, ordering: Ordering) -> Piece | None:
        """What was found out about a file of this name with this content, whose side files hold the same; None where nothing was."""
        try:
            with open(path, "rb") as file:
                digest = sha256(file.read()).hexdigest()
        except OSError:
            # Whoever reads it tells why that fails.
            return None
        piece, visits, folder = self._known.get(ordering.question(path, digest, ""), (None, (), ""))
        if piece is None or not unchanged(visits):
            return None
        return piece._replace(results=tuple(_moved(each, folder) for each in piece.results))

    def put(self, path: str, ordering: Ordering, reply: Reply, piece: Piece) -> None:
        """Keep what was found out about a file."""
        self._known[ordering.question(path, piece.digest, "")] = (piece, reply.visits, os.getcwd())


def _moved(result: DeviceResult, folder: str) -> DeviceResult:
    """A result whose side files lie below the folder where we stand now, and no longer below the one of then."""
    files = tuple(os.path.join(os.getcwd(), os.path.relpath(file, folder)) for file in result.device.files)
    return result._replace(device=result.device._replace(files=files))
