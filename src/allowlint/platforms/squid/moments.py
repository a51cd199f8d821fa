"""When an access list is evaluated: the same ACL answers differently at different moments of one request."""

from allowlint.model.record import NamedTuple


class Moment(NamedTuple):
    """One evaluation of an access list."""

    step: int = 1
    """The step of the TLS handshake that ``at_step`` sees."""
    intercepted: bool = False
    host_known: bool = True
    """False where the host is still an address (intercepted TLS before the SNI is used)."""
    port_name: str = ""
    port_number: int = 0
    inner: bool = False
    """A request inside an inspected tunnel."""
    made_up: bool = False
    """A CONNECT that Squid makes up (after a splice, for intercepted TLS): up to version 6 it has the scheme and path of HTTP."""
    late: bool = False
    """The request was let in already: a list that cannot challenge, and knows a user only if one was established before."""
