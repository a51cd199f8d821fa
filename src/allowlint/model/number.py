"""Whole numbers as configurations write them."""

LAST_PORT = 65_535


def whole(text: str, most: int) -> int | None:
    """The number that ASCII digits spell, with leading zeros or without; None for any other text, and for more than ``most``.

    ``str.isdigit`` alone is no guard for ``int``: that a superscript two is a digit, only one of them believes, and ``int`` refuses
    digits by the thousand.
    """
    if not text.isascii() or not text.isdigit():
        return None
    digits = text.lstrip("0")
    if len(digits) > len(str(most)):
        return None
    number = int(digits or "0")
    return number if number <= most else None
