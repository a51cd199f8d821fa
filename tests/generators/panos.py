"""Writes a large firewall export: python -m tests.generators.panos RULES > config.xml.

With 100,000 rules it has 300,000 objects and 150 MB. The same number gives the same file.
"""

import sys
from collections.abc import Iterator
from random import Random

ALLOWED = ("*.endpoint.security.microsoft.com/", "*.security.microsoft.com/", "go.microsoft.com/", "login.live.com/")
APPLICATIONS = ("any", "ssl", "web-browsing", "ssh", "dns", "ms-rdp", "ntp", "smtp", "ldap", "kerberos")
SERVICES = ("application-default", "any", "service-https", "service-http")


def export(rules: int, seed: int = 7) -> Iterator[str]:
    """Yield the lines of an export with so many rules."""
    random = Random(seed)
    yield '<?xml version="1.0"?>'
    yield '<config version="10.2.0" urldb="paloaltonetworks">'
    yield "  <shared/>"
    yield '  <devices>\n    <entry name="localhost.localdomain">'
    yield '      <network>\n        <virtual-router>\n          <entry name="default">\n            <routing-table>'
    yield '              <ip><static-route><entry name="d"><destination>0.0.0.0/0</destination>'
    yield "                <interface>ethernet1/1</interface></entry></static-route></ip>"
    yield "            </routing-table>\n          </entry>\n        </virtual-router>\n      </network>"
    yield '      <vsys>\n        <entry name="vsys1">'
    yield "          <zone>"
    for zone, interface in (("trust", 2), ("untrust", 1), ("dmz", 3), ("servers", 4)):
        yield f'            <entry name="{zone}"><network><layer3><member>ethernet1/{interface}</member></layer3></network></entry>'
    yield "          </zone>\n          <address>"
    yield from _addresses(rules * 3 - rules // 10, random)
    yield "          </address>\n          <profiles>\n            <custom-url-category>"
    yield from _categories(rules // 10, random)
    yield "            </custom-url-category>\n          </profiles>"
    yield "          <rulebase>\n            <decryption>\n              <rules>"
    yield from _decryption()
    yield "              </rules>\n            </decryption>\n            <security>\n              <rules>"
    yield from _security(rules, random)
    yield "              </rules>\n            </security>\n          </rulebase>"
    yield "        </entry>\n      </vsys>\n    </entry>\n  </devices>\n</config>"


def _addresses(count: int, random: Random) -> Iterator[str]:
    for number in range(count):
        value = (
            f"<fqdn>host-{number}.example.com</fqdn>"
            if number % 50 == 0 and number * 3 > count * 2 + 3
            else f"<ip-netmask>10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}/32</ip-netmask>"
        )
        yield f'            <entry name="obj-{number}">\n              {value}\n            </entry>'


def _categories(count: int, random: Random) -> Iterator[str]:
    for number in range(count):
        texts = [f"site-{number}-{n}.example.net/" for n in range(5)]
        if number == count // 2:
            texts += ALLOWED
        elif random.random() < 0.3:
            texts.append(f"*.site-{number}.example.org/")
        members = "\n".join(f"                  <member>{text}</member>" for text in texts)
        yield f'              <entry name="cat-{number}">\n                <list>\n{members}\n                </list>'
        yield "                <type>URL List</type>\n              </entry>"


def _decryption() -> Iterator[str]:
    for name, category, action in (("keep", "cat-1", "no-decrypt"), ("all", "cat-2", "decrypt")):
        yield f'                <entry name="{name}"><category><member>{category}</member></category>'
        yield f"                  <type><ssl-forward-proxy/></type><action>{action}</action></entry>"


def _security(count: int, random: Random) -> Iterator[str]:
    for number in range(count):
        named = random.random() < 0.1
        fields = {
            "from": [random.choice(("trust", "dmz", "servers", "any"))],
            "to": [random.choice(("untrust", "dmz", "servers", "any"))],
            "source": [f"obj-{random.randrange(count * 2)}" for _ in range(random.randrange(1, 3))],
            "destination": ["any"] if named else [f"obj-{random.randrange(count * 2)}"],
            "source-user": ["any"],
            "category": [f"cat-{random.randrange(max(count // 10, 1))}" if named else "any"],
            "application": [random.choice(APPLICATIONS)],
            "service": [random.choice(SERVICES)],
            "hip-profiles": ["any"],
        }
        if number == count - 2:
            fields |= {"from": ["trust"], "to": ["untrust"], "source": ["any"], "destination": ["any"]}
            fields |= {"category": [f"cat-{count // 10 // 2}"], "application": ["any"], "service": ["service-https"]}
        action = "allow" if number == count - 2 or random.random() < 0.8 else "deny"
        yield f'                <entry name="rule-{number}" uuid="00000000-0000-4000-8000-{number:012d}">'
        for field, members in fields.items():
            yield f"                  <{field}>"
            yield from (f"                    <member>{member}</member>" for member in members)
            yield f"                  </{field}>"
        yield f"                  <action>{action}</action>\n                  <log-end>yes</log-end>\n                </entry>"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in export(int(sys.argv[1])))
