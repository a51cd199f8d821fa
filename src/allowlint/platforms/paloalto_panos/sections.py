"""The sections of a configuration by name, so that one of which nothing is known is not passed over in silence.

Names are those of the vendor's schemas of PAN-OS 7.0 to 10.0, of public exports up to 11.1, and of the vendor's public descriptions of
the configuration for newer releases. A section that is new, or misspelt by whoever edited a file, is reported; where it may hold rules, or
may be one that is read here, nothing can be told.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from allowlint.platforms.paloalto_panos.scopes import CONTAINERS
from allowlint.syntax.xml_tree import Node

RULEBASES = frozenset(("rulebase", "pre-rulebase", "post-rulebase"))
TOP = frozenset(
    """
    certificate deviceconfig devices device-group global-protect log-collector log-collector-group log-settings mgt-config network
    panorama platform plugins policy predefined readonly redistribution-agent shared template template-stack vm-info-source vsys
    wildfire-appliance wildfire-appliance-cluster
    """.split()
)
"""Below ``config``, and below the entry of a device."""
LEVEL = frozenset(
    """
    address address-group admin-role alg-override application application-filter application-group application-status application-tag
    authentication-object authentication-profile authentication-sequence authorization-code azure-advanced-profiles botnet
    captive-portal certificate certificate-profile cloud-identity-engine config-version content-preview description device-object
    device-telemetry devices display-name dlp dlp-settings dns-proxy dynamic-user-group email-scheduler external-list global-protect
    group-mapping icd id import iptag-include-exclude-list ipuser-include-exclude-list last-pushed-template loc local-user-database
    log-settings master-device mfa-server-profile ocsp-responder override parent-dg pdf-summary-report permissions profile-group profiles
    redistribution-agent redistribution-collector reference-templates region report-group reports response-page route scep
    schedule sdwan-interface-profile server-profile service service-group setting ssh-service-profile ssl-decrypt
    ssl-tls-service-profile tag threats to-sw-version ts-agent url-admin-override url-content-types user user-group user-group-source
    user-id-agent user-id-agent-sequence user-id-collector user-id-hub user-id-ssl-auth uuid vm-info-source vsys zone
    """.split()
)
"""Below a virtual system, a device group, ``shared`` and what Panorama pushed."""
_NETWORK = frozenset(
    """
    cellular dhcp dns-proxy ike interface lldp logical-router profiles qos routing-profile sdwan-interface-profile secure-web-gateway
    shared-gateway     spanning-tree tunnel underlay-net virtual-router virtual-wire vlan
    """.split()
)
_READ = sorted(
    RULEBASES
    | {path.split("/")[0] for path in CONTAINERS.values()}
    | set("captive-portal deviceconfig device-group devices network panorama readonly shared ssl-decrypt".split())
    | set("template template-stack vsys zone".split())
)
"""What is read; a name that resembles one of these may be meant to be it."""
_ALIKE = 0.8
"""How alike two names are, as difflib has it, of which one may be the other misspelt."""
_RULES = re.compile(rb"<(?:rules|(?:[\w.-]+-)?rulebase)[\s/>]")


def unknown(
    tops: Iterable[Node], levels: Iterable[Node], networks: Iterable[Node], read: Iterable[Node]
) -> Iterator[Node]:
    """Yield the sections of which nothing is known, or that nobody looks for where they stand, each once.

    ``tops`` are configurations and entries of devices; ``levels`` what holds objects; ``read`` the rulebases.
    """
    looked = {_place(node) for node in read}
    seen: set[tuple[int, int]] = set()
    for nodes, known in ((tops, TOP), (levels, LEVEL), (networks, _NETWORK)):
        for node in nodes:
            if _place(node) not in seen:
                seen.add(_place(node))
                sections = (child for child in node.children if child.tag not in known and child.inner.strip())
                yield from (child for child in sections if _place(child) not in looked)


def _place(node: Node) -> tuple[int, int]:
    return id(node.document), node.start


def may_rule(section: Node) -> bool:
    """Whether an unknown section may hold rules, or be one that is read under a name that is misspelt."""
    return bool(get_close_matches(section.tag, _READ, 1, _ALIKE)) or _RULES.search(section.inner) is not None
