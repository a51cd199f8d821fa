"""Requirement documents: Microsoft's lists and policy files, each read by one module into a ``Policy``.

Bundled policies load without any parser; everything else is imported only when a document is read.
"""

import os
from collections.abc import Sequence

from allowlint.errors import PolicyError
from allowlint.model.location import Diagnostic
from allowlint.model.monitoring_agent import WorkspaceHost, Workspaces
from allowlint.model.requirement import Policy
from allowlint.sources import _bundled as bundled
from allowlint.sources._document import Reading
from allowlint.sources._source import Source

__all__ = ["Reading", "Source", "bundled", "load_policy", "read_document", "read_workspaces"]

_HEAD = 4096
"""Bytes that ``Source.detect`` may look at."""


def load_policy(ref: str, overlays: Sequence[str] = ()) -> tuple[Policy, tuple[Diagnostic, ...]]:
    """The policy that ``--policy`` names: a bundled name, a policy file, or one of Microsoft's documents.

    ``overlays`` are files that change it, applied in their order.

    Raises:
        PolicyError: no such policy or file (with the nearest bundled name), or it cannot be used.
    """
    policy, diagnostics = _load(ref)
    if overlays:
        from allowlint.sources._overlay import overlaid

        for path in overlays:
            policy = overlaid(policy, path)
    return policy, diagnostics


def _load(ref: str) -> tuple[Policy, tuple[Diagnostic, ...]]:
    if ref in bundled.BUNDLED:
        return bundled.load(ref), ()
    if not os.path.exists(ref):
        raise _not_found(ref)
    reading = read_document(ref)
    return reading.policy, reading.diagnostics


def read_document(path: str) -> Reading:
    """Reads a document of any known kind, with the account of its rows.

    Raises:
        PolicyError: the file cannot be read, is of no known kind, or cannot be used.
    """
    from allowlint import registry

    if os.path.isdir(path):
        raise PolicyError("is a folder; expected a document or policy file", path=path)
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    sources: list[Source] = list(registry.all("sources").values())
    for source in sources:
        if source.detect(path, head):
            return source.read(path)
    kinds = "; ".join(source.title for source in sources)
    raise PolicyError("not a known kind of document", path=path, hint=f"known are: {kinds}")


def read_workspaces(ids: Sequence[str], paths: Sequence[str], folder: str = "") -> Workspaces:
    """The workspaces of machines on the old agent, with the accounts that the output of TestCloudConnection names.

    ``ids`` are in their normal form; ``paths`` has a file for each run of the tool, relative to ``folder``.

    Raises:
        PolicyError: a file cannot be read, or names no account.
    """
    if not paths:
        return Workspaces(tuple(ids))
    from allowlint.sources._test_cloud_connection import read_output

    outputs = [read_output(path, folder) for path in paths]
    hosts: dict[str, WorkspaceHost] = {}
    for output in outputs:
        for each in output.hosts:
            hosts.setdefault(each.host, each)
    return Workspaces(
        tuple(ids),
        tuple(hosts.values()),
        tuple(paths),
        tuple(dict.fromkeys(workspace for output in outputs for workspace in output.workspaces)),
        tuple(notice for output in outputs for notice in output.notices),
        tuple(dict.fromkeys(store for output in outputs for store in output.cut)),
    )


def _not_found(ref: str) -> PolicyError:
    import difflib

    near = difflib.get_close_matches(ref, bundled.BUNDLED, 1, 0.5)
    known = ", ".join(bundled.BUNDLED)
    hint = f"did you mean {near[0]!r}?" if near else f"give a file, or one of the bundled names: {known}"
    return PolicyError(f"no policy file or bundled policy is called {ref!r}", hint=hint)
