"""Who must reach the endpoints, as far as somebody has said it."""

from collections.abc import Mapping

from allowlint.model.record import NamedTuple


class Demand(NamedTuple):
    """Who must reach the endpoints, as far as somebody has said it. None: nothing is said of it."""

    cloud: str | None = None
    geographies: tuple[str, ...] | None = None
    systems: tuple[str, ...] | None = None
    onboarding: str | None = None
    answers: Mapping[str, bool] = {}
    clients: tuple[str, ...] | None = None
    """Addresses and networks."""
    from_zone: str | None = None
    to_zone: str | None = None
    workspaces: tuple[str, ...] | None = None
    """IDs of the workspaces of machines on the old agent."""
    workspace_hosts: tuple[str, ...] | None = None
    """Files with the output of TestCloudConnection, as they can be opened from here."""

    def over(self, other: "Demand") -> "Demand":
        """What is said here, and where nothing is, what the other one says."""
        said = (ours if ours is not None else theirs for ours, theirs in zip(self, other, strict=True))
        return Demand(*said)._replace(answers={**other.answers, **self.answers})  # type: ignore[arg-type]
