"""load_compiled, load_package and load_module."""

from __future__ import annotations

import os
import py_compile
import shutil
import sys
import types

from world import World, scenario

INIT = """'docstring'
world.see("runs as", __name__, __package__, __path__)
runs = globals().get("runs", 0) + 1
"""


def compiled(world: World, path: str, text: str) -> str:
    """Compile *text* to the file *path*, and leave no source behind."""
    source = world.write("source.py", text)
    target = os.path.join(world.folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    py_compile.compile(source, target, dfile="source.py", doraise=True)
    os.remove(source)
    return target


# ------------------------------------------------------------------ load_compiled


@scenario
def compiled_first_and_second_load(world: World) -> None:
    path = compiled(world, "m.pyc", "'doc'\nruns = globals().get('runs', 0) + 1\n")
    module = world.module(world.api.load_compiled("m", path))
    module.added = 1
    world.see("the same", world.api.load_compiled(name="m", pathname=path) is module)
    world.globals_of(module)
    world.module(module)
    world.files()


@scenario
def compiled_with_any_suffix(world: World) -> None:
    for number, name in enumerate(("m", "m.bin", "m.py", "m.pyo")):
        path = compiled(world, name, f"a = {number}\n")
        world.module(world.api.load_compiled(f"m{number}", path), name)


@scenario
def compiled_package(world: World) -> None:
    compiled(world, "p/sub.pyc", "b = 2\n")
    path = compiled(world, "p/__init__.pyc", "from .sub import b\n")
    world.globals_of(world.module(world.api.load_compiled("q", path)))
    world.loaded("q", "q.sub")


@scenario
def compiled_that_is_no_bytecode(world: World) -> None:
    good = compiled(world, "m.pyc", "a = 1\n")
    with open(good, "rb") as file:
        head = file.read(6)
    with open("short.pyc", "wb") as file:
        file.write(head)
    other = world.write("other.pyc", "x = 1\n" * 9)
    missing = os.path.join(world.folder, "none.pyc")
    for path in (other, "short.pyc", missing):
        with world.failure("first load"):
            world.api.load_compiled("m", path)
        world.loaded("m")
    module = world.api.load_compiled("m", good)
    for path in (other, "short.pyc", missing):
        with world.failure("second load"):
            world.api.load_compiled("m", path)
        world.see("still there", sys.modules["m"] is module, module.__file__)


@scenario
def compiled_body_fails(world: World) -> None:
    bad = compiled(world, "bad.pyc", "a = 2\n1/0\n")
    with world.failure("first load"):
        world.api.load_compiled("m", bad)
    world.loaded("m")
    module = world.api.load_compiled("m", compiled(world, "m.pyc", "a = 1\n"))
    with world.failure("second load"):
        world.api.load_compiled("m", bad)
    world.see("still there", sys.modules["m"] is module, module.a)


@scenario
def compiled_with_relative_path_and_dotted_name(world: World) -> None:
    compiled(world, "m.pyc", "a = 1\n")
    world.module(world.api.load_compiled("parent.m", "m.pyc"))
    world.loaded("parent")


@scenario
def compiled_with_a_file(world: World) -> None:
    path = compiled(world, "m.pyc", "a = 1\n")
    other = compiled(world, "other.pyc", "a = 'of the other'\n")
    for number, (name, mode) in enumerate(((path, "rb"), (other, "rb"), (path, "r"))):
        file = open(name, mode)
        module = world.module(world.api.load_compiled("m{}".format(number), path, file))
        world.see("with a file", mode, module.a, file.closed)
    world.see("none", world.api.load_compiled("n", path, None).a)


# ------------------------------------------------------------------- load_package


@scenario
def package_first_and_second_load(world: World) -> None:
    world.write("p/__init__.py", INIT)
    path = os.path.join(world.folder, "p")
    module = world.module(world.api.load_package("q", path))
    module.added = 1
    world.see("the same", world.api.load_package(name="q", path=path) is module)
    world.globals_of(module)
    world.module(module)


@scenario
def package_with_submodules(world: World) -> None:
    world.write("p/__init__.py", "from . import sub\nfrom .deep.leaf import c\n")
    world.write("p/sub.py", "world.see('sub', __name__, __package__)\n")
    world.write("p/deep/__init__.py", "from ..sub import __name__ as b\n")
    world.write("p/deep/leaf.py", "c = __name__\n")
    world.globals_of(world.api.load_package("q", "p"))
    world.loaded("p", "q", "q.sub", "q.deep", "q.deep.leaf")


@scenario
def package_of_bytecode(world: World) -> None:
    compiled(world, "p/__init__.pyc", "a = 'bytecode'\n")
    world.globals_of(world.module(world.api.load_package("p", "p")))
    world.write("p/__init__.py", "a = 'source'\n")
    world.globals_of(world.module(world.api.load_package("q", "p")))


@scenario
def package_at_other_spellings_of_the_path(world: World) -> None:
    world.write("p/__init__.py", INIT)
    paths = ("p", "p/", "./p", "p/.", os.path.join(world.folder, "p") + os.sep)
    for number, path in enumerate(paths):
        world.module(world.api.load_package(f"p{number}", path), path)


@scenario
def package_with_dotted_name(world: World) -> None:
    world.write("p/__init__.py", INIT)
    world.module(world.api.load_package("parent.p", "p"))
    world.loaded("parent")


@scenario
def package_body_fails(world: World) -> None:
    world.write("p/__init__.py", "from . import sub\nraise KeyboardInterrupt\n")
    world.write("p/sub.py")
    world.write("good/__init__.py", "a = 1\n")
    with world.failure("first load"):
        world.api.load_package("q", "p")
    world.loaded("q", "q.sub")
    module = world.api.load_package("q", "good")
    with world.failure("second load"):
        world.api.load_package("q", "p")
    world.see("still there", sys.modules["q"] is module, module.a, list(module.__path__))


@scenario
def package_without_init(world: World) -> None:
    world.write("p/m.py")
    with world.failure():
        world.api.load_package("q", "p")
    world.loaded("q")


@scenario
def package_that_is_no_directory(world: World) -> None:
    world.write("p.py", "a = 1\n")
    world.write("p/__init__.py", "from . import sub\n")
    world.write("p/sub.py", "a = 2\n")
    for path in ("p.py", "p/__init__.py"):
        module = world.module(world.api.load_package("q", path))
        world.see("package", module.__package__, list(module.__path__))
    world.see("submodule", sys.modules["q.sub"].a)
    with world.failure():
        world.api.load_package("r", "missing.py")
    world.loaded("r")


# -------------------------------------------------------------------- load_module


@scenario
def module_of_each_kind(world: World) -> None:
    source = world.write("m.cfg", "a = 'source'\n")
    bytecode = compiled(world, "m.bin", "a = 'bytecode'\n")
    world.write("p/__init__.py", "a = 'package'\n")
    library = shutil.copy(world.extension, "lib.so")
    with open(source) as file:
        world.module(world.api.load_module("s", file, source, (".py", "r", 1)))
        world.see("closed", file.closed)
    with open(bytecode, "rb") as file:
        world.module(world.api.load_module("b", file, bytecode, (".pyc", "rb", 2)))
        world.see("closed", file.closed)
    with open(library, "rb") as file:
        module = world.api.load_module("multi", file, os.path.abspath(library), (".so", "rb", 3))
        world.see("extension", module.execution, module is sys.modules["multi"])
    world.module(world.api.load_module("p", None, "p", ("", "", 5)))
    with open(source) as file:
        world.module(world.api.load_module("p", file, "p", ("", "", 5)))
        world.see("closed", file.closed)
    compiled(world, "q/__init__.pyc", "a = 'package'\n")
    world.module(world.api.load_module("q", None, "q", ("", "", 5)))
    world.module(world.api.load_module("p", None, "p/__init__.py", ("", "", 5)))


@scenario
def module_of_a_package_that_is_none(world: World) -> None:
    world.write("p/sub.py")
    world.write("m.py", "a = 'package'\n")
    world.module(world.api.load_module("q", None, "m.py", ("", "", 5)))
    for path in ("p", "missing.py"):
        with world.failure(path):
            world.api.load_module("p", None, path, ("", "", 5))
    world.loaded("p")


@scenario
def module_of_a_short_description(world: World) -> None:
    for details in (("", ""), ("", "", 5, 5), (), None):
        with world.failure(str(details)):
            world.api.load_module("m", None, "m.py", details)


@scenario
def module_of_unknown_kind(world: World) -> None:
    for kind in (0, 4, 8, 9, 10, -1):
        with world.failure(str(kind)):
            world.api.load_module("m", None, "m.py", ("", "", kind))


@scenario
def module_without_a_file(world: World) -> None:
    source = world.write("m.py", "a = 'source'\n")
    bytecode = compiled(world, "m.bin", "a = 'bytecode'\n")
    with world.failure("source"):
        world.api.load_module("m", None, source, (".py", "r", 1))
    with world.failure("bytecode"):
        world.api.load_module("m", None, bytecode, (".pyc", "rb", 2))


@scenario
def module_of_what_was_found(world: World) -> None:
    world.write("m.py", "a = 'source'\n")
    world.write("p/__init__.py", "a = 'package'\n")
    for name in ("m", "p"):
        world.module(world.api.load_module(name, *world.api.find_module(name, ["."])))


@scenario
def module_of_each_kind_that_was_found(world: World) -> None:
    world.write("m.py", "'Text.'\na = __name__\n")
    compiled(world, "b.pyc", "a = 'bytecode'\n")
    compiled(world, "q/__init__.pyc", "a = 'package'\n")
    for name in ("m", "b", "q"):
        file, path, details = world.api.find_module(name, ["."])
        module = world.module(world.api.load_module("my_" + name, file, path, details))
        world.see(name, module.a, file and file.closed)
    found = world.api.find_module("m", ["."])
    world.write("m.py", "c = 'changed'\n")
    first = sys.modules["my_m"]
    spec = first.__spec__
    again = world.api.load_module("my_m", *found)
    world.see("again", again is first, again.__spec__ is spec, again.a, again.c, again.__doc__)


@scenario
def module_that_was_found_and_fails(world: World) -> None:
    world.write("m.py", "a = 1\nraise SystemExit('wrong')\n")
    with world.failure():
        world.api.load_module("mine", *world.api.find_module("m", ["."]))
    world.loaded("mine")
    sys.modules["mine"] = types.ModuleType("mine")
    with world.failure("loaded before"):
        world.api.load_module("mine", *world.api.find_module("m", ["."]))
    world.loaded("mine")
    world.write("p/__init__.py", "import sys\nsys.modules[__name__] = sys\n")
    world.see("another", world.api.load_module("p", *world.api.find_module("p", ["."])) is sys)


@scenario
def module_of_an_extension_that_was_found(world: World) -> None:
    shutil.copy(world.extension, "multi.abi3.so")
    for _ in range(2):
        file, path, details = world.api.find_module("multi", [world.folder])
        with file:
            module = world.api.load_module("multi", file, path, details)
        world.see("extension", details, module.execution, module is sys.modules["multi"])


@scenario
def module_built_in_that_was_found(world: World) -> None:
    found = world.api.find_module("_tracemalloc")
    first = world.api.load_module("_tracemalloc", *found)
    again = world.api.load_module("_tracemalloc", *found)
    world.see("again", again is first, sys.modules["_tracemalloc"] is again)
    world.see("no such name", world.api.load_module("_tracemalloc_2", *found))
    found = world.api.find_module("zipimport")
    world.see("frozen", world.api.load_module("zipimport", *found).__name__)


@scenario
def module_built_in(world: World) -> None:
    found = world.api.find_module("_tracemalloc")
    world.see("found", found)
    module = world.api.load_module("_tracemalloc", *found)
    world.see("loaded", module.__name__, callable(module.start), sys.modules[module.__name__] is module)


@scenario
def module_built_in_under_another_name(world: World) -> None:
    world.write("mine.py")
    sys.path.insert(0, world.folder)
    for name in ("mine", "_thread_2"):
        world.see(name, [world.api.load_module(name, None, None, ("", "", k)) for k in (6, 7)])
    world.see("built in", world.api.load_module("gc", None, None, ("", "", 6)).__name__)
    world.see("frozen", world.api.load_module("zipimport", None, None, ("", "", 7)).__name__)
    world.loaded("mine")
