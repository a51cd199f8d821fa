"""Writes a policy with many requirements: python -m tests.generators.policy COUNT > policy.yaml.

The names are put together as those of a cloud service are: a role and a region, below a few domains. A large export of
:mod:`.panos` or :mod:`.fortios` allows some of the domains. The same number gives the same policy.
"""

import sys
from collections.abc import Iterator
from itertools import islice, product

_ROLES = (
    "edr winatp-gw automatedirstrprd ussus1eastprod wseu1westprod usseu1northprod smartscreen definitions unitedstates vortex"
    " settings telemetry sensor-updates packages content-delivery sync enrollment device-login certificates portal assets"
).split()
_REGIONS = "cus eus eus2 wus wus2 neu weu uks ukw frc dec swn jpe jpw aue aus cac cae ine brs zan kor sgp hkg".split()
_DOMAINS = (
    "endpoint.security.microsoft.com",
    "security.microsoft.com",
    "blob.core.windows.net",
    "events.data.microsoft.com",
    "wd.microsoft.com",
)


def policy(count: int) -> Iterator[str]:
    """Yield the lines of a policy with so many requirements, every tenth of them a wildcard."""
    yield "version: 1\nname: many\nsource: https://example.com/list\npublished: 2026-01-01\nonboarding: streamlined"
    yield "cloud: commercial\nrequirements:"
    for number, (region, role, domain) in enumerate(islice(product(_REGIONS, _ROLES, _DOMAINS), count)):
        host = f"*.{role}-{region}.{domain}" if number % 10 == 9 else f"{role}-{region}.{domain}"
        yield f'  - {{host: "{host}", ports: [443], geography: WW, systems: [windows], need: required}}'


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in policy(int(sys.argv[1])))
