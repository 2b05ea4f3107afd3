"""What a person writes in place of each member of `imp`."""

from __future__ import annotations

from .catalogue import MEMBERS, Kind

_LOAD = (
    "`module = importlib.util.module_from_spec(spec)`, `sys.modules[name] = module`,"
    " `spec.loader.exec_module(module)`"
)
_OWN_LOCK = "take a lock of your own, `_import_lock = threading.RLock()`"

#: What to do about members that have no replacement of one name.
_ADVICE = {
    "find_module": "write `importlib.util.find_spec(name)`, or in given directories"
    " `importlib.machinery.PathFinder.find_spec(name, path)`: None is what was an ImportError",
    "load_module": f"write `importlib.import_module(name)`, or with a spec {_LOAD}",
    "load_source": f"write `spec = importlib.util.spec_from_file_location(name, path)`, {_LOAD}",
    "load_compiled": "write `loader = importlib.machinery.SourcelessFileLoader(name, path)`,"
    f" `spec = importlib.util.spec_from_loader(name, loader)`, {_LOAD}",
    "load_package": "write `spec = importlib.util.spec_from_file_location(name,"
    f' os.path.join(path, "__init__.py"))`, {_LOAD}',
    "load_dynamic": "write `loader = importlib.machinery.ExtensionFileLoader(name, path)`,"
    f" `spec = importlib.util.spec_from_loader(name, loader)`, {_LOAD}",
    "create_dynamic": "write `spec.loader.create_module(spec)`",
    "init_builtin": "write `importlib.import_module(name)`, if the name is in"
    " sys.builtin_module_names",
    "init_frozen": "write `importlib.import_module(name)`, if"
    " `importlib.machinery.FrozenImporter.find_spec(name)` is not None",
    "acquire_lock": _OWN_LOCK,
    "release_lock": _OWN_LOCK,
    "lock_held": "write `False`: since 3.3 the import lock is not held while modules execute",
    "NullImporter": "store None in sys.path_importer_cache instead",
    "_fix_co_filename": "write `code = code.replace(co_filename=path)`, and the same for the code"
    " objects in its co_consts",
    "_load": f"write {_LOAD}",
    "_exec": "write `spec.loader.exec_module(module)`",
    "_builtin_from_name": "write `importlib.import_module(name)`",
}


def advice_for(member: str) -> str:
    """What to do about *member*, a member of `imp`, by hand."""
    known = MEMBERS[member]
    if member in _ADVICE:
        return _ADVICE[member]
    if known.kind is Kind.CONSTANT:
        return f"write {known.value}, which was its value"
    if known.kind is Kind.PRIVATE:
        return "do without it: it was a detail of the implementation that nothing replaces"
    return f"use {known.replacement}" if known.replacement else "do without it"
