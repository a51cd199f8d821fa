"""What JavaScript does with constants: literals, conversions, operators."""

from __future__ import annotations

import math
import re

from allowlint.platforms.pac.values import NULL, Builtin, Const, Method, Missing, Opaque, Value

BLANKS = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript takes for blanks at the ends of a text."""
OBJECTS = ("Math", "JSON", "a match")
_LONGEST = 200
"""Characters of a literal that is no decimal one: what is longer may be too large for a number."""
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": ""}


def unquoted(source: str) -> str | None:
    """The text of a string literal; None where an escape is not understood."""
    return unescaped(source[1:-1]) if len(source) >= 2 else None


def unescaped(source: str) -> str | None:
    """The text that escapes stand for."""
    if "\\" not in source:
        return source
    found, at = [], 0
    while at < len(source):
        char = source[at]
        at += 1
        if char != "\\":
            found.append(char)
            continue
        char = source[at : at + 1]
        at += 1
        if char in ("x", "u"):
            width = 2 if char == "x" else 4
            digits = source[at : at + width]
            if not re.fullmatch(rf"[0-9a-fA-F]{{{width}}}", digits) or 0xD800 <= int(digits, 16) < 0xE000:
                return None
            found.append(chr(int(digits, 16)))
            at += width
        elif octal := re.match(r"[0-3][0-7]{0,2}|[4-7][0-7]?", source[at - 1 :]):
            found.append(chr(int(octal.group(), 8)))
            at += octal.end() - 1
        elif char.isdigit():
            return None
        else:
            found.append(_SIMPLE.get(char, char))
    return "".join(found)


def number_of(source: str) -> float | None:
    """The value of a number literal."""
    text = source.replace("_", "")
    try:
        if text[:2].lower() in ("0x", "0b", "0o"):
            return float(int(text, 0)) if len(text) <= _LONGEST else None
        return None if len(text) > 1 and text[0] == "0" and text[1].isdigit() else float(text)
    except ValueError:
        return None


def text_of(value: Const) -> str | None:
    """A constant as a string; None for numbers that JavaScript spells in another way than plainly."""
    constant = value.value
    if isinstance(constant, str):
        return constant
    if isinstance(constant, bool):
        return "true" if constant else "false"
    if isinstance(constant, Missing):
        return constant.value
    if not math.isfinite(constant):
        return "NaN" if math.isnan(constant) else f"{'-' if constant < 0 else ''}Infinity"
    return str(int(constant)) if constant.is_integer() and abs(constant) < 1e15 else None


def index_of(text: str) -> int | None:
    """The place in an array that a name stands for; None for other names."""
    return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,8}", text) else None


def whole_number(value: object) -> int | None:
    """A constant that is a whole number of moderate size; None for anything else."""
    number = value.value if isinstance(value, Const) else None
    plain = isinstance(number, float) and math.isfinite(number) and number.is_integer() and abs(number) < 1e9
    return int(number) if plain and isinstance(number, float) else None


def as_number(value: Const) -> float | None:
    """A constant as a number; None where that is not plain."""
    constant = value.value
    if isinstance(constant, bool | float):
        return float(constant)
    if constant is Missing.NULL:
        return 0.0
    if isinstance(constant, str) and re.fullmatch(r"-?[0-9]{1,15}", constant):
        return float(constant)
    if isinstance(constant, str) and not constant.strip(BLANKS):
        return 0.0
    wordy = isinstance(constant, str) and "Infinity" not in constant and not any(map(str.isdigit, constant))
    return math.nan if constant is Missing.UNDEFINED or wordy else None


def arithmetic(left: Value, sign: str, right: Value) -> Value | None:
    """``left <sign> right`` of two constants; None where it is not modelled."""
    if not isinstance(left, Const) or not isinstance(right, Const):
        return None
    one, other = as_number(left), as_number(right)
    if one is None or other is None or not math.isfinite(one) or not math.isfinite(other):
        return None
    match sign:
        case "-":
            return Const(one - other)
        case "*":
            return Const(one * other)
        case "/" if other:
            return Const(one / other)
        case "%" if other:
            return Const(math.fmod(one, other))
    return _of_bits(_low_bits(one), sign, _low_bits(other))


def _of_bits(left: int, sign: str, right: int) -> Value | None:
    """What is done with 32 bits; a shift is by the last five of the number."""
    match sign:
        case "|":
            return Const(float(left | right))
        case "&":
            return Const(float(left & right))
        case "^":
            return Const(float(left ^ right))
        case "<<":
            return Const(float(_low_bits(left << (right & 31))))
        case ">>":
            return Const(float(left >> (right & 31)))
        case ">>>":
            return Const(float((left & 0xFFFFFFFF) >> (right & 31)))
    return None


def _low_bits(number: float) -> int:
    """The last 32 bits as a number with a sign (``ToInt32``)."""
    bits = math.trunc(number) & 0xFFFFFFFF
    return bits - (1 << 32) if bits >> 31 else bits


def unary(sign: str, value: Value) -> Value | None:
    """``-x``, ``+x`` and ``typeof x``."""
    if sign == "typeof":
        return _type_of(value)
    if not isinstance(value, Const):
        return None
    number = as_number(value)
    if number is None:
        return None
    if sign == "~" and math.isfinite(number):
        return Const(float(~_low_bits(number)))
    return Const(-number) if sign == "-" else Const(number) if sign == "+" else None


def _type_of(value: Value) -> Value | None:
    if isinstance(value, Const):
        constant = value.value
        if constant is Missing.UNDEFINED:
            return Const("undefined")
        names = {str: "string", bool: "boolean", float: "number"}
        return Const("object" if value == NULL else names.get(type(constant), "object"))
    name = getattr(value, "name", "")
    if isinstance(value, Builtin):
        return None if "." in name else Const("object" if name in OBJECTS else "function")
    if isinstance(value, Method) and not isinstance(value.owner, Opaque):
        return Const("function")
    kind = {
        "Text": "string",
        "Number": "number",
        "Truth": "boolean",
        "Function": "function",
        "Ref": "object",
        "Split": "object",
        "Pattern": "object",
    }.get(type(value).__name__)
    return Const(kind) if kind else None


def same_constants(left: Const, right: Const, *, strict: bool) -> bool | None:
    """Whether two constants are equal; None where the conversion is not modelled."""
    one, other = left.value, right.value
    if type(one) is type(other):
        return one == other if not isinstance(one, Missing) else (one is other or not strict)
    if strict:
        return False
    if isinstance(one, Missing) or isinstance(other, Missing):
        return False
    first, second = as_number(left), as_number(right)
    return None if first is None or second is None else first == second


def ordered(left: Const, sign: str, right: Const) -> bool | None:
    """``left < right`` and its like."""
    one, other = left.value, right.value
    if isinstance(one, str) and isinstance(other, str):
        pair: tuple[object, object] = (one, other)
    else:
        first, second = as_number(left), as_number(right)
        if first is None or second is None:
            return None
        if math.isnan(first) or math.isnan(second):
            return False
        pair = (first, second)
    low, high = pair
    signs: dict[str, bool] = {"<": low < high, ">": low > high, "<=": low <= high, ">=": low >= high}  # type: ignore[operator]
    return signs[sign]
