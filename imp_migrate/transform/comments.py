"""Comments in trees of LibCST: which there are, and which a change has lost."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst
import libcst.matchers as m

#: Comments that speak to a tool about the line that they end; they go when the line goes.
PRAGMA = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pylint:|pragma:|isort:|pyright:|mypy:|ruff:|nosec|"
    r"noinspection|@UnusedImport|@UnresolvedImport|pyflakes:|flake8:)",
    re.IGNORECASE,
)
#: What a comment calls a file that is closed, apart from the name of its variable.
_FILE = "files?|handles?|streams?|descriptors?|pointers?|it|them"
#: What has no comments in it, but for those in parentheses around it.
_BARE = (cst.Name, cst.SimpleString, cst.SimpleWhitespace, cst.Newline, cst.Integer)
#: What is counted once, since what is around it is counted, too.
_COUNTED = (cst.BaseSuite, cst.BaseStatement)


class Comments:
    """Finds the comments in the nodes of one tree, with the text *code*, and of what becomes of it."""

    def __init__(self, code: str) -> None:
        self._are_none = "#" not in code
        # The nodes are kept, so that no other gets the identity of one of them.
        self._known: dict[int, tuple[cst.CSTNode, Counter[str]]] = {}

    def lost(
        self,
        before: cst.CSTNode,
        after: Sequence[cst.CSTNode],
        elsewhere: Iterable[str],
        in_blocks: bool = True,
    ) -> list[str]:
        """The comments of *before* that are neither in *after* nor *elsewhere*, in order.

        Without those to a tool that end lines, with which they go.  *in_blocks*: the blocks of *before*
        may have lost some, too.
        """
        if self._are_none:
            return []
        count = self._count if in_blocks else _in_head
        there = count(before)
        left = Counter(elsewhere)
        for node in after if there else ():
            left.update(count(node))
        lost = there - left
        if not lost:
            return []
        if not in_blocks:
            return self.lost(before, after, elsewhere)
        found: list[str] = []
        for comment, is_alone in _placed([before]):
            if left[comment]:
                left[comment] -= 1
            elif is_alone or not PRAGMA.match(comment):
                found.append(comment)
        return found

    def _count(self, node: cst.CSTNode) -> Counter[str]:
        """How often each comment is in *node*."""
        if id(node) in self._known:
            return self._known[id(node)][1]
        found: Counter[str] = Counter()
        pending: list[object] = _parts(node)
        while pending:
            part = pending.pop()
            kind = type(part)
            role = _ROLES.get(kind) or _role(kind)
            if role is _Role.SEQUENCE:
                pending += part  # type: ignore[arg-type]
            elif role is _Role.COMMENT:
                found[part.value] += 1  # type: ignore[attr-defined]
            elif role is _Role.COUNTED:
                found.update(self._count(part))  # type: ignore[arg-type]
            elif role is _Role.NODE or (role is _Role.BARE and bool(getattr(part, "lpar", ()))):
                pending += _parts(part)  # type: ignore[arg-type]
        self._known[id(node)] = node, found
        return found


def _in_head(node: cst.CSTNode) -> Counter[str]:
    """How often each comment is in *node*, blocks on lines of their own aside."""
    found: Counter[str] = Counter()
    pending: list[object] = [node]
    while pending:
        part = pending.pop()
        role = _ROLES.get(type(part)) or _role(type(part))
        if role is _Role.SEQUENCE:
            pending += part  # type: ignore[arg-type]
        elif role is _Role.COMMENT:
            found[part.value] += 1  # type: ignore[attr-defined]
        elif role is not _Role.VALUE and not isinstance(part, cst.IndentedBlock):
            pending += _parts(part)  # type: ignore[arg-type]
    return found


def comments_of(nodes: Iterable[cst.CSTNode]) -> list[str]:
    """The comments in *nodes*, in order."""
    return [comment for comment, _ in _placed(nodes)]


def outlived(comments: Sequence[str], gone: Iterable[cst.CSTNode]) -> bool:
    """Say whether *comments* is one on the closing of a file, and says no more, which *gone* did."""
    if len(comments) != 1 or not re.search(r"\bclos", comments[0], re.IGNORECASE):
        return False
    closing = m.Attribute(value=m.Name(), attr=m.Name("close"))
    closed = {cst.ensure_type(a, cst.Attribute).value for n in gone for a in m.findall(n, closing)}
    names = {cst.ensure_type(name, cst.Name).value for name in closed}
    file = "|".join([_FILE, *map(re.escape, sorted(names))])
    forms = (
        r"\bclos(?:e|es|ed|ing)(?:[ \t]+(?:the|this|that|its|open|opened|file)){0,3}[ \t]+"
        rf"(?:{file})\b(?:\W+\w+){{0,3}}\W*$",
        rf"\b(?:{file})\b(?:\W+\w+){{0,5}}\W+closed\W*$",
    )
    return bool(names) and any(re.search(form, comments[0], re.IGNORECASE) for form in forms)


def _placed(nodes: Iterable[cst.CSTNode]) -> Iterator[tuple[str, bool]]:
    """The comments in *nodes*, in order, each with whether it is alone on its line."""
    pending = [*nodes][::-1]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.EmptyLine, cst.TrailingWhitespace)):
            if node.comment is not None:
                yield node.comment.value, isinstance(node, cst.EmptyLine)
        elif isinstance(node, cst.Comment):
            yield node.value, False
        elif not _is_bare(node):
            pending += reversed(node.children)


def comment_lines(comments: Iterable[str]) -> list[cst.EmptyLine]:
    """A line for each of *comments*."""
    return [cst.EmptyLine(comment=cst.Comment(text)) for text in comments]


class _Role(enum.Enum):
    """What a value in the field of a node is to those who look for comments."""

    SEQUENCE = enum.auto()
    COMMENT = enum.auto()
    COUNTED = enum.auto()
    BARE = enum.auto()
    NODE = enum.auto()
    VALUE = enum.auto()


_ROLES: dict[type, _Role] = {}  #: nodes are many, their types are not


def _role(kind: type) -> _Role:
    """What values of the type *kind* are; remembered, for to ask LibCST's classes takes long."""
    found = _Role.VALUE
    for role, types in (
        (_Role.SEQUENCE, (list, tuple)),
        (_Role.COMMENT, (cst.Comment,)),
        (_Role.COUNTED, _COUNTED),
        (_Role.BARE, _BARE),
        (_Role.NODE, (cst.CSTNode,)),
    ):
        if issubclass(kind, types):
            found = role
            break
    _ROLES[kind] = found
    return found


def _is_bare(node: cst.CSTNode) -> bool:
    return isinstance(node, _BARE) and not getattr(node, "lpar", ())


def _parts(node: cst.CSTNode) -> list[object]:
    """What the fields of *node* hold; in no order, for `children` costs ten times as much."""
    return [getattr(node, name) for name in node.__dataclass_fields__]
