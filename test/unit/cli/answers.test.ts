import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreparedAnswers, readAnswers } from '../../../src/cli/answers.ts';
import { MessageAnswering, type Ask } from '../../../src/cli/messages.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import { openTransientService, type LocalExecutionService } from '../../../src/service/local/localService.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const flow = `
def handler(system, this, inputs):
    name = this.message('Your name', request='Who?').get('response')['string']
    form = this.message('Details', body={'type': 'object', 'properties': {
        'count': {'element': 'integer', 'label': 'How many', 'order': 1},
        'note': {'element': 'markdown', 'description': 'Mind the gap', 'order': 2},
        'size': {'type': 'string', 'enum': ['S', 'M'], 'default': 'M', 'order': 3},
        'go': {'element': 'submit', 'label': 'Go', 'order': 4},
        'stop': {'element': 'submit', 'label': 'Stop', 'order': 5},
    }, 'required': ['count']})
    return [name, form.get('response')]
`;

describe('answers on the command line', () => {
  const folder = temporaryFolder();
  let service: LocalExecutionService;
  let said: string;
  const terminal: Terminal = { out: () => undefined, note: (text) => (said += text), live: () => undefined, paint: (text) => text };
  beforeEach(() => {
    service = openTransientService();
    said = '';
  });
  afterEach(() => service.dispose());

  const file = (text: string): string => {
    const path = join(folder(), 'answers.yaml');
    writeFileSync(path, text);
    return path;
  };
  const run = async (prepared: PreparedAnswers, ask?: Ask, text = flow): Promise<unknown> => {
    const answering = new MessageAnswering(service, prepared, terminal, ask);
    const { ended } = await service.engine.start({ program: join(folder(), 'asks.py'), text, input: undefined, options: {} });
    const { state, output_value, error } = await ended;
    answering.dispose();
    assert.equal(state, 'SUCCEEDED', error?.context);
    return JSON.parse(output_value!) as unknown;
  };
  /** A person who types these lines, and what they were asked. */
  const person = (...lines: string[]): { ask: Ask; asked: string[] } => {
    const asked: string[] = [];
    return { asked, ask: (question) => Promise.resolve(asked.push(question)).then(() => lines.shift()) };
  };

  it('come from a file, by subject', async () => {
    const answers = await readAnswers(file('- subject: Your *\n  values: {string: Ada}\n- subject: Details\n  values: {count: 2}\n  button: stop\n'));
    assert.deepEqual(await run(new PreparedAnswers(answers)), ['Ada', { count: 2, size: 'M', go: false, stop: true }]);
    assert.equal(said, '');
  });

  it('are used as often as they say, the first that fits first', () => {
    const answers = new PreparedAnswers([
      { subject: 'a*', values: { n: 1 }, button: undefined, times: 1 },
      { subject: '*', values: { n: 2 }, button: undefined, times: undefined },
    ]);
    assert.deepEqual(['abc', 'abc', 'x'].map((subject) => answers.take(subject)?.values['n']), [1, 2, 2]);
  });

  it('are asked for where somebody sits at the terminal; wrong ones are asked for again', async () => {
    const { ask, asked } = person('', 'Ada', 'two', '2', '', 'Stop');
    assert.deepEqual(await run(new PreparedAnswers([]), ask), ['Ada', { count: 2, size: 'M', go: false, stop: true }]);
    assert.deepEqual(asked, ['Who? (a text): ', 'Who? (a text): ', 'How many (an integer): ', 'How many (an integer): ', 'size ("S", "M"; "M"): ', '1 Go, 2 Stop: ']);
    assert.match(said, /asks: Your name\nWho\? \(string\) has to be given: a text\.\n.* asks: Details\nHow many takes an integer; got "two"\.\nMind the gap\n/s);
  });

  it('that a file gives wrongly are told, and what is waited for where nobody can be asked', async () => {
    const waiting = `
def handler(system, this, inputs):
    this.message('Your name', request='Who?', wait=False)
    this.message('Done', message='All is well', wait=False)
    return this.message('Wrong', request='?', wait=False).get('response')
`;
    assert.equal(await run(new PreparedAnswers([{ subject: 'Wrong', values: { strnig: 'x' }, button: undefined, times: undefined }]), undefined, waiting), null);
    assert.match(said, /asks [0-9a-f]{8} waits for an answer to "Your name"\. .*--answers FILE that has:\n- subject: "Your name"\n {2}values: \{string: <a text>\}\n/);
    assert.match(said, /shows the message "Done":\nAll is well\n; until it is read it may wait\./);
    assert.match(said, /The answer to "Wrong" is not right: The form has no field "strnig"; did you mean string\?/);
  });

  for (const [what, text, message] of [
    ['no list', 'subject: x\n', /An answer file is a list of entries; found a map/],
    ['an entry without subject', '- values: {}\n', /add subject/],
    ['a key that is not there', '- subjekt: x\n', /"subjekt" is no key of an answer; did you mean subject\?/],
    ['values that are no map', '- subject: x\n  values: [1]\n', /values is a map of the form's fields; found a list/],
    ['a count that is none', '- subject: x\n  times: 0\n', /times is an integer of at least 1/],
    ['what is no YAML', '- [', /answer file is not right/],
  ] as const) {
    it(`are refused: ${what}`, async () => {
      await assert.rejects(readAnswers(file(text)), (error) => error instanceof LaunchRefused && message.test(error.message));
    });
  }

  it('are refused: a file that is not there', async () => {
    await assert.rejects(readAnswers(join(folder(), 'none.yaml')), /none\.yaml: There is no such file/);
  });
});
