"""The flags of server-name ACLs, of which one may be given (each form tried on Squid 5.7)."""

from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from tests.platforms.squid.reading import device_of, write

CONFIG = "http_port 3128\n{}\nhttp_access allow w\nhttp_access deny all\n"
KINDS = pytest.mark.parametrize("kind", ["ssl::server_name", "ssl::server_name_regex"])


@KINDS
def test_two_flags_on_the_first_line_keep_squid_from_starting(tmp_path: Path, kind: str) -> None:
    config = CONFIG.format(f"acl w {kind} --client-requested --server-provided a.test")

    (fault,) = device_of(write(tmp_path, {"squid.conf": config})).load_faults

    assert "Multiple options" in fault.message


@KINDS
def test_flags_on_several_lines_are_taken_and_what_they_mean_together_is_unknown(tmp_path: Path, kind: str) -> None:
    config = CONFIG.format(f"acl w {kind} --consensus a.test\nacl w {kind} --server-provided b.test")
    device = device_of(write(tmp_path, {"squid.conf": config}))

    (verdict,) = judge(device, [Requirement("a.test", (443,), "https")], flow_for())

    assert not device.load_faults
    assert verdict.stages[Stage.ACCESS].answer is Answer.UNKNOWN
