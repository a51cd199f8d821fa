"""The version, in a module of its own so that ``--version`` reads no package metadata."""

__version__ = "0.1.0"
