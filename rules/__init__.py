"""The rules of imp-migrate, one file per family; installed as `imp_migrate.rules`.

A rule file holds, in this order: its documentation (the module docstring,
under fixed headings), the examples that the tests run, its logic, `RULES`.
Files whose name starts with an underscore are shared by several rules.
"""
