"""2020: files by path, connections, and a message that the system makes."""

import json


def handler(system, this):
    system.file(path='config/a.json', content='{"host": "a"}')
    system.file('config/b.json').save(content='{"host": "b"}')
    hosts = []
    for file in system.files(dir='config', glob='*.json'):
        hosts.append(json.loads(file.get('content'))['host'])
    system.connection('ssh').save(connection_type='SSH', value={'hostname': hosts[0]})
    report = this.connect('ssh', script='uptime', name='uptime').get('output_value')['report']
    response = (
        system.message(
            subject='Keep it?',
            message_type='POPUP',
            body={'type': 'object', 'properties': {'keep': {'element': 'submit', 'type': 'boolean'}}},
        )
        .wait()
        .get('response')
    )
    if not response['keep']:
        system.file('config/a.json').delete()
    this.set_output(f'{hosts}: {report}')
    return this.success('all done')
