"""No guard is left of which changes have settled the outcome."""

from __future__ import annotations

import pytest

import imp_migrate
from tests.rules.code import case, migrated

SETTLED = [
    case(
        "branches that say the same",
        """
        import importlib
        try:
            reload = importlib.reload
        except AttributeError:  # Python 2
            reload = imp.reload
        """,
        """
        import importlib
        reload = importlib.reload
        """,
    ),
    case(
        "an if",
        """
        if sys.version_info < (3, 4) or old:
            again = imp.reload
        else:
            import importlib
            again = importlib.reload
        """,
        """
        if sys.version_info < (3, 4) or old:
            again = importlib.reload
        else:
            import importlib
            again = importlib.reload
        """,
    ),
    case(
        "an if whose branches say the same",
        """
        if old:
            again = imp.reload  # as it was
        else:
            again = importlib.reload
        """,
        """
        again = importlib.reload  # as it was
        """,
    ),
    case(
        "what cannot fail any more",
        """
        try:
            from imp import reload as again
        except ImportError:
            print("no imp")
            raise
        else:
            again(m)
        """,
        """
        from importlib import reload as again
        again(m)
        """,
    ),
    case(
        "nothing is left to try",
        """
        def f():
            try:
                import imp
            except ImportError:
                raise
            imp.new_module("m")
        """,
        """
        def f():
            import types
            types.ModuleType("m")
        """,
    ),
    case(
        "a handler that only raises again",
        """
        def get(name, log):
            file = None
            try:
                file, path, description = imp.find_module(name)
                module = imp.load_module(name, file, path, description)
            except:
                if file:
                    file.close()
                raise
            else:
                log(module)  # done
                file.close()
            return module
        """,
        """
        def get(name, log):
            module = _find_and_load(name)
            log(module)  # done
            return module
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), SETTLED)
def test_settled(before: str, after: str) -> None:
    assert migrated(before) == after


STAYS = [
    # The handler makes its name a variable of the function.
    "def f():\n    try:\n        imp.reload(m)\n    except E as e:\n        raise\n    return e\n",
    # The program had it like this.
    "try:\n    import importlib\nexcept ImportError:\n    pass\nimp.reload(m)\n",
    "if x:\n    f()\nelse:\n    f()\nimp.reload(m)\n",
    # What fails the first time may do so for another reason the second time.
    "try:\n    imp.reload(m)\nexcept Exception:\n    importlib.reload(m)\n",
    # To ask does something.
    "if ask():\n    imp.reload(m)\nelse:\n    importlib.reload(m)\n",
    # A handler binds what would be another variable without it.
    "def f():\n    try:\n        from imp import reload\n    except ImportError:\n"
    "        m = 1; raise\n    reload(m)\n",
    # Not all of it is sure to be there.
    "try:\n    from imp import reload\n    import numpy\nexcept ImportError:\n    raise\nreload(m)\n",
]


@pytest.mark.parametrize("code", STAYS)
def test_stays(code: str) -> None:
    after = migrated(code, "import imp\nimport importlib\n")
    assert after == code.replace("imp.reload", "importlib.reload").replace(
        "from imp ", "from importlib "
    )


def test_a_branch_that_still_names_imp_stays() -> None:
    code = "try:\n    from imp import reload\nexcept ImportError:\n    register(imp)\n    raise\nreload(m)\n"
    assert migrated(code) == code.replace("from imp ", "from importlib ")


@pytest.mark.parametrize("test", ["hasattr(imp, 'load_source')", "not hasattr(imp, 'never')"])
def test_no_constant_as_a_test(test: str) -> None:
    text = f"import imp\nif {test}:\n    x = 1\nelse:\n    x = 2\n"
    assert imp_migrate.migrate(text).text == "x = 1\n"
    assert imp_migrate.migrate(f"import imp\ny = 1 if {test} else 2\n").text == "y = 1\n"


def test_what_a_test_rules_out_goes_with_its_uses() -> None:
    text = "import imp\nif hasattr(imp, 'load_source'):\n    x = 1\nelse:\n    imp.reload(m)\n"
    migration = imp_migrate.migrate(text)
    assert migration.text == "x = 1\n"
    assert len(migration.fixed) == 3
    assert not migration.remaining


def test_an_elif_keeps_its_test() -> None:
    code = "if a:\n    x = 1\nelif hasattr(imp, 'load_source'):\n    x = 2\n"
    assert migrated(code) == code.replace("hasattr(imp, 'load_source')", "True")
