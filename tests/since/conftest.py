"""The folder and the caller of the command-line tests serve here too."""

from tests.cli.conftest import call, folder

__all__ = ["call", "folder"]
