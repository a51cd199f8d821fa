"""Files that settings name, where the settings come from somebody who is not trusted."""

from pathlib import Path

import pytest

from allowlint.settings import SettingsError, load


def settings(folder: Path, text: str) -> str:
    path = folder / "allowlint.yaml"
    path.write_text(f"version: 1\n{text}\n")
    return str(path)


@pytest.mark.parametrize(
    "where", ["../out.json", "/var/out.json", "sub/../../out.json", ".git/hooks/pre-commit", "sub/.GIT/x", "."]
)
@pytest.mark.parametrize("key", ["baseline", "output"])
def test_settings_write_nothing_elsewhere(tmp_path: Path, key: str, where: str) -> None:
    """A change can bring settings of its own, which are read on the machine that checks it."""
    path = settings(tmp_path, f"baseline: {where}" if key == "baseline" else f"outputs:\n  json: {where}")

    with pytest.raises(SettingsError, match=r"outside of the folder|git's own folder") as refused:
        load(path)

    assert f"--{key} writes anywhere" in str(refused.value.hint)
    assert refused.value.line == (2 if key == "baseline" else 3)


def test_not_through_a_link_either(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "reports").symlink_to(tmp_path)

    with pytest.raises(SettingsError, match="outside of the folder"):
        load(settings(tmp_path / "repo", "outputs: {json: reports/out.json}"))


def test_below_their_folder_they_may(tmp_path: Path) -> None:
    found = load(settings(tmp_path, "outputs: {json: reports/.github/out.json}\nbaseline: known.json"))

    assert (found.outputs, found.baseline) == (
        (("json", str(tmp_path / "reports/.github/out.json")),),
        str(tmp_path / "known.json"),
    )


def test_a_file_that_is_no_settings_is_not_quoted(tmp_path: Path) -> None:
    """Else settings that extend a file of the machine would print it."""
    (tmp_path / "netrc").write_text("machine example.com login me password hunter2\n")

    with pytest.raises(SettingsError, match="found a text without keys") as refused:
        load(settings(tmp_path, "extends: netrc"))

    assert "hunter2" not in str(refused.value)
    assert "machine" not in str(refused.value)
