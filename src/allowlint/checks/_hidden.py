"""Characters in an entry that one does not see, or takes for another."""

from allowlint.model.record import NamedTuple

_BLANKS = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһԛԝѵɡıοανρυχιкмтвАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ‐‑‒–—−․。．",
        "aeopcyxijsdhqwvgioavpuxikmtbABEKMHOPCTXIJSABEZHIKMNOPTYX------...",
        strict=True,
    )
)
"""Cyrillic, Greek and other letters, dashes and dots that look like ASCII ones."""
_SCRIPTS = frozenset(("CYRILLIC", "GREEK", "LATIN"))
_STRAY_BYTES = {0xA0: "no-break space", 0x96: "dash", 0x97: "dash", 0xAD: "soft hyphen"}
"""Bytes of the Windows code page in a file that is not UTF-8."""


class Hidden(NamedTuple):
    """One such character."""

    position: int
    char: str
    what: str
    """Its name, with an article."""


def hidden_in(text: str) -> Hidden | None:
    """The first such character of an entry; None where there is none."""
    if text.isascii() and text.isprintable() and " " not in text:
        return None
    for index, char in enumerate(text):
        what = _named(char)
        if what and not (char in _LOOK_ALIKES and _foreign(text, index)):
            return Hidden(index, char, what)
    return None


def _foreign(text: str, index: int) -> bool:
    """Whether the word around a letter is written in its own script as a whole, and so meant as it is."""
    start = text.rfind(".", 0, index) + 1
    end = text.find(".", index)
    word = text[start : end if end >= 0 else len(text)]
    letters = [char for char in word if char.isalpha()]
    return (
        bool(letters)
        and not any(char.isascii() for char in letters)
        and not all(char in _LOOK_ALIKES for char in letters)
    )


def _named(char: str) -> str:
    code = ord(char)
    if char == " ":
        return "a blank"
    if 0xDC80 <= code <= 0xDCFF:
        byte = code - 0xDC00
        return f"a {_STRAY_BYTES[byte]} (the byte 0x{byte:02X} of another encoding)" if byte in _STRAY_BYTES else ""
    if char in _LOOK_ALIKES:
        return f"{_title(char)} (U+{code:04X}), which looks like `{_LOOK_ALIKES[char]}`"
    if char in _BLANKS or not char.isprintable():
        return f"{_title(char)} (U+{code:04X})"
    if 0xFF01 <= code <= 0xFF5E:
        return f"{_title(char)} (U+{code:04X}), which looks like `{chr(code - 0xFEE0)}`"
    return ""


def _title(char: str) -> str:
    # Only an entry that has such a character pays for the tables.
    from unicodedata import name

    words = name(char, "CONTROL CHARACTER").split()
    title = " ".join([words[0].capitalize() if words[0] in _SCRIPTS else words[0].lower(), *map(str.lower, words[1:])])
    return f"{'an' if title[0] in 'aeiouAEIOU' else 'a'} {title}"


def cleaned(text: str) -> str:
    """The entry without them, look-alikes replaced; empty where several names would be left."""
    words = "".join(" " if char in _BLANKS else _LOOK_ALIKES.get(char, _narrow(char)) for char in text).split()
    return words[0] if len(words) == 1 and words[0].isascii() else ""


def _narrow(char: str) -> str:
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return char if char.isprintable() and not 0xDC80 <= code <= 0xDCFF else ""
