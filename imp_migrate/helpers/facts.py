"""What may be known of all calls of a helper in one module; `functions` is cut to it.

A fact makes code superfluous, so a helper cut to some facts serves all calls of
which those, or more, are true.  Each is False here, where nothing is known.
"""

# Of all helpers that load.

#: `sys.modules` holds no module of that name when the helper is called.
FIRST = False
#: Nothing looks at `sys.modules` after the code of the module has failed: the
#: exception ends the program, say.
FATAL = False
#: The module is no compiled one: neither an extension module nor built in.
PURE = False

# Of all helpers that search, and of those that load what a search found.

#: A path is given, and it is a list.
LISTED = False
#: A path is None or a list.
UNCHECKED = False
#: No path is given, or it is None.
PATHLESS = False
#: It is not a built-in or frozen module that is meant.
FILES = False
#: All directories of the path are absolute names, as strings.
ABSOLUTE = False
#: Names are identifiers: not empty, without dots and slashes.
IDENTIFIER = False

# Of `_load_source` and `_load_compiled`.

#: The path is not given by the name that `imp` gave to that parameter.
POSITIONAL = False

# Of these and `_load_dynamic`.

#: No file is given as third argument.
NO_FILE = False

# Of `_load_module`.

#: What is loaded is all that a search of the same module returned.
FOUND = False

# Which other helpers the module gets; for the emitter to say.

#: `_find_and_load_as` is there.
WITH_AS = False
#: `_find_module_path` is there.
WITH_PATH = False
#: `_find_spec` is there.
WITH_SPEC = False
