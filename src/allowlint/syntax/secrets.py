"""Hides what nobody but its owner should read in what is shown of configurations: passwords, keys, hashes.

Findings point at rules and objects, which hold none. But an export may be written in one line, and commands that were not understood
are shown. No list of words is complete, so of XML only the text of elements shows that are known to hold names, addresses
and switches, and of a command that is not about rules and objects only its beginning.
"""

import re
from collections.abc import Iterator, Sequence

from allowlint.model.lazy import lazy_pattern

_WORDS = (
    r"(?:[\w.-]{0,80}(?:password|passwd|passphrase|secret)\d?|(?:[\w.-]{0,80}[-_.])?(?:pass|pwd|authpwd|privpwd|psk|key|key-string|authkey|apikey|"
    r"enckey|phash|hash|community|community-string|token|authcode|credential|keytab))s?"
)
_QUOTED = r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?"
_HEADERS = r"(?:[\w-]{0,40}(?:auth|cookie|credential|key|pass|secret|token)[\w-]{0,40})"
"""Headers by which somebody is known."""
_TOKEN = lazy_pattern(r"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|<[^<>]*>?|[^<]+")
_TAG = lazy_pattern(r"<([\w.:-]+)(?:\s[^<>]*)?>")
_ATTRIBUTE = lazy_pattern(r"(\s([\w.:-]+)\s*=\s*)(\"[^\"]*\"?|'[^']*'?)")
_PLAIN_ATTRIBUTES = frozenset("name uuid version urldb detail-version status code loc".split())
_PLAIN = frozenset(
    """
    action allow-list application authentication-enforcement authentication-method block-list category destination disabled
    enable-captive-portal exclude fqdn from id interface ip-address ip-netmask ip-range ip-wildcard log-end log-setting log-start member
    negate negate-destination negate-source parent-dg port profile protocol rule-type schedule service source source-port source-user
    tag to type
    """.split()
)
"""Elements that hold names, addresses and switches of rules and objects."""
_COMMAND = lazy_pattern(
    rf"^(\s*(?:\S+[#>]\s+)?[a-z][\w-]*\s.*?(?<![\w.-]){_WORDS}\s+(?:ENC\s+)?)(\S.*)$", re.IGNORECASE
)
_VERBS = ("set", "move", "rename", "delete", "copy", "override")
_SHELL = r"\s*(?:[\w.@()-]{1,80}[#>]\s+)?"
_VERB = lazy_pattern(rf"{_SHELL}([a-z]+)\s+(?:config\s+)?(.*)")
"""The verb of a command, or what may be one misspelt."""
_ALIKE = 0.6
"""How alike a word and a verb are, as difflib has it, of which one may be the other misspelt."""
_LEVELS = frozenset(
    """
    deviceconfig mgt-config network template template-stack shared vsys device-group panorama plugins readonly
    devices log-collector-group log-collector log-settings setting user-id-collector import
    """.split()
)
"""With what a command begins that is about more than rules and objects."""
_OBJECTS = frozenset(
    """
    rulebase pre-rulebase post-rulebase address address-group application-filter application-group authentication-object
    custom-url-category external-list parent-dg profile-group profiles region schedule service service-group ssl-exclude-cert tag zone
    static-route
    """.split()
)
_RULE = lazy_pattern(r"(.*?\srules\s+(?:\"[^\"]*\"|\S+)\s+([\w-]+)\s+)(\S.*)")
_OF_RULES = _PLAIN | frozenset(
    "destination-hip group-tag hip-profiles option profile-setting source-hip target uuid".split()
)
_SHOWN = 2
"""Words behind the verb of another command that are shown."""
_LOGIN = lazy_pattern(r"(://)([^\s<>\"':]{0,200}:[^\s<>\"']{0,800}|[^/\s<>\"']{1,800})(?=@)")
_BARE_LOGIN = lazy_pattern(r"((?:^|[\s\"'=(,;]))([^\s\"'=:/@<>(,;]{1,200}:(?!//)[^\s\"'<>]{1,800})(?=@)")
"""Credentials in front of a proxy that has no scheme. As those with one they are of bounded length, because every place of a line
that goes on for ever might begin some."""
_QUERY = lazy_pattern(
    r"([?&][\])]?(?:[\w.]{1,40}[-_.])?(?:token|key|apikey|sig|signature|secret|password|pwd|code|auth)=)([^&\s\"'<>]+)",
    re.IGNORECASE,
)
"""A token in the query of an address; in an expression, the sign before it may be one of a class."""
_HEX = lazy_pattern(r"(\"=hex(?:\([0-9a-f]+\))?:|^\s+(?=[0-9a-f]{2},))([0-9a-f ,\\]+)$", re.IGNORECASE)
"""Bytes of a registry export, which may spell the same."""
_NAMES = (
    r"(?:(?:[\w.-]{0,40}(?:password|passwd|passphrase|secret|token|api[-_]?key)"
    r"|[\w.-]{0,40}(?:workspace|access|account|shared|private|primary|secondary|encryption|auth)[-_]?key"
    r"|(?:[\w.]{1,40}[-_.])?(?:pass|pwd|psk|login))s?|onboarding(?:info|blob))"
)
"""What a setting, a variable or a part of JSON is called that is a secret: ``proxyPassword`` is one, ``bypass`` is none."""
_VALUE = lazy_pattern(
    rf"((?<![\w.]){_NAMES}\\?[\"']?(?:\s*=(?!=)\s*|(?<=\")\s*:\s*|:\s*(?=[\"'])))(?!(?:PASS|PASSTHRU|NEGOTIATE)(?:\s|$))"
    rf"({_QUOTED}|[^\s,;&]+)",
    re.IGNORECASE,
)
"""A word, a sign and its value, as options of a line and variables of a script are written. Behind a colon, which sentences have too,
it is one where the word or the value stands in quotes."""
_AFTER_COLON = lazy_pattern(rf"((?<![\w.]){_NAMES}:\s+)([^\s\"',;][^\s,;]*)", re.IGNORECASE)
"""The same without quotes, in a line of a file."""
_OPTION = lazy_pattern(
    rf"((?<!\S)--?(?:[\w.]{{1,40}}[-_.])?(?:password|passwd|passphrase|pass|pwd|secret|psk|token|api[-_]?key)s?\s+)({_QUOTED}|\S+)",
    re.IGNORECASE,
)
_HELPER = lazy_pattern(rf"(\s-[wW]\s*)(?![/\s])({_QUOTED}|\S+)")
"""LDAP and RADIUS helpers of Squid take the password behind ``-w``, and behind ``-W`` the file that holds it."""
_DIRECTIVE = lazy_pattern(
    rf"(^\s*[\w-]{{0,40}}pas{{1,2}}w[\w-]{{0,40}}\s+|(?:\bsnmp_com|::passw)\w*\s+)({_QUOTED}|\S+)", re.IGNORECASE
)
"""Of Squid ``cachemgr_passwd`` and the ACL of SNMP communities, misspelt too: then the line is shown. Of APT what logs in at a server."""
_HEADER = lazy_pattern(
    rf"(^\s*[\w-]{{0,40}}(?:heade|met)[\w-]{{0,40}}\s+{_HEADERS}\s+)(\"[^\"]*\"?|\S.*)",
    re.IGNORECASE,
)
"""Headers that a proxy adds; without quotes all that follows may belong to the value."""
_MATCHED = lazy_pattern(
    rf"(^\s*[\w-]{{1,40}}\s+\S{{1,100}}\s+\S{{0,40}}(?:header|note)\s+(?:-\S+\s+){{0,3}}{_HEADERS}\s+)(\S.*)",
    re.IGNORECASE,
)
"""Headers and notes that Squid compares with what it expects of them, in an ACL that may be misspelt."""

_NAMED = ("pass", "pwd", "psk", "secret", "token", "key", "login", "onboarding")
"""What is in every name of a secret."""
_ANYWHERE = (
    ("?&", (), _QUERY),
    ("@", (), _LOGIN),
    ("@", (), _BARE_LOGIN),
    ("=:", _NAMED, _VALUE),
    ("-", _NAMED, _OPTION),
    ("-", ("-w",), _HELPER),
)
"""What is told by itself, wherever it stands. With characters and parts of words (in lower case), one of which a text has that the
pattern fits: of most texts that is soon told, and the pattern need not even be compiled."""
_PATTERNS = (
    *_ANYWHERE,
    ("=,", (), _HEX),
    (":", _NAMED, _AFTER_COLON),
    ("pP", ("pasw", "passw", "snmp_com"), _DIRECTIVE),
    ("eE", ("heade", "met"), _HEADER),
    ("eE", ("header", "note"), _MATCHED),
)
"""What is told in a whole line."""
_TELLING = frozenset("".join(signs for signs, _, _ in _ANYWHERE))


def masked(line: str) -> str:
    """The line with stars in place of what nobody but its owner should read; every other character stands where it stood."""
    if line.lstrip().startswith("<"):
        return "".join(_unmarked(line))
    line = _hidden(_foreign(line), _PATTERNS)
    command = _VERB.match(line)
    return _COMMAND.sub(_starred, line, count=1) if command is not None and command[1] in _VERBS else line


def without_secrets(text: str) -> str:
    """Any text, with stars in place of logins, tokens and passwords that are told by themselves: what a name or a reason may quote."""
    return text if _TELLING.isdisjoint(text) else _hidden(text, _ANYWHERE)


def _hidden(text: str, patterns: Sequence[tuple[str, Sequence[str], re.Pattern[str]]]) -> str:
    folded = text.casefold()
    for signs, words, pattern in patterns:
        if any(sign in text for sign in signs) and (not words or any(word in folded for word in words)):
            text = pattern.sub(_starred, text)
    return text


def _unmarked(line: str) -> Iterator[str]:
    """Yield the pieces of a line of XML."""
    plain = False
    for piece in _TOKEN.findall(line):
        if not piece.startswith("<"):
            yield _LOGIN.sub(_starred, piece) if plain else _stars(piece)
        elif piece.startswith("<![CDATA["):
            yield piece if plain else _stars(piece)
        elif piece.startswith("<!--"):
            yield "<!--" + _stars(piece[4:].removesuffix("-->")) + ("-->" if piece.endswith("-->") else "")
        else:
            tag = _TAG.fullmatch(piece)
            plain = tag is not None and tag[1] in _PLAIN
            yield _ATTRIBUTE.sub(_attribute, piece)


def _attribute(match: re.Match[str]) -> str:
    return match[0] if match[2] in _PLAIN_ATTRIBUTES else match[1] + _stars(match[3])


def _foreign(line: str) -> str:
    """The line; of a command that is not about rules and objects, or about a part of a rule that is not known, its beginning."""
    found = _VERB.match(line)
    words = found[2].split() if found is not None else []
    if found is None or not words:
        return line
    odd = found[1] not in _VERBS
    if odd and (words[0] not in _LEVELS | _OBJECTS or not _is_misspelt(found[1])):
        return line
    if not odd and found[1] != "override" and (words[0] not in _LEVELS or not _OBJECTS.isdisjoint(words[:8])):
        part = _RULE.match(line)
        return line if part is None or part[2] in _OF_RULES or found[1] == "move" else part[1] + _stars(part[3])
    shown = re.match(rf"(?:\S+\s+){{0,{_SHOWN}}}", found[2])
    end = found.start(2) + (shown.end() if shown is not None else 0)
    return line[:end] + _stars(line[end:])


def _is_misspelt(word: str) -> bool:
    """Whether one of the verbs may be meant."""
    from difflib import get_close_matches

    return bool(get_close_matches(word, _VERBS, 1, _ALIKE))


def _starred(match: re.Match[str]) -> str:
    return match[1] + "*" * len(match[2])


def _stars(text: str) -> str:
    """As many stars, with the blanks left as they are."""
    return re.sub(r"\S", "*", text)
