"""Where a breakpoint in a Python text stops: found by the syntax tree, not by the look of a line."""

from __future__ import annotations

import ast
import dis
from types import CodeType
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


class Place(NamedTuple):
    """A statement, or the clause of one, without the statements inside it. Lines are 1-based; columns count UTF-16 units from 1, as editors do."""

    line: int
    last_line: int
    column: int
    end_column: int
    #: Runs more than once without going to another statement in between, as the head of a loop does.
    loops: bool


class Function(NamedTuple):
    name: str
    #: Of the code object: that of the first decorator where there is one.
    first_line: int
    #: Where a breakpoint on the function stops; None where its body runs nothing.
    body: Place | None


class Bound(NamedTuple):
    place: Place | None
    message: str | None


class SourceText:
    """A text as it runs. `error` says why it is no Python, where that is so; then it has no places."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.splitlines()
        self.error: str | None = None
        self.places: list[Place] = []
        self.functions: list[Function] = []
        self.tree: ast.Module | None = None
        self._docstrings: frozenset[int] = frozenset()
        try:
            self.tree = ast.parse(text, path)
            running = _running_lines(compile(text, path, 'exec', dont_inherit=True))
        except (SyntaxError, ValueError, RecursionError) as error:
            self.error = str(error)
            return
        self._read(running)

    def _read(self, running: frozenset[int]) -> None:
        assert self.tree is not None
        docstrings: set[int] = set()
        for node in ast.walk(self.tree):
            first, last = _own_lines(node)
            if _is_constant(node):
                docstrings.update(range(first, last + 1))
            elif first:
                line = next((number for number in range(first, last + 1) if number in running), None)
                if line is not None:
                    self.places.append(self._place(node, line, last))
        self.places.sort(key=lambda place: (place.line, place.column))
        self._docstrings = frozenset(docstrings)
        self._find_functions(self.tree, '')
        self._by_line = self._spread()

    def _place(self, node: ast.AST, line: int, last: int) -> Place:
        loops = isinstance(node, (ast.For, ast.While, ast.AsyncFor))
        text = self.lines[line - 1] if line <= len(self.lines) else ''
        column = len(text) - len(text.lstrip()) + 1
        if line == getattr(node, 'lineno', 0):
            column = _units(text.encode('utf-8', 'surrogatepass')[: node.col_offset].decode('utf-8', 'replace')) + 1  # type: ignore[attr-defined]
        end = _units(self.lines[last - 1].rstrip()) + 1 if last <= len(self.lines) else column
        return Place(line, last, column, end, loops)

    def _spread(self) -> dict[int, Place]:
        """The place that each line belongs to; where several begin on a line, the first."""
        spread: dict[int, Place] = {}
        for place in self.places:
            for line in range(place.line, place.last_line + 1):
                spread.setdefault(line, place)
        return spread

    def _find_functions(self, node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                name = outer + child.name
                first = min([child.lineno] + [decorator.lineno for decorator in child.decorator_list])
                inside = [place for place in self.places if _own_lines(child)[1] < place.line <= (child.end_lineno or child.lineno)]
                self.functions.append(Function(name, first, inside[0] if inside else self._by_first_line(child.lineno)))
                self._find_functions(child, f'{name}.<locals>.')
            elif isinstance(child, ast.ClassDef):
                self._find_functions(child, f'{outer}{child.name}.')
            else:
                self._find_functions(child, outer)

    def _by_first_line(self, line: int) -> Place | None:
        """Of a function in one line: there the body is the last place."""
        return next((place for place in reversed(self.places) if place.line == line), None)

    def at(self, line: int) -> Place | None:
        """The place that a line belongs to."""
        return self._by_line.get(line) if self.error is None else None

    def bind(self, line: int) -> Bound:
        """Where a breakpoint at a line stops, with what there is to say about it."""
        if self.error is not None:
            return Bound(None, f'This file is not valid Python: {self.error}')
        place = self._by_line.get(line)
        if place is not None:
            moved = None if place.line == line else f'Moved to line {place.line}: this line belongs to the statement that begins there.'
            return Bound(place, moved)
        following = next((place for place in self.places if place.line > line), None)
        why = self._why_nothing(line)
        if following is not None:
            return Bound(following, f'Moved to line {following.line}, the next one that runs: {why}.')
        nothing = 'This file has no statement' if not self.places else 'No statement follows this line'
        return Bound(None, f'{nothing}, and {why}. Set the breakpoint at a statement.')

    def locations(self, first: int, last: int) -> list[Place]:
        """One place for each line in a range at which a breakpoint stays where it is."""
        found: dict[int, Place] = {}
        for place in self.places:
            if first <= place.line <= last:
                found.setdefault(place.line, place)
        return list(found.values())

    def named(self, name: str) -> list[Function]:
        """The functions of a name, such as `handler`, `Order.total` or `total`."""
        plain = [(function, function.name.replace('<locals>.', '')) for function in self.functions]
        return [function for function, full in plain if full == name or full.endswith('.' + name)]

    def function_name(self, code: CodeType) -> str:
        """The name of a code object with the classes and functions around it, which Python has only since 3.11."""
        for function in self.functions:
            if function.first_line == code.co_firstlineno and function.name.rpartition('.')[2] == code.co_name:
                return function.name.replace('<locals>.', '')
        return code.co_name

    def _why_nothing(self, line: int) -> str:
        text = self.lines[line - 1].strip() if 1 <= line <= len(self.lines) else ''
        if line > len(self.lines):
            return f'the file ends at line {len(self.lines)}'
        if line in self._docstrings:
            return 'this line is in a text that is only a comment, such as a docstring'
        if text == '':
            return 'this line is empty'
        if text.startswith('#'):
            return 'this line is a comment'
        return f'{_shown(text)} runs nothing by itself'


def code_objects(code: CodeType) -> Iterator[CodeType]:
    """A code object and all that are inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_objects(constant)


def line_starts(code: CodeType) -> list[tuple[int, int]]:
    """Offsets at which a line begins, with the line."""
    return [(offset, line) for offset, line in dis.findlinestarts(code) if line is not None]


def _running_lines(code: CodeType) -> frozenset[int]:
    return frozenset(line for inner in code_objects(code) for _, line in line_starts(inner))


def _own_lines(node: ast.AST) -> tuple[int, int]:
    """First and last line of a statement or clause without those inside it; 0 for what is neither."""
    if isinstance(node, ast.ExceptHandler):
        return node.lineno, max(node.lineno, (node.type.end_lineno or 0) if node.type else 0)
    if type(node).__name__ == 'match_case':
        pattern = node.pattern  # type: ignore[attr-defined]
        guard = node.guard  # type: ignore[attr-defined]
        return pattern.lineno, (guard or pattern).end_lineno
    if not isinstance(node, ast.stmt) or isinstance(node, (ast.Global, ast.Nonlocal)):
        return 0, -1
    if not _has_body(node):
        return node.lineno, node.end_lineno or node.lineno
    last = node.lineno
    for field, value in ast.iter_fields(node):
        if field in ('body', 'orelse', 'finalbody', 'handlers', 'cases', 'decorator_list'):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                last = max([last] + [getattr(inner, 'end_lineno', 0) or 0 for inner in ast.walk(part)])
    return node.lineno, last


def _has_body(node: ast.AST) -> bool:
    return hasattr(node, 'body') or hasattr(node, 'cases')


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _units(text: str) -> int:
    return len(text.encode('utf-16-le', 'surrogatepass')) // 2


def _shown(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
