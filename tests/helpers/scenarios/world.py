"""What a scenario gets: the functions under test, a folder, and a log of what is seen.

Everything in this folder runs on Python 3.8 and later.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib.machinery
import inspect
import os
import sys
import types
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Set

Scenario = Callable[["World"], None]

SCENARIOS: Dict[str, Scenario] = {}
# Of scenarios whose two sides are known to differ: why.
DIFFERENT: Dict[str, str] = {}

MODULE_ATTRIBUTES = ("__name__", "__doc__", "__package__", "__file__", "__cached__", "__path__")
SPEC_ATTRIBUTES = ("name", "origin", "cached", "parent", "has_location")


def register(name: str, function: Scenario, why: str = "") -> None:
    """Enter a scenario; *why* says why its two sides differ, if they are known to."""
    assert name not in SCENARIOS, name
    SCENARIOS[name] = function
    if why:
        DIFFERENT[name] = why


def scenario(function: Scenario) -> Scenario:
    """Register a scenario in which both sides must be seen to do the same."""
    register(function.__name__, function)
    return function


def different(why: str) -> Callable[[Scenario], Scenario]:
    """Register a scenario in which the sides are known to differ."""

    def decorate(function: Scenario) -> Scenario:
        register(function.__name__, function, why)
        return function

    return decorate


def loading(spec: str = "", path: str = "", pair: str = "") -> Callable[[Scenario], Scenario]:
    """Register a scenario of finding and loading: via the spec, via the path, at once, by a name.

    The arguments say why the sides differ then, if they are known to.
    """

    def decorate(function: Scenario) -> Scenario:
        def by_path(world: World) -> None:
            world.api.find_and_load = world.api.find_path_and_load
            function(world)

        def at_once(world: World) -> None:
            world.api.find_and_load = world.api.find_and_load_at_once
            function(world)

        def by_name(world: World) -> None:
            world.api.find_and_load = world.api.find_and_load_as
            function(world)

        register("spec_" + function.__name__, function, spec)
        register("path_" + function.__name__, by_path, path)
        register("pair_" + function.__name__, at_once, pair)
        register("as_" + function.__name__, by_name, pair)
        return function

    return decorate


class World:
    """An empty current folder, the functions under test (`api`), and the log.

    The bodies of loaded modules reach it as the built-in name `world`.
    """

    def __init__(self, api: Any, extension: str) -> None:
        self.api = api
        self.extension = extension
        self.log: List[str] = []
        self.folder = os.getcwd()
        builtins.world = self  # type: ignore[attr-defined]

    def write(self, path: str, text: str = "") -> str:
        """Create a file, and the folders it is in; return its absolute path."""
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def see(self, label: str, *values: object) -> None:
        """Log *values*, without what depends on the folder or the version."""
        text = label + ": " + " ".join(map(repr, values))
        text = text.replace(self.folder, "<folder>")
        text = text.replace(os.path.dirname(os.__file__), "<library>")
        text = text.replace(str(sys.implementation.cache_tag), "<tag>").replace("/./", "/")
        self.log.append(text)

    @contextlib.contextmanager
    def failure(self, label: str = "failure", *, text: bool = True) -> Iterator[None]:
        """Log the exception that ends the block, if there is one."""
        try:
            yield
        except BaseException as error:
            kind = type(error).__name__
            shown = [getattr(error, key, None) for key in ("name", "path", "filename", "errno")]
            self.see(label, kind, str(error) if text else "...", *shown)

    def module(self, module: Any, label: str = "module") -> Any:
        """Log the import attributes of a module, and return it."""
        missing = "<missing>"
        for key in MODULE_ATTRIBUTES:
            self.see(f"{label}.{key}", getattr(module, key, missing))
        spec = getattr(module, "__spec__", None)
        for key in SPEC_ATTRIBUTES:
            self.see(f"{label}.__spec__.{key}", getattr(spec, key, missing))
        locations = getattr(spec, "submodule_search_locations", missing)
        self.see(f"{label} locations", locations if locations is None else list(locations))
        loader = getattr(module, "__loader__", None)
        self.see(f"{label}.__loader__", loader_kind(loader), getattr(loader, "name", missing))
        self.see(f"{label}.__loader__.path", getattr(loader, "path", missing))
        self.see(f"{label} one loader", loader is getattr(spec, "loader", None))
        registered = sys.modules.get(getattr(module, "__name__", ""))
        self.see(f"{label} registered", registered is module)
        return module

    def globals_of(self, module: Any, label: str = "globals") -> None:
        """Log what a module's body defined."""
        public = {k: v for k, v in vars(module).items() if not k.startswith("__")}
        self.see(label, sorted((k, v) for k, v in public.items() if is_plain(v)))

    def loaded(self, *names: str) -> None:
        """Log which of the modules *names* are in `sys.modules`."""
        self.see("loaded", [name for name in names if name in sys.modules])

    def files(self) -> None:
        """Log all files in the folder."""
        found = [
            os.path.relpath(os.path.join(folder, file), self.folder)
            for folder, _, files in os.walk(self.folder)
            for file in files
        ]
        self.see("files", sorted(found))


def loader_kind(loader: object) -> str:
    """Name the class of importlib that *loader* is, or derives from."""
    for cls in type(loader).__mro__ if not isinstance(loader, type) else loader.__mro__:
        if cls.__module__.startswith(("_frozen_importlib", "importlib.")):
            return cls.__name__
    return type(loader).__name__


def is_plain(value: object) -> bool:
    return isinstance(value, (int, str, list, tuple, dict, type(None)))


def functions_of_imp() -> types.SimpleNamespace:
    """Return the functions of `imp`, and its idioms, under the names scenarios use."""
    import imp  # type: ignore[import-not-found]

    def find_and_load(name: str, path: Any = None, as_name: str = "") -> Any:
        file, pathname, description = imp.find_module(name, path)
        try:
            return imp.load_module(as_name or name, file, pathname, description)
        finally:
            if file:
                file.close()

    def find_module_path(name: str, path: Any = None) -> Any:
        file, pathname, _ = imp.find_module(name, path)
        if file:
            file.close()
        return pathname

    def require(name: str, path: Any = None) -> Any:
        file = imp.find_module(name, path)[0]
        if file:
            file.close()

    def has(name: str, path: Any = None) -> Any:
        try:
            require(name, path)
        except ImportError:
            return False
        return True

    def find(name: str, path: Any = None) -> Any:
        file, pathname, (suffix, mode, kind) = imp.find_module(name, path)
        if file:
            file.close()
        return kind, pathname and os.path.abspath(pathname)

    return types.SimpleNamespace(
        load_source=imp.load_source,
        load_compiled=imp.load_compiled,
        load_package=imp.load_package,
        load_dynamic=imp.load_dynamic,
        load_module=imp.load_module,
        find_module=imp.find_module,
        find_module_path=find_module_path,
        require=require,
        has=has,
        find=find,
        find_and_load=find_and_load,
        find_path_and_load=find_and_load,
        find_and_load_at_once=find_and_load,
        find_and_load_as=find_and_load,
    )


def functions_of_helpers(filename: str) -> types.SimpleNamespace:
    """Return what replaces them: the helpers in the file *filename*.

    Calls that fit them go to the specialised forms that the file holds, if any.
    """
    helpers: Dict[str, Any] = {"__name__": "migrated"}
    with open(filename, encoding="utf-8") as file:
        exec(compile(file.read(), filename, "exec"), helpers)
    for name, facts, text in helpers.get("FORMS", ()):
        form: Dict[str, Any] = dict(helpers)
        exec(compile(text, "form of " + name, "exec"), form)
        helpers[name] = specialised(form[name], helpers[name], frozenset(facts))

    def find_and_load(name: str, path: Any = None, as_name: str = "") -> Any:
        spec = helpers["_find_spec"](name, path)
        return helpers["_load_as"](as_name, spec) if as_name else helpers["_load_spec"](spec)

    def find_and_load_at_once(name: str, path: Any = None, as_name: str = "") -> Any:
        if as_name:
            return helpers["_find_and_load_as"](name, as_name, path)
        return helpers["_find_and_load"](name, path)

    def find_and_load_as(name: str, path: Any = None, as_name: str = "") -> Any:
        return helpers["_find_and_load_as"](name, as_name or name, path)

    def find_path_and_load(name: str, path: Any = None, as_name: str = "") -> Any:
        return helpers["_load_from"](as_name or name, helpers["_find_module_path"](name, path))

    def find(name: str, path: Any = None) -> Any:
        spec = helpers["_find_spec"](name, path)
        if spec.loader is importlib.machinery.BuiltinImporter:
            return 6, None
        if spec.loader is importlib.machinery.FrozenImporter:
            return 7, None
        if spec.submodule_search_locations is not None:
            return 5, os.path.abspath(spec.submodule_search_locations[0])
        kinds = {"SourceFileLoader": 1, "SourcelessFileLoader": 2, "ExtensionFileLoader": 3}
        return kinds[loader_kind(spec.loader)], os.path.abspath(spec.origin)

    return types.SimpleNamespace(
        load_source=helpers["_load_source"],
        load_compiled=helpers["_load_compiled"],
        load_package=helpers["_load_package"],
        load_dynamic=helpers["_load_dynamic"],
        load_module=helpers["_load_module"],
        find_module=helpers["_find_module"],
        find_module_path=helpers["_find_module_path"],
        require=helpers["_require_module"],
        has=helpers["_has_module"],
        find=find,
        find_and_load=find_and_load,
        find_path_and_load=find_path_and_load,
        find_and_load_at_once=find_and_load_at_once,
        find_and_load_as=find_and_load_as,
    )


def specialised(form: Any, general: Any, facts: FrozenSet[str]) -> Any:
    """Return a function that calls *form* where *facts* are true, else *general*."""
    parameters = inspect.signature(form).parameters
    signature = inspect.signature(form if "file" in parameters else general)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            given = dict(signature.bind(*args, **kwargs).arguments)
        except TypeError:
            return general(*args, **kwargs)
        if not all(is_true(fact, given) for fact in facts):
            return general(*args, **kwargs)
        USED.add(form.__name__)
        name, loaded = target(given), dict(sys.modules)
        try:
            return form(**{key: value for key, value in given.items() if key in parameters})
        except BaseException:
            if "fatal" in facts and sys.modules.get(name) is not loaded.get(name):
                sys.modules.pop(name, None)  # nobody was to look
            raise

    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


# The specialised forms that were called.
USED: Set[str] = set()


def target(given: Dict[str, Any]) -> Any:
    """Return the name under which a call loads."""
    return given.get("fullname") or given.get("name", getattr(given.get("spec"), "name", None))


def is_true(fact: str, given: Dict[str, Any]) -> bool:
    """Say whether a fact is true of a call with the arguments *given*."""
    name, path = given.get("name"), given.get("path")
    if fact == "first":
        return target(given) not in sys.modules
    if fact == "listed":
        return isinstance(path, list)
    if fact == "pathless":
        return path is None
    if fact == "absolute":
        single = given.get("pathname", given.get("filename"))
        entries = [single] if single is not None else path
        return isinstance(entries, list) and all(
            isinstance(entry, str) and os.path.isabs(entry) for entry in entries
        )
    if fact == "identifier":
        return isinstance(name, str) and name.isidentifier()
    if fact == "files":
        if "spec" in given or "found" in given:
            return bool((given.get("spec") or given["found"]).has_location)
        if "pathname" in given:
            return given["pathname"] is not None
        if "details" in given:
            return given["filename"] is not None
        return path is not None or not (
            name in sys.builtin_module_names or importlib.machinery.FrozenImporter.find_spec(name)
        )
    if fact == "found":
        details = given["details"] or ()
        return len(details) == 3 and is_found(given["file"], given["filename"], *details)
    if fact == "pure":
        return loader_kind(given["spec"].loader) in ("SourceFileLoader", "SourcelessFileLoader")
    if fact == "no_file":
        return "file" not in given
    return fact == "fatal"


def is_found(file: Any, filename: Any, suffix: str, mode: str, kind: int) -> bool:
    """Say whether `find_module` may have returned a triple."""
    if kind in (6, 7):
        return file is filename is None and not suffix + mode
    if kind == 5:
        inits = (os.path.join(filename, "__init__.py" + c) for c in ("", "c"))
        return file is None and any(map(os.path.isfile, inits)) and not suffix + mode
    known: Dict[int, List[str]] = {
        1: importlib.machinery.SOURCE_SUFFIXES,
        2: importlib.machinery.BYTECODE_SUFFIXES,
        3: importlib.machinery.EXTENSION_SUFFIXES,
    }
    ends = suffix in known.get(kind, ()) and filename.endswith(suffix)
    return ends and file is not None and file.name == filename
