"""Names of members that come with the language: of texts, arrays and every object."""

INHERITED = ("constructor", "__proto__")
"""Members that every object has and that may be names of hosts."""
LISTED = (
    *INHERITED,
    *"at concat entries every fill filter find flat includes join keys length map pop push reduce reverse shift slice some".split(),
    *"sort splice unshift values with".split(),
)
LIST_METHODS = frozenset(
    "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes "
    "indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toLocaleString "
    "toReversed toSorted toSpliced toString unshift values with constructor hasOwnProperty isPrototypeOf "
    "propertyIsEnumerable valueOf".split()
)
TEXT_METHODS = frozenset(
    "anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes indexOf "
    "isWellFormed italics lastIndexOf link localeCompare match matchAll normalize padEnd padStart repeat replace "
    "replaceAll search slice small split startsWith strike sub substr substring sup toLocaleLowerCase toLocaleUpperCase "
    "toLowerCase toString toUpperCase toWellFormed trim trimEnd trimLeft trimRight trimStart valueOf constructor "
    "hasOwnProperty isPrototypeOf propertyIsEnumerable __proto__ __defineGetter__ __lookupGetter__".split()
)
OBJECT_METHODS = frozenset(("hasOwnProperty", "toString", "valueOf", "propertyIsEnumerable", "isPrototypeOf"))
OF_OBJECTS = OBJECT_METHODS | frozenset(
    "constructor toLocaleString __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__".split()
)
"""What every object has."""
