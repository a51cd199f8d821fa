"""From the bytes of a script to a device."""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, Unmodelled
from allowlint.model.device import DIRECT, Device, Entrance, Note, Rule, Rulebase, Stage, Unread
from allowlint.model.location import Location
from allowlint.platforms import Options
from allowlint.platforms._ways import NOWHERE
from allowlint.platforms.pac.eras import mentions_newer, newer_syntax, old_client, trailing_commas
from allowlint.platforms.pac.logic import all_of
from allowlint.platforms.pac.machine import Facts
from allowlint.platforms.pac.reading import ENTRY, Followed, follow, rule_of
from allowlint.platforms.pac.script import MAX_SCRIPT, Script, read_script

HELP_OLD = "write it as JavaScript of 1999 has it, or keep Windows services away from this script"


def device_of(path: str, content: bytes, options: Options) -> Device:
    """The device that a script makes of a client. Raises InputError for what is no script at all."""
    shown = path.removeprefix("./")
    script = read_script(shown, content)
    windows = not options.systems or any(system.startswith("windows") for system in options.systems)
    facts = Facts(public_dns="public_dns" in options.assumptions)
    notes = _young(script) if windows else []
    if len(script.data) > MAX_SCRIPT or script.fault is not None:
        followed = _too_large(script) if len(script.data) > MAX_SCRIPT else _faulty(script)
        return _device(script, _for_windows(script, followed, notes) if windows else followed)
    followed = follow(script, facts)
    differs = windows and not notes and (followed.differs or bool(followed.gaps))
    if differs:
        followed = _beside_old(script, followed, facts)
    from allowlint.platforms.pac.trying import tried

    followed = tried(script, followed, options.endpoints, public_dns=facts.public_dns, old=differs)
    return _device(script, _for_windows(script, followed, notes) if windows else _elsewhere(followed))


def _elsewhere(followed: Followed) -> Followed:
    """Where no client is a service of Windows, nobody runs the script in an old engine."""
    return followed._replace(notes=tuple(note for note in followed.notes if note.kind != "needs-browser"))


def _too_large(script: Script) -> Followed:
    """Beyond what WinHTTP takes, a script is not run here, and following it would prove nothing about most clients."""
    place = Location(script.path, 1)
    why = Unmodelled("size", "a script of more than 1 MB, which is not followed", place)
    rules = (rule_of(why, (DIRECT,), place, why.reason), rule_of(ALWAYS, (NOWHERE,), place, why.reason))
    return Followed(rules, (Unread(place, ENTRY, why.reason),), runs=False)


def _faulty(script: Script) -> Followed:
    fault = script.fault
    assert fault is not None  # noqa: S101 - the caller has looked
    why = Unmodelled("syntax", f"a script that is no JavaScript ({fault.text})", fault.location)
    rules = (
        rule_of(why, (NOWHERE,), fault.location, fault.text),
        rule_of(ALWAYS, (NOWHERE,), fault.location, fault.text),
    )
    note = Note("fails", fault.location, f"not JavaScript: {fault.text}", fault.hint)
    return Followed(rules, (Unread(fault.location, ENTRY, why.reason),), (note,), runs=False)


def _young(script: Script) -> list[Note]:
    """Why old engines take no line of the script."""
    notes = [
        Note("needs-browser", place, f"old engines do not read {what}: they take no line of the script")
        for what, place in newer_syntax(script).items()
    ]
    if len(script.data) > MAX_SCRIPT:
        place = Location(script.path, 1)
        notes.append(Note("needs-browser", place, "larger than 1 MB, which WinHTTP does not load"))
    return notes


def _beside_old(script: Script, followed: Followed, facts: Facts) -> Followed:
    """Beside what a browser does, what an old engine does, which lacks some methods."""
    if not followed.differs and not mentions_newer(script):
        return followed
    old = follow(script, facts._replace(old=True))
    # The followed rules hold for both where the answers are alike; the question is asked before any other.
    which = old_client(script.path)
    rules = (*(rule._replace(condition=all_of(which, rule.condition)) for rule in old.rules), *followed.rules)
    return followed._replace(rules=rules, gaps=tuple(dict.fromkeys((*followed.gaps, *old.gaps))))


def _for_windows(script: Script, followed: Followed, young: list[Note]) -> Followed:
    """What is young, or long, is not loaded by old engines: then there is no answer."""
    rules = followed.rules
    if young:
        text = f"not loaded by old engines: {young[0].text}"
        rules = (rule_of(old_client(script.path), (NOWHERE,), young[0].location, text), *rules)
    commas = [
        Note("needs-browser", place, "old engines count one more element in an array that ends in a comma")
        for place in trailing_commas(script)
    ]
    helped = tuple(
        note._replace(help=note.help or HELP_OLD) if note.kind == "needs-browser" else note
        for note in (*young, *commas[:1], *followed.notes)
    )
    return followed._replace(rules=rules, notes=helped)


def _device(script: Script, followed: Followed) -> Device:
    *rules, default = followed.rules
    rulebase = Rulebase(Stage.ROUTING, ENTRY, tuple(rules), default)
    top = Location(script.path, 1)
    return Device(
        name=script.path,
        platform="pac",
        entrances=(Entrance(ENTRY, (rulebase,), top),),
        unread=followed.gaps,
        rule_count=len(followed.rules),
        notes=followed.notes,
        vocabulary={"direct": 'if (dnsDomainIs(host, "{entry}")) return "DIRECT";'},
    )


__all__ = ["Rule", "device_of"]
