"""Commands in ``set`` format, as ``show config`` prints them after ``set cli config-output-format set``, made into the tree of XML.

docs.paloaltonetworks.com, "PAN-OS CLI Quick Start": the words of a command are the path of an element; a list stands in brackets or in
several commands; rules stand in the order in which they are first named, until ``move`` says otherwise. A transcript may hold prompts.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from html import escape

from allowlint.errors import InputError
from allowlint.model.record import NamedTuple
from allowlint.platforms.paloalto_panos.scopes import CONTAINERS
from allowlint.syntax.xml_tree import BLANKS, Document, Node, elements

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|(\[|\])|([^\s\[\]"\']\S*)', re.ASCII)
_VERBS = ("set", "delete", "move", "rename", "copy", "edit", "override")
_SHELL = r"^\s*+(?:[\w.@()/ -]{0,80}?[\w)][>#]\s+)?"
_PROMPT = re.compile(rf"{_SHELL}(?=(?:{'|'.join(_VERBS)})\s)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOISE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|--\s?[Mm]ore\s?--|lines \d+-\d+|[\x00-\x08\x0b-\x1f]")
_ROOTS = "deviceconfig|rulebase|pre-rulebase|post-rulebase|shared|vsys|device-group|template|template-stack|network|mgt-config|readonly"
_OBJECTS = "zone|address|address-group|service|service-group|application-group|application-filter|external-list|profiles|profile-group"
_LOADING = ("load", "revert")
_ODD = re.compile(rf"{_SHELL}(?=([\w-]+) +(?:config +)?((?:{_ROOTS}|{_OBJECTS})) |({'|'.join(_LOADING)}) +config\b)")
"""What is written as a command is, whatever its first word."""
_ALIKE = 0.6
"""How alike a word and a verb are, as difflib has it, of which one may be the other misspelt."""
_ASKING = frozenset(("show", "find", "run", "check", "validate", "commit", "test", "request", "debug", "save", "diff"))
"""Verbs that change nothing."""
_OPERATIONAL = frozenset(
    "cli clock data-access-password management-server password serial-number session system".split()
)
"""What is set of the session or the machine, and not of the configuration."""
_MATTERING = frozenset(
    """
    rulebase pre-rulebase post-rulebase default-security-rules profiles zone captive-portal ssl-decrypt panorama
    """.split()
) | {path.split("/")[-1] for path in CONTAINERS.values()}
"""Words in a path without which a command is about nothing that is read."""
_SET = re.compile(
    rf"set (?:config )?(?:{_ROOTS}|{_OBJECTS}|tag|schedule|captive-portal|import|region|log-settings|devices|setting|user-id-collector) "
)
_DEVICE = frozenset(
    (
        "deviceconfig",
        "network",
        "vsys",
        "device-group",
        "template",
        "template-stack",
        "plugins",
        "platform",
        "log-collector-group",
    )
)
_TOP = frozenset(("shared", "readonly", "mgt-config", "predefined", "panorama", "devices"))
_NAMED = frozenset(
    """
    rules address-group service-group application-group application-filter external-list custom-url-category profile-group
    authentication-object device-group template template-stack virtual-router logical-router vrf static-route ssl-exclude-cert devices
    ethernet aggregate-ethernet units
    """.split()
)
"""Words after which the name of an entry follows, wherever they stand."""
_NAMED_BELOW_LEVELS = frozenset(("address", "service", "application", "tag", "schedule", "zone", "region"))
_NAMED_IN_PROFILES = frozenset(("url-filtering", "decryption"))
_FLAGS = frozenset(("dhcp-client", "pppoe"))
"""Elements that say something by being there."""
_LEVELS = frozenset(("vsys", "device-group", "shared"))
_FLAT = frozenset(("rules", "address", "custom-url-category", "static-route"))
"""Words after the name of which come pairs of a word and its value, of which one command may hold several."""
_DEEP = frozenset(("profile-setting", "target", "option", "type", "qos", "forward", "action-forward", "nexthop"))
"""Parts of rules that are not such pairs."""
_PARTS = frozenset(
    """
    from to source destination source-user service application category action type list profile profile-setting disabled
    description tag group-tag schedule rule-type negate-source negate-destination source-hip destination-hip hip-profiles target
    option qos log-start log-end log-setting log-success log-fail authentication-enforcement timeout interface metric nexthop
    """.split()
)
"""Words with which another part begins."""
MOST_JOINED = 2_000
"""Lines over which a quoted value may go on."""


class Branch:
    """An element that is still being made."""

    __slots__ = ("children", "line", "values")

    def __init__(self, line: int) -> None:
        self.line = line
        self.children: dict[tuple[str, bool], Branch] = {}
        """By (tag or name, whether it is an entry)."""
        self.values: dict[str, int] = {}
        """Texts, each with its line."""


def is_set_format(text: str) -> bool:
    """Whether a text has commands that set something of PAN-OS."""
    return any(_SET.match(command) for command, _ in commands(text))


def commands(text: str) -> Iterator[tuple[str, int]]:
    """Yield (command, line) for the lines that are commands, without prompts; a quoted value may go on over lines."""
    pending, begin, joined = "", 0, 0
    for number, raw in enumerate(text.split("\n"), 1):
        if pending and joined < MOST_JOINED:
            pending, joined = f"{pending}\n{raw}", joined + 1
        else:
            line = NOISE.sub("", raw)
            prompt = _PROMPT.match(line) or _odd(line)
            if prompt is None:
                continue
            pending, begin, joined = line[prompt.end() :], number, 0
        if pending.count('"') % 2 == 0:
            yield pending.strip(BLANKS), begin
            pending = ""
    if pending:
        yield pending.strip(BLANKS), begin


def _odd(line: str) -> re.Match[str] | None:
    """A line that is a command by its form, or by a verb that somebody may have misspelt; what else stands there is output."""
    found = _ODD.match(line)
    if found is None or found[3]:
        return found
    ruling = found[2].endswith("rulebase") and found[1] not in _ASKING
    return found if ruling or get_close_matches(found[1], _VERBS, 1, _ALIKE) else None


class Strange(NamedTuple):
    """A command that was not understood."""

    line: int
    text: str
    """Its first words."""
    matters: bool
    """Whether it is about something that is read."""


def read_set(text: str, path: str) -> tuple[Node, list[Strange]]:
    """The root of the tree that the commands make, and those that were not understood.

    Raises InputError where commands are relative to a level that is not told.
    """
    root = Branch(1)
    strange: list[Strange] = []
    for command, line in commands(text):
        verb, _, rest = command.partition(" ")
        words = _trimmed(_words(rest))
        if verb == "edit":
            raise InputError(
                "commands below `edit` say only a part of their path",
                path=path,
                line=line,
                hint="show the configuration from the top",
            )
        if not words or not _done(root, verb, words, line):
            matters = verb in _LOADING or not _MATTERING.isdisjoint(words)
            strange.append(Strange(line, f"{verb} {words[0]}" if words else verb, matters))
    return tree(root, path), strange


def tree(root: Branch, path: str) -> Node:
    """The finished element, with the lines that it was made from."""
    data, lines = _written(root)
    return next(elements(Document(data, path, lines), 0, len(data)))


def _done(root: Branch, verb: str, words: list[str], line: int) -> bool:
    """Carry out one command; False where it is not understood."""
    if verb == "set":
        for each in _one_by_one(words) if words[0] not in _OPERATIONAL else ():
            put(root, each, line)
        return True
    if verb == "delete":
        return _delete(root, words)
    if verb == "move" and len(words) > 2:
        target = words[-1] if words[-2] in ("before", "after") else ""
        where = words[-2] if target else words[-1]
        return _move(root, words[: -2 if target else -1], where, target)
    if verb in ("rename", "copy") and len(words) > 3 and words[-2] == "to":
        return _rename(root, words[:-2], words[-1], line, copy=verb == "copy")
    return False


def words_of(command: str) -> list[str]:
    """The words of a command behind its verb, without quotes and without what some ways of printing add."""
    verb, _, rest = command.partition(" ")
    return [verb, *_trimmed(_words(rest))]


def _words(text: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(text):
        quoted = match[1] if match[1] is not None else match[2]
        found.append(match[0] if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
    if "[" in found and "]" not in found and len(found[-1]) > 1 and found[-1].endswith("]"):
        # The end of a list without a blank before it.
        found[-1:] = [found[-1][:-1], "]"]
    return found


def _trimmed(words: list[str]) -> list[str]:
    """Without what some ways of printing add: ``config`` in front, and the identity of a rule behind its name."""
    if words[:1] == ["config"]:
        words = words[1:]
    at = words.index("rules") if "rules" in words[:10] else len(words)
    return [*words[: at + 2], *words[at + 3 :]] if at + 2 < len(words) and _UUID.fullmatch(words[at + 2]) else words


def _one_by_one(words: list[str]) -> Iterator[list[str]]:
    """A command may set several parts of one rule or object: yield a command for each."""
    at = next((at for at, word in enumerate(words[:10]) if word in _FLAT and at + 2 < len(words)), None)
    if at is None or (
        words[at] == "address"
        and at
        and words[at - 2 : at - 1] not in (["vsys"], ["device-group"])
        and words[0] != "shared"
    ):
        yield words
        return
    head, rest = words[: at + 2], words[at + 2 :]
    while rest:
        end = rest.index("]") + 1 if rest[1:2] == ["["] and "]" in rest else 2
        if rest[0] in _DEEP or rest[:2] == ["action", "forward"] or ("[" not in rest[1:2] and len(rest) < 3):
            end = next((at for at, word in enumerate(rest) if at > 1 and word in _PARTS), len(rest))
        yield [*head, *rest[:end]]
        rest = rest[end:]


def _steps(words: list[str]) -> tuple[list[tuple[str, bool]], list[str]]:
    """The path of a command as (word, whether it names an entry), and the values at its end."""
    values: list[str] = []
    if "[" in words:
        at = words.index("[")
        values, words = [word for word in words[at + 1 :] if word != "]"], words[:at]
    steps: list[tuple[str, bool]] = []
    for word in words:
        before = steps[-1] if steps else ("", False)
        steps.append((word, not before[1] and _is_named(steps)))
        if len(steps) == 1 or steps[-2] == ("config", False):
            steps[-1:] = _rooted(word)
    return steps, values


def _rooted(word: str) -> list[tuple[str, bool]]:
    """Where a word at the beginning of a path stands in the tree."""
    if word in _TOP:
        return [(word, False)]
    device = [("devices", False), ("localhost.localdomain", True)]
    if word in _DEVICE:
        return [*device, (word, False)]
    return [*device, ("vsys", False), ("vsys1", True), (word, False)]


def _is_named(steps: list[tuple[str, bool]]) -> bool:
    """Whether the next word of a path is the name of an entry."""
    if not steps:
        return False
    word, parent = steps[-1][0], steps[-2] if len(steps) > 1 else ("", False)
    if word == "vsys":
        return parent[1] or parent[0] in ("devices", "")
    if word in _NAMED:
        return True
    if word in _NAMED_BELOW_LEVELS:
        return parent[0] == "shared" or (parent[1] and len(steps) > 2 and steps[-3][0] in _LEVELS)
    if word in _NAMED_IN_PROFILES:
        # In a rule it is the list of profiles that are named.
        return parent[0] == "profiles" and (len(steps) < 3 or steps[-3][0] != "profile-setting")
    return word == "ip" and (parent[0] == "layer3" or parent[1])


def put(root: Branch, words: list[str], line: int) -> None:
    """Set what the words say: a path, and the values at its end."""
    steps, values = _steps(words)
    if not values and len(steps) > 1 and not steps[-1][1] and steps[-1][0] not in _FLAGS and len(words) > 1:
        values = [steps.pop()[0]]
    branch = root
    for step in steps:
        branch = branch.children.setdefault(step, Branch(line))
    if _is_named(steps):
        for value in values:
            branch.children.setdefault((value, True), Branch(line))
        return
    for value in values:
        branch.values.pop(value, None)
        branch.values[value] = line


def _found(root: Branch, steps: list[tuple[str, bool]]) -> Branch | None:
    branch: Branch | None = root
    for step in steps:
        branch = branch.children.get(step) if branch is not None else None
    return branch


def _delete(root: Branch, words: list[str]) -> bool:
    """Delete an element, or some of its values; False where it is not there, so that more is missing than this command takes away."""
    steps, values = _steps(words)
    if values:
        held = _found(root, steps)
        taken = [held.values.pop(value, None) for value in values] if held is not None else [None]
        return None not in taken
    parent = _found(root, steps[:-1])
    if parent is None:
        return False
    there = [parent.children.pop(steps[-1], None), parent.values.pop(steps[-1][0], None)]
    return any(each is not None for each in there)


def _move(root: Branch, words: list[str], where: str, target: str) -> bool:
    steps, _ = _steps(words)
    held = _found(root, steps[:-1])
    if held is None or steps[-1] not in held.children or where not in ("top", "bottom", "before", "after"):
        return False
    if target and ((target, True) not in held.children or (target, True) == steps[-1]):
        return False
    moved = held.children.pop(steps[-1])
    order = list(held.children.items())
    at = 0 if where == "top" else len(order)
    if target:
        at = [key for key, _ in order].index((target, True)) + (where == "after")
    order.insert(at, (steps[-1], moved))
    held.children = dict(order)
    return True


def _rename(root: Branch, words: list[str], name: str, line: int, *, copy: bool) -> bool:
    steps, _ = _steps(words)
    held = _found(root, steps[:-1])
    if held is None or steps[-1] not in held.children:
        return False
    if copy:
        held.children[name, True] = _copied(held.children[steps[-1]], line)
        return True
    held.children = {((name, True) if key == steps[-1] else key): branch for key, branch in held.children.items()}
    return True


def _copied(branch: Branch, line: int) -> Branch:
    again = Branch(line)
    again.values = dict(branch.values)
    again.children = {key: _copied(child, line) for key, child in branch.children.items()}
    return again


def _written(root: Branch) -> tuple[bytes, list[tuple[int, int]]]:
    """The tree as XML, with the lines on which its elements come from."""
    pieces: list[bytes] = []
    lines: list[tuple[int, int]] = []
    size = 0
    todo: list[tuple[Branch, str, bool] | bytes] = [(root, "config", False)]
    while todo:
        item = todo.pop()
        if isinstance(item, bytes):
            pieces.append(item)
            size += len(item)
            continue
        branch, word, entry = item
        tag = "entry" if entry else _tag(word)
        opening = f"<{tag} name={_quoted(word)}>" if entry else f"<{tag}>"
        lines.append((size, branch.line))
        body = [opening]
        if len(branch.values) == 1 and not branch.children:
            body.append(escape(next(iter(branch.values))))
        for value, line in branch.values.items() if len(branch.values) > 1 or branch.children else ():
            lines.append((size + sum(len(piece.encode("utf-8", "replace")) for piece in body), line))
            body.append(f"<member>{escape(value)}</member>")
        written = "".join(body).encode("utf-8", "replace")
        pieces.append(written)
        size += len(written)
        todo.append(f"</{tag}>".encode())
        todo += [(child, *key) for key, child in reversed(branch.children.items())]
    return b"".join(pieces), lines


def _quoted(name: str) -> str:
    return '"' + escape(name).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;") + '"'


def _tag(word: str) -> str:
    return re.sub(r"[^\w.-]", "_", word) or "_"
