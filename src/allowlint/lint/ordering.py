"""Turns what a run asks of its files into orders that anybody can do, and replies into pieces of the run."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence

from allowlint._version import __version__
from allowlint.checks import Check
from allowlint.checks._listed import modules
from allowlint.errors import InputError, UsageError
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Asked, Demands
from allowlint.lint.identity import identity, surroundings
from allowlint.lint.inputs import content_if_text
from allowlint.lint.pieces import Piece
from allowlint.lint.portable import Malformed, packed_piece, packed_record, unpacked_piece, unpacked_record
from allowlint.lint.work import HERE, Order, Reply, Terms, Wanted, Worker, requirements_of
from allowlint.syntax.files import shown


class Ordering:
    """The orders for the files of a run."""

    def __init__(self, terms: Terms, orders: Mapping[str, Order]) -> None:
        self._terms = terms
        self._orders = orders
        self._text = packed_record(terms)
        self._requirements = requirements_of(terms.wanted)
        self._worker: Worker | None = None

    @classmethod
    def of(
        cls, reading: Reading, demands: Demands, chosen: Sequence[Check], files: Mapping[str, bool]
    ) -> Ordering | None:
        """The orders for some files, each with whether it must be understood. None where a check is not known by a name."""
        names = modules()
        if not all(id(check) in names for check in chosen):
            return None
        numbers: dict[int, int] = {}
        found: list[Asked] = []

        def number(asked: Asked) -> int:
            if id(asked) not in numbers:
                numbers[id(asked)] = len(found)
                found.append(asked)
            return numbers[id(asked)]

        orders = {
            path: Order(
                path,
                named,
                reading.platform or demands.platform_of(path),
                tuple((pattern, number(asked)) for pattern, asked in demands.by_device(path)),
                tuple(number(asked) for asked in demands.all_of(path)),
            )
            for path, named in files.items()
        }
        terms = Terms(
            __version__,
            reading.options._replace(systems=(), endpoints=(), log=None),
            demands.accepted,
            tuple(names[id(check)] for check in chosen),
            tuple(
                Wanted(each.demand, each.profile.systems, each.requirements, demands.own_words(each)) for each in found
            ),
        )
        return cls(terms, orders)

    def terms(self, *, near: bool) -> str:
        """The terms as workers take them. Far away the program may be another one of the same version."""
        return f"{__version__ if near else identity()}\n{self._text}"

    def knows(self, path: str) -> bool:
        """Whether there is an order for a file."""
        return path in self._orders

    def order(self, path: str, *, near: bool) -> str:
        """The order for a file as workers take it; empty for one that cannot be sent.

        Where files are not at hand, its content is sent, under the name by which reports show it.
        """
        order = self._orders[path]
        if near:
            return packed_record(order)
        name = shown(path)
        try:
            content = content_if_text(path, self._terms.options.limits.config_mb << 20, named=order.named)
        except InputError:
            return ""
        if content is None or name.startswith(("/", "..")):
            return ""
        return packed_record(order._replace(path=name, content=b64encode(content).decode("ascii")))

    def done_here(self, path: str) -> tuple[Reply, Piece | None]:
        """What becomes of the order for a file, by this process."""
        if self._worker is None:
            self._worker = Worker(self._terms)
        return self._worker.done(self._orders[path])

    def packed(self, reply: Reply, piece: Piece) -> str:
        """A reply with its piece as text, as workers send them. Raises ValueError for one that is too large."""
        return f"{packed_record(reply)}\n{packed_piece(piece, self._requirements)}"

    def understood(self, path: str, text: str) -> tuple[Reply, Piece | None]:
        """A reply, and the piece with it. Raises UsageError where a worker is another program than this one."""
        if not text:
            return HERE, None
        head, _, rest = text.partition("\n")
        reply: Reply = unpacked_record(Reply, head)
        if reply.kind == "stranger":
            raise UsageError(
                f"a worker runs another program: allowlint {reply.message[:80]}, and not {identity()}",
                hint="install the same version of allowlint, and of what it needs, on every worker",
            )
        if reply.kind != "piece":
            return reply, None
        return reply, _named(unpacked_piece(rest, self._requirements), path)

    def question(self, path: str, digest: str, folder: str) -> str:
        """All that decides what becomes of a file with some content, but for what its side files hold: as a text to be hashed.

        ``folder``: in which the run stands, where that matters to whoever asks.
        """
        order = self._orders[path]
        wanted = [packed_record(self._terms.wanted[number]) for number in order.all_asked]
        asked = [(pattern, packed_record(self._terms.wanted[number])) for pattern, number in order.asked]
        terms = packed_record(self._terms._replace(wanted=()))
        place = [folder, order.path, order.named, order.platform]
        return json.dumps([identity(), surroundings(), terms, wanted, asked, place, digest])


def _named(piece: Piece, path: str) -> Piece:
    """A piece that was made under another name of its file."""
    name = piece.path
    if name == path:
        return piece
    return piece._replace(
        path=path,
        results=tuple(each._replace(config=path) for each in piece.results),
        findings=tuple(each._replace(config=path) if each.config == name else each for each in piece.findings),
    )


__all__ = ["Malformed", "Ordering"]
