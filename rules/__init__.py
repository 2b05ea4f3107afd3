"""The rules of imp-migrate, one file per family; installed as `imp_migrate.rules`.

A rule file holds, in this order: its documentation (the module docstring,
under fixed headings), the examples that the tests run, its logic, `RULES`.
What several rules share is in `flow/`; every other module here is a rule file.
"""
