"""Writes the compiled form of the bundled policies: ``python -m allowlint.sources._compile``.

To be run after a file in ``policies/mde`` was edited. A test fails while the two disagree.
"""

import os
import sys

from allowlint._resources import resource
from allowlint.sources._bundled import BUNDLED, compile_policy
from allowlint.sources.policy_yaml import read


def compiled_form(name: str, folder: str) -> str:
    """Compiled text of one bundled policy in ``folder`` (``policies/mde`` of a checkout)."""
    path = os.path.join(folder, f"{BUNDLED[name]}.yaml")
    with open(path, "rb") as file:
        source = file.read()
    return compile_policy(read(path).policy, source)


def main() -> int:
    """Compile all bundled policies of this checkout."""
    folder = resource("policies", "mde")
    if folder is None:
        sys.stderr.write("policies/mde not found: run this in a checkout\n")
        return 2
    os.makedirs(os.path.join(folder, "compiled"), exist_ok=True)
    for name in BUNDLED:
        text = compiled_form(name, folder)
        with open(os.path.join(folder, "compiled", f"{name}.json"), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
