"""What must be true of every file that the tool was run on; each check returns its defects.

The checks only look at bytes before, bytes after, and what the tool said (an `Outcome`).
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import tokenize
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyflakes import checker as pyflakes  # type: ignore[import-untyped]
from pyflakes import messages

from .data import IMPORT, CorpusFile, Disagreement
from .run import Finding, Outcome
from .unchanged import Unit, lines_of, parse, unexpected_changes, units

#: Comments that speak to a tool about the import they stand on, and go with it.
#: What may go with the closing of a file.
_CLOSING = re.compile(r"\bclos(?:e|es|ed|ing)\b", re.IGNORECASE)
_PRAGMA = re.compile(
    r"#\s*(:?noqa\b|type:\s*ignore|(pylint|pyright|mypy|flake8|isort|ruff|pragma)\b|nosec|@Un)",
    re.IGNORECASE,
)
_NOQA = re.compile(r"#\s*noqa\s*:[^#]*\bIMP", re.IGNORECASE)

#: What rewritten code must not use: gone, going, or private.
_DUBIOUS = re.compile(
    r"\bimport _imp\b|\b_imp\.|importlib\._bootstrap|\w+\.load_module\(|\bfind_loader\(|\bget_loader\("
    r"|ImpImporter|ImpLoader|debug_override|\b(?:module_for|set)_loader\b|__cached__"
)
_NEW_TROUBLE = (
    messages.UndefinedName,
    messages.UndefinedLocal,
    messages.UnusedImport,
    messages.UnusedVariable,
    messages.RedefinedWhileUnused,
    messages.ImportShadowedByLoopVar,
    messages.LateFutureImport,
)
#: What is reported that is no use of `imp`: import hooks, code in strings.
_NO_SITES = ("<hook>", "<string>", "<doctest>")
_SUBMODULES = {"util", "machinery", "abc", "metadata", "resources"}


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong with what the tool did to a file."""

    kind: str
    release: str
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.release}/{self.path}:{self.line}: {self.what}"


def check_file(
    file: CorpusFile, outcome: Outcome, reviewed: Iterable[Disagreement] = (), stale: bool = True
) -> list[Defect]:
    """Apply every check that fits *file*; an empty list means that all is well.

    Defects that were *reviewed* and accepted are left out; one that does not
    occur any more is a defect itself if *stale*.
    """
    if outcome.error:
        found = [("internal error", 0, outcome.error)]
    elif not file.python3:
        found = list(python2_is_left_alone(outcome))
    else:
        found = list(sites_are_reported(file, outcome))
        if _parse(outcome.before) is not None:
            found += accounts_add_up(outcome)
            found += text_is_sound(file, outcome)
    for case in reviewed:
        if (case.release, case.path) == (file.release, file.path) and case.kind != "status":
            accepted = [defect for defect in found if _accepts(case, *defect)]
            found = [defect for defect in found if defect not in accepted]
            if stale and not accepted:
                found.append(("stale exception", case.line, f"no {case.kind}: {case.member}"))
    return [Defect(kind, file.release, file.path, line, what) for kind, line, what in found]


def _accepts(case: Disagreement, kind: str, line: int, what: str) -> bool:
    return case.kind == kind and case.line in (0, line) and what.startswith(case.member)


Found = Iterator[tuple[str, int, str]]


def python2_is_left_alone(outcome: Outcome) -> Found:
    """A file that only Python 2 can read is reported as such and never changed."""
    if outcome.after != outcome.before:
        yield "changed unparsable", 0, "a file that does not parse was changed"
    codes = {finding.code for finding in outcome.findings}
    if not codes or not all(code.startswith("IMP9") for code in codes):
        yield "python 2", 0, f"expected only IMP9xx, got {', '.join(sorted(codes)) or 'nothing'}"


def sites_are_reported(file: CorpusFile, outcome: Outcome) -> Found:
    """Exactly the known sites have a diagnostic, a recorded silence, or a `# noqa: IMP`."""
    known = {(site.line, site.member) for site in file.sites}
    said = {(finding.line, finding.member) for finding in outcome.findings if _counts(finding)}
    lines = lines_of(outcome.before)
    missing = {
        (line, member)
        for line, member in known - said
        if not _NOQA.search(lines[line - 1].decode("utf-8", "replace"))
    }
    found = {"missing": missing, "extra": said - known}
    for kind, places in found.items():
        for line, member in sorted(places):
            yield kind, line, f"{member}: {lines[line - 1].decode('utf-8', 'replace').strip()[:90]}"
    spans = Counter((f.span, f.member) for f in outcome.findings if _counts(f))
    for finding in outcome.findings:
        if spans.pop((finding.span, finding.member), 0) > 1 and finding.member != IMPORT:
            yield "reported twice", finding.line, finding.member


def accounts_add_up(outcome: Outcome) -> Found:
    """Each diagnostic is fixed or remains, and a second run has nothing to add."""
    said = Counter(finding.code for finding in outcome.diagnostics)
    left = Counter(finding.code for finding in outcome.remaining)
    done = Counter(finding.code for finding in outcome.fixed)
    if said != left + done and outcome.diagnostics:
        difference = {c: (said[c], done[c], left[c]) for c in said | left | done}
        odd = {c: n for c, n in difference.items() if n[0] != n[1] + n[2]}
        yield "accounts", 0, f"code: (said, fixed, remaining) = {odd}"
    if bool(outcome.fixed) != (outcome.after != outcome.before):
        yield "accounts", 0, f"{len(outcome.fixed)} fixed, but changed: {not outcome.fixed}"
    for finding in outcome.remaining:
        if finding.applicability == "safe":
            yield "not applied", finding.line, f"{finding.code} {finding.member} has a safe fix"
    if outcome.again != outcome.after:
        yield "unstable", _first_difference(outcome), "a second run changes the result"
    elif [(f.code, f.span) for f in outcome.again_remaining] != [
        (f.code, f.span) for f in outcome.remaining
    ]:
        yield "unstable", 0, "a second run reports something else"


def text_is_sound(file: CorpusFile, outcome: Outcome) -> Found:
    """The result parses, keeps comments and all but the sites, and binds every name it uses."""
    before, after = outcome.before, outcome.after
    if before == after:
        return
    tree, old_tree = _parse(after), _parse(before)
    if tree is None or old_tree is None:
        yield "does not parse", 0, "the result does not parse"
        return
    if _encoding(before) != _encoding(after):
        yield "encoding", 1, f"{_encoding(before)} became {_encoding(after)}"
    yield from _comments_survive(file, outcome)
    members: dict[int, set[str]] = {}
    for site in file.sites:
        members.setdefault(site.line, set()).add(site.member)
    for finding in outcome.fixed:
        members.setdefault(finding.line, set()).add(finding.member)
    moved = {"imp"} if any(finding.code == "IMP415" for finding in outcome.fixed) else set()
    for change in unexpected_changes(before, after, members, outcome.helpers, moved):
        where = "after" if change.after else "before"
        yield "changed elsewhere", change.line, f"{change.what} (line of the text {where})"
    yield from _names_are_bound(old_tree, tree)
    yield from _submodules_are_imported(old_tree, tree)
    yield from _scopes_stay(before, after, _names_of_imp(before) if moved else set())
    yield from _nothing_dubious_came(before, after)
    yield from _other_words_survive(outcome)


def _comments_survive(file: CorpusFile, outcome: Outcome) -> Found:
    imports = {site.line for site in file.sites if site.member == IMPORT}
    imports |= {f.line for f in outcome.findings if f.member == IMPORT}
    kept = Counter(text for _, text in comments(outcome.after))
    closed = outcome.after.count(b".close()") < outcome.before.count(b".close()")
    for line, text in comments(outcome.before):
        if kept[text]:
            kept[text] -= 1
        elif not ((_PRAGMA.match(text) and line in imports) or (closed and _CLOSING.search(text))):
            yield "lost comment", line, text[:90]


def comments(data: bytes) -> list[tuple[int, str]]:
    """Line and text of every comment; a cookie in another spelling of the encoding included."""
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return [(t.start[0], t.string.rstrip()) for t in tokens if t.type == tokenize.COMMENT]


def _names_are_bound(before: ast.Module, after: ast.Module) -> Found:
    known = Counter((kind, what) for kind, what, _ in _flakes(before))
    for kind, what, line in _flakes(after):
        if known[kind, what]:
            known[kind, what] -= 1
        else:
            yield "names", line, f"{kind}: {what}"


def _flakes(tree: ast.Module) -> list[tuple[str, str, int]]:
    found = pyflakes.Checker(tree).messages
    return [
        (type(m).__name__, str(m.message_args[0]).replace("importlib.", "imp."), m.lineno)
        for m in found
        if isinstance(m, _NEW_TROUBLE)
    ]


def _submodules_are_imported(before: ast.Module, after: ast.Module) -> Found:
    """`import importlib` alone does not provide `importlib.util`."""
    old = set(_unimported(before))
    for name, line in _unimported(after).items():
        if name not in old:
            yield "names", line, f"{name} is used and not imported"


def _unimported(tree: ast.Module) -> dict[str, int]:
    used: dict[str, int] = {}
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _SUBMODULES:
            if isinstance(node.value, ast.Name) and node.value.id == "importlib":
                used.setdefault(f"importlib.{node.attr}", node.lineno)
        elif isinstance(node, ast.Import):
            imported |= {".".join(a.name.split(".")[:2]) for a in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            imported |= {f"importlib.{a.name}" for a in node.names if node.module == "importlib"}
            imported.add(".".join(node.module.split(".")[:2]))
    return {name: line for name, line in used.items() if name not in imported}


def _names_of_imp(data: bytes) -> set[str]:
    """The names that imports of imp bind."""
    imports = [node for node in ast.walk(parse(data)) if isinstance(node, ast.ImportFrom)]
    return {"imp"} | {a.asname or a.name for i in imports if i.module == "imp" for a in i.names}


def _scopes_stay(before: bytes, after: bytes, moved: set[str]) -> Found:
    """An import added to a function must not turn a global name that it uses into a local one.

    But for the names *moved*, which only functions for older versions of Python use.
    """
    old, new = _local_names(before), _local_names(after)
    for function, names in old.items():
        for name, was_local in names.items():
            if name not in moved and not was_local and new.get(function, {}).get(name):
                yield "names", 0, f"{name} became local to {function[0]}"


def _local_names(data: bytes) -> dict[tuple[str, int], dict[str, bool]]:
    """For each function, by name and how many of that name came before: is a name in it local?"""
    found: dict[tuple[str, int], dict[str, bool]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [("", symtable.symtable(data, "<file>", "exec"))]  # type: ignore[arg-type]
    seen: Counter[str] = Counter()
    for path, table in tables:  # grows while it is walked
        if isinstance(table, symtable.Function):
            seen[path] += 1
            names = {s.get_name(): s.is_local() for s in table.get_symbols()}
            found[path, seen[path]] = names
        tables += [(f"{path}.{child.get_name()}", child) for child in table.get_children()]
    return found


def _nothing_dubious_came(before: bytes, after: bytes) -> Found:
    known = Counter(line.strip() for line in lines_of(before))
    for number, line in enumerate(lines_of(after), 1):
        if known[line.strip()]:
            known[line.strip()] -= 1
            continue
        use = _DUBIOUS.search(line.decode("utf-8", "replace"))
        if use and use[0].encode() not in before:
            yield "dubious", number, f"the rewritten code uses {use[0]}"


def _other_words_survive(outcome: Outcome) -> Found:
    """A statement that only calls a simple member keeps every other name and literal in it."""
    simple = {f.line for f in outcome.fixed if re.fullmatch(r"IMP1(0[1-6]|08|09|10)", f.code)}
    others = {f.line for f in outcome.fixed} - simple
    everything = units(outcome.before)
    old = [u for u in everything if _on(u, simple) and not _on(u, others)]
    rest = Counter(word for unit in units(outcome.after) for word in _words(unit))
    rest.subtract(word for unit in everything if unit not in old for word in _words(unit))
    known = {word for f in outcome.fixed for word in f.member.split(".")} | {"imp"}
    for unit in old:
        for word in _words(unit):
            rest[word] -= 1
            if rest[word] < 0 and word not in known and not word.startswith("imp"):
                yield "lost word", unit.first, word[:90]


def _on(unit: Unit, lines: Collection[int]) -> bool:
    return any(unit.first <= line <= unit.last for line in lines)


def _words(unit: Unit) -> Iterator[str]:
    for part in unit.nodes:
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
                yield repr(node.value)


def _counts(finding: Finding) -> bool:
    """Say whether *finding* is a place in the code that the lists of sites know of."""
    return not finding.code.startswith(("IMP5", "IMP9")) and finding.member not in _NO_SITES


def _encoding(data: bytes) -> tuple[str, bool]:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0], data.startswith(b"\xef\xbb\xbf")


def _first_difference(outcome: Outcome) -> int:
    pairs = zip(lines_of(outcome.after), lines_of(outcome.again or b""), strict=False)
    return next((n for n, (one, two) in enumerate(pairs, 1) if one != two), 0)


def _parse(data: bytes) -> ast.Module | None:
    try:
        return parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
