"""2018 to 2021: two parameters, tasks, and inputs that are asked for."""


def handler(system, this):
    inputs = this.get('input_value') or {}
    question = this.task('INPUT', request='Which city?').run()
    city = question.get('output_value')['response']
    weather = this.task(
        'REST',
        url=f'https://example.com/{inputs["kind"]}/{city}',
        method='get',
        run=True,
    ).get('output_value')['json']
    this.set_output('weather', weather)
    this.log(weather)
    this.success(message=f'weather of {city}')
