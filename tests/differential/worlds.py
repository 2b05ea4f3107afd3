"""Compose programs of several files, migrate them as a folder, compare before and after.

    python -m tests.differential.worlds [--seed N] [--count N] [--show NUMBER]

A world has a file that takes something from imp, files that hand it on (aliases, stars,
`__all__`, packages), files that use what they are handed, and a program that imports them,
patches them, asks for names, and installs hooks.  Number N of seed S is always the same
world.  Python 3.11 runs it as it is, and 3.11 to 3.13 after `imp-migrate --write .`.  A line
that is printed differently is a difference unless the tool reported what is left and the
line is as before on 3.11, or it is what the program's own guard prints there without imp.
Every difference is shrunk and printed.  Exit status 1 if there is one.
"""

from __future__ import annotations

import argparse
import functools
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import command
from tests.differential.harness import LENIENT, Laboratory, Outcome, lay_out
from tests.differential.programs import Program
from tests.interpreters import find

BEFORE = "3.11"
AFTER = ("3.11", "3.12", "3.13")

NOT_A_PROGRAM = "not a program"
_NONSENSE = ("SyntaxError", "IndentationError", "NameError")

#: What stands in every world and is not about imp.
FIXED = {
    "shown.py": """\
def plain(value):
    if isinstance(value, (str, bytes, int, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(plain, value)) + "]"
    if type(value).__name__ == "module":
        return "module " + value.__name__
    return "callable" if callable(value) else type(value).__name__


def step(label, function, *arguments):
    try:
        print(label, plain(function(*arguments)), flush=True)
    except Exception as error:
        kind = "ImportError" if isinstance(error, ImportError) else type(error).__name__
        print(label, "raises", kind, flush=True)
""",
    "patching.py": """\
import contextlib
import sys


def _resolve(name):
    parts = name.split(".")
    module = __import__(parts[0])
    for end in range(2, len(parts) + 1):
        if not hasattr(module, parts[end - 1]):
            __import__(".".join(parts[:end]))
        module = getattr(module, parts[end - 1])
    return module


@contextlib.contextmanager
def _replaced(owner, name, value):
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield value
    finally:
        setattr(owner, name, before)


class patch:
    def __new__(cls, target, value):
        owner, _, name = target.rpartition(".")
        return _replaced(_resolve(owner), name, value)

    @staticmethod
    def object(owner, name, value):
        return _replaced(owner, name, value)

    @staticmethod
    @contextlib.contextmanager
    def multiple(target, **values):
        owner = _resolve(target) if isinstance(target, str) else target
        with contextlib.ExitStack() as stack:
            for name, value in values.items():
                stack.enter_context(_replaced(owner, name, value))
            yield

    @staticmethod
    @contextlib.contextmanager
    def dict(table, values):
        table = sys.modules if table == "sys.modules" else table
        missing = {name: table[name] for name in values if name in table}
        table.update(values)
        try:
            yield
        finally:
            for name in values:
                del table[name]
            table.update(missing)


class MonkeyPatch:
    def setattr(self, owner, name, value=None):
        if isinstance(owner, str):
            owner, value = owner.rpartition("."), name
            owner, name = _resolve(owner[0]), owner[2]
        getattr(owner, name)
        setattr(owner, name, value)

    def setitem(self, table, name, value):
        table[name] = value
""",
    "tool.py": "VALUE = 'tool'\n",
    "plug/gear.py": "VALUE = 'gear'\n",
}

#: A use of each member, `M` being whatever reaches it.
MEMBERS = {
    "get_tag": "M()[:7]",
    "get_magic": "type(M()).__name__",
    "reload": 'M(__import__("tool")).VALUE',
    "new_module": 'M("made").__name__',
    "load_source": 'M("loaded", "tool.py").VALUE',
    "find_module": 'M("tool")[2]',
    "is_builtin": 'bool(M("sys"))',
    "PY_SOURCE": "M",
    "get_suffixes": "[suffix for suffix, mode, kind in M() if kind == 1]",
    "cache_from_source": 'M("tool.py")[:16]',
}

#: How a file takes from imp; what it then has, by name ("*": the module).
MODULE_WAYS = {
    "import imp": "imp",
    "import imp as _imp": "_imp",
    "import os, imp, sys": "imp",
    'imp = __import__("imp")': "imp",
    'import importlib\nimp = importlib.import_module("imp")': "imp",
    "try:\n    import imp\nexcept ImportError:\n    imp = None": "imp",
    "try:\n    import imp\nexcept ImportError:\n    import importlib as imp": "imp",
    "import sys\nif sys.version_info < (3, 12):\n    import imp\nelse:\n    imp = None": "imp",
    "import sys\nif sys.version_info[0] >= 3:\n    import imp": "imp",
    "HAVE_IMP = True\ntry:\n    import imp\nexcept ImportError:\n    HAVE_IMP = False": "imp",
    "import imp  # needed by others": "imp",
    "import imp\nloading = imp": "loading",
    "if True:\n    import imp as loading": "loading",
}
MEMBER_WAYS = (
    "from imp import {member}",
    "from imp import {member} as {name}",
    "from imp import (  # what is needed\n    {member} as {name},\n)",
    "import imp\n{name} = imp.{member}",
    "try:\n    from imp import {member}\nexcept ImportError:\n    {member} = None",
    "from imp import *",
)

#: How a file hands on `{name}`, which the file `{module}` has, as `{new}`.
HANDED_ON = (
    "from {module} import {name}",
    "from {module} import {name} as {new}",
    "from {module} import (  # handed on\n    {name},\n)",
    "from {module} import *",
    "import {module} as source\n{new} = source.{name}",
    "from {package} import {last} as source\n{new} = source.{name}",
    "import {module} as source\n\ndef __getattr__(name):\n    return getattr(source, name)",
    'import {module} as source\n{new} = getattr(source, "{name}")',
    'import importlib\n{new} = getattr(importlib.import_module("{module}"), "{name}")',
    "try:\n    from {module} import {name}\nexcept ImportError:\n    {name} = None",
    "if True:\n    from {module} import {name}",
    "import sys, {module}\n{new} = sys.modules['{module}'].{name}",
)

#: What a file says of the names that it has for others.
EXPORTS = (
    "__all__ = ['{name}', 'use_0']",
    "__all__ = '{name} use_0'.split()",
    "EXPORTED = ['{name}']\n__all__ = EXPORTED + ['use_0']",
    "__all__ = ['use_0']\n__all__ += ['{name}']",
    "__all__ = []\n__all__.append('{name}')\n__all__.extend(('use_0',))",
    "__all__ = [name for name in globals() if not name.startswith('__')]",
)

#: Functions that use an expression, `{n}` telling them apart.
USES = (
    "def use_{n}():\n    return {expression}",
    "def use_{n}(unused=None, *rest):\n    result = {expression}\n    return result",
    "class Holder_{n}:\n    def method(self):\n        return {expression}\n\n"
    "def use_{n}():\n    return Holder_{n}().method()",
    "use_{n} = lambda: {expression}",
    "def use_{n}():\n    if {base}:\n        return {expression}\n    return 'without'",
    "def use_{n}():\n    try:\n        return {expression}\n"
    "    except (AttributeError, TypeError):\n        return 'failed'",
    "def use_{n}():\n    def inner():\n        return {expression}\n    return inner()",
    "VALUE_{n} = {expression} if {base} else None\n\ndef use_{n}():\n    return VALUE_{n}",
    "def use_{n}(function=lambda: {expression}):\n    return function()",
    "def use_{n}():\n    return [{expression} for _ in range(1)][0]",
    "def use_{n}():\n    return eval({expression!r}, globals())",
    "def use_{n}():\n    scope = {{}}\n    exec('import imp\\nfound = imp.get_tag()[:7]', scope)\n"
    "    return scope['found']",
    "def use_{n}():\n    return 'imp' in globals(), '{base}' in globals()",
    "def use_{n}():\n    return globals()['{base}'] is not None and {expression}",
    "def use_{n}():\n    assert callable(reach), reach\n    return {expression}\n\n"
    "def reach():\n    return {base}",
    "class Holder_{n}:\n    held = {base}\n\n"
    "def use_{n}():\n    return Holder_{n}.held is not None and {expression}",
    "def use_{n}():\n    global {base}\n    return {expression}",
)
#: The same with an import in the function.
LOCAL_USES = (
    "def use_{n}():\n    import imp\n    return {expression}",
    "def use_{n}():\n    from imp import {member}\n    return {called}",
    "def use_{n}():\n    try:\n        import imp\n    except ImportError:\n        return 'none'\n"
    "    return {expression}",
    "def use_{n}():\n    import sys\n    if 'imp' not in sys.modules:\n        import imp\n"
    "    return sys.modules['imp'].{member} is not None",
    "def use_{n}(verbose=False):\n    if verbose:\n        import sys\n        print(sys.path)\n"
    "    import imp\n    return {expression}",
    "class Holder_{n}:\n    import imp\n    def method(self):\n        imp = self.imp\n"
    "        return {expression}\n\ndef use_{n}():\n    return Holder_{n}().method()",
    "class Holder_{n}:\n    import imp\n\nclass Heir_{n}(Holder_{n}):\n    pass\n\n"
    "def use_{n}():\n    return Heir_{n}.imp.get_tag()[:7]",
)

#: What the program does to a module `module` (its full name: `{full}`), which has `{name}`.
PATCHES = (
    "with patch('{full}.{name}', FAKE): step('{label}', module.use_{n})",
    "with patch.object(module, '{name}', FAKE): step('{label}', module.use_{n})",
    "with patch.multiple('{full}', {name}=FAKE): step('{label}', module.use_{n})",
    "with patch.multiple(module, {name}=FAKE): step('{label}', module.use_{n})",
    "with patch.dict(module.__dict__, {{'{name}': FAKE}}): step('{label}', module.use_{n})",
    "with patch.dict(vars(module), {{'{name}': FAKE}}): step('{label}', module.use_{n})",
    "with patch('%s.{name}' % module.__name__, FAKE): step('{label}', module.use_{n})",
    "with patch(f'{{module.__name__}}.{name}', FAKE): step('{label}', module.use_{n})",
    "MODULE = '{full}'\nwith patch(MODULE + '.{name}', FAKE): step('{label}', module.use_{n})",
    "MonkeyPatch().setattr(module, '{name}', FAKE)\nstep('{label}', module.use_{n})",
    "MonkeyPatch().setattr('{full}.{name}', FAKE)\nstep('{label}', module.use_{n})",
    "MonkeyPatch().setitem(vars(module), '{name}', FAKE)\nstep('{label}', module.use_{n})",
    "module.{name} = FAKE\nstep('{label}', module.use_{n})",
    "setattr(module, '{name}', FAKE)\nstep('{label}', module.use_{n})",
    "module.__dict__['{name}'] = FAKE\nstep('{label}', module.use_{n})",
    "vars(module).update({name}=FAKE)\nstep('{label}', module.use_{n})",
    "def install(target):\n    target.{name} = FAKE\n\n"
    "install(module)\nstep('{label}', module.use_{n})",
    "for target in [module]:\n    setattr(target, '{name}', FAKE)\nstep('{label}', module.use_{n})",
    "NAMES = ['{name}']\nfor name in NAMES:\n    setattr(module, name, FAKE)\n"
    "step('{label}', module.use_{n})",
    "del module.{name}\nstep('{label}', module.use_{n})",
    "delattr(module, '{name}')\nstep('{label}', module.use_{n})",
    "import {full}\nwith patch.object({full}, '{name}', FAKE): step('{label}', module.use_{n})",
    "import sys\nsys.modules['{full}'].{name} = FAKE\nstep('{label}', module.use_{n})",
)
#: The same for a module that has imp itself as `{name}`, of which `{member}` is used.
MEMBER_PATCHES = (
    "with patch('{full}.{name}.{member}', INNER): step('{label}', module.use_{n})",
    "with patch.object(module.{name}, '{member}', INNER): step('{label}', module.use_{n})",
    "with patch.multiple(module.{name}, {member}=INNER): step('{label}', module.use_{n})",
    "with patch('imp.{member}', INNER): step('{label}', module.use_{n})",
    "import imp\nimp.{member} = INNER\nstep('{label}', module.use_{n})",
    "import imp\nwith patch.object(imp, '{member}', INNER): step('{label}', module.use_{n})",
    "MonkeyPatch().setattr('imp.{member}', INNER)\nstep('{label}', module.use_{n})",
    "import sys\nwith patch.dict(sys.modules, {{'imp': FAKE}}): step('{label}', module.use_{n})",
    "with patch.dict('sys.modules', {{'imp': FAKE}}): step('{label}', module.use_{n})",
    "module.{name}.{member} = INNER\nstep('{label}', module.use_{n})",
    "setattr(module.{name}, '{member}', INNER)\nstep('{label}', module.use_{n})",
)
#: What is asked of it.
QUESTIONS = (
    "step('{label}', lambda: hasattr(module, '{name}'))",
    "step('{label}', lambda: module.{name} is not None)",
    "step('{label}', lambda: getattr(module, '{name}', None) is None)",
    "step('{label}', lambda: '{name}' in vars(module))",
    "step('{label}', lambda: module.{name}.get_tag()[:7])",
    "from {full} import {name} as taken\nstep('{label}', lambda: taken is module.{name})",
    "from {full} import *\nstep('{label}', lambda: {name} is not None)",
    "step('{label}', lambda: __import__('{full}', fromlist=['{name}']).{name} is not None)",
    "import importlib\nimportlib.reload(module)\nstep('{label}', module.use_{n})",
    "step('{label}', lambda: eval('module.{name}') is not None)",
    "import operator\nstep('{label}', lambda: operator.attrgetter('{name}')(module) is not None)",
    "step('{label}', lambda: [name for name in ('{name}',) if getattr(module, name, None)] != [])",
    "step('{label}', lambda: '{name}' in getattr(module, '__all__', ['none']))",
)

#: Hooks and other things that a program does once.
HOOKS = (
    "import sys, imp\nclass Finder:\n    def find_module(self, name, path=None):\n"
    "        return self if name == 'served' else None\n    def load_module(self, name):\n"
    "        module = sys.modules.setdefault(name, imp.new_module(name))\n"
    "        module.VALUE = 'served'\n        module.__loader__ = self\n        return module\n\n"
    "sys.meta_path.append(Finder())\nstep('{label}', lambda: __import__('served').VALUE)",
    "import sys, imp\nfrom importlib.machinery import ModuleSpec\nclass Finder:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        return ModuleSpec(name, self) if name == 'served' else None\n"
    "    def create_module(self, spec):\n        return imp.new_module(spec.name)\n"
    "    def exec_module(self, module):\n        module.VALUE = 'served'\n\n"
    "sys.meta_path.insert(0, Finder())\nstep('{label}', lambda: __import__('served').VALUE)",
    "import sys, imp\nclass Finder:\n    def find_module(self, name, path=None):\n"
    "        try:\n            self.found = imp.find_module(name, ['plug'])\n"
    "        except ImportError:\n            return None\n        return self\n"
    "    def load_module(self, name):\n        return imp.load_module(name, *self.found)\n\n"
    "step('{label}', lambda: Finder().find_module('gear').load_module('gear').VALUE)",
    "import builtins\nreal = builtins.__import__\nasked = []\n"
    "def noted(name, *rest):\n    asked.append(name)\n    return real(name, *rest)\n\n"
    "builtins.__import__ = noted\nimport tool\nbuiltins.__import__ = real\n"
    "step('{label}', lambda: 'tool' in asked)",
    "import sys, imp\nsys.path.append('plug')\n"
    "step('{label}', lambda: imp.load_module('gear', *imp.find_module('gear')).VALUE)",
    "import sys, imp\nmodule_made = imp.new_module('made')\nsys.modules['made'] = module_made\n"
    "step('{label}', lambda: __import__('made') is module_made)",
    "import sys, types\nshim = types.ModuleType('imp')\nshim.get_tag = lambda: 'shim'\n"
    "sys.modules['imp'] = shim\nimport imp\nstep('{label}', lambda: imp.get_tag()[:7])",
    "import sys\nif sys.version_info >= (3, 12):\n    import types\n"
    "    sys.modules['imp'] = types.ModuleType('imp')\n    sys.modules['imp'].get_tag = "
    "lambda: sys.implementation.cache_tag\nimport imp\nstep('{label}', lambda: imp.get_tag()[:7])",
    "step('{label}', lambda: __import__('imp').get_tag()[:7])",
    "names = ['json', 'imp']\nstep('{label}', lambda: [__import__(n).__name__ for n in names])",
    "import importlib.util\nstep('{label}', lambda: importlib.util.find_spec('imp') is not None)",
    "import imp\nimp.acquire_lock()\ntry:\n    import tool\nfinally:\n    imp.release_lock()\n"
    "step('{label}', lambda: tool.VALUE)",
    "import imp\nhandle, path, description = imp.find_module('gear', ['plug'])\n"
    "gear = imp.load_module('gear', handle, path, description)\nhandle.close()\n"
    "step('{label}', lambda: gear.VALUE)",
    "import imp\nstep('{label}', lambda: imp.get_tag()[:7])\nfor name in list(globals()):\n"
    "    if name.startswith('_') and not name.startswith('__'):\n        del globals()[name]\n"
    "step('{label} again', lambda: imp.load_source('again', 'tool.py').VALUE)",
)

# The first so many of USES and LOCAL_USES are rewritten whatever they use.
_CALM, _CALM_LOCAL = 10, 3
# Members whose name stays when the import is changed.
_SWAPPED = ("reload", "new_module", "PY_SOURCE", "cache_from_source")

_NAMES = ("compat", "core", "base", "app", "engine", "shim", "loading_tools")


@dataclass(frozen=True)
class World:
    """The files of a program, each in blocks of which any may be left out."""

    files: Mapping[str, tuple[str, ...]]

    def contents(self) -> dict[str, bytes]:
        """Every file, by its path."""
        made = {path: "\n\n".join((*blocks, "")) for path, blocks in self.files.items()}
        return {path: text.encode() for path, text in {**FIXED, **made}.items()}

    def smaller(self) -> Iterator[World]:
        """The worlds with one file or block less."""
        for path in self.files:
            if path != "main.py" and not path.endswith("__init__.py"):
                yield World({p: blocks for p, blocks in self.files.items() if p != path})
        for path, blocks in self.files.items():
            for number in range(len(blocks)):
                rest = blocks[:number] + blocks[number + 1 :]
                yield World({**self.files, path: rest})

    def __str__(self) -> str:
        return "\n".join(
            f"--- {path}\n" + "\n".join(blocks) for path, blocks in self.files.items() if blocks
        )


@dataclass
class _File:
    """A file in the making: what it has, by name ("*" for imp itself, else the member)."""

    path: str
    module: str
    blocks: list[str] = field(default_factory=list)
    has: dict[str, str] = field(default_factory=dict)
    uses: dict[int, tuple[str, str]] = field(default_factory=dict)  #: name and member, by number


class _Composer:
    """Draws one world."""

    def __init__(self, drawn: random.Random) -> None:
        self.drawn = drawn
        self.files: list[_File] = []
        #: Nothing that the tool must leave alone for sure, so that it all runs on 3.12, too.
        self.calm = drawn.random() < 0.5
        self.packaged = drawn.random() < 0.5
        self.relative = drawn.random() < 0.5
        self.number = 0
        self.variables = 0
        self.names = list(drawn.sample(_NAMES, len(_NAMES)))

    def world(self) -> World:
        draw = self.drawn
        self._provider()
        for _ in range(draw.choice((0, 0, 1, 1, 2))):
            self._handing_on()
        for _ in range(draw.choice((0, 1, 1, 2))):
            self._consumer()
        for file in self.files:
            self._add_uses(file)
        if draw.random() < 0.15:
            self._circle()
        main = self._main()
        files = {file.path: tuple(file.blocks) for file in self.files}
        if self.packaged:
            files.setdefault("pkg/__init__.py", ())
        return World({**files, "main.py": tuple(main)})

    # -- files -----------------------------------------------------------------

    def _new(self) -> _File:
        if self.packaged and self.files and self.drawn.random() < 0.2:
            if not any(file.module == "pkg" for file in self.files):
                return _File("pkg/__init__.py", "pkg")
        name = self.names.pop()
        return (
            _File(f"pkg/{name}.py", f"pkg.{name}") if self.packaged else _File(f"{name}.py", name)
        )

    def _provider(self) -> None:
        draw, file = self.drawn, self._new()
        if draw.random() < (0.3 if self.calm else 0.6):
            way = draw.choice(list(MODULE_WAYS))
            file.has[MODULE_WAYS[way]] = "*"
            file.blocks.append(way)
        else:
            member = draw.choice(_SWAPPED if self.calm else list(MEMBERS))
            way = draw.choice(MEMBER_WAYS)
            name = f"our_{member}" if "{name}" in way else member
            file.blocks.append(way.format(member=member, name=name))
            file.has[name] = member
        self._export(file)
        self.files.append(file)

    def _handing_on(self) -> None:
        draw, source = self.drawn, self.drawn.choice(self.files)
        file = self._new()
        form = draw.choice(HANDED_ON)
        name, what = draw.choice(list(source.has.items()))
        new = draw.choice((name, f"{name}_too")) if "{new}" in form else name
        text = form.format(
            module=self._spelt(source, file, form),
            package="pkg" if self.packaged else source.module,
            last=source.module.rpartition(".")[2],
            name=name,
            new=new,
        )
        if "from {package}" in form and not (self.packaged and source.module != "pkg"):
            text = f"import {source.module} as source\n{new} = source.{name}"
        file.blocks.append(text)
        file.has[new] = what
        self._export(file)
        self.files.append(file)

    def _consumer(self) -> None:
        """A file that takes what it uses, or imports imp for itself."""
        if self.drawn.random() < (0.7 if self.calm else 0.3):
            file = self._new()
            file.blocks.append("import imp")
            file.has["imp"] = "*"
            self.files.append(file)
        else:
            self._handing_on()

    def _spelt(self, source: _File, file: _File, form: str) -> str:
        """How *file* names the module *source* in an import."""
        if self.relative and self.packaged and "from {module}" in form:
            return "." + source.module.removeprefix("pkg").lstrip(".")
        return source.module

    def _export(self, file: _File) -> None:
        if self.drawn.random() < 0.25:
            name = self.drawn.choice(list(file.has))
            file.blocks.append(self.drawn.choice(EXPORTS).format(name=name))

    def _add_uses(self, file: _File) -> None:
        draw = self.drawn
        if not any("use_0" in block for block in file.blocks) and draw.random() < 0.2:
            return
        for n in range(draw.choice((1, 1, 2, 3))):
            if draw.random() < 0.2:
                member = draw.choice(list(MEMBERS))
                expression = MEMBERS[member].replace("M", f"imp.{member}", 1)
                called = MEMBERS[member].replace("M", member, 1)
                text = draw.choice(LOCAL_USES[: _CALM_LOCAL if self.calm else None])
                file.blocks.append(
                    text.format(n=n, expression=expression, member=member, called=called)
                )
                name = "imp"
            else:
                name, what = draw.choice(list(file.has.items()))
                member = draw.choice(list(MEMBERS)) if what == "*" else what
                reached = f"{name}.{member}" if what == "*" else name
                expression = MEMBERS[member].replace("M", reached, 1)
                text = draw.choice(USES[: _CALM if self.calm else None])
                file.blocks.append(text.format(n=n, expression=expression, base=name))
            file.uses[n] = name, member

    def _circle(self) -> None:
        """The first file also imports the last one, early, late or in a function."""
        first, last = self.files[0], self.files[-1]
        if first is last or last.module == "pkg":
            return
        text = f"import {last.module}"
        if self.drawn.random() < 0.5:
            first.blocks.insert(0, text)
        else:
            first.blocks.append(text)

    # -- the program -----------------------------------------------------------

    def _label(self) -> str:
        self.number += 1
        return str(self.number)

    def _main(self) -> list[str]:
        draw = self.drawn
        blocks = ["from shown import step"]
        mock = "unittest.mock" if draw.random() < 0.1 else "patching"
        actions = [text for file in self.files for text in self._on(file)]
        if draw.random() < 0.3:
            actions.insert(
                draw.randrange(len(actions) + 1), draw.choice(HOOKS).format(label=self._label())
            )
        text = "\n".join(actions)
        if "patch" in text or "MonkeyPatch" in text:
            blocks.append(f"from {mock} import patch\nfrom patching import MonkeyPatch")
        if "FAKE" in text or "INNER" in text:
            members = "".join(f"\n    {m} = staticmethod(INNER)" for m in MEMBERS)
            blocks.append(
                "class Answer:\n    VALUE = 'fake'\n    __name__ = 'fake'\n"
                "    def __getitem__(self, key): return 'fake'\n"
                "    def __iter__(self): return iter(())\n\n"
                "def INNER(*given, **more): return Answer()\n\n"
                f"class Fake:{members}\n    def __call__(self, *given): return Answer()\n\n"
                "FAKE = Fake()"
            )
        return [*blocks, *actions]

    def _on(self, file: _File) -> Iterator[str]:
        """What the program does with *file*."""
        draw = self.drawn
        if draw.random() < 0.15:
            return
        package, _, last = file.module.rpartition(".")
        forms = [f"import {file.module} as module"]
        forms += [f"from {package} import {last} as module"] * bool(package)
        forms += [f"import importlib\nmodule = importlib.import_module({file.module!r})"]
        forms += [f"import sys, {file.module}\nmodule = sys.modules[{file.module!r}]"]
        head = draw.choice(forms)
        n = draw.choice(list(file.uses or [0]))
        lines = [head]
        lines += [f"step('{self._label()}', module.use_{use})" for use in file.uses]
        for _ in range(draw.choice((0, 1, 1, 2))):
            name, what = draw.choice(list(file.has.items()))
            member = file.uses.get(n, ("", "get_tag"))[1]
            choices = [QUESTIONS, PATCHES] + ([MEMBER_PATCHES] if what == "*" else [])
            if self.calm:
                choices = [PATCHES] if what in _SWAPPED else []
            if not choices:
                continue
            text = draw.choice(draw.choice(choices))
            lines.append(
                text.format(full=file.module, name=name, n=n, member=member, label=self._label())
            )
        text = "\n".join(lines)
        self.variables += 1
        if draw.random() < 0.9:  # else one variable for all of them
            text = re.sub(r"\bmodule\b(?!_)", f"module_{self.variables}", text)
        yield text


def compose(seed: int, number: int) -> World:
    """World *number* of *seed*."""
    return _Composer(random.Random(f"{seed}/{number}")).world()


# ---------------------------------------------------------------------------- comparison


@dataclass(frozen=True)
class Verdict:
    """What came of a world.

    signature: what is wrong, in a few words, or "".
    details: what was printed.
    left: what the tool reported as left to a person.
    codes: the rules that did.
    migrated: the files that were changed.
    errors: how many errors the world shows as it is, when something is wrong.
    """

    signature: str
    details: str = ""
    left: str = ""
    codes: tuple[str, ...] = ()
    migrated: str = ""
    errors: int = 0


class _Contents(Program):
    """A program that lies nowhere."""

    def __init__(self, world: World) -> None:
        super().__init__(Path("world"))
        object.__setattr__(self, "world", world)

    def contents(self) -> dict[str, bytes]:
        world: World = self.world  # type: ignore[attr-defined]
        return world.contents()


class Judge:
    """Migrates worlds and runs them."""

    def __init__(self, laboratory: Laboratory, folder: Path) -> None:
        self.laboratory = laboratory
        self.folder = folder
        self._known: dict[str, Verdict] = {}

    def __call__(self, world: World) -> Verdict:
        """Say what came of *world*."""
        if str(world) not in self._known:
            self._known[str(world)] = self._verdict(world)
        return self._known[str(world)]

    def _verdict(self, world: World) -> Verdict:
        program = _Contents(world)
        before = self._run(program, [BEFORE], LENIENT)[BEFORE]
        if before.error.startswith(_NONSENSE) or not before.stdout:
            return Verdict(NOT_A_PROGRAM, str(before))
        status, left, after = self._migrated(world)
        changed = "".join(
            f"--- {path}\n{data.decode()}"
            for path, data in after.items()
            if data != world.contents()[path]
        )
        codes = tuple(word for word in left.split() if word.startswith("IMP"))
        if status not in (0, 1) or "internal error" in left:
            return Verdict("the tool fails", left, left, codes, changed)
        versions = [BEFORE] if status else list(AFTER)
        outcomes = self._run(program, versions, LENIENT, after)
        for version, outcome in outcomes.items():
            if _comparable(outcome) == _comparable(before):
                continue
            own = self._alone(world, version) if version != BEFORE else before
            if version != BEFORE and _guarded(before, own, outcome):
                continue
            again = self._run(program, [BEFORE], LENIENT, again=True)[BEFORE]
            if again != before:
                return Verdict("not deterministic", str(before))
            details = f"Python {version}\nbefore: {before}\nafter:  {outcome}"
            said = "reported" if left else "nothing reported"
            where = "3.11" if version == BEFORE else "later"
            signature = f"{where}, {said}, {outcome.error.partition(':')[0] or 'output'}"
            errors = before.stdout.count(" raises ") + bool(before.error)
            return Verdict(signature, details, left, codes, changed, errors)
        return Verdict("", "", left, codes, changed)

    def _alone(self, world: World, version: str) -> Outcome:
        """What *world* prints on a Python without imp, but for the imports of imp with no guard."""
        contents = world.contents()
        contents["imp_before.py"] = _source_of_imp()
        contents["main.py"] = _UNGUARDED + contents["main.py"]
        return self._run(_Contents(world), [version], LENIENT, contents)[version]

    def _migrated(self, world: World) -> tuple[int, str, dict[str, bytes]]:
        """The exit status of the tool, what it says, and the Python files after it."""
        folder = self.folder / "moved"
        lay_out(folder, world.contents())
        try:
            status, said, _ = command.inside("--write", ".", cwd=folder)
        except Exception as error:
            return 2, f"{type(error).__name__}: {error}", {}
        finally:
            after = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in sorted(folder.rglob("*.py"))
            }
            shutil.rmtree(folder)
        return status, said if status else "", after

    def _run(
        self,
        program: Program,
        versions: list[str],
        warnings: str,
        files: dict[str, bytes] | None = None,
        *,
        again: bool = False,
    ) -> dict[str, Outcome]:
        outcomes = self.laboratory.run(program, versions, warnings, files, again=again)
        for run in self.folder.glob("[0-9]*"):
            shutil.rmtree(run)
        return outcomes


@functools.cache
def _source_of_imp() -> bytes:
    executable = find(BEFORE)
    assert executable is not None
    asked = [executable, "-W", "ignore", "-c", "import imp; print(imp.__file__)"]
    return Path(subprocess.check_output(asked, text=True).strip()).read_bytes()


#: Lets `import imp` find a copy of it, except where a guard is ready for its absence.
_UNGUARDED = b"""\
def _begin():
    import ast, builtins, importlib, importlib.util, sys
    real, real_import_module = builtins.__import__, importlib.import_module

    def is_guarded(frame):
        with open(frame.f_code.co_filename) as file:
            tree = ast.parse(file.read())
        return any(
            node.body[0].lineno <= frame.f_lineno <= node.body[-1].end_lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Try) and any("ImportError" in ast.dump(h) for h in node.handlers)
        )

    def import_anyhow(name, *rest, **more):
        if name == "imp" and not any(rest[3:]) and not is_guarded(sys._getframe(1)):
            return sys.modules.get("imp") or real("imp_before")
        return real(name, *rest, **more)

    def import_module(name, *rest):
        return import_anyhow(name) if name == "imp" else real_import_module(name, *rest)

    builtins.__import__, importlib.import_module = import_anyhow, import_module

_begin()
del _begin
"""


def _comparable(outcome: Outcome) -> tuple[str, int, str]:
    """What must be the same: of an uncaught error only its kind."""
    kind = outcome.error.partition(":")[0].replace("ModuleNotFound", "Import")
    return outcome.stdout, outcome.status, kind


def _guarded(before: Outcome, own: Outcome, after: Outcome) -> bool:
    """Say whether every line is as before, or what the program as it is prints without imp.

    Not if that is an error for want of imp.
    """
    ends = {_comparable(outcome)[1:] for outcome in (before, own, after)}
    if len(ends) > 1:
        return False
    lines = [outcome.stdout.splitlines() for outcome in (before, own, after)]
    return len({len(some) for some in lines}) == 1 and all(
        now in (old, alone) if "raises" not in alone else now == old
        for old, alone, now in zip(*lines, strict=True)
    )


# ------------------------------------------------------------------------------- running


@dataclass
class Tally:
    """What a run of the generator found."""

    worlds: int = 0
    clean: int = 0  #: nothing is left to a person
    changed: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    nonsense: Counter[str] = field(default_factory=Counter)  #: by what it fails with as it is


def explore(
    judge: Judge,
    seed: int,
    count: int,
    report: Callable[[int, World, Verdict], None],
    out: Callable[[str], None] = lambda _: None,
    *,
    start: int = 0,
    smaller: bool = True,
) -> Tally:
    """Try *count* worlds of *seed*; *report* every difference, made *smaller* if so wanted."""
    tally = Tally()
    for number in range(start, start + count):
        world = compose(seed, number)
        verdict = judge(world)
        tally.worlds += 1
        tally.clean += not verdict.left
        tally.changed += bool(verdict.migrated)
        tally.left.update(set(verdict.codes))
        if verdict.signature == NOT_A_PROGRAM:
            tally.nonsense[verdict.details.rpartition("] ")[2][:60]] += 1
        elif verdict.signature:
            tally.bad[verdict.signature] += 1
            if smaller:
                world = shrink(world, verdict.signature, judge)
            report(number, world, judge(world))
        if tally.worlds % 100 == 0:
            out(f"{tally.worlds} worlds, {tally.clean} with nothing left, {dict(tally.bad)}")
    return tally


def shrink(world: World, signature: str, judge: Judge) -> World:
    """A smaller world with the same difference, as small as leaving things out can make it."""
    errors = judge(world).errors
    again = True
    while again:
        again = False
        for smaller in world.smaller():
            verdict = judge(smaller)
            if verdict.signature == signature and verdict.errors <= errors:
                world, again = smaller, True
                break
    return world


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--count", type=int, default=200, metavar="N")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="number of the first")
    parser.add_argument("--whole", action="store_true", help="do not shrink what is found")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="this one only, with all files")
    arguments = parser.parse_args()

    def report(number: int, world: World, verdict: Verdict) -> None:
        print(f"\n##### {number}: {verdict.signature}\n{world}")
        print(f"##### after the migration\n{verdict.migrated}")
        print(f"##### left\n{verdict.left}\n{verdict.details}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder).resolve())
        judge = Judge(laboratory, Path(folder).resolve())
        if arguments.show is not None:
            world = compose(arguments.seed, arguments.show)
            report(arguments.show, world, judge(world))
            tally = Tally()
        else:
            tally = explore(
                judge,
                arguments.seed,
                arguments.count,
                report,
                lambda line: print(line, flush=True),
                start=arguments.start,
                smaller=not arguments.whole,
            )
        laboratory.close()
    print(f"\n{tally.worlds} worlds; {tally.changed} changed, {tally.clean} with nothing left")
    print(f"fail as they are: {dict(tally.nonsense)}")
    print(f"left to a person, in worlds: {dict(tally.left.most_common())}")
    print(f"differences: {dict(tally.bad.most_common())}")
    return int(bool(tally.bad))


if __name__ == "__main__":
    sys.exit(main())
