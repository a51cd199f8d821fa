"""Every layout and every fault that Microsoft's list has had, as look-alikes with the policy that they must give."""

from pathlib import Path

import pytest

from allowlint.sources import Reading, mde_article, mde_workbook, policy_yaml, read_document
from allowlint.sources._document import COUNTED
from allowlint.sources._yaml_write import policy_to_yaml
from tests.sources.support import SOURCES, as_account, as_policy, build_workbook
from tests.support import Golden

WORKBOOKS = sorted((SOURCES / "mde_workbook").glob("*/workbook.yaml"))
ARTICLES = sorted((SOURCES / "mde_article").glob("*/article.*"))
POLICIES = sorted((SOURCES / "policy_yaml").glob("*/policy.yaml"))


def case_id(path: Path) -> str:
    return path.parent.name


def check(reading: Reading, folder: Path, golden: Golden) -> None:
    golden.check(folder / "expected.yaml", as_policy(reading))
    golden.check(folder / "expected.txt", as_account(reading))


@pytest.mark.parametrize("description", WORKBOOKS, ids=case_id)
def test_a_workbook_gives_the_expected_policy(description: Path, tmp_path: Path, golden: Golden) -> None:
    path = build_workbook(description, tmp_path / f"{description.parent.name}.xlsx")

    check(mde_workbook.read(str(path)), description.parent, golden)


@pytest.mark.parametrize("path", ARTICLES, ids=case_id)
def test_an_article_gives_the_expected_policy(path: Path, golden: Golden) -> None:
    check(mde_article.read(str(path)), path.parent, golden)


@pytest.mark.parametrize("path", POLICIES, ids=case_id)
def test_a_policy_file_is_written_as_expected(path: Path, golden: Golden) -> None:
    golden.check(path.parent / "expected.yaml", as_policy(policy_yaml.read(str(path))))


@pytest.mark.parametrize("path", [*ARTICLES, *POLICIES], ids=case_id)
def test_what_import_writes_reads_back_as_the_same_requirements(path: Path, tmp_path: Path) -> None:
    policy = read_document(str(path)).policy
    written = tmp_path / "policy.yaml"
    written.write_text(policy_to_yaml(policy), encoding="utf-8")

    assert policy_yaml.read(str(written)).policy._replace(path="") == policy._replace(path="")


@pytest.mark.parametrize("path", ARTICLES, ids=case_id)
def test_every_row_with_something_in_its_url_column_is_accounted_for_once(path: Path) -> None:
    reading = mde_article.read(str(path))
    counted = [account for account in reading.accounts if account.outcome in COUNTED]
    places = [(account.section, account.row) for account in counted]

    assert len(places) == len(set(places)) == reading.rows
    for requirement in reading.policy.requirements:
        assert requirement.origin is not None
        assert (requirement.origin.sheet, requirement.origin.row) in places


def test_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    source = SOURCES / "mde_article" / "gov-dropped-cells" / "article.md"
    copy = tmp_path / "article.md"
    copy.write_bytes(b"\xef\xbb\xbf" + source.read_bytes().replace(b"\n", b"\r\n"))

    assert as_policy(mde_article.read(str(copy))) == as_policy(mde_article.read(str(source)))
    assert as_account(mde_article.read(str(copy))) == as_account(mde_article.read(str(source)))
