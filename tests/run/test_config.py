"""`[tool.imp-migrate]`, and the target version that `requires-python` implies."""

from __future__ import annotations

from pathlib import Path

import pytest

from imp_migrate.arguments import parse_arguments
from imp_migrate.run.config import (
    Config,
    ConfigError,
    Configs,
    common_folder,
    oldest_version,
    parse_codes,
)
from imp_migrate.run.discovery import DEFAULT_EXCLUDE
from imp_migrate.run.mode import Mode
from imp_migrate.settings import Settings


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that is the current folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, folder: str = ".") -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "pyproject.toml").write_text(text)


def find_config(paths: list[str]) -> Config:
    return Configs().of(common_folder(paths))


def settings(*argv: str) -> Settings:
    arguments = parse_arguments(list(argv))
    return Settings(arguments, find_config(arguments.paths or ["."]))


def complaint(text: str) -> str:
    write(text)
    with pytest.raises(ConfigError) as info:
        find_config(["."])
    return str(info.value)


class TestFinding:
    def test_none(self, project: Path) -> None:
        assert vars(find_config(["."])) == vars(Config())

    def test_above_the_paths(self, project: Path) -> None:
        write("[tool.imp-migrate]\nignore = ['IMP1']\n")
        Path("src/pkg").mkdir(parents=True)
        Path("src/pkg/a.py").touch()
        for paths in (["src"], ["src/pkg/a.py"], ["src/pkg", "src"], ["."], [], ["src/gone.py"]):
            config = find_config(paths)
            assert config.path == str(project / "pyproject.toml")
            assert config.root == str(project)
            assert config.settings == {"ignore": ("IMP1",)}

    def test_the_nearest_counts(self, project: Path) -> None:
        write("[tool.imp-migrate]\nignore = ['IMP1']\n")
        write("[tool.imp-migrate]\nselect = ['IMP2']\n", "sub")
        assert find_config(["sub"]).settings == {"select": ("IMP2",)}
        assert find_config(["sub", "."]).settings == {"ignore": ("IMP1",)}

    def test_a_file_without_settings_is_passed_over(self, project: Path) -> None:
        write("[tool.imp-migrate]\nignore = ['IMP1']\n[project]\nrequires-python = '>=3.9'\n")
        write("[tool.other]\nx = 1\n[project]\nrequires-python = '>=3.11'\n", "sub")
        config = find_config(["sub"])
        assert config.settings == {"ignore": ("IMP1",)}
        assert config.requires_python == (3, 11)

    def test_the_repository_is_the_limit(self, project: Path) -> None:
        write("[tool.imp-migrate]\nignore = ['IMP1']\n")
        Path("inner/.git").mkdir(parents=True)
        assert vars(find_config(["inner"])) == vars(Config())

    def test_broken_files_of_others_do_not_matter(self, project: Path) -> None:
        write("[[[ this is not TOML")
        assert vars(find_config(["."])) == vars(Config())


class TestMeaning:
    def test_all_keys(self, project: Path) -> None:
        write(
            """
            [tool.imp-migrate]
            target-version = "py310"
            unsafe-fixes = true
            no-helpers = true
            helper-module = "pkg._importing"
            select = ["IMP1", "IMP207"]
            ignore = "IMP101,IMP102"
            output-format = "github"
            exclude = ["one"]
            extend-exclude = "two,{three,four}"
            force-exclude = true
            no-respect-gitignore = true
            statistics = true
            """
        )
        found = settings()
        assert found.options.target_version == (3, 10)
        assert found.options.unsafe_fixes
        assert not found.options.helpers
        assert found.options.helper_module == "pkg._importing"
        assert found.options.select == ("IMP1", "IMP207")
        assert found.options.ignore == ("IMP101", "IMP102")
        assert found.output_format == "github"
        assert found.selection.exclude == ("one", "two", "{three,four}")
        assert found.selection.force
        assert not found.selection.built
        assert not found.selection.respect_gitignore
        assert found.selection.root == str(project)
        assert found.statistics
        assert found.mode is Mode.CHECK

    def test_defaults(self, project: Path) -> None:
        found = settings()
        assert found.options.target_version == (3, 8)
        assert found.options.helpers
        assert not found.options.unsafe_fixes
        assert found.selection.exclude == DEFAULT_EXCLUDE
        assert found.selection.respect_gitignore
        assert found.selection.built
        assert not found.selection.force
        assert found.output_format == "text"

    def test_negated_keys(self, project: Path) -> None:
        write("[tool.imp-migrate]\nhelpers = false\nrespect-gitignore = false\n")
        assert not settings().options.helpers
        assert not settings().selection.respect_gitignore

    def test_the_command_line_wins(self, project: Path) -> None:
        write(
            "[tool.imp-migrate]\ntarget-version = 'py310'\nselect = ['IMP1']\n"
            "output-format = 'json'\nexclude = ['one']\nextend-exclude = ['two']\n"
        )
        found = settings(
            "--target-version=py312",
            "--select=IMP2",
            "--select=IMP3,IMP4",
            "--output-format=text",
            "--exclude=a,b",
            "--extend-exclude=c",
        )
        assert found.options.target_version == (3, 12)
        assert found.options.select == ("IMP2", "IMP3", "IMP4")
        assert found.output_format == "text"
        assert found.selection.exclude == ("a", "b", "two", "c")

    def test_target_version_from_requires_python(self, project: Path) -> None:
        write("[project]\nrequires-python = '>=3.10'\n")
        assert settings().options.target_version == (3, 10)
        assert settings("--target-version", "py39").options.target_version == (3, 9)
        write("[project]\nrequires-python = '>=2.7'\n")
        assert settings().options.target_version == (3, 8)

    @pytest.mark.parametrize(
        ("specifier", "version"),
        [
            (">=3.9", (3, 9)),
            (">= 3.10, <4", (3, 10)),
            ("<3.14,>=3.11.2", (3, 11)),
            ("~=3.9", (3, 9)),
            ("~=3.9.1", (3, 9)),
            (">3.10", (3, 10)),
            ("==3.12.*", (3, 12)),
            ("===3.12.1", (3, 12)),
            (">=2.7, !=3.0.*, !=3.1.*", (2, 7)),
            (">=3", (3, 0)),
            (">=3.6,>=3.10", (3, 10)),
            (">=3.99", (3, 14)),
            ("<4", None),
            ("!=3.9", None),
            ("", None),
            ("nonsense", None),
        ],
    )
    def test_oldest_version(self, specifier: str, version: tuple[int, int] | None) -> None:
        assert oldest_version(specifier) == version

    def test_every_code(self) -> None:
        assert parse_codes("ALL") == ("IMP",)


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[tool.imp-migrate", "pyproject.toml: "),
            ("tool.imp-migrate = 1", "tool.imp-migrate is not a table"),
            ("[tool.imp-migrate]\ncolour = 1", "tool.imp-migrate.colour: unknown setting"),
            ("[tool.imp-migrate]\nselect = 1", "tool.imp-migrate.select: 1 is not a string or"),
            ("[tool.imp-migrate]\nselect = ['E501']", "'E501' is not a code"),
            ("[tool.imp-migrate]\nselect = [1]", "is not a string or a list"),
            ("[tool.imp-migrate]\nunsafe-fixes = 'yes'", "'yes' is not true or false"),
            ("[tool.imp-migrate]\nhelpers = 'no'", "'no' is not true or false"),
            ("[tool.imp-migrate]\ntarget-version = 'py27'", "'py27' is not a target version"),
            ("[tool.imp-migrate]\ntarget-version = 3.9", "3.9 is not a string"),
            ("[tool.imp-migrate]\noutput-format = 'xml'", "'xml' is not an output format"),
            ("[tool.imp-migrate]\nhelper-module = 'a-b'", "is not the dotted name of a module"),
            ("[tool.imp-migrate]\nexclude = {}", "is not a string or a list"),
        ],
    )
    def test_named_with_the_file(self, project: Path, text: str, said: str) -> None:
        message = complaint(text)
        assert message.startswith(str(project / "pyproject.toml"))
        assert said in message

    def test_not_utf_8(self, project: Path) -> None:
        Path("pyproject.toml").write_bytes(b"[tool.imp-migrate]\n# \xff\n")
        with pytest.raises(ConfigError, match="utf-8"):
            find_config(["."])

    def test_unreadable(self, project: Path) -> None:
        Path("pyproject.toml").mkdir()
        with pytest.raises(ConfigError, match=r"pyproject\.toml: Is a directory"):
            find_config(["."])

    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            (["--target-version=py27"], "'py27' is not a target version"),
            (["--select=E501"], "'E501' is not a code"),
            (["--output-format=xml"], "invalid choice: 'xml'"),
            (["--write", "--diff"], "not allowed with argument"),
            (["-q", "-v"], "not allowed with argument"),
            (["-j", "0"], "'0' is not a positive number"),
            (["-j", "two"], "'two' is not a positive number"),
            (["-", "a.py"], "- stands alone"),
            (["--stdin-filename=x.py", "a.py"], "--stdin-filename needs -"),
            (["--diff", "--output-format=json"], "--diff has its own format"),
            (["--colour"], "unknown option --colour"),
            (["--unsafe"], "unknown option --unsafe; did you mean --unsafe-fixes?"),
        ],
    )
    def test_on_the_command_line(
        self, capsys: pytest.CaptureFixture[str], argv: list[str], said: str
    ) -> None:
        with pytest.raises(SystemExit) as info:
            parse_arguments(argv)
        assert info.value.code == 2
        assert said in capsys.readouterr().err
