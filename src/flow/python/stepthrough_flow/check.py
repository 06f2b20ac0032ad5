"""Checks a flow without running it: ``python -I -S check.py PATH`` reads its text and writes what is wrong with it.

The answer is a JSON list of {"code", "message", "line", "column", "endLine", "endColumn"}: lines from 1, columns from 0
in characters; those of the end may be missing. Nothing of the flow is executed.
"""

import ast
import json
import sys
import warnings

_TAKES = 'flows begin with: def handler(system, this, inputs)'


def problems_of(text, path):
    """What is wrong with a flow's text, as a list of dictionaries."""
    try:
        with warnings.catch_warnings():
            # Warnings are not about whether it can run.
            warnings.simplefilter('ignore')
            tree = compile(text, path, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
            # What is wrong beyond the grammar, such as `return` outside of a function.
            compile(text, path, 'exec', dont_inherit=True)
    except SyntaxError as error:
        return [_syntax_problem(error)]
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return [_problem('python/unreadable', 'Python cannot read this text: %s.' % (str(error) or type(error).__name__), 1, 0)]
    return _handler_problems(tree)


def _syntax_problem(error):
    line = error.lineno or 1
    column = max((error.offset or 1) - 1, 0)
    end_line = getattr(error, 'end_lineno', None)
    end_column = getattr(error, 'end_offset', None)
    message = '%s: %s' % (type(error).__name__, error.msg)
    if not end_line or not end_column or (end_line, end_column - 1) <= (line, column):
        return _problem('python/syntax', message, line, column)
    return _problem('python/syntax', message, line, column, end_line, end_column - 1)


def _problem(code, message, line, column, end_line=None, end_column=None):
    problem = {'code': code, 'message': message, 'line': line, 'column': column}
    if end_line is not None:
        problem.update(endLine=end_line, endColumn=end_column)
    return problem


def _handler_problems(tree):
    handler = None
    for statement in _outer_statements(tree.body):
        if _names(statement, 'handler'):
            handler = statement
    if handler is None:
        return [_problem('flow/no-handler', 'The flow has no function "handler"; ' + _TAKES, 1, 0)]
    if isinstance(handler, ast.AsyncFunctionDef):
        return [_at(handler, 'handler is an async function; flows are plain functions.')]
    # Decorators may change what it takes; other definitions are seen when it runs.
    if not isinstance(handler, ast.FunctionDef) or handler.decorator_list:
        return []
    given = handler.args
    positional = len(getattr(given, 'posonlyargs', ())) + len(given.args)
    required = [name.arg for name, default in zip(given.kwonlyargs, given.kw_defaults) if default is None]
    if required:
        return [_at(handler, 'handler requires the keyword argument %s, which nobody gives; %s' % (required[0], _TAKES))]
    if positional - len(given.defaults) > 3:
        return [_at(handler, 'handler takes %d parameters; %s' % (positional, _TAKES))]
    if positional == 0 and given.vararg is None:
        return [_at(handler, 'handler takes no parameters; ' + _TAKES)]
    return []


def _at(handler, message):
    # In Python 3.7 and older, lines of decorated functions were those of their decorators; flows need a newer one.
    return _problem('flow/handler-parameters', message, handler.lineno, handler.col_offset)


def _outer_statements(body):
    """The statements of a module, also those within if, try, with and loops."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for field in ('body', 'orelse', 'finalbody'):
            inner = getattr(statement, field, None)
            if isinstance(inner, list):
                yield from _outer_statements(inner)
        for part in list(getattr(statement, 'handlers', ())) + list(getattr(statement, 'cases', ())):
            yield from _outer_statements(part.body)


def _names(statement, name):
    """Whether a statement gives a value to a name of the module; an import of everything may."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name == name
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) in (name, '*') for alias in statement.names)
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for child in ast.iter_child_nodes(statement)
        if not isinstance(child, ast.stmt)
        for node in ast.walk(child)
    )


def main():
    text = sys.stdin.buffer.read().decode('utf-8-sig')
    sys.stdout.write(json.dumps(problems_of(text, sys.argv[1])))


if __name__ == '__main__':
    main()
