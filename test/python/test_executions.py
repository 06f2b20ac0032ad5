from __future__ import annotations

import datetime
import unittest

from peer import Error, run_handler
from test_records import refused


class Own(unittest.TestCase):
    """The own execution"""

    def test_logs_values_names_and_levels(self) -> None:
        done = run_handler("""
            this.log('a', 1, {'b': [None]})
            this.log(x=1, level='warning')
            this.log('bad', level='ERROR')
            this.log(level=5)
        """)
        self.assertEqual(
            done.named('this.log'),
            [
                {'level': 'info', 'values': ['a', 1, {'b': [None]}], 'named': {}},
                {'level': 'warning', 'values': [], 'named': {'x': 1}},
                {'level': 'error', 'values': ['bad'], 'named': {}},
                {'level': 'info', 'values': [], 'named': {'level': 5}},
            ],
        )

    def test_logs_whatever_it_is_given(self) -> None:
        done = run_handler("""
            import datetime
            loop = []
            loop.append(loop)
            class Bad:
                def __str__(self): raise ValueError
            this.log(datetime.date(2020, 1, 2), ValueError('x'), {1, }, b'x')
            this.log(float('inf'), {(1, 2): float('nan')}, Bad())
            this.log(len(loop), loop)
            this.log(system.setting('x'))
            deep = []
            for _ in range(100_000): deep = [deep]
            this.log(deep)
        """)
        logged = [args['values'] for args in done.named('this.log')]
        self.assertEqual(done.status, 'success', done.message)
        self.assertEqual(logged[0], ['2020-01-02', 'x', '{1}', "b'x'"])
        self.assertEqual(logged[1], ['inf', {'(1, 2)': 'nan'}, '<Bad whose text cannot be made: ValueError>'])
        self.assertEqual(logged[2][0], 1)
        self.assertEqual(logged[3], ["<Setting 'x'>"])
        self.assertEqual(len(logged), 5)

    def test_sets_its_output_in_both_forms(self) -> None:
        done = run_handler("""
            this.set_output('key', 1)
            this.set_output(a=1, b=2)
            this.set_output({'c': 3}, d=4)
            this.set_output('text alone')
        """)
        self.assertEqual(
            [args['values'] for args in done.named('this.set_output')], [{'key': 1}, {'a': 1, 'b': 2}, {'c': 3, 'd': 4}]
        )
        self.assertEqual([args['fields'] for args in done.named('record.save')], [{'output_value': 'text alone'}])

    def test_reads_its_output_anew_after_it_set_it(self) -> None:
        done = run_handler("""
            this.get('output_value')
            this.set_output(a=1)
            this.get('output_value')
        """)
        self.assertEqual(done.names(), ['record.get', 'this.set_output', 'record.get'])

    def test_saves_its_own_record(self) -> None:
        done = run_handler("this.save(message='half', output_value={'a': 1}, name=' new ')")
        args = done.named('record.save')[0]
        self.assertEqual(
            (args['type'], args['select'], args['by'], args['fields']),
            ('execution', 'execution-1', 'id', {'message': 'half', 'output_value': {'a': 1}, 'name': 'new'}),
        )

    def test_sleeps(self) -> None:
        done = run_handler("""
            import datetime
            this.sleep(1.5).sleep('2').sleep(-1)
            this.sleep_until(1e9)
            this.sleep_until(datetime.datetime(2001, 9, 9, 1, 46, 40, tzinfo=datetime.timezone.utc))
        """)
        self.assertEqual([args['seconds'] for args in done.named('this.sleep')], [1.5, 2, 0])
        self.assertEqual([args['time'] for args in done.named('this.sleep_until')], [1e9, 1e9])

    def test_pauses_makes_savepoints_and_answers_webhooks(self) -> None:
        done = run_handler(
            """
            this.pause()
            this.save_dump(' before ')
            this.webhook_html_response('<p>ok</p>')
            this.load_dump('before', by='name')
        """,
            answers={'this.load_dump': Error('ResourceNotFoundError', 'no savepoint')},
        )
        self.assertEqual(
            [(call.name, call.args) for call in done.calls],
            [
                ('execution.pause', {'id': 'execution-1'}),
                ('this.save_dump', {'name': 'before'}),
                ('this.webhook_html_response', {'html': '<p>ok</p>'}),
                ('this.load_dump', {'select': 'before', 'by': 'name'}),
            ],
        )
        self.assertEqual(done.exception['type'], 'flow_api.exceptions.ResourceNotFoundError')

    def test_checks_what_it_is_given(self) -> None:
        refused(
            self,
            {
                "this.sleep('soon')": "the time to sleep is 'soon'",
                "this.sleep(float('nan'))": 'number of seconds',
                "this.end('perhaps')": 'not with',
                'this.set_output()': 'takes a key and a value',
                'this.set_output(1, 2)': 'the key of an output is 1',
                'this.save_dump("")': 'name of a savepoint',
                "this.load_dump('x', by='line')": 'it takes "id" or "name"',
                'this.webhook_html_response(5)': 'must be a text',
                'this.save(is_readonly=True)': 'cannot be read-only',
                "system.execution('other').log('x')": 'log is for the own execution only',
                "system.execution('other').success()": 'for the own execution only',
            },
        )


class Children(unittest.TestCase):
    """A child"""

    def created(self, expression: str, **options: object) -> dict:
        done = run_handler(expression, **options)
        self.assertEqual(done.status, 'success', done.message)
        return done.named('execution.create')[0]

    def test_flow_is_created_begun_and_waited_for(self) -> None:
        done = run_handler(
            """
            return this.flow('other', a=1, name='child').get('output_value')
        """,
            answers={'record.get': {'output_value': 5}},
        )
        self.assertEqual(done.returned, 5)
        self.assertEqual(
            [(call.name, call.args) for call in done.calls][:3],
            [
                (
                    'execution.create',
                    {'type': 'FLOW', 'fields': {'flow_name': 'other', 'name': 'child', 'input_value': {'a': 1}}},
                ),
                ('execution.run', {'id': 'child-1'}),
                ('execution.wait', {'ids': ['child-1'], 'return_when': 'ALL_SUCCEEDED', 'timeout': None}),
            ],
        )
        self.assertEqual(done.calls[3].args['select'], 'child-1')

    def test_gets_every_other_keyword_as_an_input(self) -> None:
        cases = {
            "this.flow('x', a=1, description='d', message='m')": {'a': 1, 'description': 'd', 'message': 'm'},
            "this.flow('x', {'a': 1}, b=2)": {'a': 1, 'b': 2},
            "this.flow('x', inputs={'a': 1}, a=2)": {'a': 2},
            "this.flow('x', input_value={'a': 1, 'b': 1}, inputs={'b': 2}, c=3)": {'a': 1, 'b': 2, 'c': 3},
            "this.flow('x', input_value=[1, 2])": [1, 2],
            "this.flow('x', input_value=None)": None,
            "this.connect('x', script='ls', type='t', priority=3, timeout=5)": {
                'script': 'ls',
                'type': 't',
                'priority': 3,
                'timeout': 5,
            },
        }
        for expression, value in cases.items():
            with self.subTest(expression):
                self.assertEqual(self.created(expression)['fields']['input_value'], value)

    def test_without_inputs_has_none(self) -> None:
        self.assertEqual(self.created("this.flow('x')")['fields'], {'flow_name': 'x'})

    def test_takes_the_fields_of_the_record(self) -> None:
        fields = self.created("""
            this.flow('x', priority=5, orphan=True, roles=['a'], max_runtime_minutes=1, savepoint_retention='ALL',
                project_name=' p ', unwrapped=True, is_productive=True, use_breakpoints=False, breakpoints=[1, 2],
                scheduled_for='2030-01-02T00:00:00Z', init={'description': 'd', 'labels': {'a': 'b'}})
        """)['fields']
        self.assertEqual(fields, {
            'flow_name': 'x', 'priority': 5, 'orphan': True, 'roles': ['a'], 'max_runtime_minutes': 1, 'savepoint_retention': 'ALL',
            'project_name': 'p', 'unwrapped': True, 'is_productive': True, 'use_breakpoints': False, 'breakpoints': [1, 2],
            'scheduled_for': '2030-01-02T00:00:00Z', 'description': 'd', 'labels': {'a': 'b'},
        })  # fmt: skip

    def test_is_scheduled_for_a_time_with_a_zone(self) -> None:
        local = datetime.datetime(2030, 1, 2).astimezone().isoformat()
        cases = {
            "__import__('datetime').datetime(2030, 1, 2)": local,
            "__import__('datetime').datetime(2030, 1, 2, tzinfo=__import__('datetime').timezone.utc)": '2030-01-02T00:00:00+00:00',
            '1893542400': '2030-01-02T00:00:00+00:00',
            "'2030-01-02T00:00:00Z'": '2030-01-02T00:00:00Z',
        }
        for expression, value in cases.items():
            with self.subTest(expression):
                self.assertEqual(
                    self.created(f"this.flow('x', scheduled_for={expression})")['fields']['scheduled_for'], value
                )

    def test_that_is_not_begun_is_held_back(self) -> None:
        cases = {
            "this.flow('x')": False,
            "this.flow('x', wait=False)": False,
            "this.flow('x', run=False)": True,
            "this.script('x', run=False)": True,
            "this.connect('x', run=False)": True,
            "flow_api.Execution(flow_name='x').save()": True,
            "flow_api.Execution(flow_name='x').run_async()": False,
        }
        for expression, held in cases.items():
            with self.subTest(expression):
                self.assertEqual(self.created(expression).get('held', False), held)

    def test_flow_is_named_by_name_id_or_handle(self) -> None:
        uuid = '01234567-89ab-cdef-0123-456789abcdef'
        cases = {
            "'x'": {'flow_name': 'x'},
            f"'{uuid}'": {'flow_id': uuid},
            "system.flow('x')": {'flow_name': 'x'},
            "system.flow('7', by='id')": {'flow_id': '7'},
            '7': {'flow_id': '7'},
        }
        for flow, fields in cases.items():
            with self.subTest(flow):
                self.assertEqual(self.created(f'this.flow({flow})')['fields'], fields)

    def test_script_runs_a_text(self) -> None:
        args = self.created("this.script('def handler(system, this): pass', a=1)")
        self.assertEqual(
            args, {'type': 'SCRIPT', 'fields': {'script': 'def handler(system, this): pass', 'input_value': {'a': 1}}}
        )

    def test_connection_calls_a_connector_or_a_type(self) -> None:
        cases = {
            "this.connect('api', url='u')": {'connector_name': 'api', 'input_value': {'url': 'u'}},
            "this.connect(connector_type='REST', url='u')": {'connector_type': 'REST', 'input_value': {'url': 'u'}},
            "this.connect(system.connector('api'), name='call')": {'connector_name': 'api', 'name': 'call'},
        }
        for expression, fields in cases.items():
            with self.subTest(expression):
                self.assertEqual(self.created(expression), {'type': 'CONNECTION', 'fields': fields})

    def test_is_waited_for_as_wait_says(self) -> None:
        cases = {
            'True': ['ALL_SUCCEEDED'],
            'False': [],
            'system.return_when.ALL_ENDED': ['ALL_ENDED'],
            "'first_ended'": ['FIRST_ENDED'],
            'flow_api.ReturnWhen.FIRST_SUCCEEDED': ['FIRST_SUCCEEDED'],
        }
        for wait, conditions in cases.items():
            with self.subTest(wait):
                done = run_handler(f"this.flow('x', wait={wait})")
                self.assertEqual([args['return_when'] for args in done.named('execution.wait')], conditions)
                self.assertEqual(len(done.named('execution.run')), 1)

    def test_that_fails_raises_in_its_parent(self) -> None:
        done = run_handler(
            """
            try:
                this.flow('x')
            except flow_api.DependencyFailedError as error:
                return str(error)
        """,
            answers={'execution.wait': Error('DependencyFailedError', 'x ended with an error')},
        )
        self.assertEqual(done.returned, 'x ended with an error')

    def test_that_is_not_run_is_begun_later(self) -> None:
        cases = {
            'child.run()': ['execution.run', 'execution.wait'],
            'child.run_async().wait()': ['execution.run', 'execution.wait'],
            'child.run_async().run_async()': ['execution.run'],
            'child.run(); child.run(); child.wait()': ['execution.run', 'execution.wait'],
            "child.save(name='n'); child.run_async()": ['record.save', 'execution.run'],
            'child.run(wait=False)': ['execution.run'],
            "child.run(wait='ALL_ENDED', timeout=3)": ['execution.run', 'execution.wait'],
            'child.run_async(); child.pause(); child.run_async()': [
                'execution.run',
                'execution.pause',
                'execution.run',
            ],
            "child.cancel('why')": ['execution.cancel'],
            'child.wait(timeout=5)': ['execution.wait'],
            'child.delete()': ['record.delete'],
        }
        for expression, names in cases.items():
            with self.subTest(expression):
                done = run_handler(f"child = this.flow('x', run=False)\n{expression}")
                self.assertEqual((done.status, done.names()), ('success', ['execution.create', *names]))

    def test_that_has_ended_is_not_begun_again(self) -> None:
        self.assertEqual(
            run_handler("this.connect('x').run()").names(), ['execution.create', 'execution.run', 'execution.wait']
        )

    def test_is_read_anew_after_it_was_waited_for(self) -> None:
        done = run_handler("""
            child = this.flow('x', wait=False)
            child.get('status')
            child.get('status')
            child.wait()
            child.get('status')
        """)
        self.assertEqual(done.names()[2:], ['record.get', 'execution.wait', 'record.get'])

    def test_is_cloned_and_the_copy_begun(self) -> None:
        done = run_handler("""
            template = this.flow('x', run=False)
            template.clone(name='copy').run_async()
        """)
        self.assertEqual(done.names(), ['execution.create', 'record.clone', 'execution.run'])
        self.assertEqual(done.named('execution.run'), [{'id': 'clone'}])

    def test_is_checked_before_it_is_created(self) -> None:
        refused(
            self,
            {
                "this.flow('x', name='n' * 129)": '129 characters',
                "this.flow('')": 'the flow is empty',
                "this.flow('x', project_id='a', bundle_id='b')": 'exclude each other',
                "this.flow('x', init={'is_readonly': True})": 'cannot be read-only',
                "this.flow('x', wait='sometimes')": 'no condition to wait for',
                "this.flow('x', priority='high')": "priority is 'high'; it takes an integer",
                "this.flow('x', max_runtime_minutes=-1)": 'an integer of at least 0',
                "this.flow('x', breakpoints=[0])": 'a list of line numbers',
                "this.flow('x', savepoint_retention='SOME')": 'LAST or ALL',
                "this.flow('x', input_value=5, a=1)": 'input_value is 5; where further inputs are given',
                "this.flow(system.setting('x'))": 'is a setting; a flow is needed',
                'this.connect()': 'connect needs a connector',
                'this.script(5)': 'the script is 5',
            },
        )


class Waiting(unittest.TestCase):
    """Waiting for several executions"""

    def test_tells_the_engine_when_to_return_and_answers_those_that_ended(self) -> None:
        ids = iter('abc')
        done = run_handler(
            """
            children = [this.flow('x', wait=False) for _ in range(3)]
            ended = this.wait_for(*children, return_when=system.return_when.FIRST_ENDED, timeout=5)
            rest = this.wait_for(children[0], [children[2], 'id-7'])
            return [[child.get('id') for child in ended], len(rest)]
        """,
            answers={
                'execution.create': lambda args: {'id': next(ids), 'name': 'n'},
                'execution.wait': lambda args: ['b'] if args['timeout'] else args['ids'],
            },
        )
        self.assertEqual(done.returned, [['b'], 3])
        self.assertEqual(
            done.named('execution.wait'),
            [
                {'ids': ['a', 'b', 'c'], 'return_when': 'FIRST_ENDED', 'timeout': 5},
                {'ids': ['a', 'c', 'id-7'], 'return_when': 'ALL_SUCCEEDED', 'timeout': None},
            ],
        )

    def test_for_none_is_over_at_once(self) -> None:
        self.assertEqual(run_handler('return this.wait_for()').returned, [])

    def test_raises_what_the_engine_says(self) -> None:
        for name in ('DependencyFailedError', 'DependencyTimeoutError'):
            with self.subTest(name):
                done = run_handler(
                    f"try:\n    this.wait_for('a')\nexcept flow_api.{name}:\n    return 'caught'",
                    answers={'execution.wait': Error(name, '')},
                )
                self.assertEqual(done.returned, 'caught')


class Wrapping(unittest.TestCase):
    """A wrapper"""

    def test_runs_around_the_child_the_first_outermost(self) -> None:
        done = run_handler("""
            this.using('retry', max_tries=5).using('timeout').flow('x', a=1)
            this.using('cache', max_age_minutes=60).connect('api')
            this.using(system.wrapper('w')).script('text', wrappers=[{'wrapper_name': 'inner', 'params': {}}])
        """)
        around = [args['fields']['wrappers'] for args in done.named('execution.create')]
        self.assertEqual(
            around,
            [
                [{'params': {'max_tries': 5}, 'wrapper_name': 'retry'}, {'params': {}, 'wrapper_name': 'timeout'}],
                [{'params': {'max_age_minutes': 60}, 'wrapper_name': 'cache'}],
                [{'params': {}, 'wrapper_name': 'w'}, {'wrapper_name': 'inner', 'params': {}}],
            ],
        )

    def test_starts_what_it_runs_around_with_fields_of_its_own(self) -> None:
        done = run_handler("""
            described = {'type': 'FLOW', 'flow_name': 'x', 'input_value': {'a': 1}, 'name': 'before'}
            this.start(described, name='inside', wait=system.return_when.ALL_ENDED)
            try:
                this.start({'flow_name': 'x'})
            except flow_api.InvalidInputError as error:
                return str(error)
        """)
        self.assertEqual(
            done.named('execution.create'),
            [{'type': 'FLOW', 'fields': {'flow_name': 'x', 'name': 'inside', 'input_value': {'a': 1}}}],
        )
        self.assertIn('a dict of fields with a type', done.returned)

    def test_leaves_other_children_alone(self) -> None:
        done = run_handler("this.using('retry').flow('x')\nthis.flow('y')")
        self.assertNotIn('wrappers', done.named('execution.create')[1]['fields'])


class Constructor(unittest.TestCase):
    """The constructor of an execution"""

    def test_takes_every_field_and_reads_nothing(self) -> None:
        done = run_handler("""
            execution = flow_api.Execution('id-7', by='id', allow_normal=True, allow_deleted=True, init={'description': 'd'},
                commit=False, debug=False, name='n', breakpoints=[3], use_breakpoints=True, labels={'a': 'b'})
            this.log('nothing yet')
            return execution.get('name', 'description', 'breakpoints', 'use_breakpoints', 'labels')
        """)
        self.assertEqual((done.returned, done.names()), (['n', 'd', [3], True, {'a': 'b'}], ['this.log']))

    def test_has_the_fields_of_the_record_page_as_keywords_only(self) -> None:
        done = run_handler("""
            import inspect
            parameters = inspect.signature(flow_api.Execution).parameters
            return [[name for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY], list(parameters)[:2]]
        """)
        keywords, positional = done.returned
        for name in (
            'by allow_normal allow_deleted init cls commit debug name description type script flow_id flow_name project_id '
            'project_name bundle_id bundle_name location_inheritance remote_workspace_name labels roles track_in_git '
            'commit_message is_readonly input_value input_schema output_schema output_value message priority scheduled_for '
            'max_runtime_minutes is_paused is_productive orphan savepoint_retention use_breakpoints breakpoints '
            'use_only_explicit_breakpoints parent_execution_id connector_id connector_name connector_type wrappers unwrapped '
            'wrapper_id wrapper_name schedule_id schedule_name webhook_id plugin_action_id'
        ).split():
            self.assertIn(name, keywords)
        self.assertEqual(positional, ['select', 'by'])

    def test_refuses_what_no_execution_has(self) -> None:
        refused(
            self,
            {
                "flow_api.Execution('x', is_readonly=False)": 'an execution cannot be read-only',
                "flow_api.Execution('x', project_id='a', project_name='b')": 'exclude each other',
                "flow_api.Execution('x', type='TASK')": 'one of FLOW, SCRIPT',
                "flow_api.Execution('x', is_paused=1)": 'it takes True or False',
            },
        )

    def test_without_a_select_makes_a_new_execution_when_it_is_begun(self) -> None:
        cases = {
            "flow_name='x', input_value=1": ('FLOW', {'flow_name': 'x', 'input_value': 1}),
            "script='x'": ('SCRIPT', {'script': 'x'}),
            "connector_type='REST'": ('CONNECTION', {'connector_type': 'REST'}),
        }
        for fields, (kind, expected) in cases.items():
            with self.subTest(fields):
                done = run_handler(f'execution = system.execution({fields})\nthis.log(1)\nexecution.run_async()')
                self.assertEqual(done.names(), ['this.log', 'execution.create', 'execution.run'])
                self.assertEqual(done.named('execution.create'), [{'type': kind, 'fields': expected}])
        refused(
            self,
            {
                "system.execution(name='x').run()": 'a new execution needs what it runs',
            },
        )

    def test_saves_a_known_execution(self) -> None:
        done = run_handler("system.execution('id-7', description='d', debug=True).save(is_paused=True)")
        args = done.named('record.save')[0]
        self.assertEqual(
            (args['select'], args['fields'], args['debug']), ('id-7', {'description': 'd', 'is_paused': True}, True)
        )

    def test_finds_by_name_among_the_deleted(self) -> None:
        done = run_handler(
            "return system.execution('n', by='name', allow_normal=False, allow_deleted=True).get('status')",
            answers={'record.get': {'status': 'ENDED_SUCCESS'}},
        )
        args = done.named('record.get')[0]
        self.assertEqual(
            (done.returned, args['by'], args['allow_normal'], args['allow_deleted']),
            ('ENDED_SUCCESS', 'name', False, True),
        )
