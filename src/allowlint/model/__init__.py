"""The words of the field as small immutable values: no I/O, and no import of another part of allowlint."""
