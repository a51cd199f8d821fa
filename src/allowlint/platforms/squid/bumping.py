"""``ssl_bump`` in its three steps, and what each decision leads to."""

from functools import cache

from allowlint.model.condition import ALWAYS, NEVER, Assumable, Condition, Unmodelled, ViewIn
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.config import RuleLine
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.rulebases import Gates


class Step(NamedTuple):
    """Where ``ssl_bump`` stands: the step, and what the step before did."""

    number: int
    before: str = ""
    """``peek`` or ``stare``."""


class Bumping:
    """``ssl_bump`` in its three steps.

    Rules are evaluated anew at each step; the first whose ACLs match *and* whose action is possible at that step wins.
    """

    def __init__(self, gates: Gates, moment: Moment, *, has_certificate: bool) -> None:
        self.gates = gates
        self.moment = moment
        self.has_certificate = has_certificate
        """Without a signing certificate Squid accepts the connection and breaks the handshake: a block."""
        self.lines = gates.config.lists["ssl_bump"]
        # Many lines lead to the same: what it leads to is made once, and not once for each line of each step before it.
        self._step = cache(self._made_step)
        self._forwarding = cache(self._made_forwarding)
        self._inside = cache(self._made_inside)
        self._again = cache(self._made_again)
        words = {line.action in ("allow", "deny"): line for line in self.lines if not line.opaque}
        if len(words) > 1:
            gates.config.reading.fault(
                words[True].location, "do not mix deprecated allow/deny actions with the new ssl_bump actions"
            )

    def first(self) -> Rulebase:
        """The rules at step 1."""
        return self._step(Step(1))

    def _made_step(self, step: Step) -> Rulebase:
        moment = self.moment._replace(step=step.number, late=True)
        rules: list[Rule] = []
        if step.number == 1:
            plain = ViewIn(frozenset((View.PLAIN,)))
            rules.append(
                Rule(
                    plain, Action.PROCEED, self.gates.place, "plain HTTP has no TLS to look at", self._forwarding(step)
                )
            )
        if step == Step(3, "peek"):
            rules.append(self._hidden())
        last = ""
        for line in self.lines:
            if line.opaque:
                rules += self._unknown(line, step)
                continue
            last = line.action if line.action in ("allow", "deny") else last
            if _possible(line.action, step):
                condition = self.gates.converter.line(line, moment) if line.terms else ALWAYS
                rules.append(self._rule(line, condition, step))
        default = self._default(step, last)
        # An anonymous client that reaches proxy_auth here ends the evaluation (observed), with what the step does by itself.
        return Rulebase(
            Stage.INSPECTION,
            f"ssl_bump step {step.number}",
            tuple(rules),
            default,
            unidentified=self._default(step, ""),
        )

    def _hidden(self) -> Rule:
        """With TLS 1.3 the certificate is hidden from a peek: the rules of step 3 are not asked, and Squid splices (observed)."""
        place = self.lines[0].location
        condition = Unmodelled(
            "TLS 1.3", "whether the server speaks TLS 1.3, for which step 3 is skipped after a peek", place
        )
        return Rule(condition, Action.BYPASS, place, "TLS 1.3 after a peek: spliced", self._forwarding(Step(3)))

    def _rule(self, line: RuleLine, condition: Condition, step: Step) -> Rule:
        action, then = self._effect(line.action, step, line.location)
        return Rule(condition, action, line.location, line.text, then)

    def _effect(self, word: str, step: Step, place: Location) -> tuple[Action, tuple[Rulebase, ...]]:
        match word:
            case "peek" | "stare" if step.number > 1 and not self.has_certificate:
                return Action.BLOCK, ()
            case "peek" | "stare":
                return Action.PROCEED, (self._step(Step(step.number + 1, word)),)
            case "splice" | "none" | "deny":
                return Action.BYPASS, self._after_splice(step, place)
            case "terminate":
                return Action.BLOCK, ()
        if not self.has_certificate:
            return Action.BLOCK, ()
        return Action.INSPECT, self._inside(step, connected=step.number > 1 or word == "server-first")

    def _default(self, step: Step, last: str) -> Rule:
        if step == Step(3, "stare"):
            word = "bump"
        elif step.number == 1 and last == "deny":
            # The deprecated allow/deny words end in the opposite of the last line, as access lists do.
            word = "bump"
        else:
            word = "splice"
        place = self.lines[-1].location if self.lines else self.gates.place
        action, then = self._effect(word, step, place)
        return default_rule(action, place, f"no ssl_bump rule matched at step {step.number}: {word}", then)

    def _after_splice(self, step: Step, place: Location) -> tuple[Rulebase, ...]:
        """A splice at step 2 makes Squid judge a made-up CONNECT again; one at step 3 has judged the certificate (observed)."""
        if step.number == 2:
            return self._again(step)
        return (*(self._certificate(place) if step.number == 3 else ()), *self._forwarding(step))

    def _made_again(self, step: Step) -> tuple[Rulebase, ...]:
        again = self.gates.requests(self.moment._replace(step=2, host_known=True, made_up=True, late=True))
        return (*again, *self._forwarding(step, made_up=True))

    def _made_forwarding(self, step: Step, *, made_up: bool = False) -> tuple[Rulebase, ...]:
        """What judges the CONNECT on its way out. At which step that is once Squid has seen the server is not known: 0."""
        number = step.number if step.number < 3 else 0
        return self.gates.forwarding(self.moment._replace(step=number, made_up=made_up or self.moment.made_up))

    def _certificate(self, place: Location) -> tuple[Rulebase, ...]:
        """After peeking at step 2 an untrusted server (TLS 1.2 and earlier) gets the client an error page signed by Squid."""
        broken = self._broken(place)
        rules = []
        for line in self.gates.config.lists["sslproxy_cert_error"]:
            moment = self.moment._replace(step=2, host_known=True)
            condition = ALWAYS if line.opaque else self.gates.converter.line(line, moment)
            if line.opaque or line.action == "deny":
                rules.append(broken._replace(condition=condition))
            else:
                rules.append(Rule(condition, Action.PROCEED, line.location, line.text))
        return (Rulebase(Stage.INSPECTION, "sslproxy_cert_error", tuple(rules), broken),)

    def _broken(self, place: Location) -> Rule:
        trusted = default_rule(Action.PROCEED, place, "spliced at step 3")
        reason = (
            "whether Squid trusts the server's certificate: it checks it before it splices at step 3, and otherwise answers "
            "with an error page of its own"
        )
        untold = Unmodelled("server certificate", reason, place, settle="--assume trusted_servers, or splice at step 2")
        trust = Assumable("trusted_servers", untold, NEVER)
        error = Rule(trust, Action.INSPECT, place, "an error page where Squid does not trust the server")
        return trusted._replace(then=(Rulebase(Stage.INSPECTION, "server certificate", (error,), trusted),))

    def _made_inside(self, step: Step, *, connected: bool) -> tuple[Rulebase, ...]:
        """The requests inside an inspected tunnel pass every gate again, with their whole URL.

        ``connected``: the connection to the server is made for the CONNECT already (observed: ``server-first``, and any bump
        later than at step 1).
        """
        moment = self.moment._replace(inner=True, host_known=True, step=step.number, made_up=False)
        before = self._forwarding(step) if connected else ()
        return (
            *before,
            *self.gates.requests(moment, View.DECRYPTED),
            *self.gates.forwarding(moment, View.DECRYPTED),
        )

    def _unknown(self, line: RuleLine, step: Step) -> list[Rule]:
        rules = []
        for word in ("splice", "bump", "terminate"):
            action, then = self._effect(word, Step(1) if word == "splice" else step, line.location)
            condition = Unmodelled(f"{line.location} {word}", line.opaque, line.location, steady=False)
            rules.append(Rule(condition, action, line.location, line.text, then))
        return rules


def _possible(word: str, step: Step) -> bool:
    """Whether an action can be taken at a step (``ssl_bump`` in ``cf.data.pre``; observed on 5.7)."""
    if step.number == 1:
        return True
    if word in ("none", "client-first", "server-first", "allow", "deny"):
        return False
    if step.number == 2:
        return True
    if word in ("peek", "stare"):
        return False
    return word in ("terminate", "splice" if step.before == "peek" else "bump")
