"""2019: tasks begun in the background, waited for together, ended by name."""


def handler(system, this):
    fields = this.get('input_value')['fields']
    tasks = []
    for field in fields:
        task = this.task('INPUT', name=field, reference=field, request=field, init={'description': 'asked'}, wait=False)
        tasks.append(task)
    this.wait_for(*tasks, return_when=system.return_when.ALL_ENDED)
    responses = {}
    for task in tasks:
        if task.load('status') != 'ENDED_SUCCESS':
            task.archive()
            return this.end('error', f'no answer for "{task.get("name")}"')
        responses[task.get('name')] = task.get('output_value')['response']
    this.save(output_value={'responses': responses})
    this.success('all done')
