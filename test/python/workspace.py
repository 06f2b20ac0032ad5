"""Answers of a small workspace in memory, for flows that use many calls together."""

from __future__ import annotations

import base64
from typing import Any, Callable, Optional

from peer import Answer, Error

#: What a child does with its inputs: answers its output, or an `Error` whose message is why it failed.
Program = Callable[[Any], Any]


class Workspace:
    """Records, children and messages. ``programs`` are flows, connectors and connector types by name."""

    def __init__(
        self,
        inputs: Any = None,
        programs: Optional[dict[str, Program]] = None,
        settings: Optional[dict[str, Any]] = None,
        files: Optional[dict[str, str]] = None,
        responses: Optional[dict[str, Any]] = None,
    ) -> None:
        self._programs = programs or {}
        self._responses = responses or {}
        self.records: dict[tuple[str, str], dict[str, Any]] = {
            ('execution', 'execution-1'): {'input_value': inputs, 'name': 'flow 1'}
        }
        for name, value in (settings or {}).items():
            self.records['setting', name] = {'value': value}
        self.files = {name: text.encode() for name, text in (files or {}).items()}
        self.held: list[str] = []
        self.slept: list[float] = []

    @property
    def output(self) -> Any:
        """The output value of the flow."""
        return self.records['execution', 'execution-1'].get('output_value')

    def answers(self) -> dict[str, Answer]:
        """For `peer.run`."""
        return {
            'record.get': self._get,
            'record.exists': lambda args: (args['type'], args['select']) in self.records,
            'record.save': self._save,
            'record.delete': lambda args: self.records.pop((args['type'], args['select'])) and None,
            'record.list': self._list,
            'record.clone': self._clone,
            'execution.create': self._create,
            'execution.run': self._run,
            'execution.wait': self._wait,
            'execution.cancel': lambda args: self._record(args['id']).update(status='ENDED_CANCELLED'),
            'this.set_output': self._set_output,
            'this.sleep': lambda args: self.slept.append(args['seconds']),
            'message.create': self._message,
            'message.wait': lambda args: self.records['message', args['id']].setdefault(
                'response', self._responses.get(self.records['message', args['id']]['subject'])
            ),
            'setting.acquire': lambda args: self.held.append(args['select']),
            'setting.release': lambda args: self.held.remove(args['select']),
            'file.read': lambda args: base64.b64encode(self.files[args['select']]).decode(),
            'file.write': self._write,
        }

    def _record(self, id: str) -> dict[str, Any]:
        return self.records['execution', id]

    def _get(self, args: dict[str, Any]) -> Any:
        record = self.records.get((args['type'], args['select']))
        if record is None:
            return Error('ResourceNotFoundError', f'there is no {args["type"]} "{args["select"]}"')
        return {field: record.get(field) for field in args['fields']}

    def _save(self, args: dict[str, Any]) -> dict[str, str]:
        self.records.setdefault((args['type'], args['select']), {}).update(args['fields'])
        return {'id': args['select'], 'name': args['fields'].get('name', args['select'])}

    def _list(self, args: dict[str, Any]) -> list[dict[str, str]]:
        names = (
            list(self.files)
            if args['type'] == 'file'
            else [name for kind, name in self.records if kind == args['type']]
        )
        return [{'id': name, 'name': name} for name in sorted(names)]

    def _clone(self, args: dict[str, Any]) -> dict[str, str]:
        return self._add({**self._record(args['select']), **args['fields'], 'status': 'NEW'})

    def _create(self, args: dict[str, Any]) -> dict[str, str]:
        return self._add({**args['fields'], 'type': args['type'], 'status': 'NEW'})

    def _add(self, record: dict[str, Any]) -> dict[str, str]:
        id = f'execution-{sum(kind == "execution" for kind, _ in self.records) + 1}'
        self.records['execution', id] = record
        return {'id': id, 'name': record.get('name', id)}

    def _run(self, args: dict[str, Any]) -> None:
        record = self._record(args['id'])
        name = (
            record.get('flow_name') or record.get('connector_name') or record.get('connector_type') or record['script']
        )
        result = self._programs[name](record.get('input_value'))
        if isinstance(result, Error):
            record.update(status='ENDED_ERROR', message=result.outcome['message'])
        else:
            record.update(status='ENDED_SUCCESS', output_value=result, message='')

    def _wait(self, args: dict[str, Any]) -> Any:
        for id in args['ids']:
            if args['return_when'] == 'ALL_SUCCEEDED' and self._record(id)['status'] != 'ENDED_SUCCESS':
                return Error(
                    'DependencyFailedError', f'{self._record(id).get("name")}: {self._record(id).get("message")}'
                )
        return args['ids'][:1] if args['return_when'].startswith('FIRST') else args['ids']

    def _set_output(self, args: dict[str, Any]) -> None:
        self.records['execution', 'execution-1'].setdefault('output_value', {}).update(args['values'])

    def _message(self, args: dict[str, Any]) -> dict[str, str]:
        id = f'message-{sum(kind == "message" for kind, _ in self.records) + 1}'
        self.records['message', id] = dict(args['fields'])
        return {'id': id, 'name': args['fields']['subject']}

    def _write(self, args: dict[str, Any]) -> dict[str, str]:
        self.files[args['select']] = base64.b64decode(args['content'])
        return {'id': args['select'], 'name': args['select']}
