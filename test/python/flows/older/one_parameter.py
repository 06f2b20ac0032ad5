"""2018: one parameter for everything."""


def handler(c):
    inputs = c.getInputs()
    c.logln('begin', inputs)
    first = c.task('REST', url=inputs['url'])
    second = c.flow('other', {'a': 1}, b=2).runAsync()
    first.run()
    c.waitForAll(first, second)
    status, message = second.getStatus()
    c.setting('last', status)
    c.setOutput('json', first.getOutputs()['json'])
    c.setOutputs({'last': c.setting('last')})
    c.end('success', message='all done ' + message)
