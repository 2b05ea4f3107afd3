"""Migrate a program and check the result without running it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imp_migrate.migration import migrate_source
from imp_migrate.options import Options, parse_target_version
from imp_migrate.text.source import Source
from tests.differential.harness import imports_of_imp
from tests.differential.programs import Program


@dataclass(frozen=True)
class Migrated:
    """The files of a program after the migration, and the members reported as left."""

    files: dict[str, bytes]
    left: tuple[str, ...]


def migrate(program: Program, *, unsafe: bool | None = None) -> Migrated:
    """Do to every file of *program* what `imp-migrate --write` does.

    *unsafe* overrides what the header of the program says.  Raises InternalError
    as the library does.
    """
    header = program.header
    options = Options(
        unsafe_fixes="unsafe" in header if unsafe is None else unsafe,
        helpers=header.get("helpers") != "no",
    )
    if "target" in header:
        options = replace(options, target_version=parse_target_version(header["target"]))
    files, left = {}, []
    for name, data in program.sources().items():
        source = Source.from_bytes(data, name)
        migration = migrate_source(source, options)
        files[name] = source.encode(migration.text)
        left += [f"{diagnostic.member} ({diagnostic.code})" for diagnostic in migration.remaining]
    return Migrated(files, tuple(left))


def objections(program: Program, migrated: Migrated) -> list[str]:
    """Say what is wrong with *migrated*, given what the header of *program* announces."""
    header = program.header
    found = []
    left = {entry.partition(" ")[0] for entry in migrated.left} - {"<import>"}
    if left != (program.kept | program.reported) - {"<import>"}:
        found.append(f"left to a person: {', '.join(migrated.left) or 'nothing'}")
    unchanged = migrated.files == program.sources()
    if unchanged and not header.keys() & {"unchanged", "keeps"}:
        found.append("nothing was changed")
    if not unchanged and "unchanged" in header:
        found.append("something was changed")
    if not header.keys() & {"keeps", "guarded", "unchanged"}:
        found += [
            f"{name}, line {line}: imp is still imported"
            for name, data in migrated.files.items()
            for line in imports_of_imp(data)
        ]
    if "unsafe" in header and not migrate(program, unsafe=False).left:
        found.append("the header says unsafe, but safe fixes are enough")
    return found


def changed_text(program: Program, migrated: Migrated) -> str:
    """The files that were changed, one after the other, to show to a person."""
    sources = program.sources()
    return "\n".join(
        f"--- {program.name}, {name} after the migration ---\n{data.decode('utf-8', 'replace')}"
        for name, data in migrated.files.items()
        if data != sources[name]
    )
