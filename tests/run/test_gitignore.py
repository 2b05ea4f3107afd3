"""`.gitignore` files mean to us what they mean to git, which is asked itself."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from imp_migrate.run.gitignore import Ignore

#: Lines that other readers of these files get wrong, or that once were a crash here.
LINES = [
    b"[]",
    b"foo[]bar",
    b"[]]",
    b"[]a].py",
    b"[!]a].py",
    b"[^]",
    b"[[:alpha:]].py",
    b"[[:alpha:][:digit:]]*",
    b"[![:alpha:]].py",
    b"[[:nonsense:]].py",
    b"[[:alpha].py",
    b"[[:]a].py",
    b"[[::]].py",
    b"[[:upper:]-]b.py",
    b"[\\a].py",
    b"[\\]].py",
    b"[a\\-c].py",
    b"[a-\\c].py",
    b"[--a].py",
    b"[a-c-e].py",
    b"[z-a].py",
    b"[a",
    b"[a/].py",
    b"d[/]a.py",
    b"[!x]a.py",
    b"d[!x]a.py",
    b"?.py",
    b"??.py",
    b"\xc3[\xa0-\xaf].py",
    b"[\xc3][\xa9].py",
    "é.py".encode(),
    "[é].py".encode(),
    b"\xef\xbb\xbfa.py",
    b"a.py \\",
    b"a.py\\ ",
    b"a.py\\\\ ",
    b"a.py  ",
    b"a.py\r",
    b"a.py\r\r",
    b"\\#a.py",
    b"\\!a.py",
    b"!",
    b"!!a.py",
    b"/",
    b"//a.py",
    b"d/",
    b"d\\/a.py",
    b"**",
    b"***",
    b"**/",
    b"***/a.py",
    b"d/**",
    b"d/**/a.py",
    b"d/***/a.py",
    b"**\\/a.py",
    b"d/**a.py",
    b"*/*",
    b"a.py\0b",
    b"\0a.py",
    b"*.\\p\\y",
    b"*\\",
    b"a\x0cb.py",
]
NAMES = [
    *("a.py", "b.py", "z.py", "c.py", "-.py", "].py", "[.py", "\\.py", "[]", "foo[]bar", "A.py"),
    *("1.py", "ab.py", "Ab.py", "-b.py", "é.py", "e\u0301.py", ":.py", "#a.py", "!a.py", "a.py "),
    *("a.py\\", "a.py\\ ", "a.py\r", "a\x0cb.py", " .py", "^.py"),
]
FOLDERS = ["", "d/", "d/d/", "dx/"]


def random_line(chance: random.Random) -> bytes:
    """A line of what means something, in any order."""
    parts = [b"a", b"b", b"d", b".py", b"*", b"?", b"[", b"]", b"!", b"^", b"-", b"\\", b":", b" "]
    parts += [b"**/", b"/", b"[ab]", b"[!a]", b"[[:alpha:]]", b"[:", b":]", "é".encode(), b"\xc3"]
    return b"".join(chance.choice(parts) for _ in range(chance.randint(1, 7)))


def differs_by_version(line: bytes) -> bool:
    """Say whether what git makes of *line* depends on its version.

    Up to 2.51 it took `a**/b` for `a` and then `**/b`, against its documentation.
    """
    literal = line.lstrip(b"!/").split(b"*")[0]
    return b"**" in line and literal != b"" and not literal.endswith(b"/")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, and no settings of git but its own."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    root = tmp_path.resolve()
    monkeypatch.setenv("HOME", str(root))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root))
    git("init", "-q", cwd=root)
    return root


def git(*arguments: str, cwd: Path, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], cwd=cwd, input=stdin, capture_output=True)
    assert done.returncode in (0, 1), done.stderr
    return os.fsdecode(done.stdout)


def test_every_line_means_what_it_means_to_git(repository: Path) -> None:
    chance = random.Random(12)
    lines = LINES + [
        line for _ in range(400) if not differs_by_version(line := random_line(chance))
    ]
    paths = [folder + name for folder in FOLDERS for name in NAMES]
    for number, line in enumerate(lines):
        (repository / str(number)).mkdir()
        (repository / str(number) / ".gitignore").write_bytes(line + b"\n")
    asked = "".join(f"{number}/{path}\0" for number in range(len(lines)) for path in paths)
    said = git(
        "check-ignore", "--no-index", "-z", "--stdin", cwd=repository, stdin=os.fsencode(asked)
    )
    by_git = set(said.split("\0")) - {""}
    wrong = []
    for number, line in enumerate(lines):
        folder = str(repository / str(number))
        ignore = Ignore.above(folder).entering(folder, {".gitignore"})
        for path in paths:
            if is_ignored(path, folder, ignore) != (f"{number}/{path}" in by_git):
                wrong.append((line, path))
    assert wrong == []
    hit = {path.partition("/")[0] for path in by_git}
    assert 50 < len(hit) < len(lines), "too few lines ignore anything"


def is_ignored(path: str, folder: str, ignore: Ignore) -> bool:
    """Say whether a walk from *folder* never comes to *path*."""
    *parents, name = path.split("/")
    for parent in parents:
        folder = os.path.join(folder, parent)
        if ignore.ignores(folder, True):
            return True
    return ignore.ignores(os.path.join(folder, name), False) is not None


def test_names_the_line_that_git_names(repository: Path) -> None:
    (repository / ".gitignore").write_text("# generated\n*.py\na.py \n!keep.py\n*.pyi\n")
    ignore = Ignore().entering(str(repository), {".git", ".gitignore"})
    for name in ("a.py", "b.py", "keep.py", "c.pyi", "d"):
        where, _, _ = git("check-ignore", "-v", name, cwd=repository).partition("\t")
        pattern = ignore.ignores(str(repository / name), False)
        if pattern is None:
            assert where in ("", ".gitignore:4:!keep.py")
        else:
            assert f"{Path(pattern.path).name}:{pattern.number}:{pattern}" == where
