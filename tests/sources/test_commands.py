"""``allowlint import`` and ``allowlint requirements``, called as the command line calls them."""

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from allowlint.cli import import_document, requirements
from allowlint.errors import PolicyError, UsageError
from allowlint.sources import policy_yaml
from tests.sources.support import SOURCES

ARTICLE = SOURCES / "mde_article" / "standard-prose-and-uae" / "article.md"
STREAMLINED = SOURCES / "mde_article" / "streamlined-markdown" / "article.md"


def call_import(*words: str) -> int:
    parser = argparse.ArgumentParser()
    import_document.add_arguments(parser)
    return import_document.run(parser.parse_args(words))


def call_requirements(*words: str) -> int:
    parser = argparse.ArgumentParser()
    requirements.add_arguments(parser)
    return requirements.run(parser.parse_args(words))


def test_import_writes_a_policy_and_accounts_for_every_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call_import(str(ARTICLE), "--name", "ours") == 0

    out, err = capsys.readouterr()
    written = tmp_path / "p.yaml"
    written.write_text(out, encoding="utf-8")
    policy = policy_yaml.read(str(written)).policy
    assert policy.name == "ours"
    assert len(policy.sha256) == 64
    assert f"{ARTICLE}:12: LST005 Microsoft Defender URLs: words where an address belongs" in err
    *_, summary = err.splitlines()
    assert summary == (
        f"{ARTICLE}: 17 rows read: 14 with a requirement of their own, 0 merged into others, 2 of portals, "
        "1 without an address; 17 requirements; 8 repairs and doubts"
    )


def test_import_writes_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "out.yaml"

    assert call_import(str(STREAMLINED), "-o", str(target)) == 0
    assert capsys.readouterr().out == ""
    assert policy_yaml.read(str(target)).policy.onboarding == "streamlined"


def test_import_names_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        call_import(str(STREAMLINED), "-o", str(tmp_path / "no" / "folder.yaml"))


def test_import_names_a_document_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        call_import(str(tmp_path / "none.xlsx"))


def test_requirements_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert call_requirements("--policy", "mde-standard", "--geo", "eu", "--os", "windows") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["endpoint", "need", "geography", "note"]
    assert any(line.startswith("winatp-gw-neu.microsoft.com:443") and " EU " in line for line in lines)
    assert not any("winatp-gw-uks" in line for line in lines)
    assert lines[-1].startswith("mde-standard: 45 of 114 requirements selected (")
    assert lines[-1].endswith("69 left out; --explain says why")


def test_requirements_explained(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--policy", "mde-standard", "--geo", "EU", "--explain")

    text = capsys.readouterr().out
    assert "winatp-gw-uks.microsoft.com:443 (Microsoft Defender URLs, row 81): for UK" in text
    assert "settings-win.data.microsoft.com:443" in text
    assert "a portal for administrators, not needed by devices" in text
    assert text.count("\n") >= 114


def test_requirements_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--policy", "mde-standard", "--geo", "EU,UK", "--format", "json", "--explain")

    document = json.loads(capsys.readouterr().out)
    (policy,) = document["policies"]
    assert document["schema_version"] == 1
    assert len(policy["requirements"]) + len(policy["left_out"]) == 114
    assert all(item["reason"] for item in policy["left_out"])
    first = policy["requirements"][0]
    assert (first["host"], first["ports"], first["need"]) == ("crl.microsoft.com", [80], "required")


def test_requirements_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--policy", "mde-streamlined", "--policy", "mde-standard", "--geo", "EU", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["policy"] for row in rows} == {"mde-streamlined", "mde-standard"}
    assert {row["left_out"] for row in rows} == {""}
    assert "*.wdcp.microsoft.com" in {row["host"] for row in rows}


def test_requirements_of_microsofts_document_itself(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--policy", str(STREAMLINED), "--geo", "EU", "--os", "windows-1709")

    out, err = capsys.readouterr()
    assert "eu.vortex-win.data.microsoft.com:443" in out
    assert "eu-v20.events.data.microsoft.com:443" not in out
    assert "LST006" in err


def test_answers_decide_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--geo", "EU", "--format", "json", "--answer", "updates_internal=no")
    internal = json.loads(capsys.readouterr().out)["policies"][0]["requirements"]
    assert {item["need"] for item in internal if item["host"] == "*.update.microsoft.com"} == {"required"}

    call_requirements("--geo", "EU", "--format", "json", "--answer", "updates_internal=yes")
    outside = json.loads(capsys.readouterr().out)["policies"][0]["requirements"]
    assert "*.update.microsoft.com" not in {item["host"] for item in outside}


def test_a_notice_says_what_is_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    call_requirements("--policy", "mde-standard")

    assert capsys.readouterr().err == (
        "mde-standard: no --geo given: rows of the tenant's own data location are not checked\n"
    )


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--answer", "updates_internal"], "KEY=yes"),
        (["--answer", "updates_internal=perhaps"], "KEY=yes"),
        (["--geo", "Erope"], "known are"),
        (["--os", "linus"], "'linux'"),
        (["--policy", "mde-standart"], "'mde-standard'"),
    ],
)
def test_a_wrong_word_is_refused(words: list[str], hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        call_requirements(*words)

    assert hint in str(refused.value.hint)
    assert refused.value.exit_code == 2
