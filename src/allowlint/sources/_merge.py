"""Equal endpoints of several rows become one requirement, with the union of their systems and the strongest need."""

from collections.abc import Iterable, Mapping

from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need, Origin, Requirement
from allowlint.sources._columns import ALL_SYSTEMS, ordered
from allowlint.sources._document import Account
from allowlint.sources._notes import note_for
from allowlint.sources._rows import Candidate

_STRENGTH = {Need.REQUIRED: 2, Need.CONDITIONAL: 1, Need.OPTIONAL: 0}
_Key = tuple[str, str, int, str, str, str]


class _Claim(NamedTuple):
    """What one system needs of an endpoint, and the first row that says so."""

    need: Need
    when: Mapping[str, object]
    expect: Mapping[str, str]
    section: str
    row: int


def merge(candidates: Iterable[Candidate], document: str) -> tuple[tuple[Requirement, ...], tuple[Account, ...]]:
    """Requirements in the order of the document, and the account of each row that gave a candidate.

    Rows are equal when the first six fields of their candidates are: host, path, port, protocol, geography and
    audience. Need and conditions may differ from
    system to system (required on Linux, conditional on Windows): then one requirement is made for each group.
    """
    claims: dict[_Key, dict[str, _Claim]] = {}
    rows: dict[tuple[str, int], str] = {}
    for candidate in candidates:
        by_system = claims.setdefault(candidate[:6], {})
        for system in candidate.systems:
            by_system[system] = _stronger(by_system.get(system), candidate)
        rows[candidate.section, candidate.row] = "admin" if candidate.audience == "admin" else "merged"
    requirements = [
        requirement for key, by_system in claims.items() for requirement in _group(key, by_system, document)
    ]
    for requirement in requirements:
        if requirement.origin is not None and requirement.audience == "device":
            rows[requirement.origin.sheet, requirement.origin.row] = "requirement"
    return tuple(requirements), tuple(Account(section, row, outcome) for (section, row), outcome in rows.items())


def _stronger(known: _Claim | None, new: Candidate) -> _Claim:
    claim = _Claim(new.need, new.when, new.expect, new.section, new.row)
    if known is None:
        return claim
    # A direct connection is demanded of a role, not of the host: a second role without that demand lifts it.
    expect = {stage: answer for stage, answer in known.expect.items() if claim.expect.get(stage) == answer}
    if _STRENGTH[claim.need] == _STRENGTH[known.need]:
        return known._replace(when={**known.when, **claim.when}, expect=expect)
    best = claim if _STRENGTH[claim.need] > _STRENGTH[known.need] else known
    return best._replace(expect=expect)


def _group(key: _Key, by_system: Mapping[str, _Claim], document: str) -> list[Requirement]:
    host, path, port, protocol, geography, audience = key
    groups: dict[tuple[Need, tuple[tuple[str, object], ...], tuple[tuple[str, str], ...]], list[str]] = {}
    first: dict[object, _Claim] = {}
    for system, claim in by_system.items():
        kind = (claim.need, tuple(sorted(claim.when.items())), tuple(sorted(claim.expect.items())))
        groups.setdefault(kind, []).append(system)
        if kind not in first or (claim.section == first[kind].section and claim.row < first[kind].row):
            first[kind] = claim
    made = []
    for kind, systems in groups.items():
        claim = first[kind]
        scope = () if set(systems) == set(ALL_SYSTEMS) else ordered(systems)
        made.append(
            Requirement(
                host, (port,), protocol, path, geography, scope, claim.need, dict(claim.when), dict(claim.expect),
                audience, note_for(host, path, audience == "admin"), Origin(document, claim.section, claim.row),
            )
        )  # fmt: skip
    return made
