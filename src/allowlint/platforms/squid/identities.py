"""ACLs that want to know who the client is: ``proxy_auth`` and helpers that are given the user."""

from collections.abc import Iterator

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Identity, Unmodelled
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.arguments import ON
from allowlint.platforms.squid.config import Acl, Config
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.text import Token, lowered
from allowlint.platforms.squid.unmodelled import place_of, unmodelled_by, values_of


class Users(NamedTuple):
    """What the values of ``proxy_auth`` ask for."""

    names: frozenset[str]
    everybody: bool
    ignore_case: bool
    mixed: bool
    """Whether lines differ in how they compare."""


def refused_flags(acl: Acl) -> Iterator[Token]:
    """Yield the words of ``proxy_auth`` that look like flags and keep Squid from starting."""
    for line in acl.lines:
        first = line.values[0] if line.values else None
        if first is not None and first.text[0] in "+-" and first.text not in _USER_FLAGS:
            yield first


_USER_FLAGS = ("-i", "+i", "--")


def _users(acl: Acl) -> Users:
    """The first word of a line may be a flag or ``REQUIRED``; whatever else stands there is a name (observed)."""
    names: list[str] = []
    flags: set[str] = set()
    everybody = False
    for line in acl.lines:
        words = [value.text for value in line.values]
        if words[:1] == ["--"]:
            words = words[1:]
        if words[:1] == ["REQUIRED"]:
            everybody = True
        elif words[:1] == ["-i"] or words[:1] == ["+i"]:
            flags.add(words[0])
        else:
            names += words[:1]
        names += words[1:]
    return Users(frozenset(names), everybody, "-i" in flags, len(flags) > 1)


def identity(acl: Acl, moment: Moment, config: Config) -> Condition:
    """``proxy_auth``: reached without an identity it answers 407 at once; never on intercepted traffic."""
    if moment.intercepted:
        return NEVER
    asked = _asked(acl, moment, acl.type, any_identity=True)
    if acl.type == "proxy_auth_regex":
        fits = unmodelled_by(acl, place_of(acl), f"acl {acl.name}: whether anybody has a name that it matches")
        return All((asked, fits)) if values_of(acl) else All((asked, NEVER))
    users = _users(acl)
    if users.everybody:
        return asked
    if users.mixed:
        return All((asked, unmodelled_by(acl, place_of(acl), f"acl {acl.name}: how the case of names is compared")))
    names = users.names
    if users.ignore_case:
        names |= {lowered(name) for name in names}
    elif _in_lower_case(config):
        names = frozenset(name for name in names if name == lowered(name))
    if not names:
        # Asks, and then knows nobody.
        return All((asked, NEVER))
    return _asked(acl, moment, acl.type, any_identity=False)._replace(members=names)


def _in_lower_case(config: Config) -> bool:
    """Whether the names that users give are put in lower case: Basic does, unless ``casesensitive on`` (observed)."""
    settings = [[word.text for word in line.words[:3]] for line in config.settings.get("auth_param", [])]
    programs = {words[0] for words in settings if words[1:2] == ["program"]}
    return (
        programs == {"basic"}
        and not config.opaque
        and not any(words[:2] == ["basic", "casesensitive"] and words[2:] and words[2] in ON for words in settings)
    )


def external(acl: Acl, moment: Moment, config: Config) -> Condition:
    """``external``: a helper program decides; one that is given the user's name needs a user first."""
    helper = next((value.text for value in values_of(acl)), "")
    definition = config.helpers.get(helper)
    words = [word.text for word in definition.words] if definition else []
    reason = f"acl {acl.name}: the helper program {helper}"
    answer = Unmodelled(f"acl {acl.key}", reason, place_of(acl), steady=False)
    codes = {_code(word) for word in words if word.startswith("%")}
    if not codes & {"LOGIN", "ul"}:
        uncertain = "un" in codes and not moment.intercepted
        login = All((answer, _asked(acl, moment, "external", any_identity=True)))
        return AnyOf((login, answer)) if uncertain else answer
    if moment.intercepted:
        return unmodelled_by(acl, place_of(acl), f"acl {acl.name}: a helper that wants a user, on intercepted traffic")
    return All((_asked(acl, moment, "external with %LOGIN", any_identity=True), answer))


def _code(word: str) -> str:
    """A word of a helper's format without what says how it is written: ``%-10[ul`` is ``ul``."""
    return word.rpartition("}")[2].lstrip("%\"'[#/\\-0123456789.")


def _asked(acl: Acl, moment: Moment, kind: str, *, any_identity: bool) -> Identity:
    """Asks for a user; inside a tunnel and after the request was let in, only one that is known already counts (observed)."""
    carried = moment.inner or moment.late
    return Identity(
        f"acl {acl.key}", f"acl {acl.name} {kind}", place_of(acl), not moment.inner, any_identity, carried=carried
    )
