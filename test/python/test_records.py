from __future__ import annotations

import base64
import unittest

from peer import Error, run_handler

REFERENCE = {'type': 'setting', 'select': 'limits', 'by': 'name', 'allow_normal': True, 'allow_deleted': False}
TYPES = (
    'flow', 'connector', 'setting', 'file', 'schema', 'schedule', 'scheduler', 'webhook', 'wrapper', 'project',
    'bundle', 'user', 'vault_config', 'object_template', 'custom_object', 'execution', 'message',
)  # fmt: skip


def refused(test: unittest.TestCase, messages: dict[str, str]) -> None:
    """Each expression raises InvalidInputError with that message, before any call is made."""
    tries = ', '.join(f'lambda: {expression}' for expression in messages)
    done = run_handler(f"""
        messages = []
        for expression in [{tries}]:
            try:
                messages.append(f'not refused: {{expression()!r}}')
            except flow_api.InvalidInputError as error:
                messages.append(str(error))
        return messages
    """)
    test.assertEqual((done.status, done.names()), ('success', []), done.message)
    for (expression, message), said in zip(messages.items(), done.returned):
        with test.subTest(expression):
            test.assertIn(message, said)


class Reading(unittest.TestCase):
    """Reading a record"""

    def test_makes_no_call_before_a_field_is_read(self) -> None:
        self.assertEqual(run_handler("system.setting('limits')").names(), [])

    def test_gives_the_value_of_one_field_and_a_tuple_of_several(self) -> None:
        done = run_handler(
            """
            setting = system.setting('limits')
            one = setting.get('value')
            many = system.setting('limits').get('value', 'name')
            return [one, isinstance(many, tuple), many]
        """,
            answers={'record.get': {'value': {'a': 1}, 'name': 'limits'}},
        )
        self.assertEqual(done.returned, [{'a': 1}, True, [{'a': 1}, 'limits']])
        self.assertEqual(
            done.named('record.get'), [{**REFERENCE, 'fields': ['value']}, {**REFERENCE, 'fields': ['value', 'name']}]
        )

    def test_again_asks_only_for_what_it_has_not_read(self) -> None:
        done = run_handler("""
            setting = system.setting('limits')
            setting.get('value')
            setting.get('value')
            setting.get('value', 'name')
        """)
        self.assertEqual([args['fields'] for args in done.named('record.get')], [['value'], ['name']])

    def test_with_load_asks_anew(self) -> None:
        values = iter([1, 2])
        done = run_handler(
            """
            setting = system.setting('limits')
            return [setting.get('value'), setting.load('value'), setting.get('value')]
        """,
            answers={'record.get': lambda args: {'value': next(values)}},
        )
        self.assertEqual(done.returned, [1, 2, 2])

    def test_of_nothing_raises(self) -> None:
        done = run_handler(
            """
            try:
                system.setting('limits').get('value')
            except flow_api.ResourceNotFoundError as error:
                return str(error)
        """,
            answers={'record.get': Error('ResourceNotFoundError', 'no setting "limits"')},
        )
        self.assertEqual(done.returned, 'no setting "limits"')

    def test_needs_the_names_of_fields(self) -> None:
        refused(
            self,
            {
                "system.setting('x').get()": 'get and load take the names of fields',
                "system.setting('x').load(5)": 'get and load take the names of fields',
            },
        )


class Writing(unittest.TestCase):
    """Writing a record"""

    def test_saves_fields_and_remembers_them(self) -> None:
        done = run_handler("""
            setting = system.setting(' limits ').save(value={'a': 1})
            return setting.get('value', 'id', 'name')
        """)
        self.assertEqual(done.returned, [{'a': 1}, 'id-of-limits', 'limits'])
        self.assertEqual(done.named('record.save'), [{**REFERENCE, 'fields': {'value': {'a': 1}}, 'debug': False}])
        self.assertEqual(done.named('record.get'), [])

    def test_at_once_where_the_handle_is_made_with_fields(self) -> None:
        for expression in (
            "system.setting('limits', value=1)",
            "system.setting('limits', init={'value': 1})",
            "system.setting(name='limits', value=1)",
        ):
            with self.subTest(expression):
                saved = run_handler(expression).named('record.save')
                self.assertEqual([args['fields']['value'] for args in saved], [1])
                self.assertEqual(saved[0]['select'], 'limits')

    def test_waits_for_save_where_that_is_asked(self) -> None:
        done = run_handler("""
            setting = system.setting('limits', value=1, save=False)
            this.log('before')
            setting.set(description='x').save()
        """)
        self.assertEqual(done.names(), ['this.log', 'record.save'])
        self.assertEqual(done.named('record.save')[0]['fields'], {'value': 1, 'description': 'x'})

    def test_under_another_name_keeps_the_handle(self) -> None:
        done = run_handler("""
            setting = system.setting('old')
            setting.save(name='new')
            setting.save(value=1)
        """)
        self.assertEqual([args['select'] for args in done.named('record.save')], ['old', 'new'])

    def test_with_debug_and_commit_says_so(self) -> None:
        done = run_handler("""
            system.setting('limits', debug=True).save(value=1)
            system.setting('limits').save(value=2, debug=True)
            system.setting('limits', commit=True).save(value=3, commit_message='why')
        """)
        saved = done.named('record.save')
        self.assertEqual([args['debug'] for args in saved], [True, True, False])
        self.assertEqual(saved[2]['fields'], {'value': 3, 'commit_message': 'why', 'commit': True})

    def test_of_what_JSON_cannot_hold_is_refused(self) -> None:
        refused(
            self,
            {
                "system.setting('x').save(value=object())": 'JSON cannot hold',
                "system.setting('x').save(value=float('nan'))": 'Out of range',
                'this.save(output_value={1, 2})': 'JSON cannot hold',
            },
        )

    def test_deletes_clones_and_asks_whether_it_exists(self) -> None:
        done = run_handler("""
            setting = system.setting('limits')
            there = setting.exists()
            copy = setting.clone(name='copy')
            setting.delete()
            setting.delete(permanently=True)
            return [there, copy.get('id')]
        """)
        self.assertEqual(done.returned, [True, 'clone'])
        self.assertEqual(done.names(), ['record.exists', 'record.clone', 'record.delete', 'record.delete'])
        self.assertEqual(done.named('record.clone'), [{**REFERENCE, 'fields': {'name': 'copy'}}])
        self.assertEqual([args['permanently'] for args in done.named('record.delete')], [False, True])


class Handles(unittest.TestCase):
    """A handle"""

    def test_exists_for_every_type_of_record_and_lists_them(self) -> None:
        lines = [
            f"system.{kind}('x').exists(); found = system.{kind}s(filter={{'field': 'name'}}); names.append([type(found[0]).__name__, found[0].get('name')])"
            for kind in TYPES
        ]
        done = run_handler(
            'names = []\n' + '\n'.join(lines) + '\nreturn names', answers={'record.list': [{'id': '1', 'name': 'one'}]}
        )
        self.assertEqual([args['type'] for args in done.named('record.exists')], list(TYPES))
        self.assertEqual([args['type'] for args in done.named('record.list')], list(TYPES))
        self.assertEqual([name for _, name in done.returned], ['one'] * len(TYPES))
        self.assertEqual(done.returned[0][0], 'Flow')
        self.assertEqual(
            done.named('record.list')[0],
            {'type': 'flow', 'filter': {'field': 'name'}, 'allow_normal': True, 'allow_deleted': False},
        )

    def test_selects_by_name_or_by_id_as_its_type_does(self) -> None:
        done = run_handler("""
            system.setting('x').exists()
            system.setting('x', by='id').exists()
            system.execution('x').exists()
            system.execution('x', by='name', allow_deleted=True).exists()
            system.setting(5, by='id', allow_normal=False, allow_deleted=True).exists()
        """)
        found = [
            (args['select'], args['by'], args['allow_normal'], args['allow_deleted'])
            for args in done.named('record.exists')
        ]
        self.assertEqual(
            found,
            [
                ('x', 'name', True, False),
                ('x', 'id', True, False),
                ('x', 'id', True, False),
                ('x', 'name', True, True),
                ('5', 'id', False, True),
            ],
        )

    def test_checks_its_name_and_options_before_any_call(self) -> None:
        refused(
            self,
            {
                "system.setting('x' * 129)": '129 characters; 128 are allowed',
                "system.setting('   ')": 'is empty',
                'system.setting(5.5)': 'it must be a text',
                "system.setting('x', by='path')": 'it takes "id" or "name"',
                "system.setting('x', allow_normal=False)": 'no record can be found',
                "system.setting('x', init=5)": 'it takes a dict of fields',
                "system.setting('x', cls=dict)": 'derived from Setting',
                "system.setting('x').save(name='x' * 129)": '129 characters',
                'system.setting().exists()': 'a setting needs a name',
                "system.settings(filter='x')": 'filter is',
            },
        )

    def test_takes_128_characters_of_any_kind(self) -> None:
        done = run_handler("system.setting('  ' + '😀' * 128 + ' ').exists()")
        self.assertEqual(done.named('record.exists')[0]['select'], '😀' * 128)

    def test_refuses_fields_that_exclude_each_other(self) -> None:
        pairs = (
            ('project_id', 'project_name'),
            ('bundle_id', 'bundle_name'),
            ('project_id', 'bundle_id'),
            ('project_name', 'bundle_name'),
            ('flow_id', 'flow_name'),
        )
        refused(
            self,
            {
                f"system.schedule('x').save({one}='a', {other}='b')": f'{one} and {other} exclude each other'
                for one, other in pairs
            },
        )

    def test_may_be_of_a_class_of_the_flow(self) -> None:
        done = run_handler(
            """
            class Limits(flow_api.setting.Setting):
                def maximum(self):
                    return self.get('value')['maximum']
            return [system.setting('limits', cls=Limits).maximum(), repr(system.setting('limits'))]
        """,
            answers={'record.get': {'value': {'maximum': 5}}},
        )
        self.assertEqual(done.returned, [5, "<Setting 'limits'>"])

    def test_is_equal_to_another_of_the_same_record(self) -> None:
        done = run_handler("""
            a, b, c = system.setting('x'), system.setting('x'), system.setting('y')
            return [a == b, a == c, a == 'x', len({a, b, c}), a == system.flow('x')]
        """)
        self.assertEqual(done.returned, [True, False, False, 2, False])


class Settings(unittest.TestCase):
    """A setting as a lock"""

    def test_is_acquired_and_released(self) -> None:
        done = run_handler("""
            lock = system.setting('limits')
            lock.acquire(timeout=5)
            lock.release()
        """)
        self.assertEqual(
            [(call.name, call.args) for call in done.calls],
            [('setting.acquire', {**REFERENCE, 'timeout': 5}), ('setting.release', REFERENCE)],
        )

    def test_is_released_at_the_end_of_a_block_whatever_happens(self) -> None:
        for opening in ("system.setting('limits')", "system.setting('limits').acquire()"):
            for inside in ('pass', '1 / 0', 'this.success()'):
                with self.subTest((opening, inside)):
                    done = run_handler(f'with {opening} as lock:\n    {inside}')
                    self.assertEqual(done.names(), ['setting.acquire', 'setting.release'])

    def test_reads_its_value_anew_after_it_is_acquired(self) -> None:
        values = iter([1, 2])
        done = run_handler(
            """
            setting = system.setting('limits')
            before = setting.get('value')
            with setting:
                return [before, setting.get('value')]
        """,
            answers={'record.get': lambda args: {'value': next(values)}},
        )
        self.assertEqual(done.returned, [1, 2])

    def test_is_not_released_where_it_was_not_acquired(self) -> None:
        done = run_handler(
            """
            try:
                with system.setting('limits').acquire(timeout=0):
                    pass
            except flow_api.TimeoutExceededError as error:
                return str(error)
        """,
            answers={'setting.acquire': Error('LockTimeoutError', 'held by b')},
        )
        self.assertEqual((done.returned, done.names()), ('held by b', ['setting.acquire']))

    def test_checks_its_timeout(self) -> None:
        refused(
            self,
            {
                "system.setting('x').acquire(timeout=-1)": 'timeout is -1',
            },
        )


class Files(unittest.TestCase):
    """A file"""

    def test_is_read_as_text_bytes_and_base64(self) -> None:
        content = base64.b64encode('Grüße'.encode()).decode()
        done = run_handler(
            """
            file = system.file('logs/a.txt')
            return [file.get_text_content(), file.get_bytes_content().decode('latin-1'), file.get_base64_content(), file.get('content')]
        """,
            answers={'file.read': content},
        )
        self.assertEqual(done.returned, ['Grüße', 'Grüße'.encode().decode('latin-1'), content, 'Grüße'])

    def test_is_written_as_text_bytes_and_base64(self) -> None:
        done = run_handler("""
            file = system.file('a.txt')
            file.save_text_content('ü')
            file.save_bytes_content(b'\\x00\\xff')
            file.save_base64_content('AP8=')
            file.save(content='ü')
            file.save(content='x', description='y')
        """)
        self.assertEqual(
            [args['content'] for args in done.named('file.write')], ['w7w=', 'AP8=', 'AP8=', 'w7w=', 'eA==']
        )
        self.assertEqual([args['fields'] for args in done.named('record.save')], [{'description': 'y'}])

    def test_checks_its_content(self) -> None:
        refused(
            self,
            {
                "system.file('x').save_text_content(b'x')": 'it must be a text',
                "system.file('x').save_bytes_content('x')": 'it must be bytes',
                "system.file('x').save_base64_content('?')": 'no base64',
            },
        )


class Messages(unittest.TestCase):
    """A message"""

    def test_is_shown_and_waited_for(self) -> None:
        done = run_handler(
            """
            return this.message('Name?', request='Your name').get('response')['string']
        """,
            answers={'message.wait': {'string': 'Kim'}},
        )
        self.assertEqual(done.returned, 'Kim')
        self.assertEqual(
            [(call.name, call.args) for call in done.calls],
            [
                ('message.create', {'fields': {'subject': 'Name?', 'request': 'Your name'}}),
                ('message.wait', {'id': 'message-1', 'timeout': None}),
            ],
        )

    def test_is_only_shown_where_nobody_waits(self) -> None:
        done = run_handler(
            """
            message = this.message(subject='Form', body={'type': 'object', 'properties': {}}, wait=False)
            this.log('meanwhile')
            return message.wait(timeout=10).get('response')
        """,
            answers={'message.wait': {'ok': True}},
        )
        self.assertEqual((done.returned, done.names()), ({'ok': True}, ['message.create', 'this.log', 'message.wait']))

    def test_of_older_releases_is_made_by_the_system(self) -> None:
        done = run_handler(
            """
            response = system.message(subject='Form', message_type='POPUP', body={'type': 'object'}).wait().get('response')
            known = system.message('message-7').wait().get('response')
            return [response, known]
        """,
            answers={'message.wait': 5},
        )
        self.assertEqual(done.returned, [5, 5])
        self.assertEqual(
            done.named('message.create')[0]['fields'], {'subject': 'Form', 'body': {'type': 'object'}, 'type': 'POPUP'}
        )
        self.assertEqual([args['id'] for args in done.named('message.wait')], ['message-1', 'message-7'])

    def test_raises_where_nobody_answers_in_time(self) -> None:
        done = run_handler(
            """
            try:
                this.message('x', 'y', timeout=1)
            except flow_api.MessageResponseTimeoutError:
                return 'nobody'
        """,
            answers={'message.wait': Error('MessageResponseTimeoutError', '')},
        )
        self.assertEqual(done.returned, 'nobody')

    def test_checks_its_parts(self) -> None:
        refused(
            self,
            {
                'this.message()': 'a message needs one',
                "this.message('x', 'y', request='z')": 'message and request exclude each other',
            },
        )


class Workspace(unittest.TestCase):
    """The system"""

    def test_tells_the_user_the_workspace_and_the_environment(self) -> None:
        done = run_handler("""
            return [system.get_own_user().get('name'), system.get_own_client().get('name'), system.get_env_name()]
        """)
        self.assertEqual(done.returned, ['kim', 'workspace', 'local'])

    def test_writes_secrets(self) -> None:
        done = run_handler("""
            system.vault_config('vault').write_secret(' a/b ', {'x': 1}, y=2)
        """)
        args = done.named('vault.write_secret')[0]
        self.assertEqual((args['select'], args['path'], args['data']), ('vault', 'a/b', {'x': 1, 'y': 2}))
        refused(
            self,
            {
                "system.vault_config('v').write_secret('p')": 'needs a key and a value',
            },
        )

    def test_has_its_classes_where_the_documents_say(self) -> None:
        done = run_handler("""
            import flow_api.execution, flow_api.system
            return [
                flow_api.execution.Execution is flow_api.Execution,
                flow_api.system.System is flow_api.System,
                flow_api.setting.Setting is type(system.setting('x')),
                flow_api.exceptions.CloudomationException is flow_api.EngineException,
                system.return_when.ALL_ENDED is flow_api.ReturnWhen.ALL_ENDED,
                flow_api.system.NotSet is flow_api.NotSet,
                issubclass(flow_api.LifecycleSignal, Exception),
                issubclass(flow_api.ExecutionSuccess, flow_api.EngineException),
                hasattr(flow_api, 'no_such_thing'),
                'setting' in dir(flow_api),
            ]
        """)
        self.assertEqual(done.returned, [True, True, True, True, True, True, False, True, False, True])
