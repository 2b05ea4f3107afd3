"""find_module: the triple, the path alone, the existence check, and what is loaded from it."""

from __future__ import annotations

import importlib
import importlib.machinery
import json
import os
import pathlib
import shutil
import sys
import types
import zipfile
from typing import Any

from packages import compiled
from world import World, different, loading, scenario


def search(world: World, name: str, *path: Any) -> None:
    """Log what all ways of searching find for *name*."""
    label = f"{name} in {path}" if path else name
    with world.failure(f"{label} (kind)"):
        world.see(f"{label} (kind)", world.api.find(name, *path))
    with world.failure(f"{label} (path)"):
        world.see(f"{label} (path)", world.api.find_module_path(name, *path))
    with world.failure(f"{label} (required)"):
        world.see(f"{label} (required)", world.api.require(name, *path))
    with world.failure(f"{label} (there)"):
        world.see(f"{label} (there)", world.api.has(name, *path))
    with world.failure(f"{label} (triple)"):
        file, pathname, description = world.api.find_module(name, *path)
        suffix, mode, kind = description
        world.see(f"{label} (triple)", pathname, suffix, mode, kind)
        show_file(world, file)


def show_file(world: World, file: Any) -> None:
    """Log what kind of file was opened, and how it begins."""
    if file:
        with file:
            content = file.read(9)
            content = content if isinstance(content, str) else type(content).__name__
            encoding = getattr(file, "encoding", None)
            world.see("file", file.name, file.mode, encoding, type(file).__name__, content)
    else:
        world.see("file", file)


def everywhere(world: World, name: str) -> None:
    """Log what is found for *name* in the current folder, by `sys.path` and by a list."""
    sys.path.insert(0, world.folder)
    search(world, name)
    sys.path.pop(0)
    search(world, name, [world.folder])


# ----------------------------------------------------------------------- searching


@scenario
def search_for_each_kind(world: World) -> None:
    world.write("source.py", "a = 'source'\n")
    compiled(world, "bytecode.pyc", "a = 'bytecode'\n")
    shutil.copy(world.extension, "multi.so")
    shutil.copy(world.extension, "single" + importlib.machinery.EXTENSION_SUFFIXES[0])
    world.write("package/__init__.py", "a = 'package'\n")
    compiled(world, "old/__init__.pyc", "a = 'old'\n")
    for name in ("source", "bytecode", "multi", "single", "package", "old", "missing"):
        everywhere(world, name)


@scenario
def search_prefers(world: World) -> None:
    world.write("a/__init__.py")
    world.write("a.py")
    compiled(world, "b.pyc", "")
    world.write("b.py")
    shutil.copy(world.extension, "c.so")
    world.write("c.py")
    world.write("d/__init__.py")
    compiled(world, "d/__init__.pyc", "")
    world.write("e/nothing.txt")
    world.write("e.py")
    for name in "abcde":
        everywhere(world, name)


@scenario
def search_in_several_folders(world: World) -> None:
    world.write("two/m.py")
    world.write("three/m/__init__.py")
    world.write("four/m/no_init.py")
    world.write("file")
    folders = [os.path.join(world.folder, name) for name in ("one", "file", "four", "two", "three")]
    search(world, "m", folders)
    search(world, "m", folders[::-1])
    search(world, "m", [])
    sys.path[:0] = folders
    search(world, "m")


@scenario
def search_for_built_in_and_frozen_modules(world: World) -> None:
    for name in ("sys", "builtins", "marshal", "_imp", "zipimport", "_frozen_importlib", "os"):
        search(world, name)
        search(world, name, [world.folder])


@scenario
def search_for_modules_of_the_stdlib(world: World) -> None:
    library = os.path.dirname(json.__file__)
    for name in ("json", "json.decoder", "heapq", "heapq.py"):
        with world.failure(name):
            found = world.api.find_module_path(name)
            world.see(name, os.path.relpath(found, os.path.dirname(library)))
            world.see("kind", world.api.find(name)[0])


@scenario
def search_for_a_namespace_package(world: World) -> None:
    world.write("space/m.py")
    everywhere(world, "space")
    sys.path.insert(0, world.folder)
    world.see("imported", importlib.import_module("space.m").__name__)
    search(world, "space")
    search(world, "m", list(sys.modules["space"].__path__))


@scenario
def search_for_a_package_of_an_extension(world: World) -> None:
    os.mkdir("multi")
    shutil.copy(world.extension, "multi/__init__.so")
    everywhere(world, "multi")


@scenario
def search_in_an_archive(world: World) -> None:
    with zipfile.ZipFile("archive.zip", "w") as archive:
        archive.writestr("m.py", "")
    path = os.path.join(world.folder, "archive.zip")
    search(world, "m", [path])
    sys.path.insert(0, path)
    search(world, "m")


@scenario
def search_past_import_hooks(world: World) -> None:
    class Finder:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
            return importlib.machinery.ModuleSpec(name, None) if name == "m" else None

    sys.meta_path.insert(0, Finder())  # type: ignore[arg-type]
    search(world, "m")
    search(world, "m", [world.folder])


@scenario
def search_for_a_module_that_is_loaded(world: World) -> None:
    sys.path.insert(0, os.path.join(world.folder, "old"))
    world.write("old/m.py")
    path = world.write("old/gone.py")
    world.see("imported", importlib.import_module("m"), importlib.import_module("gone"))
    os.remove(path)
    world.write("new/m.py")
    sys.path.insert(0, os.path.join(world.folder, "new"))
    search(world, "m")
    search(world, "gone")


@scenario
def search_for_what_stands_in_for_a_module(world: World) -> None:
    sys.path.insert(0, world.folder)
    for name in ("blocked", "bare", "other"):
        world.write(name + ".py")
    sys.modules["blocked"] = None  # type: ignore[assignment]
    sys.modules["bare"] = types.ModuleType("bare")
    sys.modules["other"] = object()  # type: ignore[assignment]
    for name in ("blocked", "bare", "other", "__main__"):
        search(world, name)


@scenario
def search_with_dotted_names(world: World) -> None:
    world.write("parent/__init__.py", "world.see('the parent runs')\n")
    world.write("parent/child.py")
    world.write("child.py")
    world.write("flat.name.py")
    for name in ("parent.child", "no.child", "flat.name", "parent.", ".child", "."):
        everywhere(world, name)
    search(world, "child", [os.path.join(world.folder, "parent")])
    world.loaded("parent", "parent.child")


@scenario
def search_with_paths_for_names(world: World) -> None:
    world.write("sub/m.py")
    world.write("sub/p/__init__.py")
    for name in ("sub/m", "sub/p", "sub/", os.path.join(world.folder, "sub", "m"), "", "../m"):
        everywhere(world, name)


@scenario
def search_for_an_empty_name(world: World) -> None:
    world.write("p/__init__.py")
    search(world, "", [os.path.join(world.folder, "p"), "p"])


@scenario
def search_with_path_objects(world: World) -> None:
    world.write("m.py")
    world.write("p/__init__.py")
    search(world, "m", [pathlib.Path(world.folder)])
    search(world, "p", [pathlib.Path(world.folder)])
    for entry in (None, b".", 1):
        with world.failure(repr(entry), text=False):
            world.api.find("m", [entry])
        with world.failure(repr(entry), text=False):
            world.api.find_module_path("m", [entry])


@scenario
def search_with_relative_paths(world: World) -> None:
    world.write("m.py")
    world.write("sub/p/__init__.py")
    for name, path in (("m", "."), ("m", ""), ("p", "sub"), ("p", "./sub/"), ("m", "sub/..")):
        search(world, name, [path])
    sys.path.insert(0, "")
    search(world, "m")


@scenario
def search_behind_symbolic_links(world: World) -> None:
    world.write("real/m.py")
    world.write("real/p/__init__.py")
    os.symlink("real", "link")
    os.symlink("real/m.py", "n.py")
    os.symlink("nothing.py", "broken.py")
    search(world, "m", ["link"])
    search(world, "p", ["link"])
    everywhere(world, "n")
    everywhere(world, "broken")


@scenario
def search_for_files_made_a_moment_ago(world: World) -> None:
    folder = os.path.join(world.folder, "plugins")
    sys.path.insert(0, folder)
    search(world, "m")
    search(world, "m", [folder])
    with world.failure("import"):
        importlib.import_module("m")
    world.write("plugins/first.py")
    search(world, "first")
    search(world, "first", [folder])
    # Importing reads the folder; then its clock is stopped.
    importlib.invalidate_caches()
    world.see("imported", importlib.import_module("first"))
    before = os.stat(folder)
    world.write("plugins/m.py", "a = 1\n")
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    search(world, "m")
    search(world, "m", [folder])
    world.globals_of(world.api.find_and_load("m", [folder]))


@scenario
def search_for_names_that_look_like_suffixes(world: World) -> None:
    names = ("py", "3", "abi3", "so", "x.py", "x.abi3", "m.cpython-99-linux")
    for name in names:
        world.write(name + ".py")
    for name in names:
        everywhere(world, name)
    for name in names:
        shutil.copy(world.extension, name + ".so")
    for name in names:
        everywhere(world, name)
    for name in names:
        shutil.copy(world.extension, name + ".abi3.so")
    for name in names:
        everywhere(world, name)


@scenario
def search_for_sources_in_other_encodings(world: World) -> None:
    for name, head in (("latin", b"# coding: latin-1\n"), ("mark", b"\xef\xbb\xbf")):
        with open(name + ".py", "wb") as file:
            file.write(head + b"a = 1\r\n")
        everywhere(world, name)
    world.write("unknown.py", "# coding: no-such-code\n")
    with world.failure("unknown encoding"):
        world.api.find_module("unknown", ["."])


@different("only opening the file fails; imp opened it in any case")
def search_for_the_path_of_a_source_in_no_encoding(world: World) -> None:
    world.write("m.py", "# coding: no-such-code\n")
    with world.failure():
        world.see("path", world.api.find_module_path("m", ["."]))
    with world.failure():
        world.see("kind", world.api.find("m", ["."]))


@scenario
def search_in_a_tuple(world: World) -> None:
    world.write("m.py")
    search(world, "m", (".",))


@different("only the text of the TypeError")
def search_for_something_else_than_a_name(world: World) -> None:
    with world.failure("kind"):
        world.api.find(1, ["."])


# ------------------------------------------------------------------------- loading

LOCATION = "the module gets __file__, __cached__ and a location; imp left them out"
FROZEN = "frozen modules get a spec; imp left it out"


@loading()
def what_is_found(world: World) -> None:
    world.write("plugins/m.py", "'doc'\nruns = globals().get('runs', 0) + 1\n")
    path = [os.path.join(world.folder, "plugins")]
    module = world.module(world.api.find_and_load("m", path))
    module.added = 1
    world.see("the same", world.api.find_and_load("m", path) is module)
    world.globals_of(module)
    world.module(module)


@loading()
def what_sys_path_finds(world: World) -> None:
    sys.path.insert(0, world.folder)
    world.write("m.py", "a = 1\n")
    world.write("p/__init__.py", "from . import sub\n")
    world.write("p/sub.py", "b = 2\n")
    for name in ("m", "p"):
        world.module(world.api.find_and_load(name))
    world.loaded("p.sub")


@loading()
def a_package_that_is_found(world: World) -> None:
    world.write("plugins/p/__init__.py", "from .deep.leaf import c\n")
    world.write("plugins/p/deep/__init__.py")
    world.write("plugins/p/deep/leaf.py", "c = __name__\n")
    path = [os.path.join(world.folder, "plugins")]
    module = world.module(world.api.find_and_load("p", path))
    world.see("the same", world.api.find_and_load("p", path) is module)
    world.globals_of(module)
    world.loaded("p.deep", "p.deep.leaf")


@loading()
def what_sys_path_finds_again(world: World) -> None:
    sys.path.insert(0, world.folder)
    world.write("m.py", "'doc'\nruns = globals().get('runs', 0) + 1\n")
    world.write("new.py", "import sys\nsys.modules[__name__] = sys\n")
    world.write("bad.py", "import sys\nraise SystemExit(__name__ in sys.modules)\n")
    compiled(world, "c.pyc", "a = 1\n")
    module = world.api.find_and_load("m")
    world.see("the same", world.api.find_and_load("m") is module)
    world.globals_of(world.module(module))
    world.see("replacement", world.api.find_and_load("new") is sys)
    with world.failure("bad"):
        world.api.find_and_load("bad")
    with world.failure("missing"):
        world.api.find_and_load("missing")
    world.loaded("m", "new", "bad", "missing")
    with world.failure("still there"):
        sys.modules["bad"] = module
        world.api.find_and_load("bad")
    world.see("still there", sys.modules["bad"] is module)
    world.globals_of(world.api.find_and_load("c"))
    with world.failure("no list"):
        world.api.find_and_load("m", (world.folder,))


@loading()
def bytecode_that_is_found(world: World) -> None:
    compiled(world, "plugins/m.pyc", "a = 'module'\n")
    compiled(world, "plugins/p/__init__.pyc", "a = 'package'\n")
    for name in ("m", "p"):
        path = [os.path.join(world.folder, "plugins")]
        world.globals_of(world.module(world.api.find_and_load(name, path)))
        world.globals_of(world.module(world.api.find_and_load(name, path, "other_" + name)))


@loading()
def a_folder_made_a_moment_ago(world: World) -> None:
    path = [os.path.join(world.folder, "plugins")]
    with world.failure("before"):
        world.api.find_and_load("m", path)
    with world.failure("import"):
        sys.path[:0] = path
        importlib.import_module("m")
    world.write("plugins/m.py", "a = 1\n")
    world.globals_of(world.api.find_and_load("m", path))


@loading()
def a_folder_without_init(world: World) -> None:
    world.write("plugins/m/other.py")
    with world.failure("bare"):
        world.api.find_and_load("m", [os.path.join(world.folder, "plugins")])
    world.loaded("m")


@loading()
def what_lost_its_docstring(world: World) -> None:
    world.write("m.py", "'doc'\na = 1\n")
    world.api.find_and_load("m", [world.folder])
    world.write("m.py", "a += 1\n")
    world.module(world.api.find_and_load("m", [world.folder]))


@loading()
def what_replaces_or_removes_itself(world: World) -> None:
    world.write("m.py", "import sys\nsys.modules[__name__] = sys\n")
    world.write("n.py", "import sys\ndel sys.modules[__name__]\n")
    world.see("replacement", world.api.find_and_load("m", [world.folder]) is sys)
    with world.failure("removal"):
        world.api.find_and_load("n", [world.folder])


@loading()
def under_another_name(world: World) -> None:
    world.write("plugins/m.py", "a = __name__\n")
    world.write("plugins/p/__init__.py", "from .sub import b\n")
    world.write("plugins/p/sub.py", "b = __name__\n")
    compiled(world, "plugins/c.pyc", "a = __name__\n")
    path = [os.path.join(world.folder, "plugins")]
    for name in ("m", "p", "c"):
        module = world.module(world.api.find_and_load(name, path, "plugins_" + name))
        world.globals_of(module)
    world.loaded("m", "p", "c", "p.sub", "plugins_p.sub")
    world.see("the same", world.api.find_and_load("m", path, "m").a)


@loading()
def a_submodule_under_its_full_name(world: World) -> None:
    sys.path.insert(0, world.folder)
    world.write("p/__init__.py")
    world.write("p/sub.py", "from . import other\n")
    world.write("p/other.py")
    import p  # type: ignore[import-not-found]

    module = world.module(world.api.find_and_load("sub", list(p.__path__), "p.sub"))
    world.see("attribute of the parent", hasattr(p, "sub"), sys.modules["p.sub"] is module)


@loading()
def something_that_fails(world: World) -> None:
    world.write("bad.py", "a = 1\nraise SystemExit(3)\n")
    world.write("syntax.py", "a = = 1\n")
    for name in ("bad", "missing"):
        with world.failure(name):
            world.api.find_and_load(name, [world.folder])
    with world.failure("syntax", text=False):
        world.api.find_and_load("syntax", [world.folder])
    world.loaded("bad", "missing", "syntax")
    module = world.api.load_source("bad", world.write("good.py", "a = 0\n"))
    with world.failure("loaded already"):
        world.api.find_and_load("bad", [world.folder])
    world.see("still there", sys.modules["bad"] is module, module.a, module.__file__)


@loading()
def something_that_fails_under_another_name(world: World) -> None:
    world.write("bad.py", "a = 1\nraise SystemExit(3)\n")
    for name in ("bad", "missing"):
        with world.failure(name):
            world.api.find_and_load(name, [world.folder], "other_" + name)
    world.loaded("bad", "other_bad", "other_missing")


@loading()
def a_module_with_the_name_of_a_built_in_one(world: World) -> None:
    world.write("time.py", "mine = True\n")
    import time

    module = world.api.find_and_load("time", [world.folder])
    world.see("in place", module is time, module.mine, hasattr(module, "sleep"))


@loading()
def an_extension_that_is_found(world: World) -> None:
    shutil.copy(world.extension, "multi.so")
    shutil.copy(world.extension, "single.so")
    for name in ("multi", "single"):
        first = world.api.find_and_load(name, [world.folder])
        second = world.api.find_and_load(name, [world.folder])
        world.see(name, first is second, first.execution, second.execution)
        world.see("registered", sys.modules[name] is second)


@loading(LOCATION, LOCATION, LOCATION)
def an_extension_that_has_a_location(world: World) -> None:
    shutil.copy(world.extension, "multi.so")
    world.module(world.api.find_and_load("multi", [world.folder]))


@loading()
def a_built_in_module(world: World) -> None:
    module = world.api.find_and_load("marshal")
    world.see("usable", module.loads(module.dumps(1)), module.__name__)
    world.see("registered", sys.modules["marshal"] is module)
    world.see("sys", world.api.find_and_load("sys") is sys)
    world.write("zipimport.py", "found = 'in a file'\n")
    sys.path.insert(0, world.folder)
    world.see("frozen", hasattr(world.api.find_and_load("zipimport"), "found"))


@loading()
def a_built_in_module_anew(world: World) -> None:
    first = world.api.find_and_load("marshal")
    second = world.api.find_and_load("marshal")
    third = world.api.find_and_load("marshal", None, "marshal")
    world.see("new", first is not second, third is not second, sys.modules["marshal"] is third)


@loading()
def a_built_in_module_under_another_name(world: World) -> None:
    world.write("mine.py")
    sys.path.insert(0, world.folder)
    for found, *names in (("marshal", "mine", "gc"), ("zipimport", "mine", "zipimport")):
        for name in names:
            module = world.api.find_and_load(found, None, name)
            world.see(f"{found} as {name}", getattr(module, "__name__", None))
    world.loaded("mine")


@loading()
def from_a_relative_path(world: World) -> None:
    for folder in ("", "sub/"):
        world.write(folder + "m.py", "f = lambda: 0\n")
        world.write(folder + "p/__init__.py", "f = lambda: 0\n")
        world.write(folder + "bad.py", "1/0\n")
    sys.path.insert(0, "sub")
    paths = (["."], [""], ["sub"], ["./sub/"], None)
    for prefix, path in zip("abcde", paths):
        for name in ("m", "p"):
            for as_name in ("", prefix + name):
                module = world.module(world.api.find_and_load(name, path, as_name))
                world.see("compiled from", module.f.__code__.co_filename)
        with world.failure("bad"):
            world.api.find_and_load("bad", path)


@loading()
def a_name_that_is_empty(world: World) -> None:
    world.write("one/__init__.py", "a = 1\n")
    world.see("found", world.api.find_and_load("", ["one"]).a)
    with world.failure("nothing"):
        world.api.find_and_load("", [world.folder])


@loading(FROZEN, FROZEN, FROZEN)
def a_frozen_module(world: World) -> None:
    sys.modules.pop("zipimport", None)
    world.see("spec", world.api.find_and_load("zipimport").__spec__ is not None)
