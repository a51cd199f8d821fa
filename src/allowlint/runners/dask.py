"""A cluster of machines, by Dask (`pip install allowlint[dask]`).

Where the work is done
    By the workers of the scheduler that `--runner dask:tcp://scheduler:8786` names, or by some that are started here for the run
    (`--runner dask`; as many as `--jobs` says). Every worker has the same allowlint, to the letter, or the run ends with an error.
What is sent
    The content of configurations, in parts of sixteen, with what is asked of them; what is found comes back, with lines of
    the configurations. They travel as Dask is set up to send them: without TLS anybody on the way can read them, and anybody who
    reaches the scheduler can run code on its workers. Configurations that ask for side files are judged where the run is.
When a worker is lost
    Dask has others do its work. Where that is of no use, the configuration that ends each of them is named, and the run ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from allowlint.errors import UsageError
from allowlint.runners import Lost, Runner, Work

_AHEAD = 4
"""Parts for each thread of a worker that are on their way, so that none waits, and not all contents are in memory at once."""
_PATIENCE = "30s"


def run(work: Work) -> Iterator[tuple[int, int, str]]:
    """Hand out the work, and yield what comes back."""
    try:
        # Without its types, which not everybody has who checks ours.
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UsageError(
            f"--runner dask needs a package that is not installed: {error.name}", hint="pip install 'allowlint[dask]'"
        ) from error
    cluster = None
    if not work.address:
        count = work.jobs or None
        cluster = distributed.LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
    try:
        client = distributed.Client(cluster or work.address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no scheduler of Dask answers at {work.address[:120]}: {error}", hint="dask:tcp://host:8786"
        ) from error
    try:
        yield from _replies(distributed, client, work)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _replies(distributed: Any, client: Any, work: Work) -> Iterator[tuple[int, int, str]]:
    waiting = enumerate(work.chunks)
    kept: dict[str, tuple[int, int, Sequence[str]]] = {}
    ahead = max(sum(client.nthreads().values()), 1) * _AHEAD

    def given(number: int, first: int, orders: Sequence[str]) -> Any:
        # Each run asks anew: what others asked before is no business of this one.
        future = client.submit(_done, work.function, work.terms, tuple(orders), pure=False)
        kept[future.key] = (number, first, orders)
        return future

    coming = distributed.as_completed([given(number, 0, orders) for number, orders in islice(waiting, ahead)])
    for future in coming:
        number, first, orders = kept.pop(future.key)
        if future.status == "error":
            if not isinstance(future.exception(), distributed.KilledWorker):
                raise UsageError(
                    f"a worker of Dask cannot do it: {type(future.exception()).__name__}: {future.exception()}"[:300],
                    hint="install the same version of allowlint on every worker",
                )
            if len(orders) == 1:
                raise Lost(number, first)
            # One of them ends every worker that is given it: which one shows when each is given alone.
            coming.update([given(number, first + place, [order]) for place, order in enumerate(orders)])
            continue
        for place, reply in enumerate(future.result()):
            yield number, first + place, reply
        for following, more in islice(waiting, 1):
            coming.add(given(following, 0, more))


def _done(function: Any, terms: str, orders: Sequence[str]) -> list[str]:
    return list(function(terms, orders))


RUNNER = Runner("dask", "a cluster of machines, by Dask", run)
