"""A FortiGate backup as large as one likes: `python -m tests.generators.fortios POLICIES > big.conf`.

A look-alike of a real backup: global settings, interfaces, zones, twice as many addresses as policies, groups, services, users,
SSL inspection and web filter profiles, then the policies. The last policies are the ones that concern required endpoints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random
from uuid import UUID

HEAD = """#config-version=FGT600F-7.4.4-FW-build2662-240514:opmode=0:vdom=0:user=admin
#conf_file_ver=4223390211
#buildno=2662
#global_vdom=1
config system global
    set admintimeout 30
    set hostname "edge"
    set timezone "Europe/Zurich"
end
config system interface
    edit "wan1"
        set vdom "root"
        set ip 192.0.2.2 255.255.255.0
        set allowaccess ping
        set type physical
        set snmp-index 1
    next
    edit "lan"
        set vdom "root"
        set ip 10.1.0.1 255.255.0.0
        set allowaccess ping https ssh
        set type physical
        set snmp-index 2
    next
end
config system admin
    edit "admin"
        set accprofile "super_admin"
        set password ENC SH2planted0secret0hash=
    next
end
"""
PROFILES = """config firewall wildcard-fqdn custom
    edit "microsoft"
        set uuid 0a1b2c3d-0000-51ee-0000-000000000001
        set wildcard-fqdn "*.microsoft.com"
    next
    edit "Windows update 2"
        set uuid 0a1b2c3d-0000-51ee-0000-000000000002
        set wildcard-fqdn "*.windowsupdate.com"
    next
end
config webfilter urlfilter
    edit 1
        set name "sites"
        config entries
            edit 1
                set url "*.microsoft.com"
                set type wildcard
            next
        end
    next
end
config webfilter profile
    edit "staff"
        config web
            set urlfilter-table 1
        end
        config ftgd-wf
            config filters
                edit 1
                    set category 26
                    set action block
                next
                edit 2
                    set category 61
                    set action block
                next
            end
        end
    next
end
config firewall ssl-ssh-profile
    edit "corporate"
        config https
            set ports 443
            set status deep-inspection
        end
        config ssl-exempt
            edit 1
                set fortiguard-category 31
            next
            edit 2
                set type wildcard-fqdn
                set wildcard-fqdn "microsoft"
            next
            edit 3
                set type wildcard-fqdn
                set wildcard-fqdn "Windows update 2"
            next
        end
    next
end
"""
ROUTE = """config router static
    edit 1
        set gateway 192.0.2.1
        set device "wan1"
    next
end
"""
LAST = """    edit {number}
        set name "Web out"
        set uuid {uuid}
        set srcintf "lan"
        set dstintf "wan1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "HTTP" "HTTPS"
        set utm-status enable
        set ssl-ssh-profile "corporate"
        set webfilter-profile "staff"
        set logtraffic all
        set nat enable
    next
"""


def backup(policies: int, seed: int = 1) -> Iterator[str]:
    """Yield the parts of a backup with so many policies."""
    random = Random(seed)
    yield HEAD
    yield "config firewall address\n"
    for number in range(2 * policies):
        yield _address(number, random)
    yield "end\nconfig firewall addrgrp\n"
    for number in range(policies // 10):
        members = " ".join(f'"host-{random.randrange(2 * policies)}"' for _ in range(6))
        yield f'    edit "group-{number}"\n        set uuid {_uuid(random)}\n        set member {members}\n    next\n'
    yield "end\nconfig firewall service custom\n"
    for number in range(200):
        yield (
            f'    edit "app-{number}"\n        set category "General"\n'
            f"        set tcp-portrange {2000 + 10 * number}-{2005 + 10 * number}\n    next\n"
        )
    yield f"end\n{PROFILES}config firewall policy\n"
    for number in range(policies - 1):
        yield _policy(number, policies, random)
    yield LAST.format(number=policies, uuid=_uuid(random))
    yield f"end\n{ROUTE}"


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128))


def _address(number: int, random: Random) -> str:
    head = f'    edit "host-{number}"\n        set uuid {_uuid(random)}\n'
    if number % 5 == 0:
        return f'{head}        set type fqdn\n        set fqdn "srv{number}.example-{number % 97}.com"\n    next\n'
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return f"{head}        set subnet {address} 255.255.255.255\n    next\n"


def _policy(number: int, policies: int, random: Random) -> str:
    """A policy between servers of the inside, or to a few hosts outside."""
    target = (
        f'"group-{random.randrange(policies // 10)}"' if number % 3 == 0 else f'"host-{random.randrange(2 * policies)}"'
    )
    return f"""    edit {number + 1}
        set name "rule-{number + 1}"
        set uuid {_uuid(random)}
        set srcintf "lan"
        set dstintf "wan1"
        set action {"deny" if number % 11 == 0 else "accept"}
        set srcaddr "host-{random.randrange(2 * policies)}"
        set dstaddr {target}
        set schedule "always"
        set service "app-{random.randrange(200)}"
        set utm-status enable
        set ssl-ssh-profile "certificate-inspection"
        set av-profile "default"
        set logtraffic all
        set nat enable
    next
"""


if __name__ == "__main__":
    sys.stdout.writelines(backup(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
