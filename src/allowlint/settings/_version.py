"""Which version of the program a settings file asks for."""

from allowlint._version import __version__
from allowlint.settings._form import SettingsForm
from allowlint.syntax.yaml_tree import Node


def check_version(form: SettingsForm, node: Node) -> None:
    """Whether this is a version that the settings were written for. A bare version means that one or a later one."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = form.filled(node, "required-version")
    try:
        wanted = SpecifierSet(text if text[0] in "<>=!~" else f">={text}", prereleases=True)
    except InvalidSpecifier:
        form.fail(node, f"{text[:40]!r} is no version", "a version or a range, such as >=1.2,<2")
    if __version__ not in wanted:
        form.fail(node, f"allowlint {text} is required, this is {__version__}", "install the version that is asked for")
