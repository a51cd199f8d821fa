"""JSON that every reader takes, that starts no command in the log of a CI service (``_defused.py``), and that holds no login."""

from allowlint.syntax.secrets import without_secrets


def dumps(value: object) -> str:
    """The value as JSON: ASCII, indented, with a newline at its end."""
    import json

    # Outside of texts JSON has no number sign, and its lines begin with brackets and quotation marks.
    return json.dumps(encodable(value), indent=2).replace("##", "#\\u0023") + "\n"


def encodable(value: object) -> object:
    """The value without half characters: bytes that are no UTF-8 were read as such, and strict readers refuse them."""
    if isinstance(value, str):
        value = without_secrets(value)
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {encodable(key): encodable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [encodable(part) for part in value]
    return value
