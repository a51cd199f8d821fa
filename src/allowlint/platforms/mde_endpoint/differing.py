"""Settings that stand more than once in a file that does not say which of them counts."""

from collections.abc import Iterable, Iterator

from allowlint.platforms.mde_endpoint.settings import OTHER, Consumer, Setting

SEVERAL = "which machine is meant: the file has several answers of one command, and they differ"
POLICIES = "which policy counts: the file has several, and they differ"
BRANCHES = "which branch of the script is taken: they set different things"


def differing(settings: Iterable[Setting], why: str) -> Iterator[Setting]:
    """Yield an open setting for each name that is set to different things."""
    found: dict[tuple[Consumer, str], list[Setting]] = {}
    for setting in settings:
        # What WinHTTP is told is one thing under several names: a proxy, a script, none.
        name = OTHER if setting.consumer is Consumer.WINHTTP else setting.name
        found.setdefault((setting.consumer, name), []).append(setting)
    for (_, name), mine in found.items():
        if len({(each.name, each.value, each.removed) for each in mine}) > 1:
            yield mine[-1]._replace(name=name, value="", removed=False, open=why)
