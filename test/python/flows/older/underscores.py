"""The end of 2018: still one parameter, with the names of today."""


def handler(c):
    task = c.task('REST', url=c.get_inputs()['url'], protect_inputs=['url'], retention_time=60).run_async()
    c.wait_for_all(task)
    c.set_output('json', task.get_outputs()['json'])
    c.set_outputs({'parent': c.get_parent()})
    c.end('success', message=task.get_status()[0])
