"""Run programs one after the other, each in a fork of this bare interpreter.

Started as `python -I -S runner.py`.  Every line read from standard input names
a folder; its `main.py` runs there, with standard output and error going to
`<folder>.out` and `<folder>.err`.  The answer is one line, the wait status.
Only modules that every interpreter has loaded anyway are used here: a program
that forgets to import something must not find it already imported.
"""

import posix
import sys
from _signal import alarm  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

SECONDS = 20  # a program that needs longer hangs
WRITE = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC


def next_folder() -> str:
    line = b""
    while not line.endswith(b"\n"):
        byte = posix.read(0, 1)
        if not byte:
            sys.exit()
        line += byte
    return line[:-1].decode()


def next_program() -> "CodeType":
    """Return the code of the next program, in the child process that shall run it."""
    while True:
        folder = next_folder()
        child = posix.fork()
        if child == 0:
            break
        _, status = posix.waitpid(child, 0)
        posix.write(1, b"%d\n" % status)
    alarm(SECONDS)
    posix.chdir(folder)
    for number, (path, flags) in enumerate(
        [("/dev/null", posix.O_RDONLY), (folder + ".out", WRITE), (folder + ".err", WRITE)]
    ):
        opened = posix.open(path, flags)
        posix.dup2(opened, number)
        posix.close(opened)
    script = folder + "/main.py"
    sys.argv[:] = [script]
    sys.path.insert(0, folder)
    with open(script, "rb") as file:
        source = file.read()
    namespace = globals()
    for name in [name for name in namespace if not name.startswith("__")]:
        del namespace[name]
    namespace.update(__file__=script, __doc__=None)
    return compile(source, script, "exec")


exec(next_program())
