"""YAML of any kind of ours that was written to do harm: refused with its line, in little time."""

import time
from pathlib import Path

import pytest

from allowlint.errors import UsageError
from allowlint.settings import load
from allowlint.sources import load_policy

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
TEXTS = {
    "anchors": BOMB,
    "an alias": "version: *x\n",
    "merge keys": "version: 1\n<<: {name: x}\n",
    "a tag that runs": "version: !!python/object/apply:os.system [id]\n",
    "a tag of one's own": "version: !x 1\n",
    "a binary": "version: !!binary aGVsbG8=\n",
    "a set": "version: 1\nname: !!set {a, b}\n",
    "depth in brackets": "version: " + "[" * 20_000 + "]" * 20_000,
    "depth in braces": "version: " + "{a: " * 20_000 + "}" * 20_000,
    "depth in lists": "- " * 20_000 + "x\n",
    "depth in lines": "".join(" " * n + "a:\n" for n in range(2_000)),
    "a huge number": "version: " + "9" * 1_000_000,
    "a number in sixties": "version: " + "1:" * 100_000 + "1",
    "a long key": "? " + "x" * 100_000 + "\n: 1\n",
    "many keys": "".join(f"k{n}: 1\n" for n in range(100_000)),
    "keys that are lists": "[a, b]: 1\n",
    "the same key twice": "version: 1\nversion: 1\n",
    "documents": "version: 1\n---\nversion: 1\n" * 1_000,
    "a version of YAML that is none": "%YAML 9.9\n---\nversion: 1\n",
    "a tag of a directive": "%TAG ! tag:x,2000:\n---\nversion: !a 1\n",
    "a null character": "version: 1\nname: a\0b\n",
    "control characters": "version: 1\nname: a\x1bb\n",
    "half a surrogate pair": 'version: 1\nname: "\\ud800"\n',
    "quotation marks without end": "version: '" + "x\n" * 100_000,
    "a block without end": "version: |\n" + "  x\n" * 300_000,
    "comments": "# x\n" * 300_000,
    "nothing": "",
}


@pytest.mark.parametrize("what", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_hostile_yaml_is_refused(what: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "fed.yaml"
    path.write_bytes(TEXTS[what].encode(encoding, "surrogatepass"))
    begin = time.process_time()

    for read in (load, load_policy):
        with pytest.raises(UsageError) as refused:
            read(str(path))
        assert refused.value.path == str(path)
        assert refused.value.exit_code == 2

    assert time.process_time() - begin < 10
