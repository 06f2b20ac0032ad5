from __future__ import annotations

import os
import tempfile
import unittest
from typing import Any

from debug_peer import STOP, Refused, debug, go, line, numbered, set_lines, value

from stepthrough_flow.debugging.source_text import SourceText


class Snapping(unittest.TestCase):
    """Where a breakpoint on any line of a flow binds"""

    #: Each line of a text with the line that a breakpoint there stops at; 0 where it cannot.
    TEXT = [
        ('"""A flow', 3), (' in two lines."""', 3), ('import os', 3), ('', 6), ('# a comment', 6), ('class A:', 6),
        ('    "text"', 8), ('    x: int = 1', 8), ('', 11), ('    @staticmethod', 11), ('    def f(a,', 11), ('          b=2):', 11),
        ('        """doc"""', 15), ('', 15), ('        if (a and', 15), ('                b):', 15), ('            return max(', 17), ('                a,', 17),
        ('                b)', 17), ('        else:', 21), ('            a = 0', 21), ('        try:', 22), ('            x = 1', 23), ('        except (ValueError,', 24),
        ('                KeyError) as e:', 24), ('            raise', 26), ('        finally:', 28), ('            y = 2', 28), ('        return [i', 29), ('                for i in range(3)]', 29),
        ('', 32), ('def g(): return 1', 32), ('# the end', 0), ('', 0),
    ]

    def test_every_line_belongs_to_a_statement_or_goes_to_the_next(self) -> None:
        text = SourceText('flow.py', '\n'.join(line for line, _ in self.TEXT))
        found = [(place.line if (place := text.bind(number).place) else 0) for number in range(1, len(self.TEXT) + 1)]
        self.assertEqual(found, [line for _, line in self.TEXT])

    def test_a_moved_breakpoint_says_why(self) -> None:
        text = SourceText('flow.py', '\n'.join(line for line, _ in self.TEXT))
        said = [text.bind(number).message for number in (3, 4, 5, 10, 12, 13, 20, 33, 99)]
        self.assertEqual(said, [
            None,
            'Moved to line 6, the next one that runs: this line is empty.',
            'Moved to line 6, the next one that runs: this line is a comment.',
            'Moved to line 11, the next one that runs: "@staticmethod" runs nothing by itself.',
            'Moved to line 11: this line belongs to the statement that begins there.',
            'Moved to line 15, the next one that runs: this line is in a text that is only a comment, such as a docstring.',
            'Moved to line 21, the next one that runs: "else:" runs nothing by itself.',
            'No statement follows this line, and this line is a comment. Set the breakpoint at a statement.',
            'No statement follows this line, and the file ends at line 33. Set the breakpoint at a statement.',
        ])

    def test_columns_are_those_of_editors(self) -> None:
        place = SourceText('flow.py', 'def f():\n\tx = "é😀"; y = 2\n').bind(2).place
        assert place is not None
        self.assertEqual((place.column, place.end_column), (2, 18))

    def test_a_text_that_is_no_Python_binds_nothing_and_says_so(self) -> None:
        self.assertIn('This file is not valid Python', str(SourceText('flow.py', 'def (').bind(1).message))

    def test_functions_are_found_by_their_names(self) -> None:
        text = SourceText('flow.py', 'def a():\n  def b():\n    return 1\n  return b\nclass C:\n  def a(self):\n    "doc"\n    return 2\n')
        self.assertEqual([(f.name, f.body and f.body.line) for f in text.named('a')], [('a', 2), ('C.a', 8)])
        self.assertEqual([f.body and f.body.line for name in ('C.a', 'a.b', 'b') for f in text.named(name)], [8, 3, 3])


class Stopping(unittest.TestCase):
    """Where a flow stops"""

    def test_a_statement_of_several_lines_is_reached_once_in_each_round(self) -> None:
        def talk() -> Any:
            yield STOP
            for _ in range(2):
                assert (yield from go('continue')) == 4
            assert (yield from value('n')) == '2'

        debug('''
            def handler(system, this, inputs):
                for n in range(3):
                    print(n,
                          max(n, 1),
                          n)
        ''', talk, [4])

    def test_the_head_of_a_loop_and_an_except_clause_are_places(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            seen.append((yield from line()))
            for _ in range(5):
                seen.append((yield from go('continue')))

        debug('''
            def handler(system, this, inputs):
                for n in range(2):
                    pass
                while n < 3:
                    n += 1
                try:
                    int('x')
                except ValueError:
                    n = 0
        ''', talk, [3, 5, 9])
        self.assertEqual(seen, [3, 3, 3, 5, 5, 5])

    def test_breakpoints_alone_need_no_trace_function(self) -> None:
        def talk() -> Any:
            yield STOP

        run, _ = debug('''
            import sys
            def other():
                return 1
            def inner():
                return sys.gettrace()
            def handler(system, this, inputs):
                before = str(sys.gettrace())
                other()
                return [before, str(inner()), str(sys.gettrace())]
        ''', talk, [4])
        self.assertEqual(run.returned, ['None', 'None', 'None'])

    def test_nothing_is_traced_without_breakpoints(self) -> None:
        def talk() -> Any:
            with self.assertRaises(Refused):
                yield {'command': 'nonsense'}

        run, _ = debug('import sys\ndef handler(system, this, inputs): return sys.gettrace() is None\n', talk, filters=[{'id': 'uncaught'}])
        self.assertIs(run.returned, True)

    def test_a_breakpoint_can_be_set_in_functions_that_run_already(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            yield from set_lines(5, 8, 10)
            for _ in range(4):
                seen.append((yield from go('continue')))

        debug('''
            def handler(system, this, inputs):
                found = []
                def inner(n):
                    return n + 1
                numbers = (n for n in range(2))
                for n in numbers:
                    found.append(inner(n))
                    this.log(n)
                return found
        ''', talk, [4])
        self.assertEqual(seen, [8, 5, 8, 5])

    @unittest.skipUnless(hasattr(os, 'mkfifo'), 'needs pipes with names')
    def test_many_changes_while_a_flow_waits_for_a_call_end_with_the_last_one(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            yield {'command': 'resume', 'kind': 'continue'}
            for _ in range(50):
                yield from set_lines(3)
                yield from set_lines()
            yield from set_lines(3)
            yield {'command': 'setExceptionFilters', 'filters': [{'id': 'raised'}]}
            # The flow waits for somebody to open the other end.
            open(path, 'w', encoding='utf-8').close()
            yield STOP
            seen.append((yield from line()))

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'pipe')
            os.mkfifo(path)
            debug('''
                def handler(system, this, inputs):
                    for n in range(2):
                        a = n
                        n or open(inputs['path']).close()
            ''', talk, [5], inputs={'path': path})
        self.assertEqual(seen, [3])

    def test_a_generator_stops_each_time_it_goes_on(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            seen.append((yield from value('n')))
            yield from go('continue')
            seen.append((yield from value('n')))

        debug('''
            def numbers():
                n = 0
                while True:
                    n += 1
                    yield n
            def handler(system, this, inputs):
                for n in numbers():
                    if n == 5:
                        break
        ''', talk, [6])
        self.assertEqual(seen, ['1', '2'])

    def test_tracebacks_keep_their_lines(self) -> None:
        def talk() -> Any:
            yield STOP

        run, _ = debug('''
            def fail(n):
                n += 1
                raise ValueError(n)
            def handler(system, this, inputs):
                fail(1)
        ''', talk, [3])
        self.assertEqual([(frame['line'], frame['function']) for frame in run.exception['frames']], [(6, 'handler'), (4, 'fail')])

    def test_breakpoints_in_a_module_bind_when_it_is_imported(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(os.path.realpath(folder), 'prices.py')
            with open(path, 'w', encoding='utf-8') as file:
                file.write('TAX = 20\n\ndef total(price):\n    return price + TAX\n')
            seen = []

            def talk() -> Any:
                yield STOP
                seen.append((yield from go('continue')))
                frames = yield {'command': 'stack', 'thread': 1}
                seen.append([(frame['name'], os.path.basename(frame['path'])) for frame in frames])

            run, peer = debug('''
                def handler(system, this, inputs):
                    import prices
                    return prices.total(5)
            ''', talk, sources=[{'path': path, 'breakpoints': numbered([2, 4], 10)}], functions=[{'number': 20, 'name': 'total'}], modules=(folder,))
        self.assertEqual(run.returned, 25)
        self.assertEqual(seen, [4, [('total', 'prices.py'), ('handler', 'flow.py')]])
        bound = {event['binding']['id']: event['binding'] for event in peer.events if event['kind'] == 'breakpoint'}
        self.assertEqual({number: (binding['verified'], binding['location']['line']) for number, binding in bound.items()}, {10: (True, 3), 11: (True, 4), 20: (True, 4)})
        begun = next(frame['event'] for frame in run.frames if frame['kind'] == 'debug')
        self.assertEqual({(binding['verified'], binding['message']) for binding in begun['bindings'][:2]}, {(False, 'This flow has not imported this file yet.')})

    def test_nothing_stops_while_recorded_calls_are_repeated(self) -> None:
        seen = []

        def talk() -> Any:
            event = yield STOP
            seen.append((event['reason'], (yield from line())))

        debug('''
            def handler(system, this, inputs):
                a = 1
                this.log('one')
                b = 2
                this.set_output('x', 1)
                c = 3
        ''', talk, [3, 5], replay=2, stopAfterReplay=True)
        self.assertEqual(seen, [('pause', 7)])


class Stepping(unittest.TestCase):
    """Steps of a flow"""

    def steps(self, script: str, first: int, *kinds: str) -> list[int]:
        seen: list[int] = []

        def talk() -> Any:
            yield STOP
            yield from set_lines()
            for kind in kinds:
                seen.append((yield from go(kind)))

        debug(script, talk, [first])
        return seen

    def test_over_a_function_that_calls_itself_stays_in_its_frame(self) -> None:
        script = '''
            def down(n):
                if n:
                    down(n - 1)
                return n
            def handler(system, this, inputs):
                down(3)
                return 1
        '''
        self.assertEqual(self.steps(script, 7, 'stepIn', 'next', 'next', 'next', 'next'), [3, 4, 5, 7, 8])

    def test_never_go_into_libraries_and_comprehensions_of_the_line(self) -> None:
        self.assertEqual(self.steps('''
            import json
            def key(n):
                return -n
            def handler(system, this, inputs):
                a = [n * 2 for n in range(3)]
                b = json.dumps(a)
                c = sorted(a, key=key)
                return c
        ''', 6, 'stepIn', 'stepIn', 'stepIn', 'stepOut', 'next'), [7, 8, 4, 8, 9])

    def test_go_through_with_try_and_finally(self) -> None:
        self.assertEqual(self.steps('''
            import contextlib
            def handler(system, this, inputs):
                with contextlib.suppress(ValueError):
                    try:
                        raise ValueError
                    finally:
                        a = 1
                return a
        ''', 4, 'next', 'next', 'next'), [5, 6, 8])

    def test_out_of_and_over_the_end_of_a_function_stop_at_the_call(self) -> None:
        recursion = '''
            def down(n):
                if n == 0:
                    return 0
                return down(n - 1) + 1
            def handler(system, this, inputs):
                a = down(2)
                return a
        '''
        for kind in ('stepOut', 'next', 'stepIn'):
            with self.subTest(kind):
                self.assertEqual(self.steps(recursion, 4, kind, kind, kind, 'next'), [5, 5, 7, 8])

    def test_out_through_a_library_stop_where_the_flow_has_called_it(self) -> None:
        self.assertEqual(self.steps('''
            import re
            def shout(match):
                text = match.group()
                return text.upper()
            def handler(system, this, inputs):
                a = [1]
                b = re.sub('[ab]', shout, 'cab') if len(a) else re.sub(
                    'c', shout, 'cab')
                return b
        ''', 4, 'stepOut', 'next'), [8, 10])

    def test_out_of_a_function_with_an_error_stop_where_the_error_is_handled(self) -> None:
        self.assertEqual(self.steps('''
            def fail():
                raise ValueError
            def through():
                fail()
                return 1
            def handler(system, this, inputs):
                try:
                    through()
                except ValueError:
                    a = 2
                return a
        ''', 3, 'stepOut', 'next'), [10, 11])

    def test_of_a_generator_go_to_who_asked_for_the_value(self) -> None:
        script = '''
            def numbers():
                for n in range(2):
                    yield n
                n = 3
            def handler(system, this, inputs):
                for n in numbers():
                    b = n
                return n
        '''
        self.assertEqual(self.steps(script, 4, 'next', 'next', 'next', 'stepIn', 'stepIn'), [7, 8, 7, 3, 4])
        self.assertEqual(self.steps(script, 5, 'stepOut', 'next'), [7, 9])

    def test_of_a_coroutine_stay_in_it_while_it_waits(self) -> None:
        self.assertEqual(self.steps('''
            import asyncio
            async def inner():
                await asyncio.sleep(0.01)
                return 1
            async def outer():
                a = await inner()
                return a
            def handler(system, this, inputs):
                b = asyncio.run(outer())
                return b
        ''', 4, 'next', 'next', 'next', 'stepOut', 'next'), [5, 7, 8, 10, 11])

    def test_out_of_a_function_show_what_it_returned(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            yield from set_lines()
            for kind in ('stepOut', 'next'):
                yield from go(kind)
                frames = yield {'command': 'stack', 'thread': 1}
                scopes = yield {'command': 'scopes', 'frame': frames[0]['id']}
                variables = yield {'command': 'children', 'reference': scopes[0]['reference']}
                seen.append([(variable['name'], variable['display'], variable['readOnly']) for variable in variables if variable['name'] not in ('system', 'this', 'inputs')])

        debug('''
            class Order:
                def price(self):
                    return {'net': 20}
            def handler(system, this, inputs):
                a = Order().price()['net']
                return a
        ''', talk, [4])
        self.assertEqual(seen, [[('(return) Order.price', "{'net': 20}", True)], [('a', '20', False)]])

    def test_to_the_next_call_is_possible_from_anywhere(self) -> None:
        self.assertEqual(self.steps('''
            def handler(system, this, inputs):
                for n in range(1000):
                    pass
                def work():
                    this.log('a')
                work()
                this.log('b')
        ''', 3, 'stepToCall', 'stepToCall'), [6, 8])


class Looking(unittest.TestCase):
    """Values of a stopped flow"""

    def test_variables_are_changed_where_Python_keeps_them(self) -> None:
        def talk() -> Any:
            yield STOP
            frames = yield {'command': 'stack', 'thread': 1}
            frame = frames[0]['id']
            for target, new in (('local', '10'), ('cell', '20'), ('GLOBAL', '30'), ('items[0]', '40'), ('thing.name', '"new"')):
                yield {'command': 'setExpression', 'target': target, 'value': new, 'frame': frame}
            scopes = yield {'command': 'scopes', 'frame': frames[1]['id']}
            yield {'command': 'setVariable', 'reference': scopes[0]['reference'], 'name': 'outer', 'value': 'outer + 1'}

        run, _ = debug('''
            GLOBAL = 3
            class Thing: pass
            def handler(system, this, inputs):
                outer, cell, items, thing = 1, 2, [4], Thing()
                def inner():
                    local = 0
                    print(cell)
                    return local, cell, GLOBAL
                found = inner()
                return [*found, items, thing.name, outer]
        '''.replace('print(cell)', 'print(cell, items, thing)'), talk, [8])
        self.assertEqual(run.returned, [10, 20, 30, [40], 'new', 2])

    def test_an_expression_sees_variables_inside_comprehensions(self) -> None:
        def talk() -> Any:
            yield STOP
            assert (yield from value('[n for n in numbers if n > limit]')) == '[3]'
            try:
                yield from value('numbers[7]')
            except Refused as error:
                assert str(error) == 'IndexError: list index out of range', error
            else:
                raise AssertionError('numbers[7] has a value')

        debug('''
            def handler(system, this, inputs):
                numbers, limit = [1, 2, 3], 2
                return numbers
        ''', talk, [4])

    def test_a_flow_that_is_blocked_outside_Python_is_paused_and_stepped_on(self) -> None:
        seen = []

        def talk() -> Any:
            yield STOP
            yield from set_lines()
            yield {'command': 'resume', 'kind': 'continue'}
            yield {'command': 'pause'}
            event = yield STOP
            seen.append((event['reason'], (yield from line()), (yield from value('a'))))
            yield {'command': 'setExpression', 'target': 'a', 'value': '7', 'frame': (yield {'command': 'stack', 'thread': 1})[0]['id']}
            seen.append((yield from go('next')))

        run, _ = debug('''
            import select
            def handler(system, this, inputs):
                a = 1
                select.select([], [], [], 1)
                b = a
                return b
        ''', talk, [5])
        self.assertEqual(seen, [('pause', 5, '1'), 6])
        self.assertEqual(run.returned, 7)

    def test_large_dictionaries_say_how_much_is_not_shown(self) -> None:
        def talk() -> Any:
            yield STOP
            whole = yield {'command': 'evaluate', 'expression': 'numbers', 'context': 'watch'}
            children = yield {'command': 'children', 'reference': whole['reference']}
            assert (len(children), children[-1]['display']) == (10_001, '190000 more'), children[-1]
            page = yield {'command': 'children', 'reference': whole['reference'], 'start': 199_999, 'count': 10}
            assert [child['name'] for child in page] == ['199999'], page

        debug('''
            def handler(system, this, inputs):
                numbers = {n: n for n in range(200_000)}
                return 1
        ''', talk, [4])

    def test_a_loop_is_paused(self) -> None:
        def talk() -> Any:
            yield STOP
            yield from set_lines()
            yield {'command': 'resume', 'kind': 'continue'}
            yield {'command': 'pause'}
            event = yield STOP
            assert event['reason'] == 'pause', event
            frames = yield {'command': 'stack', 'thread': 1}
            yield {'command': 'setExpression', 'target': 'go_on', 'value': 'False', 'frame': frames[0]['id']}

        run, _ = debug('''
            def handler(system, this, inputs):
                go_on = True
                while go_on:
                    pass
                return 'paused'
        ''', talk, [3])
        self.assertEqual(run.returned, 'paused')
