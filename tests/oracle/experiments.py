"""The experiments: one directory each with a configuration, its files, and what a real Squid 5.7 did (`expected.yaml`).

`expected.yaml` has

* `title`, `client` (whose address the probes have), `loads`, and `fatal` (Squid's words) where it does not load;
* `origin` where the origins are not the usual ones (TLS 1.2 only, TLS 1.3 only, an authority Squid does not trust);
* `users` who answer a challenge; `oracle: skip` with a `reason` where the laboratory cannot repeat the experiment, and
  `offline: skip` with one where the configuration alone does not tell;
* `probes`: `host`, `port`, `view`, `path`, `client`, `sni`, `headers`, `listener`, and the observed `access`,
  `inspection` and (for a challenge) `identified`, the access of somebody with a password. `sensor: false` marks what
  no sensor sends (a literal address, a foreign SNI, extra headers), `origin: other-certificate` an origin whose
  certificate is for another name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.oracle.lab_client import ANYBODY, FIRST_LISTENER, INSIDE_CLIENT, Probe, Result
from tests.support import FIXTURES

FOLDER = FIXTURES / "platforms" / "squid" / "experiments"
EXPECTED = "expected.yaml"


class Trial(NamedTuple):
    """One probe of an experiment with what was observed."""

    probe: Probe
    access: str
    inspection: str
    identified: str
    ordinary: bool
    """Whether a sensor would send it and the origin is an ordinary one, so that a verdict can be held against it."""

    def agrees(self, result: Result) -> bool:
        return (result.access, result.inspection, result.identified) == (self.access, self.inspection, self.identified)

    def observed(self) -> Result:
        """The observation in the form that a run of the laboratory gives."""
        return Result(self.access, self.inspection, "observed", self.identified)  # type: ignore[arg-type] # checked below


class Experiment(NamedTuple):
    """One experiment, read from its directory."""

    id: str
    path: Path
    title: str
    loads: bool
    fatal: str
    scene: str
    users: tuple[str, ...]
    skip: str
    skip_offline: str
    trials: tuple[Trial, ...]

    def files(self) -> dict[str, bytes]:
        """The configuration and its files, byte by byte."""
        paths = [path for path in sorted(self.path.rglob("*")) if path.is_file() and path.name != EXPECTED]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in paths}


def load_all() -> list[Experiment]:
    """Every experiment in the tree, in the order of their names."""
    return [load(path.parent) for path in sorted(FOLDER.glob(f"*/{EXPECTED}"))]


def load(folder: Path) -> Experiment:
    """Read one experiment; an unknown key or word is an error, so that a typing mistake cannot disarm a test."""
    document: dict[str, Any] = yaml.safe_load((folder / EXPECTED).read_text(encoding="utf-8"))
    known = {"title", "loads", "fatal", "client", "origin", "users", "oracle", "offline", "reason", "probes"}
    if unknown := document.keys() - known:
        raise ValueError(f"{folder}: unknown keys {sorted(unknown)}")
    reason = document.get("reason", "")
    skips = [key for key in ("oracle", "offline") if document.get(key) == "skip"]
    if bool(reason) != bool(skips):
        raise ValueError(f"{folder}: `oracle: skip` or `offline: skip` needs a `reason`, and the other way round")
    client, scene = document.get("client", INSIDE_CLIENT), document.get("origin", "plain")
    return Experiment(
        id=folder.name,
        path=folder,
        title=document["title"],
        loads=document["loads"],
        fatal=document.get("fatal", ""),
        scene=scene,
        users=tuple(document.get("users", (ANYBODY,))),
        skip=reason if "oracle" in skips else "",
        skip_offline=reason if "offline" in skips else "",
        trials=tuple(_trial(item, client, scene) for item in document.get("probes", ())),
    )


def _trial(item: dict[str, Any], client: str, scene: str) -> Trial:
    fields = dict(item)
    access, inspection = fields.pop("access"), fields.pop("inspection")
    identified = fields.pop("identified", "")
    ordinary = fields.pop("sensor", True) and "origin" not in fields and not scene.startswith("untrusted")
    fields.pop("origin", None)
    if access not in {"allowed", "blocked", "challenged"} or (access == "challenged") != bool(identified):
        raise ValueError(f"access {access!r}, identified {identified!r} in {item}")
    if inspection not in {"bypassed", "inspected", "not-applicable"}:
        raise ValueError(f"inspection {inspection!r} in {item}")
    fields.setdefault("client", client)
    fields.setdefault("listener", FIRST_LISTENER)
    return Trial(Probe(**fields), access, inspection, identified, ordinary)
