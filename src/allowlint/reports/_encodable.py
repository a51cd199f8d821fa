"""Values that every reader of JSON takes."""


def encodable(value: object) -> object:
    """The value without half characters: bytes that are no UTF-8 were read as such, and strict readers refuse them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {encodable(key): encodable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [encodable(part) for part in value]
    return value
