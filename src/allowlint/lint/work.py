"""The part of a run that is about one configuration, as work that anybody can do who has the terms of the run.

Terms, orders and replies are texts, so that they can be sent to another process or machine. A reply never says less than a run
without any of this would: what cannot be done elsewhere is left to be done here.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from allowlint import registry
from allowlint._version import __version__
from allowlint.checks import Check
from allowlint.errors import InputError
from allowlint.lint.asked import endpoints_of
from allowlint.lint.demands import client_of
from allowlint.lint.identity import identity
from allowlint.lint.inputs import Config, read_one, understood
from allowlint.lint.judging import Asking, Look, piece_of
from allowlint.lint.pieces import Piece
from allowlint.lint.portable import packed_piece, packed_record, unpacked_record
from allowlint.lint.watch import Watch
from allowlint.model.demand import Demand
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Requirement
from allowlint.model.settings import fits
from allowlint.platforms import Options
from allowlint.syntax.files import FileLog, Unreachable, Visit


class Wanted(NamedTuple):
    """What is asked of some devices, and for whom."""

    demand: Demand
    systems: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    words: Mapping[str, object]


class Terms(NamedTuple):
    """What holds for all configurations of a run."""

    version: str
    options: Options
    """How every configuration is read."""
    accepted: frozenset[str]
    """The assumptions that verdicts may lean on."""
    checks: tuple[str, ...]
    """The names of their modules."""
    wanted: tuple[Wanted, ...]


class Order(NamedTuple):
    """One file that is to be read and judged."""

    path: str
    named: bool
    """Whether it must be understood."""
    platform: str
    asked: tuple[tuple[str, int], ...]
    """What is asked of devices, by patterns for their names: numbers of ``Terms.wanted``."""
    all_asked: tuple[int, ...]
    """All that may be asked of it."""
    content: str | None = None
    """In base 64, where the files of the run are not at hand; its side files are not there either."""


class Reply(NamedTuple):
    """What became of an order."""

    kind: str
    """``piece``, ``passed over``, ``live``, ``error``, ``here`` (it has to be done where the run is), or ``stranger`` (the program
    there is another one)."""
    message: str = ""
    """Of an error."""
    path: str | None = None
    line: int | None = None
    hint: str | None = None
    visits: tuple[Visit, ...] = ()
    """What was asked of side files."""


HERE = Reply("here")


def replies(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Do what is ordered, and yield the replies in their order. ``terms``: who asks, a line break, and :class:`Terms`."""
    program, _, text = terms.partition("\n")
    if program != __version__ and program != identity():
        # Another program may find other things, and may take these orders for something else.
        yield from [packed_record(Reply("stranger", identity()))] * len(orders)
        return
    worker = _worker(text)
    for order in orders:
        yield worker.reply(unpacked_record(Order, order))


@lru_cache(maxsize=2)
def _worker(terms: str) -> Worker:
    return Worker(unpacked_record(Terms, terms))


def requirements_of(wanted: Sequence[Wanted]) -> tuple[Requirement, ...]:
    """All requirements that verdicts may be about, in the order by which pieces number them."""
    return tuple(requirement for each in wanted for requirement in each.requirements)


class Worker:
    """Does what is ordered under some terms."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._checks: list[Check] = [registry.load("checks", name) for name in terms.checks]
        self._requirements = requirements_of(terms.wanted)
        self._askings = [
            Asking(each.requirements, client_of(each.demand, terms.accepted), each.words) for each in terms.wanted
        ]

    def reply(self, order: Order) -> str:
        """The reply to an order, and behind a line break the piece, where there is one."""
        reply, piece = self.done(order)
        if piece is None:
            return packed_record(reply)
        try:
            return f"{packed_record(reply)}\n{packed_piece(piece, self._requirements)}"
        except ValueError:
            return packed_record(HERE)

    def done(self, order: Order) -> tuple[Reply, Piece | None]:
        """What becomes of an order."""
        log = FileLog(reachable=order.content is None)
        live: list[str] = []
        try:
            config = self._read(order, log, live)
            if config is None:
                return Reply("live" if live else "passed over"), None
            return Reply("piece", visits=log.visits), self._piece(config, order)
        except InputError as error:
            return Reply("error", error.message, error.path, error.line, error.hint), None
        except Unreachable:
            return HERE, None
        except Exception:  # noqa: BLE001 - it is met again where the run is, and told there as if nobody else had tried
            return HERE, None

    def _read(self, order: Order, log: FileLog, live: list[str]) -> Config | None:
        asked = [self._terms.wanted[number] for number in order.all_asked]
        options = self._terms.options._replace(
            systems=tuple(dict.fromkeys(system for each in asked for system in each.systems)),
            endpoints=endpoints_of(requirement for each in asked for requirement in each.requirements),
            log=log,
        )
        if order.content is None:
            return read_one(order.path, lambda _: (options, order.platform), named=order.named, live=live)
        content = b64decode(order.content)
        return understood(order.path, content, options, order.platform, named=order.named, live=live)

    def _piece(self, config: Config, order: Order) -> Piece:
        from hashlib import sha256

        def asked(device: str) -> Asking:
            return next(self._askings[number] for pattern, number in order.asked if fits(pattern, device))

        piece = piece_of(config, asked, Look(self._checks, self._terms.options.limits.seconds, Watch()))
        return piece._replace(digest=sha256(config.content).hexdigest())
