"""An exemption from TLS inspection works only while the proxy trusts the server.

## What it does

Reports a rule that exempts required endpoints from TLS inspection, but only after the device has checked the server's certificate.
In Squid that is a `splice` at the third step of the handshake, after `peek` at the second.

## Why is this bad?

Where the certificate is not trusted by the device, the client gets an error page signed by the device, and the connection fails.
Some of Microsoft's services have certificates of Microsoft's own authorities, which the system's store often lacks. With TLS 1.3
the certificate is hidden and all is well, so the fault shows with some clients only.

## Example

Squid peeks at the second step too, and splices at the third:

```
acl exempt ssl::server_name .endpoint.security.microsoft.com
acl before_certificate at_step SslBump2
ssl_bump peek hello
ssl_bump peek before_certificate
ssl_bump splice exempt
ssl_bump bump all
```

## How to fix

Decide at the second step: `splice` the exemptions by the name that the client sends, before the certificate is seen. Or let
`sslproxy_cert_error` allow them.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.verdict import Step

_THIS = Identity("TLS006", "certificate-must-validate")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each rule that does what it says only for trusted servers."""
    if examined.device.load_faults:
        return
    places: dict[Location, tuple[Step, list[str]]] = {}
    for verdict in examined.verdicts:
        if verdict.requirement.expect.get(Stage.INSPECTION, "bypassed") == "bypassed":
            for step in verdict.stages[Stage.INSPECTION].caveats:
                places.setdefault(step.rule.location, (step, []))[1].append(verdict.id)
    for location, (step, ids) in places.items():
        count = f"{ids[0]} is" if len(ids) == 1 else f"{len(ids)} required endpoints are"
        yield Finding(
            code=_THIS.code,
            name=_THIS.name,
            severity=Severity.WARNING,
            message=f"{count} exempt from inspection only while the server's certificate is trusted here",
            config=examined.config,
            device=examined.device.name,
            location=location,
            object=step.rule.text,
            reasons=(step.rule.caveat,),
            help="decide by the name that the client sends, before the server's certificate is seen",
        )


CHECK = Check(*_THIS, Severity.WARNING, "an exemption works only while the proxy trusts the server's certificate", run)
