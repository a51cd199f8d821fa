"""The access lists and ``ssl_bump`` rules as rulebases, in the order in which one connection meets them.

For a client of an ordinary port: ``http_access``, the URL rewriter, ICAP and eCAP, ``adapted_http_access``, then ``ssl_bump``
in up to three steps, and at last forwarding (``miss_access``, ``always_direct``, ``never_direct``, peers). What a step leads to
(the CONNECT that Squid makes up after a splice, the requests inside an inspected tunnel) hangs on the rule that leads there.
"""

from allowlint.model.condition import ALWAYS, Condition, Unmodelled, ViewIn
from allowlint.model.device import ANYTHING, DIRECT, Action, Route, Rule, Rulebase, Stage, Way, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms.squid.arguments import switched_on
from allowlint.platforms.squid.conditions import Converter
from allowlint.platforms.squid.config import Directive, RuleLine
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.unmodelled import guarded

_OPPOSITE = {"allow": "deny", "deny": "allow"}
_TUNNEL = ViewIn(frozenset((View.TUNNEL,)))


class Gates:
    """Builds the rulebases of one listener."""

    def __init__(self, converter: Converter, place: Location) -> None:
        self.converter = converter
        self.config = converter.config
        self.place = place
        """Where a default is shown that no line spells out: the top of the file."""

    def access(
        self, name: str, moment: Moment, *, empty: Action, view: View | None = None, unidentified: Action | None = None
    ) -> Rulebase:
        """An ``allow``/``deny`` list: the first line that matches decides, else the opposite of the last.

        ``unidentified``: what a list does to an anonymous client that reaches ``proxy_auth``, where it does not challenge.
        """
        rules: list[Rule] = []
        valid = [line for line in self.config.lists[name] if not line.opaque]
        for line in self.config.lists[name]:
            if line.opaque:
                rules += self._opaque(line, (Action.ALLOW, Action.BLOCK))
            else:
                rules.append(Rule(self.converter.line(line, moment), _ACTIONS[line.action], line.location, line.text))
        while valid and (guard := valid[-1].guard):
            # Which line is the last depends on the conditional too, and with it the default.
            line = valid.pop()
            rules.append(Rule(guarded(guard), _ACTIONS[_OPPOSITE[line.action]], line.location, line.text))
        default = self._default(name, valid[-1].action if valid else "", empty)
        return Rulebase(
            Stage.ACCESS,
            name,
            tuple(self._plain(rule) for rule in rules),
            default,
            view,
            self._anonymous(name, unidentified),
        )

    def _anonymous(self, name: str, action: Action | None) -> Rule | None:
        """Lists that are judged after the request was let in cannot challenge: they stop at ``proxy_auth`` (observed)."""
        if action is None:
            return None
        lines = self.config.lists[name]
        return default_rule(
            action,
            lines[0].location if lines else self.place,
            f"{name} ends at a proxy_auth ACL for an anonymous client",
        )

    def _plain(self, rule: Rule) -> Rule:
        # Being let through one gate is no more than going on to the next.
        return rule._replace(action=Action.PROCEED) if rule.action is Action.ALLOW else rule

    def _default(self, name: str, last: str, empty: Action) -> Rule:
        if last:
            opposite = _OPPOSITE[last]
            lines = self.config.lists[name]
            text = f"no {name} line matched: the opposite of the last one, {opposite}"
            return default_rule(self._through(_ACTIONS[opposite]), lines[-1].location, text)
        text = f"no {name} line: {'deny' if empty is Action.BLOCK else 'allow'}"
        return default_rule(self._through(empty), self.place, text)

    def _through(self, action: Action) -> Action:
        return Action.PROCEED if action is Action.ALLOW else action

    def _opaque(self, line: RuleLine, actions: tuple[Action, ...], then: tuple[Rulebase, ...] = ()) -> list[Rule]:
        """Rules that stand for lines that are not known: each may match, and may do anything."""
        rules = []
        for action in actions:
            condition = Unmodelled(f"{line.location} {action}", line.opaque, line.location, steady=False)
            rules.append(Rule(condition, self._through(action), line.location, line.text, then))
        return rules

    def requests(self, moment: Moment, view: View | None = None) -> tuple[Rulebase, ...]:
        """The gates that every request passes before TLS is looked at."""
        # A challenge to a CONNECT that Squid made up itself reaches nobody: it breaks the tunnel (observed).
        alone = Action.BLOCK if moment.late else None
        gates = [self.access("http_access", moment, empty=Action.BLOCK, view=view, unidentified=alone)]
        gates += self._helpers(moment, view)
        if self.config.lists["adapted_http_access"]:
            gates.append(self.access("adapted_http_access", moment, empty=Action.ALLOW, view=view, unidentified=alone))
        return tuple(gates)

    def _helpers(self, moment: Moment, view: View | None) -> list[Rulebase]:
        """Programs that see the request and may refuse or rewrite it."""
        found = []
        programs = self.config.settings.get("url_rewrite_program", [])
        if programs and programs[-1].words and programs[-1].words[0].text != "none":
            found.append(
                self._helper("url_rewrite_access", programs[-1], "what the URL rewriter answers", moment, view)
            )
        for setting in ("icap_enable", "ecap_enable"):
            switches = self.config.settings.get(setting, [])
            if switches and switched_on(switches[-1].words) and self.config.lists["adaptation_access"]:
                found.append(
                    self._helper(
                        "adaptation_access",
                        switches[-1],
                        f"what the {setting[:4].upper()} service answers",
                        moment,
                        view,
                    )
                )
        return found

    def _helper(self, name: str, switch: Directive, reason: str, moment: Moment, view: View | None) -> Rulebase:
        asked = Rulebase(
            Stage.ACCESS,
            name,
            (
                Rule(
                    Unmodelled(f"{name} {switch.location}", reason, switch.location, steady=False),
                    Action.BLOCK,
                    switch.location,
                    switch.text,
                ),
            ),
            default_rule(Action.PROCEED, switch.location, switch.text),
            view,
        )
        rules = []
        last = ""
        for line in self.config.lists[name]:
            condition: Condition = ALWAYS if line.opaque else self.converter.line(line, moment)
            last = line.action or last
            rules.append(
                Rule(condition, Action.PROCEED, line.location, line.text, (asked,) if line.action != "deny" else ())
            )
        # Without lines every request is shown to the helper; after the last line the opposite of it holds.
        default = default_rule(Action.PROCEED, switch.location, switch.text, (asked,) if last in ("", "deny") else ())
        return Rulebase(Stage.ACCESS, name, tuple(rules), default, view)

    def forwarding(self, moment: Moment, view: View | None = None) -> tuple[Rulebase, ...]:
        """What may still stop a request on its way out."""
        moment = moment._replace(late=True)
        gates = []
        if self.config.lists["miss_access"]:
            gates.append(self.access("miss_access", moment, empty=Action.ALLOW, view=view, unidentified=Action.PROCEED))
        if self.config.lists["never_direct"] or self.config.settings.get("cache_peer"):
            gates.append(self._route(moment, view))
        if self.config.lists["http_reply_access"]:
            gates.append(self._replies(moment, view))
        gates += self._limits(view)
        limits = [line for line in self.config.settings.get("reply_body_max_size", []) if line.words]
        if any(line.words[0].text not in ("none", "0") for line in limits):
            gates.append(self._sizes(limits[0], view))
        return tuple(gates)

    def _route(self, moment: Moment, view: View | None) -> Rulebase:
        """``always_direct`` first, then ``never_direct``, then what the peers are used for without either."""
        never = self._never_direct(moment, view)
        rules = []
        last = ""
        for line in self.config.lists["always_direct"]:
            if line.opaque:
                rules += [rule._replace(routes=(DIRECT,)) for rule in self._opaque(line, (Action.ALLOW,))]
                continue
            last = line.action
            rule = Rule(self.converter.line(line, moment), Action.PROCEED, line.location, line.text)
            rules.append(_onward(rule, () if line.action == "allow" else (never,)))
        default = _onward(
            default_rule(Action.PROCEED, self.place, "no always_direct line matched"),
            () if last == "deny" else (never,),
        )
        anonymous = default_rule(Action.PROCEED, self.place, "always_direct ends at a proxy_auth ACL", (never,))
        return Rulebase(Stage.ACCESS, "always_direct", tuple(rules), default, view, anonymous)

    def _never_direct(self, moment: Moment, view: View | None) -> Rulebase:
        peers = self.config.settings.get("cache_peer", [])
        upstream = (self._upstream(peers, view),) if peers else ()
        preferred = self._preferred(peers, upstream)
        rules: list[Rule] = []
        last = ""
        for line in self.config.lists["never_direct"]:
            if line.opaque:
                allowed, refused = self._opaque(line, (Action.ALLOW, Action.BLOCK))
                rules += [_onward(allowed, preferred), refused]
                continue
            last = line.action
            # Squid has nowhere to send what may not go direct when there is no peer: ERR_CANNOT_FORWARD.
            forced = line.action == "allow"
            action = Action.BLOCK if forced and not peers else Action.PROCEED
            rule = Rule(self.converter.line(line, moment), action, line.location, line.text)
            rules.append(_onward(rule, upstream if forced else preferred))
        if last == "deny":
            action = Action.PROCEED if peers else Action.BLOCK
            default = _onward(
                default_rule(action, self.place, "no never_direct line matched: the opposite of the last one, allow"),
                upstream,
            )
        else:
            default = _onward(default_rule(Action.PROCEED, self.place, "no never_direct line matched"), preferred)
        anonymous = self._anonymous("never_direct", Action.PROCEED)
        unidentified = _onward(anonymous, preferred) if anonymous else None
        return Rulebase(Stage.ACCESS, "never_direct", tuple(rules), default, view, unidentified)

    def _upstream(self, peers: list[Directive], view: View | None) -> Rulebase:
        """The peers. Which of them is taken, and what they do, stands elsewhere."""
        peer = peers[0]
        reason = f"what the upstream proxy {peer.words[0].text if peer.words else ''} does"
        condition = Unmodelled(
            f"peer {peer.location}",
            reason,
            peer.location,
            steady=False,
            settle="check the upstream proxy's configuration too: declare a path",
        )
        rules = tuple(Rule(condition, action, peer.location, peer.text) for action in ANYTHING)
        default = default_rule(Action.PROCEED, peer.location, peer.text)
        address = _address(peer)
        route = Route(Way.PROXY, address) if address and len(peers) == 1 and not self._choosy() else None
        return Rulebase(Stage.ACCESS, "cache_peer", rules, default, view, stands_for=route)

    def _choosy(self) -> bool:
        """Whether something else than ``never_direct`` chooses who gets a peer."""
        preferring = any(switched_on(line.words) for line in self.config.settings.get("prefer_direct", []))
        return preferring or bool(self.config.settings.get("peer_choice"))

    def _preferred(self, peers: list[Directive], upstream: tuple[Rulebase, ...]) -> tuple[Rulebase, ...]:
        """Peers are preferred for plain HTTP; a tunnel goes direct unless ``nonhierarchical_direct off`` says otherwise.

        Preferred is not forced: a peer that is slow to answer is overtaken by the server itself (observed on 5.7 in a good
        half of the requests of some runs), so that which of the two is taken cannot be told.
        """
        if not peers:
            return ()
        switches = self.config.settings.get("nonhierarchical_direct", [])
        hierarchical = bool(switches) and not switched_on(switches[-1].words)
        place = peers[0].location
        direct = "tunnels go direct (nonhierarchical_direct on)"
        tunnel = Rule(_TUNNEL, Action.PROCEED, place, direct, routes=(DIRECT,))
        overtaken = Unmodelled(
            f"peer or direct {place}",
            "whether Squid takes its peer or goes straight to the server",
            place,
            steady=False,
            settle="force one of them with never_direct or always_direct",
        )
        either = Rule(overtaken, Action.PROCEED, place, "the server answers before the peer", routes=(DIRECT,))
        default = _onward(default_rule(Action.PROCEED, place, peers[0].text), upstream)
        rules = (either,) if hierarchical else (tunnel, either)
        return (Rulebase(Stage.ACCESS, "cache_peer", rules, default),)

    def _replies(self, moment: Moment, view: View | None) -> Rulebase:
        """``http_reply_access``: judges answers, of which a tunnel has none."""
        rulebase = self.access("http_reply_access", moment, empty=Action.ALLOW, view=view, unidentified=Action.BLOCK)
        place = self.config.lists["http_reply_access"][0].location
        skip = Rule(_TUNNEL, Action.PROCEED, place, "a tunnel has no answer to judge")
        return rulebase._replace(rules=(skip, *rulebase.rules))

    def _limits(self, view: View | None) -> list[Rulebase]:
        """Limits so tight that they may stop what the rules let through (observed with 0)."""
        tight = [line for line in self.config.settings.get("limit", []) if line.words and _tight(line)]
        found = [self._perhaps(line, f"whether {line.text} stops it", view) for line in tight]
        outgoing = self.config.settings.get("tls_outgoing_options", []) if view is View.DECRYPTED else []
        plain = [line for line in outgoing if any(word.text == "disable" for word in line.words)]
        return found + [self._perhaps(line, "whether the server can be reached without TLS", view) for line in plain]

    def _perhaps(self, line: Directive, reason: str, view: View | None) -> Rulebase:
        condition = Unmodelled(f"limit {line.location}", reason, line.location, steady=False)
        refused = Rule(condition, Action.BLOCK, line.location, line.text)
        return Rulebase(
            Stage.ACCESS, line.name, (refused,), default_rule(Action.PROCEED, line.location, line.text), view
        )

    def _sizes(self, limit: Directive, view: View | None) -> Rulebase:
        """``reply_body_max_size``: large answers are refused, of which a tunnel has none."""
        reason = "how large the answers are (reply_body_max_size)"
        condition = Unmodelled(f"size {limit.location}", reason, limit.location, steady=False)
        skip = Rule(_TUNNEL, Action.PROCEED, limit.location, "a tunnel has no answer to judge")
        refused = Rule(condition, Action.BLOCK, limit.location, limit.text)
        default = default_rule(Action.PROCEED, limit.location, limit.text)
        return Rulebase(Stage.ACCESS, "reply_body_max_size", (skip, refused), default, view)


def _onward(rule: Rule, then: tuple[Rulebase, ...]) -> Rule:
    """A rule that leads on: to the peers, or, where nothing follows, straight to the server."""
    if not then and rule.action is not Action.BLOCK:
        return rule._replace(routes=(DIRECT,))
    route = then[0].stands_for if then else None
    return rule._replace(then=then, routes=(route,) if route else ())


_PLAIN_PEER = frozenset(("default", "no-query", "no-digest", "proxy-only", "no-netdb-exchange"))
"""Options of a ``cache_peer`` that change nothing about where a request goes."""


def _address(peer: Directive) -> str:
    """``host:port`` of a peer that is a proxy like any other; empty where it is something else, or its use is not told."""
    words = [word.text for word in peer.words]
    if len(words) < 3 or words[1] != "parent" or not all(_is_plain(word) for word in words[4:]):
        return ""
    return f"{words[0].lower()}:{words[2]}"


def _is_plain(option: str) -> bool:
    return option in _PLAIN_PEER or option.startswith(("connect-fail-limit=", "connect-timeout="))


def _tight(line: Directive) -> bool:
    """Whether a limit is zero; for the size of headers, whether a common request may be larger."""
    number = line.words[0].text
    if not number.isascii() or not number.isdigit():
        return False
    if line.name == "request_header_max_size":
        unit = line.words[1].text[:1].lower() if len(line.words) > 1 else "b"
        return int(number[:9]) * {"b": 1, "k": 1024}.get(unit, 1 << 20) < 8192
    return int(number[:9]) == 0


_ACTIONS = {"allow": Action.ALLOW, "deny": Action.BLOCK}
