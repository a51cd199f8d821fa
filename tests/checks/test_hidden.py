"""Characters that one does not see, or takes for another."""

import pytest

from allowlint.checks._hidden import cleaned, hidden_in


@pytest.mark.parametrize(
    ("text", "what", "right"),
    [
        ("go.microsoft.com\u00a0", "a no-break space (U+00A0)", "go.microsoft.com"),
        ("go.\u200bmicrosoft.com", "a zero width space (U+200B)", "go.microsoft.com"),
        ("go.micro\u00adsoft.com", "a soft hyphen (U+00AD)", "go.microsoft.com"),
        ("\ufeffgo.microsoft.com", "a zero width no-break space (U+FEFF)", "go.microsoft.com"),
        ("g\u043e.microsoft.com", "a Cyrillic small letter o (U+043E), which looks like `o`", "go.microsoft.com"),
        (
            "winatp\u2011gw.microsoft.com",
            "a non-breaking hyphen (U+2011), which looks like `-`",
            "winatp-gw.microsoft.com",
        ),
        ("go\uff0emicrosoft.com", "a fullwidth full stop (U+FF0E), which looks like `.`", "go.microsoft.com"),
        ("go.microsoft.com\udca0", "a no-break space (the byte 0xA0 of another encoding)", "go.microsoft.com"),
        ("go.microsoft.com www.microsoft.com", "a blank", ""),
        ("go.micro\tsoft.com", "a control character (U+0009)", ""),
    ],
)
def test_it_is_named_and_cleaned(text: str, what: str, right: str) -> None:
    hidden = hidden_in(text)

    assert hidden is not None
    assert hidden.what == what
    assert cleaned(text) == right


@pytest.mark.parametrize("text", ["go.microsoft.com", ".microsoft.com", "*.x", "пример.example", "münchen.example", ""])
def test_these_are_what_they_look_like(text: str) -> None:
    assert hidden_in(text) is None
