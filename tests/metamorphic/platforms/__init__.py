"""One module (or package) per platform, by the platform's id; each defines `OPERATIONS`.

A registered platform without one is a failure of `test_every_registered_platform_takes_part`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from allowlint import registry
from tests.metamorphic.operations import Operations


def _found(platform: str) -> Operations | None:
    name = f"{__name__}.{platform}"
    if find_spec(name) is None:
        return None
    operations = import_module(name).OPERATIONS
    if not isinstance(operations, Operations):
        raise TypeError(f"{name}.OPERATIONS is no Operations")
    return operations


BY_PLATFORM: dict[str, Operations | None] = {platform: _found(platform) for platform in registry.names("platforms")}
"""What each registered platform brings; None where there is no module for it."""
TABLES = tuple(found for found in BY_PLATFORM.values() if found is not None)
