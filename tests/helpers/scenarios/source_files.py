"""load_source: one file, loaded by its path."""

from __future__ import annotations

import importlib
import io
import os
import pathlib
import sys
import threading
import types
from typing import Callable

from world import World, different, scenario

BODY = """'docstring'
import sys
world.see("the body runs as", __name__, __package__, __file__)
world.see("registered", sys.modules[__name__].__dict__ is globals())
world.see("its loader", type(__loader__).__mro__[-3].__name__, __spec__.name)
runs = globals().get("runs", 0) + 1
"""


@scenario
def source_first_load(world: World) -> None:
    path = world.write("m.py", BODY)
    module = world.module(world.api.load_source("m", path))
    world.globals_of(module)
    world.files()


@scenario
def source_by_keywords(world: World) -> None:
    world.module(world.api.load_source(pathname=world.write("m.py", BODY), name="m"))


@scenario
def source_imported_afterwards(world: World) -> None:
    module = world.api.load_source("m", world.write("elsewhere/m.py", BODY))
    world.see("the same", importlib.import_module("m") is module)


@scenario
def source_reloaded_afterwards(world: World) -> None:
    sys.path.insert(0, world.folder)
    module = world.api.load_source("m", world.write("m.py", BODY))
    world.see("the same", importlib.reload(module) is module)
    world.module(module)


@scenario
def source_second_load_of_the_same_file(world: World) -> None:
    path = world.write("m.py", BODY)
    module = world.api.load_source("m", path)
    module.added = "by hand"
    world.see("the same", world.api.load_source("m", path) is module)
    world.module(module)
    world.globals_of(module)


@scenario
def source_second_load_of_another_file(world: World) -> None:
    first = world.api.load_source("m", world.write("a.py", "'first'\na = 1\n"))
    second = world.api.load_source("m", world.write("b.cfg", "b = a + 1\n"))
    world.see("the same", first is second)
    world.module(second)
    world.globals_of(second)


@scenario
def source_second_load_as_plain_module_of_a_package(world: World) -> None:
    first = world.api.load_source("m", world.write("p/__init__.py", "a = 1\n"))
    second = world.api.load_source("m", world.write("b.py", "b = 2\n"))
    world.see("the same", first is second)
    world.module(second)


@scenario
def source_second_load_as_package(world: World) -> None:
    world.api.load_source("m", world.write("b.py", "b = 2\n"))
    world.module(world.api.load_source("m", world.write("p/__init__.py", "a = 1\n")))


@different("a module that lost its __doc__ gets one")
def source_second_load_without_docstring_of_its_own(world: World) -> None:
    world.api.load_source("m", world.write("a.py", "'first'\n"))
    module = world.api.load_source("m", world.write("b.py", "world.see('meanwhile', __doc__)\n"))
    del module.__doc__
    world.api.load_source("m", world.write("b.py", "world.see('doc', '__doc__' in globals())\n"))


@scenario
def source_second_load_from_within(world: World) -> None:
    path = world.write(
        "m.py",
        "again = globals().get('again', 0) + 1\n"
        "if again == 1:\n"
        "    inner = world.api.load_source(__name__, __file__)\n"
        "    world.see('in place', inner.__dict__ is globals(), again)\n",
    )
    world.globals_of(world.api.load_source("m", path))


@scenario
def source_under_the_name_of_a_stdlib_module(world: World) -> None:
    import json

    module = world.api.load_source("json", world.write("x.py", "dumps = 'replaced'\n"))
    world.see("the same", module is json, json.dumps, callable(json.loads))
    world.module(json)


@scenario
def source_under_the_name_of_something_that_is_no_module(world: World) -> None:
    sys.modules["m"] = types.SimpleNamespace(old=1)  # type: ignore[assignment]
    module = world.api.load_source("m", world.write("m.py", "new = old + 1\n"))
    world.see("the same", type(module).__name__, module.new, module.__name__, module.__spec__.name)


@scenario
def source_body_fails(world: World) -> None:
    for error in ("ValueError", "ImportError", "SystemExit", "KeyboardInterrupt", "GeneratorExit"):
        path = world.write(error + ".py", f"a = 1\nraise {error}('no luck')\n")
        with world.failure(error):
            world.api.load_source("m", path)
        world.loaded("m")


@scenario
def source_body_fails_the_second_time(world: World) -> None:
    module = world.api.load_source("m", world.write("m.py", "'first'\na = 1\n"))
    path = world.write("m2.py", "'second'\na += 1\nraise SystemExit(a)\n")
    with world.failure():
        world.api.load_source("m", path)
    world.see("still there", sys.modules["m"] is module)
    world.see("attributes", module.a, module.__doc__, module.__file__, module.__spec__.origin)


@scenario
def source_body_fails_after_it_replaced_itself(world: World) -> None:
    path = world.write("m.py", "import sys\nsys.modules[__name__] = 1\n1/0\n")
    with world.failure():
        world.api.load_source("m", path)
    world.loaded("m")


@scenario
def source_body_fails_after_it_removed_itself(world: World) -> None:
    path = world.write("m.py", "import sys\ndel sys.modules[__name__]\n1/0\n")
    with world.failure():
        world.api.load_source("m", path)
    world.loaded("m")


@scenario
def source_error_comes_from_its_line(world: World) -> None:
    path = world.write("m.py", "\n\n1/0\n")
    try:
        world.api.load_source("m", path)
    except ZeroDivisionError as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        assert trace is not None
        world.see("from", trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        world.see("because of", error.__cause__, error.__context__)


@scenario
def source_that_does_not_compile(world: World) -> None:
    good = world.write("good.py", "a = 1\n")
    bad = world.write("bad.py", "a = = 1\n")
    with world.failure("first load", text=False):
        world.api.load_source("m", bad)
    world.loaded("m")
    module = world.api.load_source("m", good)
    with world.failure("second load", text=False):
        world.api.load_source("m", bad)
    world.see("still there", sys.modules["m"] is module, module.__file__)


@scenario
def source_that_is_missing(world: World) -> None:
    with world.failure("first load"):
        world.api.load_source("m", os.path.join(world.folder, "none.py"))
    world.loaded("m")
    module = world.api.load_source("m", world.write("m.py"))
    with world.failure("second load"):
        world.api.load_source("m", os.path.join(world.folder, "none.py"))
    world.see("still there", sys.modules["m"] is module, module.__file__)
    with world.failure("a directory"):
        world.api.load_source("n", world.folder)
    world.loaded("n")


@scenario
def source_with_any_suffix(world: World) -> None:
    for number, name in enumerate(("conf", "conf.cfg", "a.py.example", "p.pyw", "q.pyc", ".rc")):
        module = world.api.load_source(f"m{number}", world.write(name, BODY))
        world.module(module, name)
    world.files()


@scenario
def source_without_writing_bytecode(world: World) -> None:
    sys.dont_write_bytecode = True
    world.api.load_source("m", world.write("m.py", BODY))
    world.files()


@scenario
def source_from_its_cache(world: World) -> None:
    path = world.write("m.py", "a = 'old'\n")
    os.utime(path, (10**9, 10**9))
    world.api.load_source("m", path)
    world.write("m.py", "a = 'new'\n")
    os.utime(path, (10**9, 10**9))
    world.see("of the same size and age", world.api.load_source("n", path).a)
    os.utime(path, (10**9 + 5, 10**9 + 5))
    world.see("younger", world.api.load_source("o", path).a)


@scenario
def source_with_dotted_name(world: World) -> None:
    world.write("parent/__init__.py", "world.see('the parent runs')\n")
    world.write("parent/sibling.py", "b = 2\n")
    path = world.write("child.py", "a = 1\n")
    world.module(world.api.load_source("parent.child", path))
    world.loaded("parent", "parent.child")
    relative = world.write("relative.py", "from .sibling import b\n")
    with world.failure("no parent"):
        world.api.load_source("nowhere.relative", relative)
    world.loaded("nowhere", "nowhere.relative")
    sys.path.insert(0, world.folder)
    world.globals_of(world.api.load_source("parent.relative", relative))
    world.loaded("parent", "parent.relative", "parent.sibling")
    parent = sys.modules["parent"]
    world.see("attributes", hasattr(parent, "relative"), hasattr(parent, "child"))


@scenario
def source_of_a_package(world: World) -> None:
    world.write("p/sub.py", "world.see('sub runs as', __name__)\n")
    world.write("p/deep/__init__.py", "from .. import sub\nfrom .leaf import c\n")
    world.write("p/deep/leaf.py", "from ..sub import __name__ as c\n")
    path = world.write("p/__init__.py", "from . import sub\nfrom .deep import c\n")
    module = world.module(world.api.load_source("q", path))
    world.globals_of(module)
    world.loaded("q", "q.sub", "q.deep.leaf", "p")
    world.module(importlib.import_module("q.deep.leaf"), "leaf")


@scenario
def source_imports_itself(world: World) -> None:
    path = world.write("m.py", "a = 1\nimport m\nworld.see('itself', m.__dict__ is globals(), m.a)\n")
    world.api.load_source("m", path)


@scenario
def source_imports_in_a_circle(world: World) -> None:
    world.write("one.py", "world.see('one')\na = 1\nworld.api.load_source('two', 'two.py')\n")
    world.write("two.py", "world.see('two')\nimport one\nworld.see('from one', one.a)\n")
    world.api.load_source("one", "one.py")


@scenario
def source_replaces_itself_by_a_module(world: World) -> None:
    path = world.write(
        "m.py",
        "import sys, types\n"
        "new = types.ModuleType(__name__)\n"
        "vars(new).update(globals(), mark='new')\n"
        "sys.modules[__name__] = new\n",
    )
    module = world.module(world.api.load_source("m", path))
    world.see("replacement", module.mark, sys.modules["m"] is module)


@different("imp failed on the replacement, which has no __spec__")
def source_replaces_itself_by_any_object(world: World) -> None:
    path = world.write("m.py", "import sys\nsys.modules[__name__] = [1]\n")
    with world.failure():
        world.see("replacement", world.api.load_source("m", path))
    world.loaded("m")


@scenario
def source_removes_itself(world: World) -> None:
    path = world.write("m.py", "import sys\ndel sys.modules[__name__]\n")
    with world.failure():
        world.api.load_source("m", path)
    world.loaded("m")


@scenario
def source_with_relative_path(world: World) -> None:
    world.write("m.py", "world.see('compiled from', (lambda: 0).__code__.co_filename)\n")
    world.write("sub/n.py")
    for number, path in enumerate(("m.py", "./m.py", "sub/../m.py", "sub/n.py")):
        world.module(world.api.load_source(f"m{number}", path), path)


@scenario
def source_behind_a_symbolic_link(world: World) -> None:
    os.symlink(world.write("real.py", BODY), "link.py")
    world.module(world.api.load_source("m", os.path.join(world.folder, "link.py")))


@scenario
def source_with_unusual_names(world: World) -> None:
    world.module(world.api.load_source("no identifier", world.write("a b-\u00e4.py", "a = 1\n")))
    world.module(world.api.load_source("__init__", world.write("p/__init__.py", "a = 1\n")))
    world.module(world.api.load_source("", world.write("m.py", "a = 1\n")))


@scenario
def source_with_wrong_types(world: World) -> None:
    path = world.write("m.py")
    for value in (pathlib.Path(path), os.fsencode(path), None):
        with world.failure(type(value).__name__, text=False):
            world.api.load_source("m", value)
    world.loaded("m")


@scenario
def source_with_a_file(world: World) -> None:
    path = world.write("m.py", "runs = globals().get('runs', 0) + 1\na = runs\nf = lambda: 0\n")
    other = world.write("other.py", "a = 'of the other'\nf = None\n")
    sys.dont_write_bytecode = True
    for number, (name, mode) in enumerate(((path, "r"), (path, "rb"), (other, "rb"), (other, "r"))):
        file = open(name, mode)
        module = world.module(world.api.load_source("m{}".format(number), path, file))
        world.see("with a file", name, mode, module.a, file.closed)
        world.see("once more", world.api.load_source(module.__name__, path, file).a)
        world.see("compiled from", module.f and module.f.__code__.co_filename)
    with open(path, "rb") as file:
        file.readline()
        with world.failure("in the middle", text=False):
            world.api.load_source("middle", path, file)
        world.see("closed", file.closed)
    with world.failure("no file of the system", text=False):
        world.api.load_source("m", path, io.StringIO("a = 1"))
    world.see("none", world.api.load_source("n", path, None).a)


@scenario
def source_with_a_file_and_bytecode(world: World) -> None:
    path = world.write("m.py", "a = 1\n")
    os.utime(path, (10**9, 10**9))
    world.api.load_source("m", path)
    with open(path, "rb") as file:
        world.see("from its cache", world.api.load_source("n", path, file).a)
    world.files()


@scenario
def source_in_other_encodings(world: World) -> None:
    with open("latin.py", "wb") as file:
        file.write(b"# coding: latin-1\na = '\xe4'\n")
    with open("mark.py", "wb") as file:
        file.write(b"\xef\xbb\xbfa = '\xc3\xa4'\r\n")
    world.see("latin", world.api.load_source("latin", "latin.py").a)
    world.see("mark", world.api.load_source("mark", "mark.py").a)


@scenario
def source_with_dataclass_and_annotations_as_text(world: World) -> None:
    path = world.write(
        "m.py",
        "from __future__ import annotations\n"
        "import dataclasses, enum, pickle, typing\n"
        "@dataclasses.dataclass\n"
        "class Point:\n"
        "    x: int\n"
        "    y: typing.ClassVar[int] = 0\n"
        "class Color(enum.Enum):\n"
        "    RED = 1\n"
        "copies = pickle.loads(pickle.dumps((Point(3), Color.RED, Point)))\n"
        "hints = typing.get_type_hints(Point)\n",
    )
    module = world.api.load_source("m", path)
    world.see("pickled", module.copies, module.copies[1] is module.Color.RED)
    world.see("hints", module.hints)


@scenario
def source_is_found_by_inspect(world: World) -> None:
    import inspect

    module = world.api.load_source("m", world.write("m.py", "class A:\n    b = 1\n"))
    world.see("source", inspect.getsource(module.A), inspect.getsourcefile(module.A))
    world.see("module", inspect.getmodule(module.A) is module)


def in_thread(function: Callable[..., object], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread


@scenario
def threads_that_load_the_same(world: World) -> None:
    path = world.write("m.py", "import time\ntime.sleep(0.01)\n")
    start = threading.Barrier(8, timeout=5)
    found = []

    def load() -> None:
        start.wait()
        found.append(world.api.load_source("m", path))

    for thread in [in_thread(load) for _ in range(8)]:
        thread.join(5)
    world.see("modules", len(found), len(set(map(id, found))), found[0] is sys.modules["m"])


@different("a thread that imports the module while it is loaded does not wait for it")
def threads_that_import_meanwhile(world: World) -> None:
    world.entered, world.left = threading.Event(), threading.Event()  # type: ignore[attr-defined]
    path = world.write("m.py", "world.entered.set()\nworld.left.wait(0.2)\na = 1\n")
    thread = in_thread(world.api.load_source, "m", path)
    if world.entered.wait(5):  # type: ignore[attr-defined]
        world.see("complete", hasattr(importlib.import_module("m"), "a"))
    world.left.set()  # type: ignore[attr-defined]
    thread.join(5)
