"""The bundled policies: fast to load, in step with the YAML that people review, and complete."""

import subprocess
import sys
from pathlib import Path

import pytest

from allowlint import _resources
from allowlint.errors import PolicyError
from allowlint.sources import bundled, policy_yaml
from allowlint.sources._compile import compiled_form
from allowlint.sources._geography import geographies_of_host
from tests.support import ROOT, Golden

FOLDER = ROOT / "policies" / "mde"
HEAVY = (
    "yaml", "openpyxl", "jsonschema", "tldextract", "dataclasses", "pathlib", "importlib.metadata", "importlib.resources",
    "inspect", "difflib", "hashlib",
)  # fmt: skip


@pytest.mark.checkout
@pytest.mark.parametrize("name", bundled.BUNDLED)
def test_the_compiled_form_is_in_step_with_the_yaml(name: str, golden: Golden) -> None:
    golden.check(FOLDER / "compiled" / f"{name}.json", compiled_form(name, str(FOLDER)))


@pytest.mark.parametrize("name", bundled.BUNDLED)
def test_the_compiled_form_and_the_yaml_give_the_same_policy(name: str) -> None:
    policy = bundled.load(name)

    assert policy.name == name
    assert policy_yaml.read(policy.path).policy == policy


def test_a_stale_compiled_form_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (FOLDER / "streamlined.yaml").read_bytes()
    edited = source.replace(b"crl.microsoft.com", b"crl.example.com")
    compiled = (FOLDER / "compiled" / "mde-streamlined.json").read_bytes()
    monkeypatch.setattr(bundled, "read_resource", lambda *parts: compiled if parts[-1].endswith("json") else edited)

    assert "crl.example.com" in {item.host for item in bundled.load("mde-streamlined").requirements}


def test_a_missing_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "read_resource", lambda *parts: None)

    with pytest.raises(PolicyError, match="missing from this installation"):
        bundled.load("mde-standard")


def test_loading_imports_no_parser() -> None:
    code = (
        "import sys; from allowlint.sources import bundled, load_policy; load_policy('mde-standard');"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
                          capture_output=True, text=True, check=True)  # fmt: skip

    assert done.stdout.strip() == "[]"


def test_a_checkout_is_recognised_by_its_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "allowlint"
    (tmp_path / "policies").mkdir()
    monkeypatch.setattr(_resources, "_HERE", str(package))
    monkeypatch.setattr(_resources, "_CHECKOUT", str(tmp_path))
    assert _resources.resource("policies") is None

    (package / "_data" / "policies").mkdir(parents=True)
    assert _resources.resource("policies") == str(package / "_data" / "policies")


@pytest.mark.parametrize("name", bundled.BUNDLED)
def test_every_bundled_requirement_says_what_it_is_for_and_where_it_is_from(name: str) -> None:
    policy = bundled.load(name)

    assert policy.source.startswith("https://learn.microsoft.com/defender-endpoint/")
    assert policy.published > "2026"
    for item in policy.requirements:
        assert item.note, item.id
        assert item.origin is not None
        assert item.origin.row > 0
        spelled = geographies_of_host(item.host)
        assert not spelled or item.geography in spelled, item.id


@pytest.mark.parametrize(
    ("name", "count", "devices"),
    [
        ("mde-standard", 114, 105),
        ("mde-streamlined", 95, 87),
        ("mde-gov-standard", 74, 61),
        ("mde-gov-streamlined", 34, 20),
    ],
)
def test_the_lists_have_the_size_that_was_reviewed(name: str, count: int, devices: int) -> None:
    requirements = bundled.load(name).requirements

    assert len(requirements) == count
    assert sum(1 for item in requirements if item.audience == "device") == devices
