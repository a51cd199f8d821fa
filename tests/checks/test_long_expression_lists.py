"""A long list of expressions is asked as one before its expressions are looked at one by one, to find what nearly matches."""

from pathlib import Path

import pytest

from allowlint import registry
from allowlint.checks import Examined, _nearest, missing_allow, partly_allowed
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.automaton import Automaton
from allowlint.model.condition import Frame
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options

COUNT = 400


def looked_at(folder: Path, expressions: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """How often an expression or a joint of some is tried for a blocked wildcard, and what is said of it."""
    config = folder / "squid.conf"
    (folder / "list.txt").write_text("\n".join(expressions) + "\n")
    config.write_text('http_port 3128\nacl a dstdom_regex "list.txt"\nhttp_access allow a\nhttp_access deny all\n')
    (device,) = registry.load("platforms", "squid").parse(str(config), config.read_bytes(), Options())
    flow = flow_for()
    examined = Examined(str(config), device, judge(device, [Requirement("*.a.test")], flow), flow)
    tried = []
    matches = _nearest._matches

    def counted(automaton: Automaton, frame: Frame, *hosts: str) -> bool:
        tried.append(automaton)
        return matches(automaton, frame, *hosts)

    monkeypatch.setattr(_nearest, "_matches", counted)
    found = [*missing_allow.run(examined), *partly_allowed.run(examined)]
    return len(tried), [related.message for each in found for related in each.related]


def test_of_a_list_that_means_others_no_expression_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, _ = looked_at(tmp_path, [rf"^h{number}\.b\.test$" for number in range(COUNT)], monkeypatch)

    assert 0 < tried < COUNT / 10


def test_the_expression_is_found_that_matches_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [rf"^h{number}\.b\.test$" for number in range(COUNT)]

    _, messages = looked_at(tmp_path, [*others, r"^[a-z]\.a\.test$"], monkeypatch)

    assert any(message.startswith(r"`^[a-z]\.a\.test$` matches a.a.test, but not") for message in messages)


def test_of_a_list_that_finds_anything_only_the_first_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_nearest, "MOST_EXPRESSIONS", 20)

    tried, _ = looked_at(tmp_path, ["^a", *(rf"^h{number}\.b\.test$" for number in range(COUNT))], monkeypatch)

    assert tried < COUNT / 4
