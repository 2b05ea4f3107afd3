"""The tool on real code: releases of the package index that use `imp`.

    python -m tests.corpus                   the pinned subset, fetched when needed
    python -m tests.corpus --all             all 418 releases (some 330 MB to fetch)
    python -m tests.corpus --only NAME ...   some of them, by <package>-<version>

`--data DIR` says where the releases are kept, `--report FILE` writes all figures as Markdown,
`--modes` tries other settings.  The tests of this folder check the subset and the checks.

data.py       the manifest, the known sites, the files on disk
fetch.py      gets releases from the index; nothing of them is ever run
run.py        runs the tool on one file
checks.py     what must hold for every file; unchanged.py: nothing but the sites changes
metrics.py    figures over all files; report.py writes them down
"""
