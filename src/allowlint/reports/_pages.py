"""Where the page of a check is on the web."""

_SOURCE = "https://github.com/allowlint/allowlint/blob/main/src/allowlint/checks/"


def page_of(name: str) -> str:
    """The address of the page of a check, by its name."""
    return f"{_SOURCE}{name.replace('-', '_')}.py"
