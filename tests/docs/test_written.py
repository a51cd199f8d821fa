"""The comparison of outputs with what pages show: cuts match any lines, and nothing else does."""

import pytest

from tests.docs.written import blocks, commands, fits, updated

PAGE = """\
text

% project: one
% exits: 1
```console
$ allowlint check
a
...
z
$ echo 'b' \\
> c
```

```yaml
# allowlint.yaml
version: 1
```
"""


def test_a_page_is_read() -> None:
    first, second = blocks(PAGE)

    assert first.directives == (("project", "one"), ("exits", "1"))
    assert [(each.text, each.output) for each in commands(first)] == [
        ("allowlint check", ("a", "...", "z")),
        ("echo 'b' \\\nc", ()),
    ]
    assert (second.language, second.file, second.directives) == ("yaml", "allowlint.yaml", ())


def test_a_comment_that_says_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1: '% projekt: x' is no directive"):
        list(blocks("% projekt: x\n"))


@pytest.mark.parametrize(
    ("shown", "printed", "fit"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "..."], ["a", "b", "c"], True),
        (["a", "...", "c"], ["a", "c"], True),
        (["...", "c"], ["a", "b"], False),
        (["a", "...", "b"], ["a", "x", "b", "y"], False),
        (["a.c"], ["abc"], False),
        ([], ["a"], False),
        ([], [], True),
    ],
)
def test_what_fits(shown: list[str], printed: list[str], fit: bool) -> None:
    assert fits(tuple(shown), printed) is fit


@pytest.mark.parametrize(
    ("shown", "printed", "now"),
    [
        (["a"], ["b", "c"], ["b", "c"]),
        (["a", "...", "y", "z"], ["a", "1", "2", "Y", "z"], ["a", "...", "Y", "z"]),
        (["a", "b", "...", "z"], ["a", "B", "1", "z"], ["a", "B", "...", "z"]),
        (["a", "..."], ["x", "y"], ["x", "..."]),
    ],
)
def test_what_is_shown_instead_is_cut_where_it_was(shown: list[str], printed: list[str], now: list[str]) -> None:
    assert updated(tuple(shown), printed) == now
