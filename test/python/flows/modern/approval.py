"""Asks a person, tries a fragile child with a wrapper, and cleans up whatever happens."""

import flow_api


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    answer = this.message(
        subject='Deploy?',
        body={
            'type': 'object',
            'properties': {
                'go': {'type': 'boolean', 'element': 'submit', 'label': 'Deploy', 'order': 2},
                'reason': {'type': 'string', 'element': 'string', 'label': 'Why', 'order': 1},
            },
            'required': ['reason'],
        },
        timeout=3600,
    ).get('response')
    if not answer['go']:
        return this.error(f'refused: {answer["reason"]}')
    this.save_dump('approved')
    state = system.setting('deployment')
    state.save(value={'running': True, 'reason': answer['reason']})
    try:
        child = this.using('retry', max_tries=3, delay_sec=1).flow(
            'deploy', version=inputs['version'], name='deployment', wait=system.return_when.ALL_ENDED
        )
        if child.get('status') != 'ENDED_SUCCESS':
            raise flow_api.DependencyFailedError(child.get('message'))
        return {'deployed': child.get('output_value')['version']}
    except flow_api.EngineException as error:
        this.log(level='error', error=error)
        return this.error('not deployed')
    finally:
        state.delete()
