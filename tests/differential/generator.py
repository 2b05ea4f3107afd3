"""Compose programs from shapes, migrate them, and compare what they do before and after.

    python -m tests.differential.generator [--count N] [--seed N] [--unsafe] [--save]

A program is drawn by hypothesis: how it imports imp, one to three uses of it (a shape in a
context, reached through a function, a method, the module level ...), the state in
which they meet the modules (loaded before, made a moment ago ...), names that
clash, and the layout.  Python 3.11 runs it as it is and migrated; 3.12 and 3.13 run
it if the tool says that nothing is left to do.  Every difference is shrunk and printed as a
program for `fixtures/programs/generated` (--save puts it there).
Exit status 1 if there is a difference.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from imp_migrate.migration import migrate_source
from imp_migrate.options import Options
from imp_migrate.text.source import Source
from imp_migrate.transform.verify import InternalError
from tests.differential.harness import LENIENT, STRICT, Laboratory, Outcome, imports_of_imp
from tests.differential.programs import ROOT, SHARED, Program
from tests.differential.shapes import (
    BECOME_IMPORTS,
    BLOCKS,
    CONTEXTS,
    EXPRESSIONS,
    LOADED,
    NEED_SOURCES,
    ONLY_IMPORTED,
    SEARCHED,
    SOURCES,
)

TOPIC = ROOT / "generated"
ORACLE = "3.11"
WITHOUT_IMP = ("3.12", "3.13")
BATCH = 100

_MEMBER = re.compile(r"\bimp\.(\w+)")
_PLACE = re.compile(r"\b(NAME|ARGS|FILE)\b")

#: Import statements at the top, for the members that the program uses.
TOP_IMPORTS = {
    "import": "import imp",
    "as": "import imp as loading",
    "from": "from imp import {members}",
    "from as": "from imp import {renamed}",
    "from lines": "from imp import (  # what is needed\n    {lines},\n)",
    "several": "import os, imp, sys",
    "try": "try:\n    import imp\nexcept ImportError:\n    imp = None",
    "try importlib": "try:\n    import imp\nexcept ImportError:\n    import importlib as imp",
    "guard": "import sys\nif sys.version_info[0] >= 3:\n    import imp",
    "guard else": "import sys\nif sys.version_info < (3, 12):\n    import imp\nelse:\n    imp = None",
    "star": "from imp import *",
    "import_module": 'import importlib\nimp = importlib.import_module("imp")',
    "__import__": 'imp = __import__("imp")',
    "semicolon": "import os; import imp; import sys",
    "if True": "if True:\n    import imp",
    "unused too": "import imp\nimport imp as unused",
}
#: Imports inside the function that uses it.
LOCAL_IMPORTS = {
    "local": "import imp",
    "local as": "import imp as loading",
    "local from": "from imp import {members}",
    "local from as": "from imp import {renamed}",
    "local __import__": 'imp = __import__("imp")',
    "local try": "try:\n    import imp\nexcept ImportError:\n    imp = None",
}
#: What half of the programs have, as most code does.
COMMON_IMPORTS = ["import"] * 12 + ["from"] * 4 + ["as", "from as", "local", "local from"] * 2

#: How a block is reached: before it, after it, and the call.
REACHES = {
    "function": ("def f{n}(name=NAME):", "f{n}()"),
    "parameter": ("def f{n}(name, path=None):", "f{n}(NAME)"),
    "method": ("class C{n}:\n    def f(self, name=NAME):", "C{n}().f()"),
    "static": ("class C{n}:\n    @staticmethod\n    def f(name=NAME):", "C{n}.f()"),
    "class method": ("class C{n}:\n    @classmethod\n    def f(cls, name=NAME):", "C{n}.f()"),
    "nested": ("def f{n}(name=NAME):\n    def inner():", "f{n}()"),
    "module": ("", ""),
    "decorated": ("@staticmethod\ndef f{n}(name=NAME, *rest, **more):", "f{n}()"),
    "late": ("def f{n}(name=NAME):", "f{n}()"),
}

#: What stands around a block.
AROUND = {
    "nothing": "BLOCK",
    "if": "if True:\n    BLOCK",
    "loop": "for _ in range(1):\n    BLOCK",
    "with": "with Holder() as held:\n    BLOCK",
    "try": 'try:\n    BLOCK\nfinally:\n    show("leaving")',
    "else": "if not name:\n    pass\nelse:\n    BLOCK",
    "handler": "try:\n    {}[0]\nexcept KeyError:\n    BLOCK",
    "try else": "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    BLOCK",
    "while": "while True:\n    BLOCK\n    break",
    "before and after": 'show("before")\nBLOCK',
}

#: What has happened when the uses are reached.
STATES = {
    "nothing": "",
    "loaded": "import tool",
    "package loaded": "import kit",
    "submodule loaded": "import kit.parts",
    "replaced": 'import tool\nsys.modules["tool"] = sys',
    "blocked": 'sys.modules["tool"] = None',
    "stand-in": 'sys.modules["tool"] = type(sys)("tool")',
    "other path": 'sys.path.insert(0, "plugins")',
    "no byte code": "sys.dont_write_bytecode = True",
    "file removed": 'import tool\nos.remove("tool.py")',
    "file changed": 'import tool\nopen("tool.py", "a").write("ADDED = 1\\n")',
    "folder changed": 'os.mkdir("elsewhere")\nos.chdir("elsewhere")',
}

#: Names of the program that new code might want.
CLASHES = [
    "spec",
    "_spec",
    "importlib",
    "types",
    "machinery",
    "util",
    "loader",
    "module",
    "_load_source",
    "_find_spec",
    "_load_spec",
    "_lock",
    "threading",
    "tokenize",
    "find_spec",
]


@dataclass(frozen=True)
class Use:
    """One use of imp: a shape, what it is about, and how it is reached."""

    key: str
    name: str
    path: str = ""
    file: str = '"tool.py"'
    parameter: bool = False
    keyword: bool = False
    reach: str = "function"
    around: str = "nothing"
    calls: int = 1
    guarded: bool = True

    @property
    def block(self) -> str:
        """The statements of the shape."""
        expression, _, context = self.key.partition(" / ")
        if context:
            return CONTEXTS[context].replace("EXPR", EXPRESSIONS[expression])
        return BLOCKS[expression]

    def text(self, number: int, form: str) -> str:
        """The statements that use imp, and those that print what came of it."""
        name = "name" if self.parameter and self.reach != "module" else self.name
        separator = ", path=" if self.keyword else ", "
        arguments = f"{name}{separator}{self.path}" if self.path else name
        places = {"NAME": name, "ARGS": arguments, "FILE": self.file}
        block = _PLACE.sub(lambda match: places[match[0]], self.block)
        block = _nest(AROUND[self.around], block)
        label = repr(f"{number} {self.key}")
        handler = f"except Exception as error:\n    show({label}, error)"
        imports = [_import(LOCAL_IMPORTS[form], _members(block))] if form in LOCAL_IMPORTS else []
        if self.reach == "module":
            block = re.sub(" *global stored\n", "", block).replace("RESULT ", "result = ")
            text = "\n".join([*imports, f"name = {self.name}", block, f"show({label}, result)"])
            return "result = None\n" + (
                f"try:\n{_indent(text)}\n{handler}" if self.guarded else text
            )
        block = "\n".join([*imports, block])
        head, call = (
            part.format(n=number).replace("NAME", self.name) for part in REACHES[self.reach]
        )
        depth = head.rpartition("\n")[2].count("    ") + 1
        body = _indent(block.replace("RESULT ", "return "), depth)
        if self.reach == "nested":
            body += "\n    return inner()"
        shown = f"show({label}, {call})"
        once = f"try:\n    {shown}\n{handler}" if self.guarded else shown
        return "\n".join([f"{head}\n{body}", "", *[once] * self.calls])


@dataclass(frozen=True)
class Generated:
    """A program, by what was drawn for it."""

    uses: tuple[Use, ...]
    form: str = "import"
    state: str = "nothing"
    clash: tuple[str, ...] = ()
    late: bool = False
    first: str = ""
    indent: str = "    "
    newline: str = "\n"

    @property
    def shapes(self) -> tuple[str, ...]:
        """What it was composed of."""
        return (self.form, *(use.key for use in self.uses), self.state, *self.clash)

    @property
    def data(self) -> bytes:
        """The main file."""
        return self.text.replace("\n", self.newline).encode()

    @cached_property
    def text(self) -> str:
        """The main file, with plain line ends."""
        form = self.form
        if "from" in form or form == "star":  # the module itself needs a name for some shapes
            if any("(imp," in use.block for use in self.uses):
                form = "local" if form in LOCAL_IMPORTS else "import"
        parts = "\n".join(use.text(n, form) for n, use in enumerate(self.uses, 1))
        head = []
        if form in TOP_IMPORTS:
            head.append(_import(TOP_IMPORTS[form], _members(parts)))
        state = STATES[self.state]
        at = 0 if self.late else len(head)
        head[at:at] = [
            f"import {name}" for name in ("contextlib", "os", "sys") if f"{name}." in parts + state
        ]
        head += ["from shown import *", *(f'{name} = "mine"' for name in self.clash)]
        if state:
            head.append(state)
        head += [f"make_{name}()" for name in ("lone", "fresh") if f'"{name}' in parts]
        text = _refer("\n".join([self.first, *head, parts, ""]).lstrip("\n"), form)
        if self.clash:
            text += f"show({', '.join(self.clash)})\n"
        return _layout(text + "state()\n", self.indent)


# ------------------------------------------------------------------------- composition


@st.composite
def _uses(draw: st.DrawFn) -> Use:
    if draw(st.booleans()):
        key = draw(st.sampled_from(list(BLOCKS)))
    else:
        expression = draw(st.sampled_from(list(EXPRESSIONS)))
        key = f"{expression} / {draw(st.sampled_from(list(CONTEXTS)))}"
    use = Use(
        key,
        '"tool"',
        parameter=draw(st.booleans()),
        keyword=draw(st.booleans()),
        reach=draw(st.sampled_from(list(REACHES))),
        around=draw(st.sampled_from(list(AROUND))),
        calls=draw(st.sampled_from([1, 1, 2])),
        guarded=draw(st.booleans()),
    )
    if "ARGS" in use.block:
        choices = SOURCES if any(map(key.startswith, NEED_SOURCES)) else SEARCHED
        if key in BECOME_IMPORTS:
            choices = [choice for choice in choices if choice[0] not in ONLY_IMPORTED]
        name, path = draw(st.sampled_from(choices))
        return replace(use, name=name, path=path)
    name, file = draw(st.sampled_from(LOADED))
    return replace(use, name=name, file=file)


def programs() -> st.SearchStrategy[Generated]:
    """Programs, as hypothesis draws them."""
    return st.builds(
        Generated,
        uses=st.lists(_uses(), min_size=1, max_size=3).map(tuple),
        form=st.sampled_from([*COMMON_IMPORTS, *TOP_IMPORTS, *LOCAL_IMPORTS]),
        state=st.sampled_from(list(STATES)),
        clash=st.lists(st.sampled_from(CLASHES), max_size=2, unique=True).map(tuple),
        late=st.booleans(),
        first=st.sampled_from(["", '"""A program."""', "#!/usr/bin/env python3"]),
        indent=st.sampled_from(["    ", "\t", "  "]),
        newline=st.sampled_from(["\n", "\n", "\n", "\r\n"]),
    )


def _members(text: str) -> list[str]:
    return sorted(set(_MEMBER.findall(text)))


def _import(template: str, members: list[str]) -> str:
    if "{" in template and not members:
        return "import imp"
    return template.format(
        members=", ".join(members),
        renamed=", ".join(f"{member} as imp_{member}" for member in members),
        lines=",\n    ".join(members),
    )


def _refer(text: str, form: str) -> str:
    """Write every `imp.member` the way that the import *form* asks for."""
    if form in {"from", "from lines", "star", "local from"}:
        return _MEMBER.sub(r"\1", text)
    if form in {"from as", "local from as"}:
        return _MEMBER.sub(r"imp_\1", text)
    if form in {"as", "local as"}:
        text = re.sub(r"\bimp(?=[.,)])(?! as)", "loading", text)
    return text


def _nest(outer: str, block: str) -> str:
    lines = []
    for line in outer.splitlines():
        inner = line.strip()
        depth = len(line) - len(inner)
        lines.append(_indent(block, depth // 4) if inner == "BLOCK" else line)
    return "\n".join(lines)


def _indent(text: str, depth: int = 1) -> str:
    return "\n".join("    " * depth + line if line else line for line in text.splitlines())


def _layout(text: str, indent: str) -> str:
    return re.sub(r"^(?:    )+", lambda m: indent * (len(m[0]) // 4), text, flags=re.MULTILINE)


# --------------------------------------------------------------------------- comparison


@dataclass(frozen=True)
class Verdict:
    """What came of a program.

    signature: what is wrong, in a few words, the same for what is likely the same bug; or "".
    details: what was printed; "guarded" if only the program's guard makes a difference.
    codes: the diagnostics that are left.
    """

    signature: str
    details: str
    codes: tuple[str, ...]
    migrated: str


#: What a program must not fail with: then it is the generator that is wrong.
_NONSENSE = ("SyntaxError", "IndentationError", "TabError", "NameError")


#: Kinds of errors that count as the same: a subclass, and three words for a wrong argument.
_KINDS = {
    "ModuleNotFoundError": "ImportError",
    "TypeError": "wrong argument",
    "AttributeError": "wrong argument",
    "ValueError": "wrong argument",
}


@dataclass
class Judge:
    """Runs programs and remembers what came of them."""

    laboratory: Laboratory
    folder: Path
    options: Options = field(default_factory=Options)
    verdicts: dict[bytes, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        topic = self.folder / TOPIC.name
        topic.mkdir()
        shutil.copytree(TOPIC / SHARED, topic / SHARED)
        self._program = Program(topic / "case.py")

    def __call__(self, generated: Generated) -> Verdict:
        key = hashlib.sha256(generated.data).digest()
        if key not in self.verdicts:
            self.verdicts[key] = self._verdict(generated)
        return self.verdicts[key]

    def _verdict(self, generated: Generated) -> Verdict:
        self._program.path.write_bytes(generated.data)
        before = self._run([ORACLE], LENIENT)[ORACLE]
        if before.error.startswith(_NONSENSE):
            return Verdict("not a program", str(before), (), "")
        source = Source.from_bytes(generated.data, "main.py")
        try:
            migration = migrate_source(source, self.options)
        except InternalError as error:
            return Verdict(f"InternalError: {error}"[:70], str(error), (), "")
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            return Verdict(f"crash: {text}"[:70], text, (), "")
        codes = tuple(diagnostic.code for diagnostic in migration.remaining)
        data = source.encode(migration.text)
        versions = [ORACLE] if codes else [ORACLE, *WITHOUT_IMP]
        warnings = LENIENT if imports_of_imp(data) else STRICT
        outcomes = self._run(versions, warnings, {"main.py": data})
        if any(_comparable(after) != _comparable(before) for after in outcomes.values()):
            outcomes = self._run(versions, warnings, {"main.py": data}, fresh=True)
        guarded = False
        for version, after in outcomes.items():
            if _comparable(after) != _comparable(before):
                if imports_of_imp(data) and self._guarded(version, before, after):
                    guarded = True
                    continue
                if self._run([ORACLE], LENIENT, fresh=True)[ORACLE] != before:
                    return Verdict("not deterministic", str(before), codes, migration.text)
                where = _first_difference(before, after)
                since = "" if version == ORACLE else f" on {version}"
                details = f"Python {version}\nbefore: {before}\nafter:  {after}"
                return Verdict(f"{where}{since}", details, codes, migration.text)
        return Verdict("", "guarded" * guarded, codes, migration.text)

    def _guarded(self, version: str, before: Outcome, after: Outcome) -> bool:
        """Say whether the program's own guard decides, unchanged, what happens without imp."""
        alone = self._run([version], LENIENT)[version]
        return (
            version != ORACLE
            and alone == after
            and (after.status, after.error)
            == (
                before.status,
                before.error,
            )
        )

    def _run(
        self,
        versions: list[str],
        warnings: str,
        files: dict[str, bytes] | None = None,
        *,
        fresh: bool = False,
    ) -> dict[str, Outcome]:
        outcomes = self.laboratory.run(self._program, versions, warnings, files, fresh=fresh)
        for run in self.folder.glob("[0-9]*"):
            shutil.rmtree(run)
        return outcomes


def _comparable(outcome: Outcome) -> tuple[str, int, str]:
    """What must be the same: of an uncaught error its kind, and only ImportErrors by their text."""
    kind, _, text = outcome.error.partition(":")
    kind = _KINDS.get(kind, kind)
    return outcome.stdout, outcome.status, kind + text * (kind == "ImportError")


def _first_difference(before: Outcome, after: Outcome) -> str:
    """Name the shape that shows first what is not as before."""
    old, new = (outcome.stdout.splitlines() for outcome in (before, after))
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    for line in [*old[same:], *new[same:]]:
        if label := re.match(r"\d (\D+?)(?= [\d\"'<\[({]| [a-z]+\(| None| True| False|$)", line):
            return label[1].partition(" / ")[0]
    return f"state: {(after.error or before.error or 'output').partition(':')[0]}"


# ----------------------------------------------------------------------------- running


@dataclass
class Tally:
    """What a run of the generator found."""

    programs: int = 0
    fully: int = 0
    guarded: int = 0
    left: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)

    def count(self, generated: Generated, verdict: Verdict) -> None:
        """Add one program."""
        self.programs += 1
        self.fully += not verdict.codes
        self.guarded += verdict.details == "guarded"
        self.left.update(set(verdict.codes))
        self.shapes.update(set(generated.shapes))
        self.bad[verdict.signature] += bool(verdict.signature)


def explore(
    judge: Judge,
    count: int,
    number: int,
    report: Callable[[str, Generated, Verdict], None],
    out: Callable[[str], None] = lambda _: None,
) -> Tally:
    """Try *count* programs drawn with seed *number*; *report* every kind of difference once."""
    tally = Tally()
    known: set[str] = set()
    seen: set[str] = set()
    for batch in range(-(-count // BATCH)):
        examples: list[Generated] = []
        size = min(BATCH, count - batch * BATCH)
        _sample(number + batch, size, examples.append)
        for generated in examples:
            if generated.text in seen:
                continue
            seen.add(generated.text)
            verdict = judge(generated)
            tally.count(generated, verdict)
            if verdict.signature and verdict.signature not in known:
                known.add(verdict.signature)
                small = shrink(generated, verdict.signature, judge)
                report(verdict.signature, small, judge(small))
        out(f"{tally.programs} programs, {tally.fully} fully migrated, {+tally.bad}")
    return tally


def _sample(number: int, count: int, take: Callable[[Generated], None]) -> None:
    """Draw *count* programs."""

    @seed(number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def run(generated: Generated) -> None:
        take(generated)

    run()


def shrink(generated: Generated, signature: str, judge: Judge) -> Generated:
    """Return a simpler program with the same difference: as plain as can be in every respect."""
    again = True
    while again:
        again = False
        for simpler in _simpler(generated):
            if simpler != generated and judge(simpler).signature == signature:
                generated, again = simpler, True
                break
    return generated


def _simpler(generated: Generated) -> Iterator[Generated]:
    for number, use in enumerate(generated.uses):
        if len(generated.uses) > 1:
            yield replace(generated, uses=generated.uses[:number] + generated.uses[number + 1 :])
        plain = Use(use.key, use.name, use.path, use.file)
        choices = [plain]
        choices += [
            replace(use, **{field.name: getattr(plain, field.name)}) for field in fields(use)[4:]
        ]
        expression, _, context = use.key.partition(" / ")
        if context:
            choices.append(replace(use, key=f"{expression} / returned"))
        for choice in choices:
            uses = list(generated.uses)
            uses[number] = choice
            yield replace(generated, uses=tuple(uses))
    plainest = Generated(generated.uses)
    yield plainest
    for item in fields(generated)[1:]:
        yield replace(generated, **{item.name: getattr(plainest, item.name)})


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--unsafe", action="store_true", help="apply unsafe fixes, too")
    parser.add_argument("--save", action="store_true", help="save what was found")
    arguments = parser.parse_args()
    found = 0

    def report(signature: str, generated: Generated, verdict: Verdict) -> None:
        nonlocal found
        found += 1
        print(f"\n##### {signature}\n##### {generated.shapes}")
        print(generated.text)
        print(f"##### after the migration ({', '.join(verdict.codes) or 'nothing left'})")
        print(verdict.migrated)
        print(verdict.details, flush=True)
        if arguments.save:
            name = re.sub(r"\W+", "_", signature.lower()).strip("_")
            (TOPIC / f"{name}.py").write_bytes(generated.data)

    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder).resolve())
        options = Options(unsafe_fixes=arguments.unsafe)
        judge = Judge(laboratory, Path(folder).resolve(), options)
        tally = explore(
            judge, arguments.count, arguments.seed, report, lambda line: print(line, flush=True)
        )
        laboratory.close()
    share = 100 * tally.fully / max(tally.programs, 1)
    print(f"\n{tally.programs} programs; {tally.fully} ({share:.1f} %) fully migrated")
    print(f"{tally.guarded} do without imp what their own guard says, which is something else")
    print(f"left to a person, in programs: {dict(tally.left.most_common())}")
    print(f"differences: {dict((+tally.bad).most_common())}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
