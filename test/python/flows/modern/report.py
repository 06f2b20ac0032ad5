"""Collects from several services at once and reports, with a lock, files and outputs."""

import json

import flow_api


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    targets = system.setting('targets').get('value')
    with system.setting('report lock').acquire(timeout=60):
        checks = [this.connect('status', name=f'check {target}', path=f'/{target}', wait=False) for target in targets]
        this.wait_for(*checks, return_when=system.return_when.ALL_ENDED)
        result = {}
        for target, check in zip(targets, checks):
            status, message = check.get('status', 'message')
            if status == 'ENDED_SUCCESS':
                result[target] = check.get('output_value')['json']['state']
            else:
                this.log('check failed', level='warning', target=target, message=message)
                result[target] = 'unknown'
        report = system.file(f'reports/{inputs["name"]}.json')
        report.save_text_content(json.dumps(result, sort_keys=True))
    this.set_output('report', report.get_text_content())
    this.set_output(count=len(targets), failed=list(result.values()).count('unknown'))
    this.save(message=f'{len(targets)} checked')
    return this.success('all done')
