"""Random `ssl_bump` rules: recipes that people write, and rules that nobody should."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

STEPS = {"step1": "SslBump1", "step2": "SslBump2", "step3": "SslBump3"}
FINAL_ACTIONS = ("splice", "bump", "terminate")
ACTIONS = ("peek", "peek", "stare", "splice", "splice", "splice", "bump", "bump", "terminate", "none", "server-first")
OLD_ACTIONS = ("none", "client-first", "server-first", "bump", "splice")

RECIPES = (
    "peek step1; splice {n}; bump all",
    "peek step1 all; splice {n}; bump all",
    "splice {n}; bump all",
    "peek step1; splice {n}; terminate all",
    "peek step1; bump {n}; splice all",
    "peek step1; splice !{n}; bump all",
    "peek step1; peek step2 {n}; splice step3 {n}; stare step2; bump step3",
    "peek step1; peek step2 {n}; splice step3 {n}; bump all",
    "peek step1; peek step2 {n}; splice step3 {n}; terminate step2 all",
    "peek step1; stare step2; bump step3",
    "peek step1; stare step2 {n}; bump step3; splice all",
    "peek all; splice {n}; bump all",
    "stare all; splice {n}; bump all",
    "peek step1; none {n}; bump all",
    "none {n}; server-first all",
    "none {n}; client-first all",
    "peek step1; splice {n} step2; bump all",
    "peek step1; bump step2 !{n}; splice step3 all",
    "bump all; splice {n}",
    "bump {n}",
    "splice {n}",
    "terminate {n}; splice all",
    "peek step1; splice all",
    "peek all",
    "stare all",
    "stare step1",
    "peek step1",
    "bump all",
    "splice all",
    "terminate step1 {n}; peek step1; terminate step2 !{n}; splice all",
    "deny {n}; allow all",
    "",
)


def rules(random: Random, names: Sequence[str], others: Sequence[str]) -> list[str]:
    """`ssl_bump` lines over ACLs about names and over other ACLs (src, port, dstdomain, groups)."""
    if random.random() < 0.6:
        recipe = random.choice(RECIPES)
        lines = [part.strip().format(n=random.choice(names)) for part in recipe.split(";") if part.strip()]
        if random.random() < 0.25 and lines and "allow" not in recipe:
            lines.insert(random.randrange(len(lines) + 1), _rule(random, ACTIONS, names, others))
        return [f"ssl_bump {line}" for line in lines]
    actions = OLD_ACTIONS if random.random() < 0.15 else ACTIONS
    lines = [_rule(random, actions, names, others) for _ in range(random.randint(1, 5))]
    if random.random() < 0.6:
        lines.append(f"{random.choice(FINAL_ACTIONS)} all")
    return [f"ssl_bump {line}" for line in lines]


def _rule(random: Random, actions: Sequence[str], names: Sequence[str], others: Sequence[str]) -> str:
    conditions = []
    if random.random() < 0.5:
        conditions.append(random.choice(list(STEPS)))
    if random.random() < 0.7 or not conditions:
        conditions.append(random.choice(names))
    if others and random.random() < 0.25:
        conditions.append(random.choice(others))
    random.shuffle(conditions)
    words = [("!" if random.random() < 0.15 else "") + name for name in conditions]
    return " ".join([random.choice(actions), *words])
