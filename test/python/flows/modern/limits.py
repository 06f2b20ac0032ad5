"""Handles what a workspace may lack, and starts a template many times."""

import datetime

import flow_api


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    try:
        limit = system.setting('limit').get('value')
    except flow_api.ResourceNotFoundError:
        limit = 2
        system.setting('limit').save(value=limit)
    assert system.setting('limit').exists()
    template = this.flow('work', run=False, name='template')
    started = []
    for number in range(inputs.get('copies', 3)):
        copy = template.clone(name=f'copy {number}', input_value={'number': number})
        copy.run_async()
        started.append(copy)
        if len(started) == limit:
            this.wait_for(*started)
            this.sleep(1)
            started = []
    if started:
        this.wait_for(*started)
    script = this.script('def handler(system, this): ...', wait=False)
    script.cancel('not needed')
    this.log(at=datetime.datetime(2030, 1, 2, 3, 4, tzinfo=datetime.timezone.utc))
    return {'settings': [setting.get('name') for setting in system.settings()]}
