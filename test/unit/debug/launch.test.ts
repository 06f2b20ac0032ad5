import assert from 'node:assert/strict';
import { launchAgain, readLaunch } from '../../../src/debug/launch.ts';
import { refusal } from '../../../src/debug/present.ts';
import { samePath } from '../../../src/debug/sourceTable.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import type { Problem } from '../../../src/source/problem.ts';
import { LineMap } from '../../../src/source/text.ts';

const program = '/w/a.workflows.yaml';

describe('launch configurations', () => {
  it('take a text as the path of an input file and anything else as the input itself', () => {
    assert.deepEqual(readLaunch({ program, input: 'a.json' }).input, { kind: 'file', path: 'a.json' });
    assert.deepEqual(readLaunch({ program, input: { a: [1, 1.5] } }).input, { kind: 'json', json: '{"a":[1,1.5]}' });
    assert.deepEqual(readLaunch({ program, argument: 'a.json' }).input, { kind: 'json', json: '"a.json"' });
    assert.deepEqual(readLaunch({ program, argument: null }).input, { kind: 'json', json: 'null' });
    assert.equal(readLaunch({ program }).input, undefined);
  });

  it('keep keys such as __proto__ as data', () => {
    const argument = JSON.parse('{"__proto__": {"polluted": true}}') as unknown;
    assert.deepEqual(readLaunch({ program, argument }).input, { kind: 'json', json: '{"__proto__":{"polluted":true}}' });
    assert.deepEqual(readLaunch(JSON.parse(`{"program": "${program}", "__proto__": {"noDebug": true}}`)).noDebug, false);
  });

  it('pass the fields of the execution on, the name under a key of its own', () => {
    const { options } = readLaunch({ program, name: 'Debug', execution_name: ' mine ', breakpoints: [3, 1], use_breakpoints: false });
    assert.deepEqual(options, { name: 'mine', breakpoints: [1, 3], use_breakpoints: false });
  });

  it('are used again without the name', () => {
    assert.deepEqual(launchAgain(readLaunch({ program, execution_name: 'mine', description: 'd' })).options, { description: 'd' });
  });
});

describe('refusals', () => {
  const text = 'a: 1\nb: [\n';
  const problem = (start: number, message: string): Problem => ({ code: 'x', severity: 'error', message, range: { start, end: start } });
  const fileUrl = (path: string): string => `file://${path}`;

  it('name the place of every problem and link to the first', () => {
    const { message, link } = refusal(new LaunchRefused('Wrong.', '/w/in.yaml', new LineMap(text), [problem(5, 'First.'), problem(8, 'Second.')]), fileUrl);
    assert.equal(message, 'in.yaml:2:1: First.\nin.yaml:2:4: Second.');
    assert.deepEqual(link, { url: 'file:///w/in.yaml#2,1', label: 'Open in.yaml:2:1' });
  });

  it('do not grow without end', () => {
    const problems = Array.from({ length: 25 }, (_, index) => problem(0, `Problem ${index}.`));
    const lines = refusal(new LaunchRefused('Wrong.', '/w/in.yaml', new LineMap(text), problems), fileUrl).message.split('\n');
    assert.equal(lines.length, 11);
    assert.equal(lines[10], 'and 15 more');
  });

  it('are only a message where there is no text to point into', () => {
    const { message, link } = refusal(new LaunchRefused('/w/in.yaml: There is no such file.', '/w/in.yaml', new LineMap(''), [problem(0, 'There is no such file.')]), fileUrl);
    assert.equal(message, '/w/in.yaml: There is no such file.');
    assert.equal(link, undefined);
  });
});

describe('paths', () => {
  const cases: [left: string, right: string, same: boolean][] = [
    ['/w/a.yaml', '/w/a.yaml', true],
    ['/w/a.yaml', '/w/A.yaml', false],
    ['C:\\w\\a.yaml', 'c:/w/A.yaml', true],
    ['C:\\w\\a.yaml', 'C:\\w\\b.yaml', false],
    ['\\\\host\\share\\a.yaml', '\\\\HOST\\share\\a.yaml', true],
    ['c:/w/a.yaml', '/w/a.yaml', false],
  ];
  for (const [left, right, same] of cases) {
    it(`${left} and ${right} are ${same ? 'one file' : 'two files'}`, () => assert.equal(samePath(left, right), same));
  }
});
