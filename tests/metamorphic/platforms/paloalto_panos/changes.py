"""Operations on exports in XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from tests.metamorphic.operations import FOREIGN, Doubt, Edit
from tests.metamorphic.platforms.paloalto_panos.elements import (
    BASES,
    KINDS,
    levels,
    members,
    parsed,
    put_below,
    replaced,
    rules,
    value,
)

_CRITERIA = ("from", "to", "source", "destination", "source-user", "category", "application", "service")
_CONTAINERS = (
    *("address", "address-group", "service", "service-group", "application-group", "application-filter"),
    *("custom-url-category", "url-filtering", "decryption", "profile-group", "authentication-object", "schedule"),
    *("zone", "rules", "template"),
)
"""What holds entries whose names the author chose, and which no file is called by."""
_KNOWN = ("default", "any", "intrazone-default", "interzone-default")
_ORDERED = ("rules", "templates")
"""Elements of which the order of what lies in them says something."""
_CATEGORY = f'<entry name="foreign"><list><member>{FOREIGN}/</member></list><type>URL List</type></entry>'
_INSIDE = '<entry name="foreign"><ip-netmask>10.20.30.0/24</ip-netmask></entry>'
_UDP = '<entry name="foreign"><protocol><udp><port>443</port></udp></protocol></entry>'
_PROXY = "<type><ssl-forward-proxy/></type>"


def rule(action: str, name: str = "foreign", **criteria: str) -> str:
    """A rule about everything, but for some criteria."""
    asked = {field: criteria.get(field.replace("-", "_"), "any") for field in _CRITERIA}
    fields = "".join(f"<{field}><member>{member}</member></{field}>" for field, member in asked.items() if member)
    return f'<entry name="{name}">{fields}{action}</entry>'


def _on_top(text: str, kind: str, new: str, bases: tuple[str, ...] = BASES) -> Iterator[tuple[str, str]]:
    """Yield (text, where) with a rule in front of those of one rulebase, for each."""
    for at, level in enumerate(levels(parsed(text))):
        for base in bases:
            if level.find(base) is not None:
                yield put_below(text, level, (base, kind, "rules"), new), f"{base} of {level.name or level.tag} ({at})"


def unrelated(text: str, _random: Random) -> Iterator[Edit]:
    """Objects that nothing names; rules about a foreign name, inside addresses, UDP; rules that are switched off."""
    for at, level in enumerate(levels(parsed(text))):
        where = f"of {level.name or level.tag} ({at})"
        for path, entry in (
            (("profiles", "custom-url-category"), _CATEGORY),
            (("address",), _INSIDE),
            (("address",), f'<entry name="foreign"><fqdn>{FOREIGN}</fqdn></entry>'),
            (("address-group",), '<entry name="foreign"><static><member>any</member></static></entry>'),
            (("service",), _UDP),
            (("profiles", "url-filtering"), '<entry name="foreign"><block><member>unknown</member></block></entry>'),
        ):
            yield Edit(put_below(text, level, path, entry), f"an entry of {path[-1]} {where}")
    yield from _unrelated_rules(text)


def _unrelated_rules(text: str) -> Iterator[Edit]:
    for new, where in _on_top(text, "security", rule("<action>deny</action><disabled>yes</disabled>")):
        yield Edit(new, f"a deny that is off, {where}")
    for path, entry, asked in (
        (("profiles", "custom-url-category"), _CATEGORY, {"category": "foreign"}),
        (("address",), _INSIDE, {"destination": "foreign"}),
        (("service",), _UDP, {"service": "foreign"}),
    ):
        defined = _defined(text, path, entry)
        for action in ("deny", "allow"):
            for new, where in _on_top(defined, "security", rule(f"<action>{action}</action>", **asked)):
                yield Edit(new, f"{action} for a foreign {path[-1]}, {where}")
        for action in ("decrypt", "no-decrypt"):
            then = f"{_PROXY}<action>{action}</action>"
            for new, where in _on_top(defined, "decryption", rule(then, application="", **asked)):
                yield Edit(new, f"{action} for a foreign {path[-1]}, {where}")
    asking = "<authentication-enforcement>default-web-form</authentication-enforcement>"
    defined = _defined(text, ("profiles", "custom-url-category"), _CATEGORY)
    for new, where in _on_top(defined, "authentication", rule(asking, category="foreign")):
        yield Edit(new, f"authentication for a foreign category, {where}")


def _defined(text: str, path: tuple[str, ...], entry: str) -> str:
    """The text with an object at every level."""
    count = sum(1 for _ in levels(parsed(text)))
    for at in range(count):
        text = put_below(text, list(levels(parsed(text)))[at], path, entry)
    return text


def layouts(text: str, random: Random) -> Iterator[Edit]:
    """Other white space, line ends, comments; attributes in another order and more of them; texts written in another way."""
    yield Edit(text.replace("\n", "\r\n"), "other line ends")
    yield Edit(re.sub(r">\s+<", "><", text), "one line")
    yield Edit(re.sub(r">\s*<(?!/)", ">\n<", text), "an element a line")
    yield Edit(re.sub(r"<member>([^<]*)</member>", "<member>\n  \\1\n</member>", text), "members in lines of their own")
    yield Edit(re.sub(r"(</entry>|</rules>)", r"\1<!-- <action>deny</action> -->", text), "comments")
    yield Edit(re.sub(r"(<\w[\w-]*)>", r"\1 >", text), "blanks in tags")
    yield Edit(re.sub(r"(</\w[\w-]*)>", r"\1\n>", text), "line ends in closing tags")
    yield Edit(re.sub(r'(<entry) (name="[^"]*")', r'\1 loc="vsys1" \2', text), "more attributes in front")
    yield Edit(re.sub(r"(<[a-z][\w-]*)(?=[\s>])(?!\?)", r'\1 admin="a" dirtyId="7"', text), "who changed what")
    yield Edit(re.sub(r'name="([^"\']*)"', r"name = '\1'", text), "single quotes")
    yield Edit(re.sub(r"<([\w-]+)/>", r"<\1></\1>", text), "no empty tags")
    yield Edit(re.sub(r"<([\w-]+)></\1>", r"<\1/>", text), "empty tags")
    yield Edit(re.sub(r"<member>([a-z])", lambda one: f"<member>&#{ord(one[1])};", text), "references to characters")
    yield Edit(re.sub(r"<member>([^<&]+)</member>", r"<member><![CDATA[\1]]></member>", text), "CDATA")
    if text.startswith("<?xml"):
        bare = text.partition("?>")[2]
        yield Edit(bare.lstrip(), "no declaration")
        yield Edit(f"\xef\xbb\xbf{text}", "a byte order mark")
        if "<response" not in text:
            yield Edit(f'<response status="success"><result>{bare}</result></response>', "as the API answers")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """What lies in an element in another order, but for rules and for the templates of a stack."""
    for node in parsed(text).whole:
        told = [(child.tag, child.name or text[child.begin : child.end]) for child in node.children]
        alone = len({child.tag for child in node.children if child.tag not in ("entry", "member")})
        several = sum(1 for child in node.children if child.tag not in ("entry", "member"))
        if node.tag in _ORDERED or len(set(told)) < max(2, len(told)) or alone < several:
            continue
        mixed = random.sample(node.children, len(node.children))
        new = "\n".join(text[child.begin : child.end] for child in mixed)
        yield Edit(text[: node.inside] + new + text[node.until :], f"what lies in {node.name or node.tag} mixed")


def renamings(text: str, _random: Random) -> Iterator[Edit]:
    """What the author named by another name, everywhere; with Panorama beside it, other files name it too."""
    root = parsed(text)
    if "<panorama" in text:
        return
    found = [
        (node.tag, entry.name)
        for node in root.whole
        if node.tag in _CONTAINERS
        for entry in node.children
        if entry.name
    ]
    for kind, name in dict.fromkeys(found):
        if name in _KNOWN or "." in name or "&" in name or f">{name}</action>" in text:
            continue
        new = text.replace(f'name="{name}"', f'name="other {name}"').replace(f">{name}<", f">other {name}<")
        yield Edit(new, f"{kind} {name}")


def duplicates(text: str, _random: Random) -> Iterator[Edit]:
    """A rule twice in a row, under another name."""
    for node in rules(parsed(text), *KINDS):
        whole = text[node.begin : node.end]
        copy = whole.replace(f'name="{node.name}"', f'name="{node.name} again"', 1)
        yield replaced(text, node, whole + copy, f"{node.name} twice")


def deletions(text: str, _random: Random) -> Iterator[Edit]:
    """Any one element is gone."""
    for node in parsed(text).whole:
        if node.parent is not None:
            above = "/".join(each.name or each.tag for each in list(node.above)[:3])
            yield replaced(text, node, "", f"without {node.tag} {node.name or value(text, node)} in {above}")


def _fewer(text: str, action: str) -> Iterator[Edit]:
    zones = {zone.name for node in parsed(text).whole if node.tag == "zone" for zone in node.children}
    for node in rules(parsed(text), "security"):
        named = {*members(text, node.find("from")), *members(text, node.find("to"))} - {"any"}
        profiled = node.find("profile-setting") is not None
        if value(text, node.find("action")) == action and named <= zones and not profiled:
            yield replaced(text, node, "", f"without {node.name}")


def fewer_allows(text: str, _random: Random) -> Iterator[Edit]:
    """A rule that allows is gone: none whose profiles stop something, and none that alone names a zone."""
    yield from _fewer(text, "allow")


def fewer_denies(text: str, _random: Random) -> Iterator[Edit]:
    """A rule that denies is gone, and none that alone names a zone."""
    yield from _fewer(text, "deny")


def doubts(text: str, _random: Random) -> Iterator[Doubt]:
    """A rule for every machine, for none (it is switched off), and for machines of which nobody knows."""
    for node in rules(parsed(text), *KINDS):
        if any(node.find(tag) is not None for tag in ("hip-profiles", "source-hip", "disabled")):
            continue
        field = (
            "source-hip"
            if node.parent and node.parent.parent and node.parent.parent.tag != "security"
            else "hip-profiles"
        )
        yield Doubt(
            *(
                replaced(text, node, f"{text[node.begin : node.until]}{new}</entry>", f"{new} in {node.name}")
                for new in (
                    f"<{field}><member>any</member></{field}>",
                    "<disabled>yes</disabled>",
                    f"<{field}><member>some</member></{field}>",
                )
            )
        )
