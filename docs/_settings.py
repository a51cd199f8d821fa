"""The keys of ``allowlint.yaml`` as a page, from the schema that describes them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[1] / "schemas" / "settings.schema.json"
_PARTS = {
    "profile": "A profile",
    "waiver": "A waiver",
    "path": "A path",
    "stop": "A stop of a chain",
    "proxies": "Proxies of a chain",
}
"""The titles of what several keys share."""

Node = Mapping[str, Any]


def page() -> str:
    """Every key with what it takes, what it means and its default."""
    schema: Node = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = ["\n".join(_section(f"`{key}`", node, schema)) for key, node in schema["properties"].items()]
    shared = ["\n".join(_section(title, schema["$defs"][name], schema)) for name, title in _PARTS.items()]
    return "\n".join((*parts, *shared))


def _section(title: str, node: Node, schema: Node) -> Iterator[str]:
    yield f"### {title}\n"
    if "$ref" not in node or _name(node) == "words":
        yield from (f"{line}\n" for line in (_sentence(node), _takes(node, schema)) if line)
        yield from _table(node, schema)
    else:
        yield f"{_sentence(node) or _sentence(schema['$defs'][_name(node)])}\n"
        yield f"Takes {_kind(node, schema)}.\n"


def _takes(node: Node, schema: Node) -> str:
    default = f" Default: `{node['default']}`." if "default" in node else ""
    return f"Takes {_kind(node, schema)}.{default}"


def _table(node: Node, schema: Node) -> Iterator[str]:
    for each in _maps(node, schema):
        required = each.get("required", ())
        yield "| key | takes | meaning |\n| --- | --- | --- |"
        for key, value in each["properties"].items():
            must = " **Required.**" if key in required else ""
            default = f" Default: `{value['default']}`." if "default" in value else ""
            yield f"| `{key}` | {_kind(value, schema)} | {_sentence(value)}{default}{must} |"
        yield ""


def _maps(node: Node, schema: Node) -> Iterator[Node]:
    """The mappings with named keys that a value may be, by itself or as an item."""
    if "properties" in node:
        yield node
    for each in (*node.get("anyOf", ()), *([node["items"]] if "items" in node else ())):
        if "$ref" not in each:
            yield from _maps(each, schema)
        elif _name(each) not in (*_PARTS, "words"):
            yield from _maps(schema["$defs"][_name(each)], schema)


def _kind(node: Node, schema: Node) -> str:
    """What a value may be, in words."""
    if "$ref" in node:
        name = _name(node)
        if name not in _PARTS:
            return "text or a list of texts" if name == "words" else _kind(schema["$defs"][name], schema)
        return f"[{_PARTS[name].lower()}](#{_anchor(_PARTS[name])})"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if "anyOf" in node:
        kinds = dict.fromkeys(_kind(each, schema) for each in node["anyOf"])
        return " or ".join(kinds)
    return _of_type(node, schema)


def _of_type(node: Node, schema: Node) -> str:
    kind = node["type"]
    if kind == "array":
        items = [*node.get("prefixItems", ()), *([node["items"]] if "items" in node else ())]
        kinds = dict.fromkeys(kind for each in items for kind in _kind(each, schema).split(" or "))
        return f"a list of: {' or '.join(kinds)}"
    if kind == "object" and isinstance(node.get("additionalProperties"), dict) and "properties" not in node:
        return f"names, each with {_kind(node['additionalProperties'], schema)}"
    words = {
        "string": "text",
        "integer": "a number",
        "boolean": "`true` or `false`",
        "object": "keys, see the table" if len(node.get("properties", ())) else "keys",
    }
    if isinstance(kind, list):
        return " or ".join(words[each] for each in kind)
    return "a date" if node.get("format") == "date" else words[kind]


def _sentence(node: Node) -> str:
    return str(node.get("description", "")).replace("*", "\\*").replace("|", "\\|")


def _name(node: Node) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
