"""Blocks: the command language, and the quick way of reading held against the one that reads every line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allowlint.syntax import block_text
from allowlint.syntax.block_text import Source, read_blocks
from allowlint.syntax.blocks import Block, Uneven, Unfinished, split_words
from tests.support import FIXTURES

CONFIGURATIONS = sorted(
    path for path in FIXTURES.glob("platforms/fortinet_fortios/*/config.conf") if b"\r" not in path.read_bytes()
)


def tree(block: Block) -> dict[str, Any]:
    """Everything in a block, with the places."""
    return {
        "at": block.at,
        "name": block.name,
        "settings": {key: (split_words(raw), block.places[key]) for key, raw in block.settings.items()},
        "places": sorted(block.places),
        "entries": [(name, tree(entry)) for name, entry in block.entries.items()],
        "blocks": [(name, tree(inner)) for name, inner in block.blocks.items()],
    }


def quick(text: str) -> tuple[object, ...]:
    """The tree by way of searching, where the text allows it."""
    try:
        root, source = read_blocks(text)
        return tree(root), sorted(source.odd)
    except Unfinished:
        return ("unfinished",)
    except Uneven:
        return careful(text)


def careful(text: str) -> tuple[object, ...]:
    """The tree by reading every line."""
    source = Source(text)
    root = Block("", 0, source.lex)
    try:
        source.lex(root, 0, len(text))
        return tree(root), sorted(source.odd)
    except Unfinished:
        return ("unfinished",)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.parent.name)
def test_both_ways_read_the_same(path: Any) -> None:
    text = path.read_bytes().decode()

    assert quick(text) == careful(text)


LINES = st.lists(
    st.sampled_from(
        [
            "config firewall policy",
            "config vdom",
            "config global",
            "edit root",
            "    edit 1",
            '    edit "a b"',
            "    edit 2",
            "        set a b",
            '        set text "one',
            '    next two" end',
            '        set quote "a\\"b" \\" c',
            "        config inner",
            "            edit 1",
            "                set x y",
            "            next",
            "        end",
            "    next",
            "end",
            "next",
            "    set flat 1",
            "        unset a",
            "        append a c",
            "    delete 1",
            "    clone 1 to 2",
            '    rename 2 to "a b"',
            "    move 1 after 2",
            "    purge",
            "junk",
            "",
            "# comment",
            "        ",
        ]
    ),
    max_size=30,
)


@settings(max_examples=1500, deadline=None)
@given(LINES)
@example(["config a", "    edit 1", "        set b c", "    next", "end"])
@example(["config a", "    edit 1", "        set b c", "end"])
@example(["config a", "    edit 1", '        set b "', "end", "config c", 'd"', "    next", "end"])
@example(["config vdom", "edit root", "config a", "    set b c", "end", "end"])
def test_both_ways_read_any_lines_alike(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"

    assert quick(text) == careful(text)


def test_a_long_table_is_found_by_searching() -> None:
    """Else the comparison above would compare one way with itself."""
    text = "config a\n" + "".join(f"    edit {i}\n        set b c{i}\n    next\n" for i in range(5)) + "end\n"
    source = Source(text)
    root = source.root()
    block = root.blocks["a"]

    assert source.split(Block("a", 0, source.read), text.index("    edit"), text.rindex("end"))
    assert [entry.word("b") for entry in block.entries.values()] == ["c0", "c1", "c2", "c3", "c4"]


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_a_table_is_parted_alike_whatever_the_size_of_a_page(lines: list[str]) -> None:
    text = "    edit first\n" + "".join(f"{line}\n" for line in lines) + "    next\n"
    with pytest.MonkeyPatch.context() as patch:
        found = []
        for size in (1, 40, 1 << 18):
            patch.setattr(block_text, "_PAGE", size)
            found.append(Source(text).parted(0, len(text)))

    assert found[0] == found[1] == found[2]


def test_what_a_pager_leaves_behind_far_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_text, "_SCREENS", 20)
    root, source = read_blocks("config a\n    edit 1\n        set x y\n--More--        set z y\n    next\nend\n")

    assert root.blocks["a"].entries["1"].word("x") == "y"
    assert [odd.path for odd in source.odd] == [("a", "1")]


def test_an_edit_of_a_known_name_opens_it_again() -> None:
    root, _ = read_blocks("config a\nedit 1\nset x 1\nset y 1\nnext\nedit 2\nnext\nedit 1\nset x 2\nnext\nend\n")
    entries = root.blocks["a"].entries

    assert list(entries) == ["1", "2"]
    assert (entries["1"].word("x"), entries["1"].word("y")) == ("2", "1")


def test_edit_0_makes_a_new_entry() -> None:
    root, _ = read_blocks("config a\nedit 0\nset x 1\nnext\nedit 0\nset x 2\nnext\nend\n")

    assert [entry.word("x") for entry in root.blocks["a"].entries.values()] == ["1", "2"]


@pytest.mark.parametrize(
    ("commands", "values"),
    [
        ("set m a b", ("a", "b")),
        ("set m a\nset m b", ("b",)),
        ("set m a\nappend m b", ("a", "b")),
        ("append m b", ("b",)),
        ("set m a b c\nunselect m b", ("a", "c")),
        ("set m a\nselect m b", ("b",)),
        ("set m a\nunset m", ()),
        ("set m a\nclear m", ()),
        ('set m "a b" c', ("a b", "c")),
        ('set m "say \\"x\\"" \\\\', ('say "x"', "\\")),
        ("set m 'a b'", ("a b",)),
        ('set m "one\ntwo"', ("one\ntwo",)),
    ],
)
def test_commands_change_a_value(commands: str, values: tuple[str, ...]) -> None:
    root, _ = read_blocks(f"config a\nedit 1\n{commands}\nnext\nend\n")

    assert root.blocks["a"].entries["1"].words("m") == values


def test_entries_are_moved_renamed_and_deleted() -> None:
    text = "config a\n" + "".join(f"edit {i}\nnext\n" for i in (1, 2, 3, 4))
    root, source = read_blocks(
        f"{text}move 4 before 2\nmove 1 after 3\nrename 2 to two\ndelete 3\nmove 9 after 1\nend\n"
    )

    assert list(root.blocks["a"].entries) == ["4", "two", "1"]
    assert [odd.verb for odd in source.odd] == ["move"]


def test_a_copy_has_a_life_of_its_own() -> None:
    text = "config a\nedit 1\nset x 1\nconfig b\nedit 1\nset y 1\nnext\nend\nnext\nclone 1 to 2\n"
    root, _ = read_blocks(f"{text}edit 2\nset x 2\nconfig b\nedit 1\nset y 2\nend\nend\n")
    first, second = root.blocks["a"].entries["1"], root.blocks["a"].entries["2"]

    assert (first.word("x"), first.block("b").entries["1"].word("y")) == ("1", "1")
    assert (second.word("x"), second.block("b").entries["1"].word("y")) == ("2", "2")


@pytest.mark.parametrize(
    "text",
    [
        "config a\n    edit 1\n        set x y\n",
        "config a\n    edit 1\n    next\n",
        'config a\n    edit 1\n        set x "y\n    next\nend\n',
        "config a\nconfig b\nend\n",
    ],
)
def test_a_text_that_is_cut_off_is_an_error(text: str) -> None:
    assert quick(text) == ("unfinished",)


def test_a_transcript_is_read_between_its_prompts() -> None:
    text = "FW (root) $ show\r\nconfig a\r\n--More-- \r         \r    edit 1\r\n        set x y\r\n    next\r\nend\r\nFW $ "
    root, source = read_blocks(text)

    assert root.blocks["a"].entries["1"].word("x") == "y"
    assert source.odd == []


def test_lines_are_counted() -> None:
    text = "config a\n" + "".join(f"    edit {i}\n        set b c\n    next\n" for i in range(3000)) + "end\n"
    root, source = read_blocks(text)

    lines = [source.lines.number(entry.at) for entry in root.blocks["a"].entries.values()]

    assert lines == [2 + 3 * i for i in range(3000)]
    assert source.lines.number(root.blocks["a"].entries["2999"].place("b")) == 3 + 3 * 2999


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(CONFIGURATIONS), st.randoms(use_true_random=False))
def test_both_ways_read_a_configuration_with_a_slip_alike(path: Any, random: Any) -> None:
    """Lines lost, doubled, exchanged or cut, quotation marks lost."""
    lines = path.read_bytes().decode().split("\n")
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(lines))
        match random.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines.insert(at, lines.pop(random.randrange(len(lines))))
            case 3:
                lines[at] = lines[at].replace('"', "", 1)
            case 4:
                lines[at] = lines[at][: random.randint(0, len(lines[at]))]
            case _:
                lines[at] = lines[at].lstrip()
        if len(lines) < 2:
            break
    text = "\n".join(lines)

    assert quick(text) == careful(text)
