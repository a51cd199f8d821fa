"""The page about limits, made of the limits."""

import pytest

from allowlint.model.limits import LIMITS, Limits
from tests.support import ROOT, Golden


@pytest.mark.checkout
def test_the_page_shows_the_limits(golden: Golden) -> None:
    rows = [f"| `{name}` | {getattr(Limits(), name.replace('-', '_')):,} | {what} |" for name, what in LIMITS.items()]

    golden.check_block(
        ROOT / "docs" / "limits.md",
        "limits",
        "\n".join(("| name | default | what it limits |", "|---|---|---|", *rows)) + "\n",
    )
