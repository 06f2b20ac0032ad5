from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from peer import PATH, PROGRAM, Peer, Signal, run, run_handler


class Handlers(unittest.TestCase):
    """A handler"""

    def test_of_three_parameters_gets_system_this_and_the_inputs(self) -> None:
        done = run(
            """
            import flow_api
            def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
                return [isinstance(system, flow_api.System), isinstance(this, flow_api.Execution), inputs]
        """,
            inputs={'a': 1},
        )
        self.assertEqual(done.returned, [True, True, {'a': 1}])

    def test_of_three_parameters_gets_a_dict_where_there_is_no_input(self) -> None:
        self.assertEqual(run_handler('return inputs').returned, {})

    def test_of_two_parameters_asks_for_its_inputs(self) -> None:
        done = run_handler(
            "return this.get('input_value')", 'system, this', answers={'record.get': {'input_value': [1]}}
        )
        self.assertEqual(done.returned, [1])

    def test_of_one_parameter_gets_the_object_of_2018(self) -> None:
        done = run_handler('return c.getInputs()', 'c', answers={'record.get': {'input_value': {'a': 1}}})
        self.assertEqual(done.returned, {'a': 1})

    def test_may_have_defaults_varargs_decorators_or_be_a_callable(self) -> None:
        cases = {
            'def handler(system, this, inputs=None, more=1): return [inputs, more]': [{'a': 1}, 1],
            'def handler(*everything): return len(everything)': 3,
            'def handler(system, *rest): return len(rest)': 2,
            'def handler(system, this, inputs, *, flag=True): return flag': True,
            'class Flow:\n    def handler(self, system, this): return 2\nhandler = Flow().handler': 2,
            'class Flow:\n    def __call__(self, system, this, inputs): return inputs\nhandler = Flow()': {'a': 1},
            'import functools\ndef full(x, system, this): return x\nhandler = functools.partial(full, 5)': 5,
            'import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a) + 1\n    return g\n@d\ndef handler(system, this): return 1': 2,
            'handler = lambda system, this, inputs: inputs': {'a': 1},
        }
        for script, returned in cases.items():
            with self.subTest(script):
                self.assertEqual(run(script, inputs={'a': 1}).returned, returned)

    def test_that_cannot_be_called_is_refused_with_its_line(self) -> None:
        cases = {
            'x = 1': ('The script has no function "handler"', []),
            'def Handler(system, this): pass': ('There is "Handler"', []),
            'handler = 5': ('handler is an int; it must be a function', []),
            '\ndef handler(): pass': ('handler takes no parameters', [2]),
            '\ndef handler(a, b, c, d): pass': ('handler takes 4 parameters', [2]),
            'def handler(system, this, *, inputs): pass': ('requires the keyword argument inputs', [1]),
            '\n\nasync def handler(system, this): pass': ('handler is an async function', [3]),
            'def handler(system, this): yield 1': ('handler has yield in it', [1]),
            'async def handler(system, this): yield 1': ('handler is an async function', [1]),
            'class C:\n    async def __call__(self, a, b): pass\nhandler = C()': ('handler is async', []),
            'import functools\ndef f(a, b, c, d, e): pass\nhandler = functools.partial(f, 1)': ('cannot be called', []),
        }
        for script, (message, lines) in cases.items():
            with self.subTest(script):
                done = run(script)
                self.assertEqual(done.status, 'error')
                self.assertIn(message, done.message)
                self.assertEqual(done.exception['type'], 'HandlerError')
                self.assertEqual([frame['line'] for frame in done.exception['frames']], lines)


class Ends(unittest.TestCase):
    """A flow ends"""

    def test_with_success_and_what_it_returns(self) -> None:
        for value in (0, False, '', [], {'a': [1.5, None]}, 'ü'):
            with self.subTest(value):
                done = run_handler(f'return {value!r}')
                self.assertEqual((done.status, done.message, done.returned), ('success', '', value))

    def test_without_a_value_where_it_returns_none(self) -> None:
        self.assertNotIn('returned', run_handler('pass').end)

    def test_with_the_signal_that_it_raises(self) -> None:
        cases = {
            "return this.success('all done')": ('success', 'all done'),
            'this.success()': ('success', ''),
            "return this.error('bad')": ('error', 'bad'),
            'this.error(5)': ('error', '5'),
            "this.end('success', 'x')": ('success', 'x'),
            "this.end('ENDED_ERROR', 'x')": ('error', 'x'),
            "this.end('cancelled', 'x')": ('cancel', 'x'),
            "this.cancel('stop')": ('cancel', 'stop'),
            "raise flow_api.ExecutionSuccess('by hand')": ('success', 'by hand'),
            'raise flow_api.exceptions.ExecutionCancel()': ('cancel', ''),
        }
        for body, expected in cases.items():
            with self.subTest(body):
                done = run_handler(body)
                self.assertEqual((done.status, done.message), expected)
                self.assertNotIn('exception', done.end)

    def test_with_the_signal_that_the_engine_answers(self) -> None:
        for signal in ('success', 'error', 'cancel'):
            with self.subTest(signal):
                done = run_handler("this.get('x')\nthis.log('never')", answers={'record.get': Signal(signal, 'so')})
                self.assertEqual((done.status, done.message, done.names()), (signal, 'so', ['record.get']))

    def test_with_the_signal_whatever_the_flow_catches(self) -> None:
        cases = [
            "try:\n    this.success('first')\nexcept Exception:\n    return 5",
            "try:\n    this.success('first')\nexcept:\n    pass\nreturn 5",
            "try:\n    this.success('first')\nexcept:\n    this.error('second')",
            "try:\n    this.success('first')\nexcept:\n    raise ValueError('second')",
            "try:\n    this.success('first')\nexcept BaseException:\n    pass\nthis.log('never')",
            "for _ in range(10):\n    try:\n        this.success('first')\n    except:\n        continue\nthis.log('never')",
            "try:\n    this.success('first')\nfinally:\n    return 5",
            "try:\n    this.success('first')\nexcept flow_api.EngineException:\n    pass",
        ]
        for body in cases:
            with self.subTest(body):
                done = run_handler(body)
                self.assertEqual((done.status, done.message, done.names()), ('success', 'first', []))

    def test_with_the_signal_and_shows_an_exception_that_came_after(self) -> None:
        done = run_handler("""
            try:
                return this.success('done')
            finally:
                raise ValueError('of the clean-up')
        """)
        self.assertEqual((done.status, done.message), ('success', 'done'))
        self.assertIn('ValueError: of the clean-up', done.output('stderr'))

    def test_after_its_clean_up_which_may_still_call(self) -> None:
        done = run_handler("""
            try:
                try:
                    return this.success('done')
                finally:
                    try:
                        raise KeyError('inner')
                    except KeyError:
                        this.log('in the inner handler')
            finally:
                this.log('cleaned up')
        """)
        self.assertEqual(
            (done.status, [args['values'] for args in done.named('this.log')]),
            ('success', [['in the inner handler'], ['cleaned up']]),
        )

    def test_by_leaving_python(self) -> None:
        cases = {
            'import sys; sys.exit()': ('success', ''),
            'import sys; sys.exit(0)': ('success', ''),
            'import sys; sys.exit(3)': ('error', 'SystemExit: 3'),
            "import sys; sys.exit('why')": ('error', 'SystemExit: why'),
            'raise KeyboardInterrupt': ('cancel', 'interrupted'),
        }
        for body, expected in cases.items():
            with self.subTest(body):
                done = run_handler(body)
                self.assertEqual((done.status, done.message), expected)

    def test_without_a_word_where_it_kills_its_process(self) -> None:
        done = run_handler("this.log('last')\nimport os; os._exit(9)")
        self.assertEqual((done.end, done.exit_code, done.names()), (None, 9, ['this.log']))

    def test_with_an_error_where_JSON_cannot_hold_what_it_returns(self) -> None:
        for value in (
            'object()',
            "float('nan')",
            '{1, 2}',
            'b"x"',
            '{(1, 2): 3}',
            'this.log',
            '[a] if a.append(a) is None else 0',
        ):
            with self.subTest(value):
                done = run_handler(f'a = []\nreturn {value}')
                self.assertEqual(done.status, 'error')
                self.assertIn('handler returned what JSON cannot hold', done.message)
                self.assertEqual(done.exception['frames'], [{'file': PATH, 'line': 3, 'function': 'handler'}])

    def test_with_dates_uuids_and_records_as_texts(self) -> None:
        done = run_handler("""
            import datetime, uuid
            return [datetime.date(2020, 1, 2), uuid.UUID(int=5), system.setting('x').save()]
        """)
        self.assertEqual(done.returned, ['2020-01-02', '00000000-0000-0000-0000-000000000005', 'id-of-x'])

    def test_with_the_signal_of_another_thread(self) -> None:
        done = run_handler("""
            import threading
            thread = threading.Thread(target=this.success, args=('of a thread',))
            thread.start()
            thread.join()
            this.log('never')
        """)
        self.assertEqual(
            (done.status, done.message, done.names(), done.output('stderr')), ('success', 'of a thread', [], '')
        )

    def test_once_though_threads_still_run(self) -> None:
        done = run_handler("""
            import threading, time
            threading.Thread(target=time.sleep, args=(0.2,)).start()
            return 1
        """)
        self.assertEqual((done.returned, done.exit_code), (1, 0))


class Errors(unittest.TestCase):
    """An exception"""

    def test_tells_its_class_message_traceback_and_frames(self) -> None:
        done = run("""
            def fail(value):
                return 1 / value

            def handler(system, this, inputs):
                fail(0)
        """)
        self.assertEqual((done.status, done.message), ('error', 'ZeroDivisionError: division by zero'))
        exception = done.exception
        self.assertEqual((exception['type'], exception['message']), ('ZeroDivisionError', 'division by zero'))
        self.assertEqual(
            [(f['file'], f['line'], f['function']) for f in exception['frames']],
            [(PATH, 6, 'handler'), (PATH, 3, 'fail')],
        )
        self.assertIn('    return 1 / value\n', exception['traceback'])
        self.assertNotIn('runner.py', exception['traceback'])

    @unittest.skipIf(sys.version_info < (3, 11), 'Python tells columns since 3.11')
    def test_tells_columns_in_UTF_16_units(self) -> None:
        done = run("def handler(system, this):\n    x = '😀'; return 1 / 0\n")
        self.assertEqual(
            done.exception['frames'], [{'file': PATH, 'line': 2, 'function': 'handler', 'column': 22, 'endColumn': 27}]
        )

    def test_of_the_engine_ends_at_the_line_of_the_flow(self) -> None:
        done = run_handler("system.setting('x').get()")
        self.assertEqual(done.exception['type'], 'flow_api.exceptions.InvalidInputError')
        self.assertEqual([frame['line'] for frame in done.exception['frames']], [4])
        self.assertNotIn('flow_api/record.py', done.exception['traceback'].replace(os.sep, '/'))

    def test_shows_its_cause(self) -> None:
        done = run_handler("""
            try:
                {}['x']
            except KeyError as error:
                raise ValueError('no x') from error
        """)
        self.assertIn("KeyError: 'x'", done.exception['traceback'])
        self.assertIn('direct cause', done.exception['traceback'])

    def test_of_the_syntax_has_its_place(self) -> None:
        done = run('def handler(system, this):\n    return 1 +\n')
        self.assertEqual((done.status, done.exception['type']), ('error', 'SyntaxError'))
        place = done.exception['frames'][-1]
        self.assertEqual((place['file'], place['line']), (PATH, 2))
        self.assertGreaterEqual(place['column'], 14)
        self.assertIn('return 1 +', done.exception['traceback'])

    def test_of_the_script_itself_has_its_place(self) -> None:
        done = run('x = 1\nraise RuntimeError("early")\n')
        self.assertEqual([(f['line'], f['function']) for f in done.exception['frames']], [(2, '<module>')])

    def test_whose_text_fails_is_told_nevertheless(self) -> None:
        done = run("""
            class Bad(Exception):
                def __str__(self): raise RuntimeError('no text')
                __repr__ = __str__
            def handler(system, this): raise Bad()
        """)
        self.assertEqual((done.status, done.exception['type']), ('error', 'Bad'))
        self.assertIn('Bad whose text cannot be made', done.message)
        self.assertEqual(done.exception['frames'][-1]['line'], 5)

    def test_of_a_recursion_without_end_keeps_both_ends_of_the_frames(self) -> None:
        done = run('def f(): f()\ndef handler(system, this):\n    f()\n')
        frames = done.exception['frames']
        self.assertEqual(done.exception['type'], 'RecursionError')
        self.assertEqual((frames[0]['line'], frames[-1]['line'], len(frames)), (3, 1, 200))
        self.assertIn('more times', done.exception['traceback'])

    def test_of_memory_is_told(self) -> None:
        done = run_handler('x = [0] * (1 << 60)')
        self.assertEqual((done.status, done.exception['type']), ('error', 'MemoryError'))

    @unittest.skipIf(sys.version_info < (3, 11), 'groups exist since 3.11')
    def test_group_shows_its_parts(self) -> None:
        done = run_handler("raise ExceptionGroup('many', [ValueError('one'), KeyError('two')])")
        self.assertIn('ValueError: one', done.exception['traceback'])

    def test_in_another_thread_is_printed(self) -> None:
        done = run_handler("""
            import threading
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
        """)
        self.assertEqual(done.status, 'success')
        self.assertIn('ZeroDivisionError', done.output('stderr'))


class Scripts(unittest.TestCase):
    """A script"""

    def test_runs_as_its_text_was_at_the_start_though_the_file_has_changed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'flow.py')
            Path(path).write_text('# another text\n' * 5, encoding='utf-8')
            done = run('def handler(system, this):\n    raise ValueError("as it was")\n', path=path)
        self.assertIn('    raise ValueError("as it was")', done.exception['traceback'])

    def test_without_a_file_has_a_name(self) -> None:
        done = run('def handler(system, this):\n    this.log(1)\n    1 / 0\n', path='')
        self.assertEqual((done.calls[0].file, done.calls[0].line), ('<script>', 2))
        self.assertIn('    1 / 0', done.exception['traceback'])

    def test_may_have_any_line_ends_a_mark_and_any_characters(self) -> None:
        for text in (
            'def handler(system, this):\r\n    return "ü"\r\n',
            '\ufeffdef handler(system, this):\n    return "ü"\n',
            '# -*- coding: latin-1 -*-\ndef handler(system, this):\n    return "ü"\n',
            'def handler(system, this):\r    return "ü"',
        ):
            with self.subTest(text):
                self.assertEqual(Peer(text).go().returned, 'ü')

    def test_with_a_form_feed_keeps_its_lines(self) -> None:
        done = Peer('x = 1\n\x0c\ndef handler(system, this):\n    1 / 0\n').go()
        self.assertIn('    1 / 0', done.exception['traceback'])

    def test_is_not_the_main_module(self) -> None:
        done = run("""
            if __name__ == '__main__':
                raise AssertionError('run by itself')
            import dataclasses
            @dataclasses.dataclass
            class Point:
                x: int
            def handler(system, this):
                return [Point(1).x, __file__]
        """)
        self.assertEqual(done.returned, [1, PATH])

    def test_imports_from_the_folders_it_is_given_and_never_hides_python(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, 'my_module.py').write_text('value = 5\n', encoding='utf-8')
            Path(folder, 'json.py').write_text('raise AssertionError\n', encoding='utf-8')
            Path(folder, 'flow_api.py').write_text('raise AssertionError\n', encoding='utf-8')
            done = run(
                """
                import json, my_module, flow_api
                def handler(system, this):
                    return [my_module.value, json.loads('1')]
            """,
                modules=(folder,),
            )
        self.assertEqual(done.returned, [5, 1])

    def test_writes_nothing_into_the_folder_of_the_package(self) -> None:
        before = sorted(PROGRAM.parent.rglob('*'))
        environment = {name: value for name, value in os.environ.items() if not name.startswith('PYTHON')}
        done = run_handler("system.setting('x').save()\nimport flow_api.user", environment=environment)
        self.assertEqual(done.status, 'success')
        self.assertEqual(sorted(PROGRAM.parent.rglob('*')), before)

    def test_runs_isolated_too(self) -> None:
        self.assertEqual(run_handler('return 1', flags=('-I',)).returned, 1)

    def test_that_multiprocessing_spawns_finds_its_way(self) -> None:
        done = run_handler("""
            import multiprocessing, os
            context = multiprocessing.get_context('spawn')
            process = context.Process(target=os.getcwd)
            process.start()
            process.join(50)
            return process.exitcode
        """)
        self.assertEqual(done.returned, 0)


class Process(unittest.TestCase):
    """The process"""

    def test_says_which_python_it_is(self) -> None:
        ready = run_handler('pass').frames[0]
        self.assertEqual(
            ready,
            {
                'kind': 'ready',
                'python': '.'.join(map(str, sys.version_info[:3])),
                'implementation': sys.implementation.name,
            },
        )

    def test_ends_where_nobody_says_what_to_run(self) -> None:
        done = subprocess.run(
            [sys.executable, str(PROGRAM / '__main__.py')], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False
        )
        self.assertEqual(done.returncode, 74)

    def test_starts_in_the_syntax_of_old_pythons(self) -> None:
        # An old Python must get as far as saying that it is too old.
        import ast

        text = (PROGRAM / '__main__.py').read_text(encoding='utf-8')
        found = [
            type(node).__name__
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr))
        ]
        self.assertEqual(found, [])
        self.assertIn('sys.version_info < (3, 9)', text)

    def test_imported_without_an_engine_says_so(self) -> None:
        code = f'import sys; sys.path.insert(0, {str(PROGRAM.parent)!r}); import flow_api\ntry:\n    flow_api.System().setting("x").get("value")\nexcept flow_api.InternalError as error:\n    print(error)'
        done = subprocess.run([sys.executable, '-c', code], stdout=subprocess.PIPE, check=True)
        self.assertIn(b'there is no engine to call', done.stdout)
