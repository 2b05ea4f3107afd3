"""Which files of a project take from each other what they have from `imp`.

`from pkg.compat import imp` works as long as `pkg/compat.py` imports it, and
`mock.patch("pkg.compat.imp")` has an effect as long as it uses it.  An analysis
sees one file only, so this is found out before, in three steps, each for fewer
files: who may be concerned (bytes), who takes what (a syntax tree), who has it
from `imp` (an analysis of the imports).
"""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..run import files
from ..run.discovery import Found
from ..run.task import Task
from ..run.vicinity import contents_of
from ..text import glance
from ..text.reading import code_of, is_notebook, place_in
from ..text.scan import is_endlessly_dotted, mentions_imp
from ..text.source import Neighbours, Source
from ..transform.swaps import swap_of
from .catalogue import STAR_NAMES
from .exchange import ANY_FILE, Facts, facts
from .fallbacks import CLASS, alternatives
from .reach import Reach
from .resolve import Resolver
from .scopes import ScopeTree
from .steadiness import FOLDERS, unsteady
from .uses import ImpImport

# A bigger file is nobody's neighbour, nor is one whose path is longer.
_LOAD = rb"\bload_(?:source|module|compiled|package|dynamic)"
_LOADING = re.compile(_LOAD + rb"\b")
_LOADING_CALL = re.compile(_LOAD + rb"[ \t]*\(")
_LOADING_ANY = re.compile(
    _LOAD + rb"\b|\b(?:exec_module|run_(?:path|module))\b"
    rb"|\bexec(?:file)?[ \t]*\(|\bimport_module\((?![ \t]*['\"])|\b__import__\b(?![ \t]*\([ \t]*['\"])"
)
_RUNNING = re.compile(rb"\brun_(?:path|module)\b|\bexec(?:file)?[ \t]*\(|[\"']__main__[\"'],")
_LARGEST = 4_000_000
_LONGEST = 1000
_DEEPEST = 16  # folders that a relative import may name, by dots alone

# How often files are looked at again for names that others were given meanwhile.
_MOST_ROUNDS = 8


def with_neighbours(
    found: Sequence[Found],
    others: Sequence[Found] = (),
    beyond: Callable[[], Iterable[Found]] = tuple,
    texts: Mapping[str, bytes] | None = None,
) -> list[Task]:
    """Tell the files that concern us what other files have to do with them.

    found: the files of the run that may mention `imp`.
    others: the further files of the run, which do not mention it; those that turn out to take something that
        comes from `imp` are in the answer, too, which then is in order of path.
    beyond: called if anybody can be concerned, for files around that are not part of
        the run; they are not in the answer, but what it says may be about them.
    texts: what to read instead of the file, by target.

    The tasks have no options of their own yet.
    """
    return _Project(found, others, beyond, texts or {}).answer()


def _packages_around(target: str) -> Iterator[str]:
    """The folders of the packages that the file *target* is in: `python -m` imports them first."""
    folder = os.path.dirname(target)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        yield folder
        folder = os.path.dirname(folder)


def _concerns_others(data: bytes) -> bool:
    """Say whether other files may have to do with *data*: it mentions `imp`, or has a finder."""
    return mentions_imp(data) or b"def find_module" in data


@dataclass
class _Links:
    """What is found out about one file; see `Neighbours`."""

    takers: dict[str, str] = field(default_factory=dict)
    patches: dict[str, str] = field(default_factory=dict)
    givers: dict[tuple[str, str], str] = field(default_factory=dict)
    instead: dict[tuple[str, str], str] = field(default_factory=dict)
    clashes: set[str] = field(default_factory=set)
    leaned: set[str] = field(default_factory=set)


class _Project:
    """One look at the files of a run and at those around them."""

    def __init__(
        self,
        found: Sequence[Found],
        others: Sequence[Found],
        beyond: Callable[[], Iterable[Found]],
        texts: Mapping[str, bytes],
    ) -> None:
        self.found = found
        self.others = others
        self.texts = texts
        self.files = {os.path.abspath(file.target): file for file in found}
        self.links: dict[str, _Links] = {}
        self.patchers: dict[str, list[tuple[str, int]]] = {}  #: by member of `imp`
        self.facts: dict[str, Facts] = {}  #: of the files that may take something
        self.gives: dict[str, set[str]] = {}  #: names that may be had, by last name of a module
        self.by_stem: dict[str, list[str]] = {}
        self.able: set[str] = set()  #: files that may import `imp`
        self.code = functools.cache(self._code)
        self.users = functools.cache(self._users)
        self.given = functools.cache(self._given)
        self.guarded = functools.cache(self._guarded)
        self.kept = functools.cache(self._kept)
        self.resolved = functools.cache(self._resolved)
        self.origins = functools.cache(self._origins)
        self.reached = functools.cache(self._reached)
        if any(_concerns_others(self._read(target)) for target in self.files):
            for file in (*others, *beyond()):
                self.files.setdefault(os.path.abspath(file.target), file)
            self._look()
            self._connect()

    # -- the answer --------------------------------------------------------

    def answer(self) -> list[Task]:
        """The files of the run that concern us, each with its neighbours."""
        told = [self._told(file) for file in self.found]
        known = {file.path for file in told}
        taking = {target for target, links in self.links.items() if links.givers}
        further = [
            self._told(file)
            for file in (self.others if taking else ())
            if file.path not in known and os.path.abspath(file.target) in taking
        ]
        return sorted([*told, *further], key=lambda file: file.path) if further else told

    def _told(self, file: Found) -> Task:
        target = os.path.abspath(file.target)
        links = self.links.get(target, _Links())
        replaced = self._replaced(target) if self.patchers else {}
        neighbours = Neighbours(
            links.takers,
            links.patches,
            replaced,
            links.givers,
            links.instead,
            frozenset(links.clashes),
            frozenset(links.leaned),
            self._unsteady(target),
            self._imported(target),
        )
        return Task(file.path, file.target, neighbours)

    def _imported(self, target: str) -> frozenset[str]:
        """The first names of what is imported around *target*; see `Neighbours`."""
        if target not in self.able or not _LOADING.search(self._read(target)):
            return frozenset()
        stem, around = _stem(target), self.reached(target)
        found = {os.path.basename(folder) for folder in _packages_around(target)}
        if len(_LOADING_CALL.findall(self._read(target))) > 1:  # the first may load anything
            around = frozenset(self.files.keys() - {target})
            found |= {name for name, files in self.importers.items() if files != {target}}
        else:
            modules = {m for other in around for m in glance.imported(self._read(other))}
            found |= {module.partition(".")[0] for module in modules} - {""}
        if not self.loaders.isdisjoint(around):
            found.add("*")
        named = stem.encode()
        if any(named in data for other, data in self.runners.items() if other != target) or (
            # What these load, they load once, if only they are run.
            stem in ("setup", "conf") and self.importers.get(stem, set()) - {target}
        ):
            found.add(stem)
        return frozenset(found)

    @functools.cached_property
    def importers(self) -> dict[str, set[str]]:
        """The files that import a module, by the first part of its name."""
        found: dict[str, set[str]] = {}
        for target in self.files:
            for module in glance.imported(self._read(target)):
                found.setdefault(module.partition(".")[0], set()).add(target)
        return found

    @functools.cached_property
    def loaders(self) -> set[str]:
        """The files that load, by other means than an import, what is not written out."""
        return {t for t in self.files if _LOADING_ANY.search(self._read(t))}

    @functools.cached_property
    def runners(self) -> dict[str, bytes]:
        """The files that may run another as a program, with what is in them."""
        texts = ((target, self._read(target)) for target in sorted(self.files))
        return {target: data for target, data in texts if _RUNNING.search(data)}

    def _replaced(self, target: str) -> dict[str, str]:
        """Who puts something in the place of members of `imp` and imports the file *target*, or is it."""
        found: dict[str, str] = {}
        for member, patchers in self.patchers.items():
            for other, line in patchers:
                own = other == target and member != "*"
                if own or (other != target and self._run_together(other, target)):
                    found.setdefault(member, self._where(other, line))
        return found

    def _run_together(self, one: str, other: str) -> bool:
        """Say whether one of the two imports the other, or some file imports both."""
        if one in self.reached(other) or other in self.reached(one):
            return True
        return any({one, other} <= self.reached(target) for target in self.files)

    def _reached(self, target: str) -> frozenset[str]:
        """The files that *target* imports, directly or through others."""
        return frozenset(_all_from(target, self._imported_by))

    def _imported_by(self, target: str) -> Iterator[str]:
        """The files that *target* itself imports."""
        modules = {m for m in glance.imported(self._read(target)) if len(m) < _LONGEST}
        while modules:
            for module in modules:
                yield from self._places(module, target)
            modules = {m.rpartition(".")[0] for m in modules} - {""}  # the packages around

    def _unsteady(self, target: str) -> frozenset[str] | None:
        """What the project changes of what a search in *target* looks at; None if nobody searches."""
        if not self.searches:
            return None
        others = len(self.makers) > (target in self.makers)
        return self.stirred | {FOLDERS} if others else self.stirred

    @functools.cached_property
    def searches(self) -> bool:
        """Whether any file of the run may search for modules."""
        targets = (os.path.abspath(file.target) for file in self.found)
        return any(b"find_module" in self._read(target) for target in targets)

    @functools.cached_property
    def makers(self) -> set[str]:
        """The files that may make folders."""
        return {t for t in self.files if glance.may_make_folders(self._read(t))}

    @functools.cached_property
    def stirred(self) -> frozenset[str]:
        """What the files change of what a search looks at."""
        found: set[str] = set()
        for target in self.files:
            data = self._read(target)
            if glance.may_stir(data):
                with contextlib.suppress(Exception):  # to be reported when it is the file's turn
                    found |= unsteady(_parsed(data), functools.partial(_is_folder, target))
        return frozenset(found)

    # -- who may be concerned ----------------------------------------------

    def _read(self, target: str) -> bytes:
        """What is in the file, nothing if it cannot be read: to be reported in its turn."""
        if is_notebook(self.files[target].path):
            return self.code(target)
        if target in self.texts:
            return self.texts[target]
        try:
            data = files.read(target)
        except files.FileError:
            return b""
        return data if len(data) <= _LARGEST else b""

    def _code(self, target: str) -> bytes:
        """The code in a notebook, whose outputs may be large."""
        try:
            return code_of(self.files[target].path, self._raw(target))
        except files.FileError:
            return b""

    def _raw(self, target: str) -> bytes:
        return self.texts[target] if target in self.texts else files.read(target)

    def _where(self, target: str, line: int) -> str:
        """How messages name a line of the file."""
        path = self.files[target].path
        place = place_in(path, self._raw(target), line) if is_notebook(path) else f"line {line}"
        return f"{path}, {place},"

    def _look(self) -> None:
        """Find out the facts of every file that may take something."""
        silent = {os.path.abspath(file.target) for file in self.others}
        silent -= {os.path.abspath(file.target) for file in self.found}
        for target in self.files:
            if len(target) < _LONGEST:
                self.by_stem.setdefault(_stem(target), []).append(target)
            data = b"" if target in silent else self._read(target)
            if mentions_imp(data):
                self.able.add(target)
                self._offer(target, glance.may_give(data))
        seen: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            names = set[str]().union(*self.gives.values())
            if "*" in names:
                names = (names | STAR_NAMES) - {"*"}
            if names <= seen:
                return
            suspects = dict(self._suspects(names - seen))
            seen |= names
            while batch := [t for t, suspect in suspects.items() if self._may_take(suspect)]:
                for target in batch:
                    del suspects[target]
                    self._find_facts(target, seen)

    def _offer(self, target: str, names: Iterable[str]) -> None:
        """Note that *names* may be had from the file."""
        self.gives.setdefault(_stem(target), set()).update(names)

    def _suspects(self, names: set[str]) -> Iterator[tuple[str, _Suspect]]:
        """The files that may have to do with *names*."""
        # Nearly every file holds the letters of `imp`: as a word they are searched apart.
        spelt = [name.encode() for name in names if name != "imp"]
        for target in self.files:
            data = self._read(target)
            star = glance.has_star(data)
            leans = glance.may_lean(data)
            reaches = glance.may_reach_any(data)
            if not (
                star
                or leans
                or reaches
                or any(name in data for name in spelt)
                or mentions_imp(data)
            ):
                continue
            found = glance.words(data)
            wanted = found & names
            if "imp" in wanted and not glance.may_take_imp(data):
                wanted.discard("imp")
            patches = glance.may_replace_members(data, found)
            certain = patches or leans or reaches
            if star or wanted or certain:
                if glance.has_relative(data):
                    found.update(target.split(os.sep)[-_DEEPEST:-1])
                stems = frozenset(found & self.by_stem.keys())
                yield target, _Suspect(stems, frozenset(wanted), star, certain)

    def _may_take(self, suspect: _Suspect) -> bool:
        return suspect.certain or any(
            suspect.star or "*" in given or not suspect.names.isdisjoint(given)
            for stem in suspect.stems
            if (given := self.gives.get(stem))
        )

    def _find_facts(self, target: str, names: Collection[str]) -> None:
        with contextlib.suppress(Exception):  # to be reported when it is the file's turn
            known = self.facts[target] = facts(_parsed(self._read(target)), names)
            self._offer(target, known.passed)
            for module in known.stars:
                self._offer(target, self.gives.get(_last_name(module, target), ()))

    # -- who has it from whom ----------------------------------------------

    def _connect(self) -> None:
        """Find out where what is taken comes from, and tell both sides."""
        for target, known in sorted(self.facts.items()):
            path = self.files[target].path
            for module, name, replaces, line in known.takings:
                places = list(self._sources(module, target))
                origins = {o for place in places for o in self.origins(place, name)}
                for origin, local in sorted(origins):
                    if origin == target:
                        continue
                    giver, key = self._links(origin), (module, name)
                    links = self._links(target)
                    if local not in self.given(origin):  # imported under a guard
                        if not replaces and key not in links.givers:
                            links.givers[key] = self.files[origin].path
                            links.instead[key] = self.guarded(origin)[local]
                        continue
                    giver.takers.setdefault(local, path)
                    if local in self.kept(origin):
                        continue
                    if links.instead.pop(key, None) is not None or key not in links.givers:
                        links.givers[key] = self.files[origin].path
                    if replaces and origin in places:
                        giver.patches.setdefault(name, self._where(target, line))
            for place in {p for module in known.runs for p in self._sources(module, target)}:
                for local in self._spoken_of(place) if place != target else ():
                    self._links(place).takers.setdefault(local, path)
            for member, line in known.replaced.items():
                self.patchers.setdefault(member, []).append((target, line))
            for place in self.reached(target) & self.able if known.leans else ():
                self._links(place).leaned |= known.leans
            if known.own and known.stars:
                for place in self._starred(target):
                    self._links(place).clashes |= known.own

    def _starred(self, target: str) -> set[str]:
        """The files that *target* takes everything from, directly or through others."""
        return _all_from(
            target,
            lambda place: (
                other
                for module in self.facts.get(place, Facts()).stars
                for other in self._sources(module, place)
            ),
        )

    def _links(self, target: str) -> _Links:
        return self.links.setdefault(target, _Links())

    def _origins(self, target: str, name: str) -> frozenset[tuple[str, str]]:
        """The files that import from `imp` what *target* has as *name*, and their name for it."""
        origins: set[tuple[str, str]] = set()
        asked: set[tuple[str, str]] = set()
        pending = [(target, name)]
        while pending:
            question = pending.pop()
            if question in asked:
                continue
            asked.add(question)
            place, wanted = question
            offered = self.gives.get(_stem(place), set())
            if wanted in offered or "*" in offered:
                given = self.given(place)
                if wanted in given or wanted in self.guarded(place):
                    origins.add(question)
                elif "*" in given and wanted in STAR_NAMES:
                    origins.add((place, "*"))
            known = self.facts.get(place, Facts())
            sources = [*known.passed.get(wanted, ()), *((star, wanted) for star in known.stars)]
            for module, original in sources:
                pending += [(p, original) for p in self._sources(module, place)]
        return frozenset(origins)

    def _sources(self, module: str, target: str) -> Iterable[str]:
        """The files that may be *module*, as named in *target*; or that may run that, if it means these."""
        return self.users(target) if module in ANY_FILE else self._places(module, target)

    def _places(self, module: str, target: str) -> Iterator[str]:
        """The files that may be *module*, as named in the file *target*."""
        name = module.lstrip(".")
        level = len(module) - len(name)
        if len(module) > _LONGEST:
            return
        parts = name.split(".") if name else []
        end = os.path.join(os.sep, *parts)
        if level:
            folder = target
            for _ in range(level):
                folder = os.path.dirname(folder)
            end = os.path.join(folder, *parts)
        ends = (f"{end}.py", os.path.join(end, "__init__.py"))
        for place in self.by_stem.get(_last_name(module, target), ()):
            if place in ends or (not level and place.endswith(ends)):
                yield place

    def _users(self, target: str) -> tuple[str, ...]:
        """The files that import `imp` and may run *target*: they import it, or name it."""
        name = re.compile(rb"\b%s\b" % re.escape(os.fsencode(_stem(target))))
        return tuple(
            user
            for user in sorted(self.able)
            if user != target and (target in self.reached(user) or name.search(self._read(user)))
        )

    def _given(self, target: str) -> dict[str, str]:
        """What the module has from `imp`, member by name."""
        tree, imports = self.resolved(target)
        return {i.local: i.member for i in imports if i.live and i.scope is tree.root}

    def _spoken_of(self, target: str) -> Iterator[str]:
        """What the module has from `imp` and names in strings that are code."""
        tree, _ = self.resolved(target)
        given = self.given(target).keys()
        named = set[str]()
        for string in (s for s in tree.strings if any(name in str(s.value) for name in given)):
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                parts = ast.walk(ast.parse(str(string.value).strip()))
                named.update(part.id for part in parts if isinstance(part, ast.Name))
        yield from named & given

    def _kept(self, target: str) -> frozenset[str]:
        """Those of them that stay, for something else that does the same."""
        tree, imports = self.resolved(target)
        own = (i for i in imports if i.live and i.scope is tree.root)
        return frozenset(i.local for i in own if swap_of(tree, i) is not None)

    def _guarded(self, target: str) -> dict[str, str]:
        """What the module has under a guard, with what it has instead; see `Neighbours.instead`."""
        tree, imports = self.resolved(target)
        found = dict(alternatives(tree, imports))
        for local, meaning in found.items():
            for place in self._places(meaning, target) if meaning else ():
                if (known := contents_of(place)) is not None:
                    found[local] = CLASS + ", ".join(sorted(known.names))
        return found

    def _resolved(self, target: str) -> tuple[ScopeTree, list[ImpImport]]:
        with contextlib.suppress(Exception):
            tree = _parsed(self._read(target))
            return tree, Resolver(tree, Reach(tree)).resolve().imports
        return ScopeTree(ast.Module([], [])), []


@dataclass(frozen=True)
class _Suspect:
    """What the bytes of a file say: the modules and names that it mentions.

    star: it has a star import.
    certain: it is to be looked at whatever else there is.
    """

    stems: frozenset[str]
    names: frozenset[str]
    star: bool
    certain: bool


def _all_from(target: str, nearest: Callable[[str], Iterable[str]]) -> set[str]:
    """What *nearest* leads to from *target*, directly or through others."""
    found: set[str] = set()
    pending = [target]
    while pending:
        new = set(nearest(pending.pop())) - found - {target}
        found |= new
        pending += new
    return found


def _is_folder(target: str, name: str) -> bool:
    """Say whether a folder *name* lies beside the file *target*, or above it."""
    if len(name) > _LONGEST or os.path.isabs(name) or "\0" in name:
        return False
    folder = os.path.dirname(target)
    while not os.path.isdir(os.path.join(folder, name)):
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return False
    return True


def _stem(target: str) -> str:
    """The last name of the module in the file."""
    name = os.path.splitext(os.path.basename(target))[0]
    return os.path.basename(os.path.dirname(target)) if name == "__init__" else name


def _last_name(module: str, target: str) -> str:
    """The same for *module* as named in the file *target*, where `.` is a folder above it."""
    name = module.rpartition(".")[2]
    for _ in range(len(module) if not name else 0):
        target = os.path.dirname(target)
    return name or os.path.basename(target)


def _parsed(data: bytes) -> ScopeTree:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = Source.from_bytes(data).text
        if is_endlessly_dotted(text):
            raise RecursionError
        return ScopeTree(ast.parse(text))
