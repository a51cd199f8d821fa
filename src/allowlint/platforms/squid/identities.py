"""ACLs that want to know who the client is: ``proxy_auth`` and helpers that are given the user."""

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Identity, Unmodelled
from allowlint.platforms.squid.config import Acl, Config
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.text import lowered
from allowlint.platforms.squid.unmodelled import place_of, unmodelled_by, values_of


def identity(acl: Acl, moment: Moment) -> Condition:
    """``proxy_auth``: reached without an identity it answers 407 at once; never on intercepted traffic."""
    if moment.intercepted:
        return NEVER
    words = [value.text for value in values_of(acl)]
    values = [word for word in words if word not in ("-i", "+i")]
    if not values:
        # Asks, and then knows nobody.
        return All((_asked(acl, moment, acl.type, any_identity=True), NEVER))
    if acl.type == "proxy_auth_regex":
        fits = unmodelled_by(acl, place_of(acl), f"acl {acl.name}: whether anybody has a name that it matches")
        return All((_asked(acl, moment, acl.type, any_identity=True), fits))
    if any(line.values and line.values[0].text == "REQUIRED" for line in acl.lines):
        # Only as the first word of a line; elsewhere it is a name like any other (acl/UserData.cc).
        return _asked(acl, moment, acl.type, any_identity=True)
    members = {*values, *(lowered(value) for value in values if "-i" in words)}
    return _asked(acl, moment, acl.type, any_identity=False)._replace(members=frozenset(members))


def external(acl: Acl, moment: Moment, config: Config) -> Condition:
    """``external``: a helper program decides; one that is given the user's name needs a user first."""
    helper = next((value.text for value in values_of(acl)), "")
    definition = config.helpers.get(helper)
    words = [word.text for word in definition.words] if definition else []
    reason = f"acl {acl.name}: the helper program {helper}"
    answer = Unmodelled(f"acl {acl.key}", reason, place_of(acl), steady=False)
    if not any("%LOGIN" in word or "%ul" in word for word in words):
        uncertain = any("%un" in word for word in words) and not moment.intercepted
        login = All((answer, _asked(acl, moment, "external", any_identity=True)))
        return AnyOf((login, answer)) if uncertain else answer
    if moment.intercepted:
        return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: a helper that wants a user, on intercepted traffic")
    return All((_asked(acl, moment, "external with %LOGIN", any_identity=True), answer))


def _asked(acl: Acl, moment: Moment, kind: str, *, any_identity: bool) -> Identity:
    """Asks for a user; inside a tunnel and after the request was let in, only one that is known already counts (observed)."""
    carried = moment.inner or moment.late
    return Identity(
        f"acl {acl.key}", f"acl {acl.name} {kind}", place_of(acl), not moment.inner, any_identity, carried=carried
    )
