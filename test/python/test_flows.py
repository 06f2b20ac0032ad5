from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

from peer import Error, Run, run
from workspace import Workspace

FLOWS = Path(__file__).resolve().parent / 'flows'


def run_flow(name: str, workspace: Workspace, inputs: Any = None) -> Run:
    path = FLOWS / f'{name}.py'
    return run(path.read_text(encoding='utf-8'), path=str(path), inputs=inputs, answers=workspace.answers())


def used(done: Run) -> list[tuple[str, int]]:
    """The deprecated names that were reported, with their lines."""
    return [(call.args['used'], call.line) for call in done.calls if call.name == 'deprecated']


class Modern(unittest.TestCase):
    """A flow of today"""

    def test_collects_and_reports(self) -> None:
        states = {'/web': {'json': {'state': 'up'}}, '/db': Error('', 'no route')}
        workspace = Workspace(
            settings={'targets': ['web', 'db']}, programs={'status': lambda inputs: states[inputs['path']]}
        )
        done = run_flow('modern/report', workspace, {'name': 'today'})
        self.assertEqual((done.status, done.message), ('success', 'all done'), done.end)
        self.assertEqual(workspace.output, {'report': '{"db": "unknown", "web": "up"}', 'count': 2, 'failed': 1})
        self.assertEqual(
            done.named('this.log'),
            [{'level': 'warning', 'values': ['check failed'], 'named': {'target': 'db', 'message': 'no route'}}],
        )
        self.assertEqual((workspace.held, workspace.records['execution', 'execution-1']['message']), ([], '2 checked'))
        self.assertEqual(used(done), [])

    def test_asks_for_approval_and_deploys(self) -> None:
        workspace = Workspace(
            responses={'Deploy?': {'go': True, 'reason': 'new'}}, programs={'deploy': lambda inputs: inputs}
        )
        done = run_flow('modern/approval', workspace, {'version': 7})
        self.assertEqual((done.status, done.returned), ('success', {'deployed': 7}))
        self.assertNotIn(('setting', 'deployment'), workspace.records)
        self.assertEqual(
            done.named('execution.create')[0]['fields']['wrappers'],
            [{'params': {'max_tries': 3, 'delay_sec': 1}, 'wrapper_name': 'retry'}],
        )

    def test_cleans_up_where_the_deployment_fails(self) -> None:
        workspace = Workspace(
            responses={'Deploy?': {'go': True, 'reason': 'new'}}, programs={'deploy': lambda inputs: Error('', 'full')}
        )
        done = run_flow('modern/approval', workspace, {'version': 7})
        self.assertEqual((done.status, done.message), ('error', 'not deployed'))
        self.assertNotIn(('setting', 'deployment'), workspace.records)
        self.assertEqual(done.named('this.log')[0]['named'], {'error': 'full'})

    def test_ends_where_the_person_refuses(self) -> None:
        workspace = Workspace(responses={'Deploy?': {'go': False, 'reason': 'friday'}})
        done = run_flow('modern/approval', workspace, {'version': 7})
        self.assertEqual((done.status, done.message), ('error', 'refused: friday'))

    def test_starts_a_template_many_times(self) -> None:
        workspace = Workspace(
            programs={'work': lambda inputs: inputs, 'def handler(system, this): ...': lambda inputs: None}
        )
        done = run_flow('modern/limits', workspace, {'copies': 3})
        self.assertEqual((done.status, done.returned), ('success', {'settings': ['limit']}), done.end)
        names = [
            record.get('name')
            for (kind, _), record in workspace.records.items()
            if kind == 'execution' and record.get('status') == 'ENDED_SUCCESS'
        ]
        self.assertEqual((names, workspace.slept), (['copy 0', 'copy 1', 'copy 2'], [1]))
        self.assertEqual(workspace.records['execution', 'execution-6']['status'], 'ENDED_CANCELLED')


class Older(unittest.TestCase):
    """A flow of 2018 to 2021"""

    def test_asks_with_a_task_and_calls_a_service(self) -> None:
        programs = {
            'INPUT': lambda inputs: {'response': 'Graz'},
            'REST': lambda inputs: {'json': {'url': inputs['url']}},
        }
        workspace = Workspace({'kind': 'weather'}, programs)
        done = run_flow('older/ask_and_call', workspace)
        self.assertEqual((done.status, done.message), ('success', 'weather of Graz'), done.end)
        self.assertEqual(workspace.output, {'weather': {'url': 'https://example.com/weather/Graz'}})
        self.assertEqual(used(done), [('task', 6), ('task', 8)])

    def test_begins_tasks_in_the_background(self) -> None:
        workspace = Workspace(
            {'fields': ['name', 'mail']},
            {'INPUT': lambda inputs: {'response': inputs['request'] + '!', 'reference': inputs['reference']}},
        )
        done = run_flow('older/parallel', workspace)
        self.assertEqual(
            (done.status, workspace.output), ('success', {'responses': {'name': 'name!', 'mail': 'mail!'}}), done.end
        )
        self.assertEqual(done.named('execution.create')[0]['fields']['description'], 'asked')
        # Once for the place, though it ran twice.
        self.assertEqual(used(done), [('task', 8)])

    def test_ends_by_name_where_a_task_fails(self) -> None:
        workspace = Workspace({'fields': ['name']}, {'INPUT': lambda inputs: Error('', 'nobody')})
        done = run_flow('older/parallel', workspace)
        self.assertEqual((done.status, done.message), ('error', 'no answer for "name"'))
        self.assertEqual(used(done), [('task', 8), ('archive', 14)])

    def test_uses_files_connections_and_messages_of_the_system(self) -> None:
        workspace = Workspace(
            programs={'ssh': lambda inputs: {'report': f'ran {inputs["script"]}'}},
            responses={'Keep it?': {'keep': True}},
        )
        done = run_flow('older/files_and_connections', workspace)
        self.assertEqual((done.status, workspace.output), ('success', "['a', 'b']: ran uptime"), done.end)
        self.assertEqual(workspace.records['connector', 'ssh'], {'connector_type': 'SSH', 'value': {'hostname': 'a'}})
        self.assertEqual(
            [name for name, _ in used(done)], ['file(path=…)', 'files(dir=…, glob=…)', 'connection', 'connection_type']
        )

    def test_of_late_2018_has_names_with_underscores(self) -> None:
        workspace = Workspace({'url': 'u'}, {'REST': lambda inputs: {'json': inputs}})
        done = run_flow('older/underscores', workspace)
        self.assertEqual((done.status, done.message), ('success', 'ENDED_SUCCESS'), done.end)
        self.assertEqual(workspace.output, {'json': {'url': 'u'}, 'parent': None})
        self.assertIn('getInputs', [name for name, _ in used(done)])

    def test_of_one_parameter_runs(self) -> None:
        workspace = Workspace({'url': 'u'}, {'REST': lambda inputs: {'json': inputs}, 'other': lambda inputs: inputs})
        done = run_flow('older/one_parameter', workspace)
        self.assertEqual((done.status, done.message), ('success', 'all done '), done.end)
        self.assertEqual(workspace.output, {'json': {'url': 'u'}, 'last': 'ENDED_SUCCESS'})
        names = [name for name, _ in used(done)]
        self.assertEqual(names[0], 'handler(c)')
        self.assertEqual(
            set(names) - {'handler(c)'},
            {
                'getInputs',
                'logln',
                'task',
                'runAsync',
                'waitForAll',
                'getStatus',
                'c.setting',
                'setOutput',
                'getOutputs',
                'setOutputs',
            },
        )
        self.assertEqual(
            (used(done)[0][1], {call.wait for call in done.calls if call.name == 'deprecated'}), (4, {False})
        )
