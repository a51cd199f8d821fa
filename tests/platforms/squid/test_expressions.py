"""Expressions of a whole configuration, decided through the verdict: all of a wildcard, or a host that shows why not."""

from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, StageVerdict
from tests.platforms.squid.reading import device_of, write


def access(folder: Path, acl: str, host: str, *, plain: bool = False, path: str = "") -> StageVerdict:
    """What a configuration that allows nothing but an ACL says to a requirement."""
    text = f"http_port 3128\nacl wanted {acl}\nhttp_access allow wanted\nhttp_access deny all\n"
    requirement = Requirement(host, (80,) if plain else (443,), protocol="http" if plain else "https", path=path)
    (verdict,) = judge(device_of(write(folder, {"squid.conf": text})), [requirement], flow_for())
    return verdict.stages[Stage.ACCESS]


@pytest.mark.parametrize(
    ("pattern", "host", "answer", "witness"),
    [
        (r"(^|\.)smartscreen(-prod)?\.microsoft\.com$", "*.smartscreen.microsoft.com", Answer.SATISFIED, None),
        (r"(^|\.)smartscreen(-prod)?\.microsoft\.com$", "*.smartscreen-prod.microsoft.com", Answer.SATISFIED, None),
        (r"(^|\.)smartscreen(-prod)?\.microsoft\.com$", "*.microsoft.com", Answer.PARTIAL, "a.microsoft.com"),
        (
            r"^[a-z]+\.smartscreen\.microsoft\.com$",
            "*.smartscreen.microsoft.com",
            Answer.PARTIAL,
            "0.smartscreen.microsoft.com",
        ),
        (r"^smartscreen(-prod)?\.microsoft\.com$", "*.smartscreen.microsoft.com", Answer.VIOLATED, None),
    ],
)
def test_whether_an_expression_covers_all_of_a_wildcard_is_proven(
    tmp_path: Path, pattern: str, host: str, answer: Answer, witness: str | None
) -> None:
    found = access(tmp_path, f"dstdom_regex {pattern}", host)

    assert found.answer is answer
    assert answer is not Answer.PARTIAL or found.witness == witness


ONE_HOST = r"^http://([^/]+\.)?windowsupdate\.com/"


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        (ONE_HOST, Answer.SATISFIED),
        (r"^http://[^/]*windowsupdate\.com[:/]", Answer.SATISFIED),
        (r"windowsupdate\.com", Answer.SATISFIED),
        (r"^http://([^/]+\.)?windowsupdate\.com/.*$", Answer.SATISFIED),
        (r"^http://([^/]+\.)?windowsupdate\.com/.*\.cab$", Answer.UNKNOWN),
        (r"^http://([^/]+\.)?windowsupdate\.org/", Answer.VIOLATED),
        (r"^https://([^/]+\.)?windowsupdate\.com/", Answer.VIOLATED),
    ],
)
def test_an_expression_that_ends_before_the_path_is_decided_for_every_path(
    tmp_path: Path, pattern: str, answer: Answer
) -> None:
    assert access(tmp_path, f"url_regex {pattern}", "*.windowsupdate.com", plain=True).answer is answer


def test_a_path_of_which_the_beginning_is_known_is_decided_as_far_as_that(tmp_path: Path) -> None:
    inside, outside = (access(tmp_path, rf"url_regex ^http://a\.test/{path}/", "a.test", plain=True, path="/pki/*")
                       for path in ("pki", "other"))  # fmt: skip

    assert (inside.answer, outside.answer) == (Answer.SATISFIED, Answer.VIOLATED)


@pytest.mark.parametrize(
    ("host", "answer"),
    [("www.microsoft.com", Answer.UNKNOWN), ("www.microsoft.org", Answer.VIOLATED), ("a.test", Answer.SATISFIED)],
)
def test_a_word_boundary_leaves_unknown_only_what_it_might_match(tmp_path: Path, host: str, answer: Answer) -> None:
    assert access(tmp_path, r"dstdom_regex \bmicrosoft\.com$ ^a\.test$", host).answer is answer


def test_what_is_read_more_widely_is_told_in_the_reason(tmp_path: Path) -> None:
    found = access(tmp_path, r"dstdom_regex \bmicrosoft\.com$ microsoft\>", "www.microsoft.com")

    assert [reason.text for reason in found.reasons] == [
        r"the expression \bmicrosoft\.com$ (the word boundary \b) or 1 more like it"
    ]


@pytest.mark.parametrize("others", [20, 200])
def test_one_expression_among_many_is_decided_for_every_path(tmp_path: Path, others: int) -> None:
    patterns = [rf"^http://([^/]+\.)?site{number}-of-many\.test/" for number in range(others)]
    middle = others // 2
    write(tmp_path, {"list.txt": "\n".join([*patterns[:middle], ONE_HOST, *patterns[middle:]]) + "\n"})

    found = access(tmp_path, f'url_regex "{tmp_path}/list.txt"', "ctldl.windowsupdate.com", plain=True)

    assert found.answer is Answer.SATISFIED


def test_a_path_that_takes_too_much_work_leaves_tunnels_decided(tmp_path: Path) -> None:
    text = "http_port 3128\nacl wanted url_regex {}\nhttp_access allow wanted\nhttp_access deny all\n"
    hard = r"^http://a\.test/.*x" + "[a-w]" * 60
    config = write(tmp_path, {"squid.conf": text.format(rf"{hard} ^a\.test:443$")})
    requirements = [Requirement("a.test", (80,), protocol="http"), Requirement("a.test", (443,), protocol="https")]

    plain, tunnel = judge(device_of(config), requirements, flow_for())

    assert plain.stages[Stage.ACCESS].answer is Answer.UNKNOWN
    assert tunnel.stages[Stage.ACCESS].answer is Answer.SATISFIED


def test_a_decrypted_request_is_asked_in_the_same_way(tmp_path: Path) -> None:
    """The tunnel is let through and decrypted; what is asked inside must match for every path."""
    text = (
        "http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem\nssl_bump bump all\nacl tunnels method CONNECT\n"
        "acl wanted url_regex {}\nhttp_access allow tunnels\nhttp_access allow wanted\nhttp_access deny all\n"
    )
    answers = []
    for pattern in (r"^https://([^/]+\.)?a\.test/", r"^https://([^/]+\.)?b\.test/", r"^https://a\.test/.*\.cab$"):
        config = write(tmp_path, {"squid.conf": text.format(pattern)})
        (verdict,) = judge(device_of(config), [Requirement("a.test", (443,), protocol="https")], flow_for())
        answers.append(verdict.stages[Stage.ACCESS].answer)

    assert answers == [Answer.SATISFIED, Answer.VIOLATED, Answer.UNKNOWN]
