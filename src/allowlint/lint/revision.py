"""The files of another git revision, in a folder of their own.

They are written by git itself from an index of our own, so that names that lead out of the folder are refused. What git would run
on the way is switched off: hooks, filters (Git LFS among them), a file system monitor, fetching what a partial clone lacks.
Everything of the tree is written: ``git archive`` would leave out what is marked ``export-ignore``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from allowlint.model.record import NamedTuple

_OFF = (
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.untrackedCache=false",
    "-c", "core.sparseCheckout=false", "-c", "protocol.allow=never", "-c", "submodule.recurse=false", "-c", "gc.auto=0",
    "-c", "advice.detachedHead=false", "-c", "log.showSignature=false",
)  # fmt: skip
_FILTER = ("clean", "smudge", "process")
SHALLOW = "this clone is shallow: fetch the whole history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"


class Unavailable(Exception):
    """The revision cannot be read; the message says why, and what to do."""


class Tree(NamedTuple):
    """The files of a revision."""

    commit: str
    top: str
    """The root of the repository, where its files are worked on."""
    folder: str
    """Where the files of the revision are."""
    renamed: Mapping[str, str]
    """The names that files have now, by those that they had then; they are there under both."""

    def place(self, path: str) -> str | None:
        """A file name of the folder where we stand, as it can be opened from the same place of the revision.

        None for what is not in the repository.
        """
        if path == "-":
            return None
        folder, name = os.path.split(os.path.abspath(path))
        real = os.path.join(os.path.realpath(folder), name)
        inside = os.path.relpath(real, self.top)
        if inside == os.pardir or inside.startswith(os.pardir + os.sep):
            return None
        return os.path.relpath(real, os.path.realpath(os.getcwd())) if os.path.isabs(path) else path

    @property
    def here(self) -> str:
        """The place of the revision that is where we stand; a folder that was not there then is made, for names beside it.

        Raises Unavailable where it was a link that leads elsewhere.
        """
        inside = os.path.relpath(os.path.realpath(os.getcwd()), self.top)
        place = os.path.normpath(os.path.join(self.folder, inside))
        if os.path.commonpath((os.path.realpath(place), self.folder)) != self.folder:
            raise Unavailable("the folder where this runs is not in the repository, or was a link then")
        os.makedirs(place, exist_ok=True)
        return place


@contextmanager
def revision(ref: str) -> Iterator[Tree]:
    """The files of a revision; ``REF...`` is where the current branch left it. Raises Unavailable."""
    import tempfile

    git = _Git(os.getcwd())
    top = git("rev-parse", "--show-toplevel", why="there is no git repository here").rstrip("\n")
    if not top:
        raise Unavailable("this git repository has no work tree")
    git = _Git(top, _without_filters(git))
    commit = _commit(git, ref)
    with tempfile.TemporaryDirectory(prefix="allowlint-") as scratch:
        folder = os.path.realpath(os.path.join(scratch, "tree"))
        os.mkdir(folder)
        own = git.with_index(os.path.join(scratch, "index"))
        own("read-tree", commit, why=f"the files of {ref} cannot be listed")
        renamed = _renamed(git, own, commit)
        own(
            "checkout-index",
            "--all",
            "--quiet",
            "--force",
            f"--prefix={folder}/",
            why=f"the files of {ref} cannot be read",
        )
        yield Tree(commit, os.path.realpath(top), folder, renamed)


class _Git:
    """Runs git in a folder, with everything switched off that it might run."""

    def __init__(self, folder: str, settings: Sequence[tuple[str, str]] = (), index: str = "") -> None:
        self._folder = folder
        self._settings = tuple(settings)
        self._index = index

    def with_index(self, path: str) -> _Git:
        """The same, with an index of its own."""
        return _Git(self._folder, self._settings, path)

    def __call__(self, *words: str, why: str, text: str = "") -> str:
        """What git prints. Raises Unavailable, saying ``why``, where it fails."""
        code, out, error = self.run(words, text)
        if code:
            told = next((line for line in error.splitlines() if line.strip()), f"git {words[0]} ended with {code}")
            raise Unavailable(f"{why}: {told.removeprefix('fatal: ').strip()}")
        return out

    def run(self, words: Sequence[str], text: str = "") -> tuple[int, str, str]:
        """The exit code of git, with what it prints."""
        import subprocess

        try:
            done = subprocess.run(  # noqa: S603 - git by its name, words of our own, a hash
                ["git", *_OFF, *words],  # noqa: S607
                cwd=self._folder,
                env=self._environment(),
                input=os.fsencode(text),
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise Unavailable(f"git cannot be run: {error.strerror or error}") from error
        return done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr)

    def _environment(self) -> dict[str, str]:
        # A hook that runs us has set the index of the commit that is being made.
        kept = {name: value for name, value in os.environ.items() if name not in ("GIT_INDEX_FILE", "GIT_PREFIX")}
        count = kept.get("GIT_CONFIG_COUNT", "")
        first = int(count) if count.isascii() and count.isdigit() else 0
        for number, (key, value) in enumerate(self._settings, start=first):
            kept[f"GIT_CONFIG_KEY_{number}"], kept[f"GIT_CONFIG_VALUE_{number}"] = key, value
        own = {
            "GIT_CONFIG_COUNT": str(first + len(self._settings)),
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "LC_ALL": "C",
        }
        return kept | own | ({"GIT_INDEX_FILE": self._index} if self._index else {})


def git_in(folder: str) -> _Git:
    """Git in a folder, with everything switched off that it might run. Its calls raise Unavailable where there is no git."""
    return _Git(folder, _without_filters(_Git(folder)))


def _without_filters(git: _Git) -> list[tuple[str, str]]:
    """The settings by which every filter that is known here does nothing."""
    _, found, _ = git.run(("config", "--null", "--name-only", "--get-regexp", r"^filter\."))
    names = {key.partition(".")[2].rpartition(".")[0] for key in found.split("\0") if key}
    return [
        (f"filter.{name}.{key}", value)
        for name in sorted(names)
        for key, value in (*((word, "") for word in _FILTER), ("required", "false"))
    ]


def _commit(git: _Git, ref: str) -> str:
    """The hash of a revision."""
    name, forked = (ref[:-3], True) if ref.endswith("...") else (ref, False)
    if not name or name.startswith("-") or "\0" in name:
        raise Unavailable(f"{ref!r} is no revision")
    code, commit, _ = git.run(("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"))
    if code:
        raise Unavailable(f"there is no revision {name!r} here; {_how(git, name)}")
    commit = commit.strip()
    if forked:
        code, commit, _ = git.run(("merge-base", commit, "HEAD"))
        commit = commit.strip()
        if code or not commit:
            raise Unavailable(f"where this branch left {name!r} is not known here; {_how(git, name)}")
    return commit


def _how(git: _Git, name: str) -> str:
    _, shallow, _ = git.run(("rev-parse", "--is-shallow-repository"))
    if shallow.strip() == "true":
        return SHALLOW
    remote, slash, branch = name.partition("/")
    return f"git fetch {remote} {branch}" if slash else "git branch --all lists what there is"


def _renamed(git: _Git, own: _Git, commit: str) -> dict[str, str]:
    """Put the files that have another name now under that name too, and say which they are.

    Without them everything is there under its old name, and what was renamed counts as new.
    """
    words = (
        "diff-index",
        "-z",
        "-M",
        "--name-status",
        "--diff-filter=R",
        "--no-ext-diff",
        "--no-textconv",
        commit,
        "--",
    )
    code, out, _ = git.run(words)
    parts = out.split("\0")[:-1] if not code else []
    renamed = {parts[at + 1]: parts[at + 2] for at in range(0, len(parts) - 2, 3)}
    if not renamed:
        return {}
    entries = (
        entry.partition("\t") for entry in own("ls-files", "-s", "-z", why="its files cannot be listed").split("\0")
    )
    places = {path: information.split(" ") for information, _, path in entries if path in renamed}
    lines = "".join(f"{mode} {name}\t{renamed[path]}\0" for path, (mode, name, _) in places.items())
    code, _, _ = own.run(("update-index", "-z", "--index-info"), lines)
    return {} if code else {old: new for old, new in renamed.items() if old in places}
