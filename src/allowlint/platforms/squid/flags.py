"""The words before the values of an ACL that begin with ``-`` or ``+``."""

from collections.abc import Iterable, Iterator, Sequence

from allowlint.platforms.squid.config import Acl, AclLine
from allowlint.platforms.squid.text import Reading, Token
from allowlint.platforms.squid.unmodelled import place_of
from allowlint.platforms.squid.value_files import Listed

SERVER_NAME = ("--client-requested", "--server-provided", "--consensus")
OF_EXPRESSIONS: dict[str, tuple[str, ...]] = {"dstdom_regex": ("-n",), "ssl::server_name_regex": SERVER_NAME}
"""The flags of types of expressions, besides ``-i`` and ``+i``; they stand among the expressions."""
_FLAGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("srcdomain port localport myportname method proto src at_step time random maxconn".split(), ()),
    "dstdomain": ("-n",),
    "dst": ("-n",),
    "ssl::server_name": SERVER_NAME,
}
"""The flags of other types (each tried on 5.7); of types that are missing nothing is known."""


def take_flags(acl: Acl, reading: Reading) -> None:
    """Take the flags out of the lines of an ACL; one that its type does not have is fatal."""
    if "server_name" in acl.type and exclude_each_other(_texts(acl.lines[0].values)):
        reading.fault(place_of(acl), "Multiple options given for the server_name ACL")
    known = _FLAGS.get(acl.type)
    if known is None:
        return
    for index, line in enumerate(acl.lines):
        flags = list(_flags_of(line))
        end = next((at for at, flag in enumerate(flags, 1) if flag.text == "--"), len(flags))
        for flag in flags[:end]:
            if flag.text in known:
                acl.flags.add(flag.text)
            elif flag.text != "--":
                reading.fault(flag.location, f"unsupported ACL option: {flag.text}")
        if flags:
            acl.lines[index] = line._replace(values=line.values[end:])


def _texts(values: Sequence[Token]) -> Iterable[str]:
    return values.lines if isinstance(values, Listed) else (value.text for value in values)


def _flags_of(line: AclLine) -> Iterator[Token]:
    """The words at the beginning that look like flags, and stand on the line itself."""
    for value in line.values:
        if value.text[:1] not in ("-", "+") or value.location.path != line.location.path:
            return
        yield value


def exclude_each_other(words: Iterable[str]) -> bool:
    """Whether words hold flags that exclude each other. On the first line Squid refuses them, on others it takes them (observed)."""
    return len(set(words).intersection(SERVER_NAME)) > 1
