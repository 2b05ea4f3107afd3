"""The shapes that generated programs are composed of: templates, simplest first.

In a template `RESULT x` gives x back (`return x` in a function, else an assignment),
`EXPR` stands for an expression, `NAME` and `ARGS` for what says which module is meant, `FILE`
for the path of a file, and `imp.member` for the member in whatever way the program refers to it.
"""

from __future__ import annotations

#: What is searched: name and list of directories, both as expressions.
SEARCHED = [
    ('"tool"', ""),
    ('"missing"', ""),
    ('"kit"', ""),
    ('"alpha"', '["plugins"]'),
    ('"beta"', '["plugins"]'),
    ('"absent"', '["plugins"]'),
    ('"bare"', ""),
    ('"faulty"', ""),
    ('"needy"', ""),
    ('"bad"', '["plugins"]'),
    ('"lone"', ""),
    ('"fresh"', ""),
    ('"json"', ""),
    ('"sys"', ""),
    ('"zipimport"', ""),
    ('"kit.parts"', ""),
    ('"parts"', '__import__("kit").__path__'),
    ('"alpha"', '["nowhere", "plugins"]'),
    ('"sys"', '["plugins"]'),
    ('"tool"', "None"),
    ('"tool"', "sys.path"),
    ('"alpha"', '[os.path.join(os.path.dirname(os.path.abspath(__file__)), "plugins")]'),
]

#: What is a source file, for shapes that close or read the file without asking, or that load
#: under another name: what the rules say about packages and built-in modules there is no defect.
SOURCES = [
    ('"tool"', ""),
    ('"alpha"', '["plugins"]'),
    ('"missing"', ""),
    ('"faulty"', ""),
    ('"fresh"', ""),
    ('"parts"', '__import__("kit").__path__'),
]
NEED_SOURCES = (
    *("pair closed always", "pair with", "pair other name", "text", "find and load other"),
)

#: Shapes that become an import, which also finds what these names stand for, as the rule says.
BECOME_IMPORTS = ("pair by key", "pair if not loaded")
ONLY_IMPORTED = ('"kit.parts"', '"bare"')

#: Files that can be loaded, as expressions, and a name for the module.
LOADED = [
    ('"tool"', '"tool.py"'),
    ('"loaded"', '"tool.py"'),
    ('"loaded"', '"settings.conf"'),
    ('"loaded"', '"faulty.py"'),
    ('"loaded"', '"needy.py"'),
    ('"loaded"', '"absent.py"'),
    ('"kit"', '"kit/__init__.py"'),
    ('"kit.parts"', 'os.path.join("kit", "parts.py")'),
    ('"alpha"', 'os.path.abspath("plugins/alpha.py")'),
    ('"fresh"', '"fresh.py"'),
]

#: One expression, whole.
EXPRESSIONS = {
    "load_source": "imp.load_source(NAME, FILE)",
    "load_source keywords": "imp.load_source(pathname=FILE, name=NAME)",
    "load_source file": "imp.load_source(NAME, FILE, open(FILE))",
    "load_source None": "imp.load_source(NAME, FILE, None)",
    "load_compiled": 'imp.load_compiled("lone", "lone.pyc")',
    "load_package": 'imp.load_package("loaded", "kit")',
    "described": 'imp.load_module(NAME, open(FILE), FILE, (".py", "r", imp.PY_SOURCE))',
    "described mode U": 'imp.load_module(NAME, open(FILE), FILE, (".py", "rU", 1))',
    "described package": 'imp.load_module("loaded", None, "kit", ("", "", imp.PKG_DIRECTORY))',
    "find path": "imp.find_module(ARGS)[1]",
    "find": "imp.find_module(ARGS)",
    "find kind": "imp.find_module(ARGS)[2][2]",
    "find is package": "imp.find_module(ARGS)[-1][-1] == imp.PKG_DIRECTORY",
    "find description": "imp.find_module(ARGS)[2]",
    "find truth": "bool(imp.find_module(ARGS))",
    "find not None": "imp.find_module(ARGS) is not None",
    "find and load": "imp.load_module(NAME, *imp.find_module(ARGS))",
    "find and load other": 'imp.load_module("other", *imp.find_module(ARGS))',
    "find directory": "os.path.dirname(imp.find_module(ARGS)[1])",
    "find directory exists": "os.path.isdir(imp.find_module(ARGS)[1])",
    "reload": 'imp.reload(__import__("tool"))',
    "new_module": "imp.new_module(NAME)",
    "get_magic": "imp.get_magic()",
    "get_tag": "imp.get_tag()",
    "cache_from_source": "imp.cache_from_source(FILE)",
    "cache_from_source debug": "imp.cache_from_source(FILE, debug_override=False)",
    "source_from_cache": "imp.source_from_cache(imp.cache_from_source(FILE))",
    "get_suffixes": "imp.get_suffixes()",
    "suffix list": "[suffix for suffix, mode, kind in imp.get_suffixes()]",
    "suffix tuple": "tuple(triple[0] for triple in imp.get_suffixes())",
    "suffixes of kind": "[s[0] for s in imp.get_suffixes() if s[2] == imp.PY_SOURCE]",
    "suffix dict": "{s: k for s, m, k in imp.get_suffixes()}",
    "suffix first": "imp.get_suffixes()[0][0]",
    "constant": "imp.PY_SOURCE",
    "constants": "(imp.PY_SOURCE, imp.PKG_DIRECTORY, imp.C_BUILTIN)",
    "constant dict": '{imp.PY_SOURCE: "source", imp.PY_COMPILED: "compiled"}.get(1)',
    "is_builtin": "imp.is_builtin(NAME)",
    "is_builtin number": "imp.is_builtin(NAME) == 0",
    "is_frozen": "imp.is_frozen(NAME)",
    "is_frozen_package": 'imp.is_frozen_package("zipimport")',
    "get_frozen_object": 'imp.get_frozen_object("zipimport")',
    "init_builtin": 'imp.init_builtin("sys")',
    "init_builtin none": 'imp.init_builtin("missing")',
    "init_frozen none": 'imp.init_frozen("missing")',
    "lock_held": "imp.lock_held()",
    "function": "imp.load_source",
    "map": 'list(map(imp.reload, [__import__("tool")]))',
    "hasattr": 'hasattr(imp, "cache_from_source")',
    "getattr": 'getattr(imp, "load_source")(NAME, FILE)',
    "isinstance": "isinstance(None, imp.NullImporter)",
}

#: Where an expression can stand.
CONTEXTS = {
    "returned": "RESULT EXPR",
    "assigned": "value = EXPR\nRESULT value",
    "ignored": "EXPR\nRESULT None",
    "argument": "RESULT describe(EXPR)",
    "keyword": "RESULT dict(value=EXPR)",
    "element": "RESULT [EXPR, 1]",
    "subscript": 'box = {}\nbox["key"] = EXPR\nRESULT box',
    "attribute": "holder = Holder()\nholder.value = EXPR\nRESULT holder.value",
    "attribute of it": 'RESULT getattr(EXPR, "RUNS", None)',
    "method of it": "RESULT EXPR.__class__ is None",
    "compared": "RESULT EXPR == 1",
    "negated": "RESULT not EXPR",
    "condition": 'if EXPR:\n    RESULT "yes"\nelse:\n    RESULT "no"',
    "elif": "if name == 0:\n    RESULT 0\nelif EXPR is None:\n    RESULT 1\nelse:\n    RESULT 2",
    "conditional": "RESULT EXPR if name else None",
    "or": "RESULT None or EXPR",
    "walrus": "if (value := EXPR) is not None:\n    RESULT value\nelse:\n    RESULT 0",
    "comprehension": "RESULT [EXPR for _ in range(2)]",
    "generator": "RESULT list(EXPR for _ in range(1))",
    "lambda": "call = lambda: EXPR\nRESULT call()",
    "nested": "def inner():\n    return EXPR\nRESULT inner()",
    "nested method": (
        "class Box:\n    def get(self, name=name):\n        return EXPR\nRESULT Box().get()"
    ),
    "property": (
        "class Box:\n    @property\n    def get(self):\n        return EXPR\nRESULT Box().get"
    ),
    "default": "def inner(value=EXPR):\n    return value\nRESULT inner()",
    "decorator": "@keep(EXPR)\ndef inner():\n    pass\nRESULT inner.kept",
    "class body": "class Box:\n    value = EXPR\nRESULT Box.value",
    "loop": "for _ in range(2):\n    value = EXPR\nRESULT value",
    "iterated": "for value in [EXPR]:\n    pass\nRESULT value",
    "with": "with Holder(EXPR) as value:\n    pass\nRESULT value",
    "try": "try:\n    value = EXPR\nexcept ImportError as error:\n    value = error\nRESULT value",
    "try else finally": (
        "value = 0\ntry:\n    value = EXPR\nexcept (ImportError, OSError):\n    value = 1\n"
        'else:\n    show("else")\nfinally:\n    show("finally")\nRESULT value'
    ),
    "try fallback": 'try:\n    RESULT EXPR\nexcept Exception:\n    RESULT "failed"',
    "f-string": "RESULT f'<{describe(EXPR)}>'",
    "augmented": "values = []\nvalues += [EXPR]\nRESULT values",
    "starred": "RESULT describe(*[EXPR])",
    "semicolons": "value = EXPR; other = 1\nRESULT value",
    "one line": "if True: value = EXPR\nRESULT value",
    "annotated": "value: object = EXPR\nRESULT value",
    "chained": "first = second = EXPR\nRESULT first",
    "generator function": "def inner():\n    yield EXPR\nRESULT list(inner())",
    "tuple": "RESULT EXPR, name",
    "parentheses": "value = (\n    # why\n    EXPR  # what\n)\nRESULT value",
    "deleted": "value = EXPR\ndel value\nRESULT None",
    "assert": "assert EXPR is not NotImplemented\nRESULT None",
}

#: Whole blocks of statements.
BLOCKS = {
    # ---- does it exist?
    "exists": "try:\n    imp.find_module(ARGS)\n    RESULT True\nexcept ImportError:\n    RESULT False",
    "exists else": (
        "try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    RESULT False\nelse:\n    RESULT True"
    ),
    "exists flag": (
        "found = True\ntry:\n    imp.find_module(ARGS)\nexcept ImportError:\n    found = False\n"
        "RESULT found"
    ),
    "exists flag in try": (
        "try:\n    imp.find_module(ARGS)\n    found = True\nexcept ImportError:\n    found = False\n"
        "RESULT found"
    ),
    "exists flag before": (
        "found = False\ntry:\n    imp.find_module(ARGS)\n    found = True\nexcept ImportError:\n"
        "    pass\nRESULT found"
    ),
    "exists pass": "try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    pass\nRESULT 1",
    "exists wide": (
        "try:\n    imp.find_module(ARGS)\n    RESULT True\nexcept Exception:\n    RESULT False"
    ),
    "exists bare": "try:\n    imp.find_module(ARGS)\nexcept:\n    RESULT False\nelse:\n    RESULT True",
    "exists several types": (
        "try:\n    imp.find_module(ARGS)\nexcept (ImportError, AttributeError):\n    RESULT False\n"
        "else:\n    RESULT True"
    ),
    "exists not found error": (
        "try:\n    imp.find_module(ARGS)\n    RESULT True\nexcept ModuleNotFoundError:\n"
        "    RESULT False"
    ),
    "exists two handlers": (
        "try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    RESULT 1\n"
        "except Exception:\n    RESULT 2\nelse:\n    RESULT 3"
    ),
    "exists finally": (
        "try:\n    imp.find_module(ARGS)\n    found = 1\nexcept ImportError:\n    found = 0\n"
        'finally:\n    show("finally")\nRESULT found'
    ),
    "exists only finally": (
        'try:\n    imp.find_module(ARGS)\nfinally:\n    show("finally")\nRESULT 1'
    ),
    "exists error used": (
        "try:\n    imp.find_module(ARGS)\nexcept ImportError as error:\n    RESULT error\n"
        "else:\n    RESULT None"
    ),
    "exists raised": (
        'try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    show("none")\n    raise\nRESULT 1'
    ),
    "exists other error": (
        "try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    raise ValueError(NAME)\nRESULT 1"
    ),
    "exists import": (
        "try:\n    imp.find_module(ARGS)\nexcept ImportError:\n    RESULT None\nelse:\n"
        "    RESULT __import__(NAME)"
    ),
    "exists import in try": (
        "try:\n    imp.find_module(ARGS)\n    RESULT __import__(NAME)\nexcept ImportError as error:\n"
        "    RESULT error"
    ),
    "exists uncaught": "imp.find_module(ARGS)\nRESULT 1",
    "exists closed": (
        "try:\n    file, path, description = imp.find_module(ARGS)\n    if file:\n"
        "        file.close()\n    RESULT True\nexcept ImportError:\n    RESULT False"
    ),
    "exists assigned": (
        "try:\n    value = imp.find_module(ARGS)\nexcept ImportError:\n    value = None\n"
        "RESULT value is not None"
    ),
    "exists truth": (
        "try:\n    found = bool(imp.find_module(ARGS))\nexcept ImportError:\n    found = False\n"
        "RESULT found"
    ),
    "exists suppress": (
        "found = False\nwith contextlib.suppress(ImportError):\n    imp.find_module(ARGS)\n"
        "    found = True\nRESULT found"
    ),
    "exists loop": (
        'found = []\nfor each in ["tool", "missing", "kit"]:\n    try:\n'
        "        imp.find_module(each)\n    except ImportError:\n        continue\n"
        "    found.append(each)\nRESULT found"
    ),
    "exists break": (
        'found = None\nfor each in ["missing", "kit", "tool"]:\n    try:\n'
        "        imp.find_module(each)\n        found = each\n        break\n"
        "    except ImportError:\n        pass\nelse:\n    found = 0\nRESULT found"
    ),
    "exists two": (
        'try:\n    imp.find_module("tool")\n    imp.find_module(ARGS)\nexcept ImportError:\n'
        "    RESULT False\nelse:\n    RESULT True"
    ),
    "exists nested": (
        "try:\n    imp.find_module(ARGS)\n    RESULT 1\nexcept ImportError:\n    try:\n"
        '        imp.find_module("tool")\n        RESULT 2\n    except ImportError:\n        RESULT 3'
    ),
    "exists comments": (
        "# before\ntry:  # try\n    # in\n    imp.find_module(ARGS)  # call\n    # after\n"
        "except ImportError:  # except\n    # handler\n    RESULT False  # no\n"
        "# between\nelse:  # else\n    RESULT True  # yes\n# end"
    ),
    "exists one line": (
        "try: imp.find_module(ARGS)\nexcept ImportError: RESULT False\nRESULT True"
    ),
    "autodiscover": (
        'package = __import__("kit")\nmodules = []\nfor each in ["parts", "absent"]:\n    try:\n'
        "        imp.find_module(each, package.__path__)\n    except ImportError:\n"
        '        continue\n    modules.append(__import__("kit." + each))\nRESULT modules'
    ),
    "autodiscover path": (
        'try:\n    app_path = __import__("kit").__path__\nexcept AttributeError:\n    RESULT None\n'
        'try:\n    imp.find_module("parts", app_path)\nexcept ImportError:\n    RESULT None\n'
        'else:\n    RESULT __import__("kit.parts")'
    ),
    # ---- where is it?
    "path unpacked": "file, path, description = imp.find_module(ARGS)\nRESULT path",
    "path underscore": "_, path, _ = imp.find_module(ARGS)\nRESULT path",
    "path closed": (
        "file, path, description = imp.find_module(ARGS)\nif file:\n    file.close()\nRESULT path"
    ),
    "path of a variable": "info = imp.find_module(ARGS)\nRESULT info[1]",
    "path or none": (
        "try:\n    path = imp.find_module(ARGS)[1]\nexcept ImportError:\n    path = None\nRESULT path"
    ),
    "path joined": ('RESULT os.path.exists(os.path.join(imp.find_module(ARGS)[1], "__init__.py"))'),
    "text": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n    RESULT file.read()\n"
        "finally:\n    file.close()"
    ),
    "text with": (
        "file, path, description = imp.find_module(ARGS)\nwith file:\n    RESULT file.readline()"
    ),
    # ---- what is it?
    "kind": "file, path, (suffix, mode, kind) = imp.find_module(ARGS)\nRESULT kind",
    "all of it": "file, path, (suffix, mode, kind) = imp.find_module(ARGS)\nRESULT path, suffix, mode, kind",
    "kind compared": (
        "file, path, description = imp.find_module(ARGS)\nif file:\n    file.close()\n"
        'if description[2] == imp.PKG_DIRECTORY:\n    RESULT "package"\n'
        'elif description[2] == imp.PY_SOURCE:\n    RESULT "source"\nelse:\n    RESULT "other"'
    ),
    "kind in": (
        "kind = imp.find_module(ARGS)[2][2]\nRESULT kind in (imp.PY_SOURCE, imp.PY_COMPILED)"
    ),
    "kind in dict": (
        'kinds = {imp.PY_SOURCE: "source", imp.PKG_DIRECTORY: "package"}\n'
        "RESULT kinds.get(imp.find_module(ARGS)[2][2])"
    ),
    # ---- several of these, or later
    "text and path": (
        "file, path, description = imp.find_module(ARGS)\nif file is None:\n    RESULT path\n"
        "else:\n    with file:\n        RESULT path, file.readline()"
    ),
    "text and kind": (
        "file, path, (suffix, mode, kind) = imp.find_module(ARGS)\ntry:\n"
        "    RESULT kind == imp.PY_SOURCE and file.readline()\nfinally:\n"
        "    if file: file.close()"
    ),
    "text handled": (
        "file = path = None\ntry:\n    file, path, description = imp.find_module(ARGS)\n"
        "    RESULT file.readline()\nexcept Exception:\n    RESULT path"
    ),
    "kind of several": (
        "file, path, description = imp.find_module(ARGS)\nkind = description[-1]\n"
        "if file:\n    file.close()\n"
        "RESULT path, kind in (imp.PY_SOURCE, imp.PKG_DIRECTORY), kind != imp.C_EXTENSION"
    ),
    "kind without path": (
        "info = imp.find_module(ARGS)\nif info[2][2] not in {imp.C_BUILTIN, imp.PY_FROZEN}:\n"
        "    RESULT info[1], not info[0]\nelse:\n    RESULT info[1]"
    ),
    "kind and pair": (
        "file, path, description = imp.find_module(ARGS)\n"
        "if description[2] == imp.PKG_DIRECTORY:\n    RESULT path\nelse:\n"
        "    RESULT imp.load_module(NAME, file, path, description)"
    ),
    "None beforehand": (
        "info = None\ntry:\n    info = imp.find_module(ARGS)\nexcept ImportError:\n    pass\n"
        "if info is None:\n    RESULT 0\nelse:\n    RESULT info[1], info[0] and info[0].readline()"
    ),
    "first of several": (
        'info = None\nfor each in ["missing", NAME, "tool"]:\n    try:\n'
        '        info = imp.find_module(each, [".", "plugins"])\n        break\n'
        "    except ImportError:\n        continue\n"
        "RESULT None if info is None else info[1], info is None or info[2][2] == imp.PY_SOURCE"
    ),
    "attribute loaded": (
        "class Finder:\n    def find(self):\n        self.found = imp.find_module(ARGS)\n"
        "        return self\n    def load(self):\n"
        "        return imp.load_module(NAME, *self.found)\nRESULT Finder().find().load()"
    ),
    "attribute read": (
        "class Finder:\n    def __init__(self):\n        self.found = None\n"
        "    def find(self):\n        self.found = imp.find_module(ARGS)\n"
        "    def text(self):\n        if self.found[0]:\n"
        "            return self.found[0].readline()\n        return self.found[1]\n"
        "finder = Finder()\ntry:\n    finder.find()\nfinally:\n    RESULT finder.text()"
    ),
    "attribute of a kind": (
        "class Finder:\n    def find(self):\n        self.found = imp.find_module(ARGS)\n"
        "        self.kind = self.found[2][2]\n    def ask(self):\n"
        "        return self.kind == imp.PY_SOURCE, self.found[1]\n"
        "finder = Finder()\nfinder.find()\nRESULT finder.ask()"
    ),
    # ---- find and load
    "pair": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        "    RESULT imp.load_module(NAME, file, path, description)\nfinally:\n    if file:\n"
        "        file.close()"
    ),
    "pair closed always": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        "    RESULT imp.load_module(NAME, file, path, description)\nfinally:\n    file.close()"
    ),
    "pair assigned": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        "    module = imp.load_module(NAME, file, path, description)\nfinally:\n"
        "    if file is not None:\n        file.close()\nRESULT module"
    ),
    "pair never closed": (
        "file, path, description = imp.find_module(ARGS)\n"
        "RESULT imp.load_module(NAME, file, path, description)"
    ),
    "pair closed afterwards": (
        "file, path, description = imp.find_module(ARGS)\n"
        "module = imp.load_module(NAME, file, path, description)\nif file: file.close()\n"
        "RESULT module"
    ),
    "pair triple": "info = imp.find_module(ARGS)\nRESULT imp.load_module(NAME, *info)",
    "pair indexes": (
        "info = imp.find_module(ARGS)\nRESULT imp.load_module(NAME, info[0], info[1], info[2])"
    ),
    "pair with": (
        "file, path, description = imp.find_module(ARGS)\nwith file:\n"
        "    RESULT imp.load_module(NAME, file, path, description)"
    ),
    "pair other name": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        '    RESULT imp.load_module("other", file, path, description)\nfinally:\n    if file:\n'
        "        file.close()"
    ),
    "pair two tries": (
        "try:\n    file, path, description = imp.find_module(ARGS)\nexcept ImportError:\n"
        "    RESULT None\nelse:\n    try:\n"
        "        RESULT imp.load_module(NAME, file, path, description)\n    finally:\n"
        "        if file:\n            file.close()"
    ),
    "pair early return": (
        "file = None\ntry:\n    file, path, description = imp.find_module(ARGS)\n"
        "    RESULT imp.load_module(NAME, file, path, description)\nexcept ImportError as error:\n"
        "    RESULT error\nfinally:\n    if file:\n        file.close()"
    ),
    "pair handler": (
        "try:\n    file, path, description = imp.find_module(ARGS)\n"
        "    RESULT imp.load_module(NAME, file, path, description)\nexcept ImportError:\n"
        "    RESULT None"
    ),
    "pair wide handler": (
        "try:\n    module = imp.load_module(NAME, *imp.find_module(ARGS))\n"
        "except Exception as error:\n    module = error\nRESULT module"
    ),
    "pair if not loaded": (
        "if NAME in sys.modules:\n    RESULT sys.modules[NAME]\nelse:\n"
        "    file, path, description = imp.find_module(ARGS)\n    try:\n"
        "        RESULT imp.load_module(NAME, file, path, description)\n    finally:\n"
        "        if file:\n            file.close()"
    ),
    "pair by key": (
        "try:\n    RESULT sys.modules[NAME]\nexcept KeyError:\n    pass\n"
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        "    RESULT imp.load_module(NAME, file, path, description)\nfinally:\n    if file:\n"
        "        file.close()"
    ),
    "pair path used": (
        "file, path, description = imp.find_module(ARGS)\ntry:\n"
        "    module = imp.load_module(NAME, file, path, description)\nfinally:\n    if file:\n"
        "        file.close()\nRESULT module, path"
    ),
    "pair description used": (
        "file, path, description = imp.find_module(ARGS)\n"
        'if description[2] == imp.PKG_DIRECTORY:\n    show("a package")\n'
        "RESULT imp.load_module(NAME, file, path, description)"
    ),
    "pair loop": (
        'modules = []\nfor each in ["tool", "missing", "kit"]:\n    try:\n'
        "        file, path, description = imp.find_module(each)\n    except ImportError:\n"
        "        continue\n    modules.append(imp.load_module(each, file, path, description))\n"
        "RESULT modules"
    ),
    "pair walk": (
        'path = None\nmodule = None\nfull = ""\nfor part in ("kit", "parts"):\n'
        '    full = full + "." + part if full else part\n'
        "    file, where, description = imp.find_module(part, path)\n    try:\n"
        "        module = imp.load_module(full, file, where, description)\n    finally:\n"
        '        if file:\n            file.close()\n    path = getattr(module, "__path__", None)\n'
        "RESULT module"
    ),
    "pair two functions": (
        "def find():\n    return imp.find_module(ARGS)\ndef load(found):\n"
        "    return imp.load_module(NAME, *found)\nRESULT load(find())"
    ),
    "pair attribute": (
        "holder = Holder(imp.find_module(ARGS))\nRESULT imp.load_module(NAME, *holder.value)"
    ),
    "pair locked": (
        "imp.acquire_lock()\ntry:\n    RESULT imp.load_module(NAME, *imp.find_module(ARGS))\n"
        "finally:\n    imp.release_lock()"
    ),
    "pair package path": (
        'package = __import__("kit")\n'
        'file, path, description = imp.find_module("parts", package.__path__)\ntry:\n'
        '    RESULT imp.load_module("kit.parts", file, path, description)\nfinally:\n    if file:\n'
        "        file.close()"
    ),
    "pair comments": (
        "# find\nfile, path, description = imp.find_module(ARGS)  # found\n# load\ntry:  # now\n"
        "    # really\n    module = imp.load_module(NAME, file, path, description)  # loaded\n"
        "finally:  # close\n    if file:  # if any\n        file.close()  # closed\nRESULT module"
    ),
    # ---- load a file
    "load with": "with open(FILE) as file:\n    RESULT imp.load_source(NAME, FILE, file)",
    "load closed": (
        "file = open(FILE)\ntry:\n    module = imp.load_source(NAME, FILE, file)\nfinally:\n"
        "    file.close()\nRESULT module"
    ),
    "load binary": 'with open(FILE, "rb") as file:\n    RESULT imp.load_source(NAME, FILE, file)',
    "load handler": (
        "try:\n    RESULT imp.load_source(NAME, FILE)\nexcept (ImportError, IOError) as error:\n"
        "    RESULT error"
    ),
    "load if not loaded": (
        "if NAME not in sys.modules:\n    imp.load_source(NAME, FILE)\nRESULT sys.modules[NAME]"
    ),
    "load twice": (
        "first = imp.load_source(NAME, FILE)\nfirst.extra = 1\n"
        "second = imp.load_source(NAME, FILE)\nRESULT first is second, second"
    ),
    "load other file": (
        'first = imp.load_source(NAME, "tool.py")\nsecond = imp.load_source(NAME, FILE)\n'
        "RESULT second"
    ),
    "load removed": ("module = imp.load_source(NAME, FILE)\ndel sys.modules[NAME]\nRESULT module"),
    "load reloaded": ("module = imp.load_source(NAME, FILE)\nRESULT imp.reload(module)"),
    "load global": "global stored\nstored = imp.load_source(NAME, FILE)\nRESULT stored",
    "described with": (
        "with open(FILE) as file:\n"
        '    RESULT imp.load_module(NAME, file, FILE, (".py", "r", imp.PY_SOURCE))'
    ),
    "described binary": (
        'with open(FILE, "rb") as file:\n'
        '    RESULT imp.load_module(NAME, file, FILE, (".py", "rb", imp.PY_SOURCE))'
    ),
    "described closed": (
        'file = open(FILE)\ntry:\n    RESULT imp.load_module(NAME, file, FILE, (".py", "r", 1))\n'
        "finally:\n    file.close()"
    ),
    "described variable": (
        'description = (".py", "r", imp.PY_SOURCE)\nwith open(FILE) as file:\n'
        "    RESULT imp.load_module(NAME, file, FILE, description)"
    ),
    "described suffixes": (
        "for description in imp.get_suffixes():\n"
        "    if FILE.endswith(description[0]) and description[2] == imp.PY_SOURCE:\n"
        "        with open(FILE, description[1]) as file:\n"
        "            RESULT imp.load_module(NAME, file, FILE, description)\n        break\n"
        "else:\n    RESULT None"
    ),
    "described chosen": (
        "if os.path.isdir(FILE):\n"
        '    RESULT imp.load_module(NAME, None, FILE, ("", "", imp.PKG_DIRECTORY))\n'
        "else:\n    RESULT imp.load_source(NAME, FILE)"
    ),
    # ---- modules, locks, suffixes
    "module made": (
        "module = imp.new_module(NAME)\nmodule.__file__ = FILE\nsys.modules[NAME] = module\n"
        "with open(FILE) as file:\n"
        '    exec(compile(file.read(), FILE, "exec"), module.__dict__)\nRESULT module.RUNS'
    ),
    "locked import": (
        "imp.acquire_lock()\ntry:\n    RESULT __import__(NAME)\nfinally:\n    imp.release_lock()"
    ),
    "locked": (
        "imp.acquire_lock()\ntry:\n    values = [NAME]\n    values.append(1)\n"
        "finally:\n    imp.release_lock()\nRESULT values"
    ),
    "locked load": (
        "imp.acquire_lock()\ntry:\n    module = imp.load_source(NAME, FILE)\nfinally:\n"
        "    imp.release_lock()\nRESULT module"
    ),
    "locked without try": "imp.acquire_lock()\nvalue = 1\nimp.release_lock()\nRESULT value",
    "lock twice": (
        "imp.acquire_lock()\nimp.acquire_lock()\nimp.release_lock()\nimp.release_lock()\nRESULT 1"
    ),
    "lock not held": (
        "try:\n    imp.release_lock()\nexcept RuntimeError:\n    RESULT 1\nelse:\n    RESULT 2"
    ),
    "lock class": (
        "class Locked:\n    def __enter__(self):\n        imp.acquire_lock()\n"
        "    def __exit__(self, *error):\n        imp.release_lock()\n"
        "with Locked():\n    RESULT __import__(NAME)"
    ),
    "suffix loop": (
        "found = None\nfor suffix, mode, kind in imp.get_suffixes():\n"
        "    if FILE.endswith(suffix):\n        found = mode, kind\n        break\nRESULT found"
    ),
    "suffix stripped": (
        "for triple in imp.get_suffixes():\n    if FILE.endswith(triple[0]):\n"
        "        RESULT FILE[: -len(triple[0])]\n        break\nelse:\n    RESULT None"
    ),
    "aliases": "find, load = imp.find_module, imp.load_module\nRESULT load(NAME, *find(ARGS))",
    "alias": "load = imp.load_source\nRESULT load(NAME, FILE)",
    "reload handler": (
        "try:\n    RESULT imp.reload(sys.modules[NAME])\nexcept KeyError:\n    RESULT None"
    ),
}
