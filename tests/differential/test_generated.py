"""Programs composed from shapes behave after their migration as before; a bounded number of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imp_migrate.migration import Migration, migrate_source
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from tests.differential.generator import Generated, Judge, Tally, Use, Verdict, explore, shrink
from tests.differential.harness import Laboratory

COUNT = 300
SEED = 312


@pytest.fixture(scope="module")
def judge(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(laboratory, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def found(judge: Judge) -> tuple[Tally, list[str]]:
    """Always the same programs, however this is run."""
    reports = []

    def report(signature: str, generated: Generated, verdict: Verdict) -> None:
        reports.append(
            f"##### {signature}: {generated.shapes}\n{generated.text}\n"
            f"##### after the migration\n{verdict.migrated}\n{verdict.details}\n"
        )

    return explore(judge, COUNT, SEED, report), reports


def test_no_difference(found: tuple[Tally, list[str]]) -> None:
    _, reports = found
    if reports:
        pytest.fail("\n".join(reports), pytrace=False)


def test_programs_are_varied(found: tuple[Tally, list[str]]) -> None:
    tally, _ = found
    assert tally.programs > 0.8 * COUNT
    assert tally.fully > 0.5 * tally.programs
    assert len(tally.shapes) > 100


def test_wrong_migration_is_found(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison sees a helper that forgets sys.modules."""

    def wrong(source: Source, options: Options) -> Migration:
        migration = migrate_source(source, options)
        text = migration.text.replace(".modules.setdefault(name, fresh)", ".modules.get('', fresh)")
        assert text != migration.text
        return replace(migration, text=text)

    program = Generated((Use("load_source / returned", '"tool"'),))
    assert judge(program).signature == ""
    monkeypatch.setattr("tests.differential.generator.migrate_source", wrong)
    judge.verdicts.clear()
    assert judge(program).signature.startswith("load_source")


def test_failures_are_shrunk(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a program shows the difference and nothing else."""

    def wrong(source: Source, options: Options) -> Migration:
        migration = migrate_source(source, options)
        return replace(migration, text=migration.text.replace(".reload(", ".import_module(1 or "))

    use = Use("reload / lambda", '"loaded"', reach="method", around="with", calls=2)
    other = Use("exists else", '"tool"')
    program = Generated((other, use, other), "as", "loaded", ("spec",), newline="\r\n")
    monkeypatch.setattr("tests.differential.generator.migrate_source", wrong)
    judge.verdicts.clear()
    signature = judge(program).signature
    assert signature.startswith("reload")
    small = shrink(program, signature, judge)
    assert small == Generated((Use("reload / returned", '"loaded"'),))
    judge.verdicts.clear()
