"""An exemption from TLS inspection stands in a profile that no policy uses.

## What it does

Reports a profile to which somebody has added exemptions, if no policy uses the profile while others are decrypted by another one.
Exemptions that are shipped with the product are passed over.

## Why is this bad?

The exemption looks as if it did something. The endpoints stay inspected, and whoever looks at the profile believes that they are not.

## Example

The endpoint is exempt in `spare`, and the policy decrypts with `mine`:

```
config firewall ssl-ssh-profile
    edit "spare"
        config ssl-exempt
            edit 1
                set type wildcard-fqdn
                set wildcard-fqdn "blob"
            next
        end
    next
end
config firewall policy
    edit 1
        set ssl-ssh-profile "mine"
    next
end
```

## How to fix

Add the exemption to the profile that the policies use, or give the policies this profile.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("HYG009", "unused-exemption")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each profile with exemptions that nothing uses."""
    yield from noted(_THIS, examined, "unused-exemption", Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "an exemption from TLS inspection stands in a profile that no policy uses",
    run,
    alone=True,
    notes=("unused-exemption",),
)
