"""Where the files that ship with allowlint are: policies and schemas.

They lie inside the package in a wheel (``allowlint/_data``) and at the top of the tree in a checkout. ``os.path`` rather
than ``importlib.resources``, because importing that costs more than reading all of them.
"""

import os

_HERE = os.path.dirname(os.path.abspath(__file__))
_CHECKOUT = os.path.dirname(os.path.dirname(_HERE))


def resource(*parts: str) -> str | None:
    """Path of a shipped file or folder, as in ``resource("policies", "mde")``; None when there is none.

    The package's own copy wins. A checkout is recognised by its ``pyproject.toml``, so that an installed package never
    picks up a stray folder of the same name.
    """
    inside = os.path.join(_HERE, "_data", *parts)
    if os.path.exists(inside):
        return inside
    if os.path.isfile(os.path.join(_CHECKOUT, "pyproject.toml")) and os.path.basename(os.path.dirname(_HERE)) == "src":
        outside = os.path.join(_CHECKOUT, *parts)
        return outside if os.path.exists(outside) else None
    return None


def read_resource(*parts: str) -> bytes | None:
    """Contents of a shipped file; None when there is none. Also works when the package lies inside a zip file."""
    path = resource(*parts)
    if path is not None:
        with open(path, "rb") as file:
            return file.read()
    if os.path.isdir(_HERE):
        return None
    from importlib.resources import files

    entry = files("allowlint").joinpath("_data", *parts)
    return entry.read_bytes() if entry.is_file() else None
