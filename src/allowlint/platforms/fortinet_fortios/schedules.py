"""Schedules: the times at which a policy holds.

Sources: docs.fortinet.com, "config firewall schedule recurring" and "config firewall schedule onetime" (CLI reference 7.4). A policy
needs a schedule; ``always`` is every day without hours, ``none`` no day, and that is what a schedule without ``day`` has. A part of the
day may have a name instead of hours (``label-day``; CLI reference 7.6).
"""

from allowlint.model.condition import ALWAYS, NEVER, Condition
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.schema import NOTHING
from allowlint.syntax.blocks import Block

_WEEK = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_MIDNIGHT = frozenset(("00:00", ""))
_READ = frozenset(("name", "uuid", "color", "fabric-object", "day", "start", "end"))
"""Settings of a recurring schedule that are read, or say nothing of times."""


class Schedules:
    """The schedules of a VDOM."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self._known: dict[str, Condition] = {}

    def condition(self, policy: Block, text: str) -> Condition:
        """The time is one at which the policy holds."""
        name, at = policy.word("schedule"), policy.place("schedule")
        if not name:
            reason = f"the schedule of {text}, without which FortiOS takes no policy"
            return _doubts.not_modelled(reason, self.vdom.at(at), settle="set schedule always")
        if name not in self._known:
            self._known[name] = self._converted(name, at, text)
        return self._known[name]

    def _converted(self, name: str, at: int, text: str) -> Condition:
        recurring = self.vdom.find("firewall schedule recurring", name)
        if recurring is not None:
            days = set(recurring.words("day"))
            hours = {recurring.word("start"), recurring.word("end")}
            further = any(recurring.word(key) not in NOTHING for key in recurring.settings.keys() - _READ)
            if days >= _WEEK and hours <= _MIDNIGHT and not further:
                return ALWAYS
            if days <= {"none"} and not further:
                return NEVER
        elif name in ("always", "none"):
            return ALWAYS if name == "always" else NEVER
        elif not any(self.vdom.find(f"firewall schedule {kind}", name) for kind in ("onetime", "group")):
            return self.vdom.undefined("schedule", name, at, text)
        return _doubts.by_schedule(name, self.vdom.at(at))
