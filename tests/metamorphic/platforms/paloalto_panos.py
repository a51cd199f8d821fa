"""Operations on exports of PAN-OS in XML: on rules, their parts, the members of lists, and the white space between elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from allowlint.model.device import Stage
from tests.bench.panos_export import export
from tests.metamorphic.operations import FOREIGN, Doubt, Edit, Force, Generated, Operations

_RULES = re.compile(r"<security>\s*<rules>(.*?)</rules>", re.DOTALL)
_RULE = re.compile(r"<entry name=\"([^\"]*)\"[^>/]*>((?:(?!<entry\b).)*?)</entry>", re.DOTALL)
_FIELD = re.compile(r"\s*<([\w-]+)>(?:(?!<\1>).)*?</\1>", re.DOTALL)
_CATEGORY = re.compile(r"<entry name=\"([^\"]*)\">\s*<list>(.*?)</list>", re.DOTALL)
_MEMBER = re.compile(r"\s*<member>[^<]*</member>")
_ZONES = re.compile(r"<(?:from|to)>(.*?)</(?:from|to)>", re.DOTALL)
_CRITERIA = ("from", "to", "source", "destination", "source-user", "category", "application", "service")
ANY = "".join(f"<{field}><member>any</member></{field}>" for field in _CRITERIA)
DENY = f'<entry name="first of all">{ANY}<action>deny</action></entry>'
DECRYPT = f'<entry name="first of all">{ANY}<type><ssl-forward-proxy/></type><action>decrypt</action></entry>'
ASK = (
    f'<entry name="first of all">{ANY}<authentication-enforcement>default-web-form</authentication-enforcement></entry>'
)


def usable(text: str) -> bool:
    """Whether there is a rule to work on, in the layout that these expressions know."""
    return bool(_RULES.search(text)) and "<!" not in text


def _rules(text: str) -> Iterator[re.Match[str]]:
    for held in _RULES.finditer(text):
        yield from _RULE.finditer(text, held.start(1), held.end(1))


def _edit(text: str, begin: int, end: int, new: str, what: str) -> Edit:
    first = text.count("\n", 0, begin) + 1
    return Edit(text[:begin] + new + text[end:], what, range(first, first + text.count("\n", begin, end) + 1))


def _deny_first(text: str) -> str:
    return re.sub(r"(<security>\s*<rules>)", rf"\1{DENY}", text)


def _with_rules(text: str, kind: str, rule: str) -> str:
    """The text with a rule in front of all others of its kind, in every rulebase that has security rules."""
    found = re.sub(rf"(<{kind}>\s*<rules>)", rf"\1{rule}", text)
    held = f"<{kind}><rules>{rule}</rules></{kind}>"
    pieces = re.split(r"(<(?:pre-|post-)?rulebase>)", found)
    for index in range(2, len(pieces), 2):
        if f"<{kind}>" not in pieces[index]:
            pieces[index] = held + pieces[index]
    return "".join(pieces)


def _decrypt_first(text: str) -> str:
    bare = re.sub(r"<ssl-decrypt>.*?</ssl-decrypt>", "", text, flags=re.DOTALL)
    return _with_rules(bare, "decryption", DECRYPT)


def _ask_first(text: str) -> str:
    on = text.replace("<enable-captive-portal>no<", "<enable-captive-portal>yes<")
    return _with_rules(on, "authentication", ASK)


def unrelated(text: str, _random: Random) -> Iterator[Edit]:
    """A deny rule about a category of one's own that holds a foreign name."""
    if text.count("<custom-url-category>") != 1 or "<device-group>" in text or "<panorama>" in text:
        return
    category = f'<entry name="foreign"><list><member>{FOREIGN}/</member></list><type>URL List</type></entry>'
    rule = f'<entry name="foreign">{ANY.replace("<category><member>any", "<category><member>foreign")}<action>deny</action></entry>'
    held = text.replace("<custom-url-category>", f"<custom-url-category>{category}")
    found = _RULES.search(held)
    if found is not None:
        yield Edit(held[: found.start(1)] + rule + held[found.start(1) :], "a rule about a foreign name")


def layouts(text: str, _random: Random) -> Iterator[Edit]:
    """Other white space, comments, line ends, and the wrapping of the API."""
    yield Edit(text.replace("\n", "\r\n"), "other line ends")
    yield Edit(re.sub(r">\s+<", "><", text), "one line")
    yield Edit(re.sub(r"(</entry>|</rules>)", r"\1<!-- <action>deny</action> -->", text), "comments")
    yield Edit(re.sub(r"(<\w[\w-]*)>", r"\1 >", text), "blanks in tags")
    if text.startswith("<?xml"):
        bare = text.partition("?>")[2]
        yield Edit(f'<response status="success"><result>{bare}</result></response>', "as the API answers")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """The parts of a rule, and the members of a category, in another order."""
    for rule in _rules(text):
        fields = [match[0] for match in _FIELD.finditer(rule[2])]
        if len(fields) > 1 and "".join(fields).strip() == rule[2].strip():
            random.shuffle(fields)
            yield _edit(text, *rule.span(2), "".join(fields), f"parts of {rule[1]}")
    for category in _CATEGORY.finditer(text):
        members = _MEMBER.findall(category[2])
        random.shuffle(members)
        yield _edit(text, *category.span(2), "".join(members), f"members of {category[1]}")


def renamings(text: str, _random: Random) -> Iterator[Edit]:
    """A category under another name."""
    for name in dict.fromkeys(category[1] for category in _CATEGORY.finditer(text)):
        new = text.replace(f'"{name}">', f'"{name} by another name">')
        yield Edit(
            new.replace(f"<member>{name}</member>", f"<member>{name} by another name</member>"), f"category {name}"
        )


def duplicates(text: str, _random: Random) -> Iterator[Edit]:
    """A security rule twice in a row."""
    for rule in _rules(text):
        yield _edit(text, rule.end(), rule.end(), rule[0], f"{rule[1]} twice")


def unknown_words(text: str, _random: Random) -> Iterator[Edit]:
    """A part of a rule has a name that no rule has a part of."""
    for rule in _rules(text):
        for field in _CRITERIA:
            if f"<{field}>" in rule[2]:
                new = rule[0].replace(f"<{field}>", f"<{field}x>").replace(f"</{field}>", f"</{field}x>")
                yield _edit(text, *rule.span(), new, f"{field}x in {rule[1]}")


def deletions(text: str, _random: Random) -> Iterator[Edit]:
    """A part of a rule, a rule, or a member of a category is gone."""
    for rule in _rules(text):
        yield _edit(text, *rule.span(), "", f"without {rule[1]}")
        for field in _FIELD.finditer(text, *rule.span(2)):
            yield _edit(text, *field.span(), "", f"{rule[1]} without {field[1]}")
    for category in _CATEGORY.finditer(text):
        for member in _MEMBER.finditer(text, *category.span(2)):
            yield _edit(text, *member.span(), "", f"{category[1]} without {member[0].strip()}")


def _fewer(text: str, action: str) -> Iterator[Edit]:
    for rule in _rules(text):
        zones = {zone for held in _ZONES.findall(rule[2]) for zone in re.findall(r"<member>([^<]*)<", held)} - {"any"}
        defined = all(re.search(rf'<entry name="{re.escape(zone)}">\s*<network>', text) for zone in zones)
        if f"<action>{action}</action>" in rule[2] and defined:
            yield _edit(text, *rule.span(), "", f"without {rule[1]}")


def fewer_allows(text: str, _random: Random) -> Iterator[Edit]:
    """A rule that allows is gone."""
    yield from _fewer(text, "allow")


def fewer_denies(text: str, _random: Random) -> Iterator[Edit]:
    """A rule that denies is gone."""
    yield from _fewer(text, "deny")


def doubts(text: str, _random: Random) -> Iterator[Doubt]:
    """A rule that holds for any machine, for none (it is disabled), and for machines of which nobody knows."""
    for rule in _rules(text):
        if "<hip-profiles>" not in rule[2] and "<disabled>" not in rule[2]:
            any_machine, none, some = (
                _edit(text, rule.end(2), rule.end(2), new, f"{new} in {rule[1]}")
                for new in (
                    "<hip-profiles><member>any</member></hip-profiles>",
                    "<disabled>yes</disabled>",
                    "<hip-profiles><member>some</member></hip-profiles>",
                )
            )
            yield Doubt(any_machine, none, some)


def generated(count: int) -> Iterator[Generated]:
    """Exports of two dozen rules."""
    for seed in range(count):
        text = "\n".join(export(24, seed))
        yield Generated(f"export-{seed}", "config.xml", {"config.xml": text.encode()})


OPERATIONS = Operations(
    platform="paloalto_panos",
    names=("config.xml",),
    usable=usable,
    generated=generated,
    forces=(
        Force(Stage.ACCESS, "deny all first", _deny_first),
        Force(Stage.INSPECTION, "decrypt all first", _decrypt_first),
        Force(Stage.AUTHENTICATION, "ask all first", _ask_first),
    ),
    unrelated=unrelated,
    layouts=layouts,
    shuffles=shuffles,
    renamings=renamings,
    duplicates=duplicates,
    unknown_words=unknown_words,
    deletions=deletions,
    fewer_allows=fewer_allows,
    fewer_denies=fewer_denies,
    doubts=doubts,
    cases=30,
)
