"""Which files a run looks at."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from imp_migrate.run.discovery import (
    DEFAULT_EXCLUDE,
    Discovery,
    Selection,
    Selections,
    discover,
    display_path,
    exclusion,
)

from ..privileges import public_folder, unprivileged


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    tree = tmp_path / "tree"
    tree.mkdir()
    monkeypatch.chdir(tree)
    return tree


def make(*paths: str, text: str = "") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)


def look(*paths: str, **selection: object) -> Discovery:
    return discover(paths or ["."], everywhere(**selection))


def everywhere(**selection: object) -> Selections:
    """The same selection for every folder."""
    return lambda folder: Selection(**selection)  # type: ignore[arg-type]


def names(*paths: str, **selection: object) -> list[str]:
    discovery = look(*paths, **selection)
    assert discovery.errors == []
    return [found.path for found in discovery.files]


class TestKinds:
    def test_python_files_in_folders(self, tree: Path) -> None:
        make("a.py", "b.pyi", "c.pyw", "d.txt", "e.pyc", "sub/deep/f.py", "g.ipynb", "h.py.bak")
        assert names() == ["a.py", "b.pyi", "c.pyw", "g.ipynb", "sub/deep/f.py"]

    @pytest.mark.parametrize(
        ("first_line", "taken"),
        [
            ("#!/usr/bin/env python3", True),
            ("#!/usr/bin/python2.7 -u", True),
            ("#! /usr/bin/pypy", True),
            ("#!/usr/bin/env -S python -O", True),
            ("#!/bin/sh", False),
            ("# python", False),
            ("#!/usr/bin/monty_python_no", False),
            ("", False),
        ],
    )
    def test_scripts_without_suffix(self, tree: Path, first_line: str, taken: bool) -> None:
        make("script", text=first_line + "\nimport imp\n")
        assert names() == (["script"] if taken else [])

    def test_a_shebang_does_not_overrule_a_suffix(self, tree: Path) -> None:
        make("script.sh", ".hidden", text="#!/usr/bin/env python\n")
        assert names() == [".hidden"]

    def test_named_files_are_always_taken(self, tree: Path) -> None:
        make("notes.txt", "build/x.py", ".gitignore")
        assert names("notes.txt", "build/x.py") == ["build/x.py", "notes.txt"]

    def test_named_folders_are_entered_even_if_excluded(self, tree: Path) -> None:
        make("setup.py", "build/x.py", "build/.venv/y.py")
        assert names("build") == ["build/x.py"]

    def test_copies_of_notebooks_are_passed_over(self, tree: Path) -> None:
        make("a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb")
        assert names() == ["a.ipynb"]

    def test_pipes_in_folders_are_passed_over(self, tree: Path) -> None:
        os.mkfifo("pipe.py")
        assert names() == []


class TestPaths:
    def test_each_file_once(self, tree: Path) -> None:
        make("sub/a.py", "b.py")
        assert names(".", "sub", "sub/a.py", str(tree / "b.py")) == ["b.py", "sub/a.py"]

    def test_shown_relative_to_the_current_folder(self, tree: Path) -> None:
        make("sub/a.py")
        assert names(str(tree)) == ["sub/a.py"]
        assert names("./sub//") == ["sub/a.py"]
        os.chdir("sub")
        assert names("..") == ["../sub/a.py"]
        assert names(str(tree)) == [str(tree / "sub/a.py")]

    def test_display_path(self, tree: Path) -> None:
        assert display_path("./a/../b.py") == "b.py"
        assert display_path(str(tree)) == "."
        assert display_path(str(tree.parent)) == str(tree.parent)

    def test_missing(self, tree: Path) -> None:
        make("a.py")
        discovery = look("gone", "a.py")
        assert [str(e) for e in discovery.errors] == ["gone: no such file or directory"]
        assert [f.path for f in discovery.files] == ["a.py"]

    def test_names_that_are_not_text(self, tree: Path) -> None:
        Path(os.fsdecode(b"caf\xe9.py")).touch()
        assert names() == [os.fsdecode(b"caf\xe9.py")]

    def test_unreadable_folder(self) -> None:
        with public_folder() as folder:
            (folder / "secret").mkdir(mode=0)
            (folder / "a.py").touch()
            with unprivileged():
                discovery = discover([str(folder)], everywhere())
        assert [str(e) for e in discovery.errors] == [f"{folder}/secret: permission denied"]
        assert [f.path for f in discovery.files] == [f"{folder}/a.py"]

    def test_unreadable_file_without_suffix_is_nobodys_business(self) -> None:
        with public_folder() as folder:
            (folder / "data").touch(mode=0)
            with unprivileged():
                discovery = discover([str(folder)], everywhere())
        assert (discovery.files, discovery.errors) == ([], [])


class TestLinks:
    def test_to_a_file_inside(self, tree: Path) -> None:
        make("a.py", "data/template.in")
        os.symlink("a.py", "link.py")
        os.symlink("data/template.in", "other.py")
        found = {f.path: f.target for f in look().files}
        assert found == {
            "a.py": str(tree / "a.py"),
            "other.py": str(tree / "data/template.in"),
        }

    def test_to_a_file_outside(self, tree: Path) -> None:
        (tree.parent / "outside.py").touch()
        os.symlink("../outside.py", "link.py")
        discovery = look()
        assert discovery.files == []
        assert discovery.skipped == [("link.py", "a link to a file outside the given paths")]

    def test_to_a_file_in_another_given_path(self, tree: Path) -> None:
        make("one/a.txt", "two/b.py")
        os.symlink("../one/a.txt", "two/link.py")
        assert names("two") == ["two/b.py"]
        assert names("two", "one") == ["two/b.py", "two/link.py"]

    def test_a_sibling_with_the_same_beginning_is_outside(self, tree: Path) -> None:
        make("src-old/a.py", "src/b.py")
        os.symlink("../src-old/a.py", "src/link.py")
        assert names("src") == ["src/b.py"]

    def test_links_do_not_lead_to_what_is_excluded(self, tree: Path) -> None:
        make("hidden/a.py", "b.py")
        os.symlink("hidden/a.py", "link.py")
        os.symlink("hidden", "linked")
        discovery = look(exclude=("hidden",))
        assert [found.path for found in discovery.files] == ["b.py"]
        assert ("link.py", "a link to a file that is excluded or ignored") in discovery.skipped
        assert ("linked", "a link to a folder") in discovery.skipped

    def test_named_link_is_followed(self, tree: Path) -> None:
        (tree.parent / "outside.py").touch()
        os.symlink("../outside.py", "link.py")
        (found,) = look("link.py").files
        assert (found.path, found.target) == ("link.py", str(tree.parent / "outside.py"))

    def test_named_link_to_a_folder_is_followed(self, tree: Path) -> None:
        (tree.parent / "elsewhere").mkdir()
        (tree.parent / "elsewhere/a.py").touch()
        os.symlink("../elsewhere", "link")
        assert names() == []
        assert names("link") == ["link/a.py"]

    def test_folder_loop(self, tree: Path) -> None:
        make("sub/a.py")
        os.symlink("..", "sub/up")
        assert names() == ["sub/a.py"]

    def test_broken(self, tree: Path) -> None:
        make("a.py")
        os.symlink("nowhere", "link.py")
        os.symlink("nowhere", "link.txt")
        discovery = look()
        assert [str(e) for e in discovery.warnings] == ["link.py: broken symbolic link"]
        assert discovery.errors == []
        assert [f.path for f in discovery.files] == ["a.py"]

    def test_loop(self, tree: Path) -> None:
        os.symlink("b.py", "a.py")
        os.symlink("a.py", "b.py")
        assert [str(e) for e in look().warnings] == [
            "a.py: symbolic link loop",
            "b.py: symbolic link loop",
        ]

    def test_broken_and_named(self, tree: Path) -> None:
        os.symlink("nowhere", "link.py")
        assert [str(e) for e in look("link.py").errors] == ["link.py: broken symbolic link"]

    def test_emacs_locks_are_passed_over(self, tree: Path) -> None:
        os.symlink("me@host.1234", ".#a.py")
        assert names() == []


class TestExclude:
    @pytest.mark.parametrize("folder", [e for e in DEFAULT_EXCLUDE if "*" not in e])
    def test_defaults(self, tree: Path, folder: str) -> None:
        make(f"{folder}/a.py", f"src/{folder}/b.py", "c.py")
        assert names() == ["c.py"]

    @pytest.mark.parametrize("project", ["pyproject.toml", "setup.py", "setup.cfg", None])
    @pytest.mark.parametrize("folder", ["build", "dist"])
    def test_what_is_built_lies_beside_a_project_file(
        self, tree: Path, folder: str, project: str | None
    ) -> None:
        make(f"{folder}/a.py", f"src/{folder}/b.py")
        if project:
            make(project)
        built = [] if project else [f"{folder}/a.py"]
        assert [n for n in names() if n != project] == [*built, f"src/{folder}/b.py"]
        assert f"{folder}/a.py" in names(exclude=(), built=False)

    def test_a_package_is_not_what_is_built(self, tree: Path) -> None:
        make("pyproject.toml", "build/__init__.py", "build/a.py", "dist")
        assert names() == ["build/__init__.py", "build/a.py"]

    def test_hidden_folders_are_entered(self, tree: Path) -> None:
        make(".config/a.py")
        assert names() == [".config/a.py"]

    @pytest.mark.parametrize(
        ("pattern", "left"),
        [
            ("a.py", ["sub/b.py", "sub/deep/c_pb2.py"]),
            ("sub", ["a.py"]),
            ("sub/", ["a.py"]),
            ("deep/", ["a.py", "sub/b.py", "sub/deep/c_pb2.py"]),  # a path, as in ruff
            ("sub/deep/", ["a.py", "sub/b.py"]),
            ("{a,b}.py", ["sub/deep/c_pb2.py"]),
            ("{sub/{b,deep/c*}.py,x}", ["a.py"]),
            ("{a.py", ["a.py", "sub/b.py", "sub/deep/c_pb2.py"]),
            ("*_pb2.py", ["a.py", "sub/b.py"]),
            ("?.py", ["sub/deep/c_pb2.py"]),
            ("[!a].py", ["a.py", "sub/deep/c_pb2.py"]),
            ("sub/b.py", ["a.py", "sub/deep/c_pb2.py"]),
            ("./sub/b.py", ["a.py", "sub/deep/c_pb2.py"]),
            ("sub/*", ["a.py"]),
            ("sub/**/c_pb2.py", ["a.py", "sub/b.py"]),
            ("**/b.py", ["a.py", "sub/deep/c_pb2.py"]),
            ("**/deep/**", ["a.py", "sub/b.py"]),
            ("deep/c_pb2.py", ["a.py", "sub/b.py", "sub/deep/c_pb2.py"]),
            ("A.PY", ["a.py", "sub/b.py", "sub/deep/c_pb2.py"]),
        ],
    )
    def test_patterns(self, tree: Path, pattern: str, left: list[str]) -> None:
        make("a.py", "sub/b.py", "sub/deep/c_pb2.py")
        assert names(exclude=(pattern,)) == left

    def test_relative_to_the_root(self, tree: Path) -> None:
        make("sub/a.py", "sub/sub/a.py")
        assert names("sub", exclude=("sub/a.py",), root=str(tree)) == ["sub/sub/a.py"]
        assert names("sub", exclude=("sub/a.py",), root=str(tree / "sub")) == ["sub/a.py"]

    @pytest.mark.parametrize(
        ("path", "excluded"),
        [
            ("build/a.py", "excluded by build (by default)"),
            ("src/build/a.py", ""),
            ("src/venv/lib/a.py", "excluded by venv (by default)"),
            ("gen/a_pb2.py", "excluded by *_pb2.py"),
            ("src/a.py", ""),
            ("../venv/a.py", ""),  # above the root
        ],
    )
    def test_single_file(self, tree: Path, path: str, excluded: str) -> None:
        make("setup.cfg", path)
        selections = everywhere(exclude=(*DEFAULT_EXCLUDE, "*_pb2.py"))
        assert exclusion(path, selections) == excluded

    def test_forced(self, tree: Path) -> None:
        make("venv/a.py", "b.py")
        assert names("venv/a.py", "venv", "b.py") == ["b.py", "venv/a.py"]
        discovery = look("venv/a.py", "venv", "b.py", force=True)
        assert [f.path for f in discovery.files] == ["b.py"]
        reason = "excluded by venv (by default)"
        assert discovery.skipped == [("venv", reason), ("venv/a.py", reason)]

    def test_everything_left_out_is_told(self, tree: Path) -> None:
        make("a.py", "setup.py", "build/b.py", "src/venv/c.py", "x/d_gen.py", "x/e.py", "x/f.pyi")
        make(".gitignore", text="# generated\n*.pyi\n")
        Path(".git").mkdir()
        discovery = look(exclude=("venv", ".git", "{c,d}_gen.py", "x/e*"))
        assert [f.path for f in discovery.files] == ["a.py", "setup.py"]
        assert discovery.skipped == [
            (".git", "excluded by .git (by default)"),
            ("build", "excluded by build (by default)"),
            ("src/venv", "excluded by venv (by default)"),
            ("x/d_gen.py", "excluded by {c,d}_gen.py"),
            ("x/e.py", "excluded by x/e*"),
            ("x/f.pyi", "ignored by *.pyi in .gitignore:2"),
        ]


class TestGitignore:
    @pytest.fixture(autouse=True)
    def repository(self, tree: Path) -> None:
        Path(".git/info").mkdir(parents=True)

    def test_patterns(self, tree: Path) -> None:
        make(".gitignore", text="generated/\n*_gen.py\n!keep_gen.py\n# comment\n")
        make("a.py", "b_gen.py", "keep_gen.py", "generated/c.py", "sub/generated/d.py")
        assert names() == ["a.py", "keep_gen.py"]
        assert len(names(respect_gitignore=False)) == 5

    def test_anchored(self, tree: Path) -> None:
        make(".gitignore", text="/a.py\n")
        make("a.py", "sub/a.py")
        assert names() == ["sub/a.py"]

    def test_nested_files_have_the_last_word(self, tree: Path) -> None:
        make(".gitignore", text="*.pyi\n")
        make("sub/.gitignore", text="!b.pyi\nc.py\n")
        make("a.pyi", "c.py", "sub/b.pyi", "sub/c.py", "sub/d.pyi")
        assert names() == ["c.py", "sub/b.pyi"]

    def test_files_above_the_given_folder_count(self, tree: Path) -> None:
        make(".gitignore", text="*_gen.py\n")
        make("sub/.gitignore", text="local.py\n")
        make("sub/deep/a_gen.py", "sub/deep/local.py", "sub/deep/b.py")
        assert names("sub/deep") == ["sub/deep/b.py"]

    def test_named_ignored_folder(self, tree: Path) -> None:
        make(".gitignore", text="generated/\n")
        make("generated/a.py")
        assert names("generated") == ["generated/a.py"]
        assert names("generated/a.py") == ["generated/a.py"]

    def test_exclude_of_the_repository(self, tree: Path) -> None:
        make(".git/info/exclude", text="private.py\n")
        make("private.py", "a.py")
        assert names() == ["a.py"]

    def test_repository_inside_a_repository(self, tree: Path) -> None:
        make(".gitignore", text="*_gen.py\n")
        make("inner/.git", text="gitdir: elsewhere\n")
        make("inner/a_gen.py", "b_gen.py")
        assert names() == ["inner/a_gen.py"]

    def test_outside_a_repository(self, tree: Path) -> None:
        os.rename(".git", "git")
        make(".gitignore", text="a.py\n")
        make("a.py")
        assert names() == ["a.py"]

    @pytest.mark.parametrize("nonsense", ["!", "\\", "\0", "\udcff["])
    def test_nonsense_is_passed_over(self, tree: Path, nonsense: str) -> None:
        Path(".gitignore").write_text(f"{nonsense}\na.py\n", errors="surrogateescape")
        make("a.py", "b.py")
        assert names() == ["b.py"]

    @pytest.mark.parametrize(
        ("pattern", "ignored"),
        [
            ("a.py", True),
            ("a.py/", False),
            ("/sub/a.py", True),
            ("/a.py", False),
            ("*/a.py", True),
            ("*", True),
            ("?.py", True),
            ("[a-c].py", True),
            ("[!a].py", False),
            ("[^b].py", True),
            ("[]a].py", True),
            ("[z-a].py", False),
            ("[a.py", False),
            ("\\a.py", True),
            ("a.py\\", False),
            ("a.py   ", True),
            ("a.py\\ ", False),
            ("a.py\r", True),
            ("#a.py", False),
            ("**/a.py", True),
            ("sub/**", True),
            ("**/sub", True),
            ("sub/**/a.py", True),
            ("su**/a.py", True),
            ("**", True),
            ("/", False),
        ],
    )
    def test_meaning_of_patterns(self, tree: Path, pattern: str, ignored: bool) -> None:
        make(".gitignore", text=pattern + "\n")
        make("sub/a.py")
        assert names() == ([] if ignored else ["sub/a.py"])

    def test_whitelist(self, tree: Path) -> None:
        make(".gitignore", text="*\n!*/\n!*.py\n")
        make("sub/a.py", "sub/b.pyi")
        assert names() == ["sub/a.py"]

    @pytest.mark.parametrize("seed", range(40))
    def test_agrees_with_git(self, tree: Path, seed: int) -> None:
        if shutil.which("git") is None:
            pytest.skip("needs git")
        shutil.rmtree(".git")
        chance = random.Random(seed)
        for folder in (".", "a", "b", "a/b", "a/a", "ab", "b/ab/a"):
            make(*(f"{folder}/{name}" for name in ("a.py", "b.py", "ab.pyi")))
        make(".gitignore", text=some_patterns(chance))
        make("a/.gitignore", text=some_patterns(chance))
        subprocess.run(["git", "init", "-q"], check=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            env={**os.environ, "XDG_CONFIG_HOME": str(tree), "HOME": str(tree)},
        ).stdout.decode()
        assert names() == sorted(n for n in listed.split("\0") if n.endswith((".py", ".pyi")))


def some_patterns(chance: random.Random) -> str:
    """A few random lines of a .gitignore file."""
    lines = []
    for _ in range(chance.randint(0, 4)):
        parts = ["a", "b", "ab", "*", "a*", "?", "**", "[ab]", "*.py", "a.py", "b.py"]
        line = "/".join(chance.choice(parts) for _ in range(chance.choice([1, 1, 1, 2, 2, 3])))
        line = chance.choice(["", "", "", "!", "!"]) + chance.choice(["", "", "/"]) + line
        lines.append(line + chance.choice(["", "", "/"]) + "\n")
    return "".join(lines)
