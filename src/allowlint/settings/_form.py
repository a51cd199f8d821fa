"""What all parts of a settings file are read with."""

import os

from allowlint.errors import UsageError
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.syntax.yaml_form import Form
from allowlint.syntax.yaml_tree import Node


class SettingsError(UsageError):
    """A settings file that cannot be used: exit code 2."""


class SettingsForm(Form):
    """Turns nodes into values, as settings have them."""

    error = SettingsError
    described = "the form of the settings is in schemas/settings.schema.json"

    @property
    def folder(self) -> str:
        """The folder that file names are relative to; empty for the current one."""
        return os.path.dirname(self.path)

    def within(self, name: str) -> str:
        """A file name of the settings, as it can be opened from here."""
        return os.path.normpath(os.path.join(self.folder, name))

    def file(self, node: Node) -> str:
        """A file that the settings name and that is there."""
        path = self.within(self.text(node))
        if not os.path.isfile(path):
            self.fail(node, f"no such file: {node.text[:120]!r}", "file names are relative to the settings file")
        return path

    def written(self, node: Node, what: str) -> str:
        """A file that is to be written, which must lie below the settings' folder, with links followed.

        Settings can come with a change of somebody who must not write elsewhere on the machine that checks it.
        """
        path = self.within(self.filled(node, what))
        home, real = os.path.realpath(self.folder or "."), os.path.realpath(path)
        hint = f"settings write below their folder; --{what} writes anywhere"
        if not real.startswith(home.rstrip(os.sep) + os.sep):
            self.fail(node, f"{path!r} lies outside of the folder of the settings", hint)
        if ".git" in real[len(home) :].lower().split(os.sep):
            self.fail(node, f"{path!r} lies in git's own folder", hint)
        return path

    def words(self, node: Node, what: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        nodes = self.sequence(node, what) if node.kind == "seq" else (node,)
        return tuple(self.filled(each, what) for each in nodes)

    def filled(self, node: Node, what: str) -> str:
        """A text that is not empty."""
        text = self.text(node).strip()
        if not text:
            self.fail(node, f"{what}: an empty text says nothing")
        return text

    def addresses(self, node: Node) -> AddressSet:
        """An address or network."""
        try:
            return parse_addresses(self.text(node))
        except ValueError as error:
            self.fail(node, f"{node.text[:60]!r}: {error}", "an address or network, such as 10.20.0.0/16")
