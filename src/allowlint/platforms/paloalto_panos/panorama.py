"""The device groups of Panorama, with what their ancestors and templates say.

docs.paloaltonetworks.com, "Device Group Hierarchy", "Device Group Policies" and "Templates and Template Stacks": rules come from device
groups and what is shared, zones, routes, the portal and the exclusion list from the templates of the firewalls in the group. A
firewall may have rules of its own between pre-rules and post-rules; they are not in an export of Panorama.
"""

from collections.abc import Iterable, Iterator, Mapping

from allowlint.model.record import NamedTuple
from allowlint.platforms.paloalto_panos.decryption import Exclusions
from allowlint.platforms.paloalto_panos.devices import Source, word
from allowlint.platforms.paloalto_panos.layers import Layer
from allowlint.platforms.paloalto_panos.scopes import Scope
from allowlint.platforms.paloalto_panos.shapes import device_entries, version_of
from allowlint.syntax.xml_tree import Node

LOCAL = "the firewalls' own rules, which are not in an export of Panorama"
ANCESTORS = "the device groups above this one, which are not in this export"
_WHOLE = "export the whole configuration of Panorama, with what it marks as read-only"
_SOME = "whether the list is in the templates of each of the firewalls"
_SETTLE = "check the firewall's running configuration with what Panorama pushed to it instead"


class Templates(NamedTuple):
    """What the templates of some firewalls say."""

    configs: tuple[Node, ...] = ()
    """Those that take precedence first ("settings in the templates that are higher in the stack take precedence")."""
    certain: bool = False
    """Whether all of it holds for each of the firewalls."""

    @property
    def systems(self) -> tuple[Node, ...]:
        """The virtual systems, which have zones."""
        return tuple(
            entry for device in self._devices for held in [device.find("vsys")] if held for entry in held.entries()
        )

    @property
    def networks(self) -> tuple[Node, ...]:
        """What has interfaces and routes."""
        return tuple(node for device in self._devices if (node := device.find("network")) is not None)

    @property
    def exclusions(self) -> Exclusions:
        """The lists of hosts that are never decrypted."""
        levels = [level for config in self.configs if (level := config.find("shared")) is not None]
        held = [
            tuple(node for level in each if (node := level.find("ssl-decrypt/ssl-exclude-cert")) is not None)
            for each in (levels, self.systems)
        ]
        return Exclusions(tuple(each for each in held if each), "" if self.certain else _SOME)

    @property
    def portal(self) -> str:
        """Whether authentication rules are enforced; empty where that is not told."""
        portals = [node for system in self.systems if (node := system.find("captive-portal")) is not None]
        said = next((node.text("enable-captive-portal") or "yes" for node in portals), "")
        return said if self.certain and said in ("yes", "no") else ""

    @property
    def tops(self) -> tuple[Node, ...]:
        """The configurations with the entries of their devices."""
        return (*self.configs, *self._devices)

    @property
    def _devices(self) -> Iterator[Node]:
        return (entry for config in self.configs for entry in device_entries(config))


def panorama_sources(config: Node, name: str) -> tuple[Source, ...]:
    """The device groups that firewalls may be in; without any, what is shared."""
    shared = config.find("shared")
    groups = {entry.name: entry for device in device_entries(config) for entry in _entries(device, "device-group")}
    parents = _parents(config)
    # A group without firewalls hands its rules down to the groups below it, and no traffic meets it itself.
    met = [group for group, node in groups.items() if _serials(node) or group not in parents.values()]
    found = []
    for group in met or groups:
        node = groups[group]
        ancestry = list(_ancestry(group, parents))
        chain = [groups[each] for each in ancestry if each in groups]
        # Of several groups each is listed there, with its parent if it has one.
        told = len(groups) == 1 or all(each in parents or each in parents.values() for each in (group, *ancestry))
        lacking = "" if told and len(chain) == len(ancestry) else ANCESTORS
        own = group if len(groups) > 1 else name
        found.append(_source(config, (node, *chain), shared, own, _serials(node), lacking))
    if not groups and shared is not None:
        found.append(_source(config, (), shared, name, frozenset()))
    return tuple(found)


def _source(
    config: Node, chain: tuple[Node, ...], shared: Node | None, name: str, serials: frozenset[str], lacking: str = ""
) -> Source:
    """``chain``: the group and its ancestors, nearest first; ``lacking``: what of them is not in the export."""
    levels = [*chain, *([shared] if shared is not None else [])]
    templates = _templates(config, serials)
    place = levels[0].location
    before = [Layer(level, "pre-rulebase", level=_called(level)) for level in reversed(levels)]
    after = [Layer(level, "post-rulebase", level=_called(level)) for level in levels]
    if lacking:
        between = 1 if shared is not None else 0
        before.insert(between, Layer(levels[0], "pre-rulebase", lacking, _WHOLE))
        after.insert(len(after) - between, Layer(levels[0], "post-rulebase", lacking, _WHOLE))
    return Source(
        name=name,
        place=place,
        layers=(*before, Layer(levels[0], "rulebase", LOCAL, _SETTLE), *after),
        scopes=tuple(Scope(level, f"device group {level.name}" if level.name else "shared") for level in levels),
        # It may manage firewalls of earlier releases, of which the switch is not in its configuration.
        version=version_of(config),
        home=f"{_called(levels[0])} pre-rulebase",
        tops=(config, *device_entries(config), *templates.tops),
        levels=(*templates.systems, *levels),
        networks=templates.networks,
        exclusions=templates.exclusions,
        portal=templates.portal,
        serials=serials or None,
        partial="an ancestor of the device group may define" if lacking else "",
    )


def _called(level: Node) -> str:
    """What commands call a device group, or what is shared."""
    return f"device-group {word(level.name)}" if level.name else "shared"


def _parents(config: Node) -> Mapping[str, str]:
    """The parent of each device group, empty for those at the top, which only the read-only part of an export says."""
    found: dict[str, str] = {}
    readonly = config.find("readonly")
    if readonly is None:
        return found
    held = [*_entries(readonly, "devices"), readonly]
    for node in held:
        for path in ("device-group", "dg-meta-data/dg-info"):
            for entry in _entries(node, path):
                found[entry.name] = entry.text("parent-dg") or found.get(entry.name, "")
    return found


def _ancestry(group: str, parents: Mapping[str, str]) -> Iterator[str]:
    """Yield the ancestors of a group, nearest first; groups that are below each other end it."""
    seen = {group}
    while (group := parents.get(group, "")) and group not in seen:
        seen.add(group)
        yield group


def _templates(config: Node, serials: frozenset[str]) -> Templates:
    """The templates of the firewalls with these serial numbers; all of them where nothing says which."""
    held = device_entries(config)
    templates = {entry.name: entry for node in held for entry in _entries(node, "template")}
    stacks = [entry for node in held for entry in _entries(node, "template-stack")]
    used = [stack for stack in stacks if serials & _serials(stack)]
    single = [template for template in templates.values() if serials & _serials(template)]
    if used:
        lists = [stack.members("templates") for stack in used]
        names = [name for names in lists for name in names]
        alike = len(used) == 1 or (
            len({tuple(each) for each in lists}) == 1 and all(stack.find("config") is None for stack in used)
        )
        known = [templates[name] for name in dict.fromkeys(names) if name in templates]
        # What a stack overrides itself stands before its templates.
        chosen: Iterable[Node] = [*used, *known]
        certain = alike and serials <= frozenset().union(*map(_serials, used)) and set(names) <= set(templates)
    elif single:
        chosen, certain = single, len(single) == 1 and serials <= _serials(single[0])
    else:
        chosen = templates.values()
        plain = all(stack.members("templates") == tuple(templates) and stack.find("config") is None for stack in stacks)
        certain = len(templates) == 1 and plain and not any(map(_serials, (*stacks, *chosen)))
    configs = [node for template in chosen if (node := template.find("config")) is not None]
    return Templates(tuple(configs), certain)


def _serials(node: Node) -> frozenset[str]:
    return frozenset(entry.name for entry in _entries(node, "devices"))


def _entries(node: Node, path: str) -> Iterator[Node]:
    held = node.find(path)
    return held.entries() if held is not None else iter(())
