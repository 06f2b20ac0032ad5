import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { deprecatedArguments, deprecatedMethods } from '../../../../src/flow/language/deprecated.ts';
import { isFlow, readFlow, referenceAt } from '../../../../src/flow/language/flow.ts';
import { flowProblems, type KnownNames } from '../../../../src/flow/language/problems.ts';

const flow = (body: string): string => `import flow_api\n\ndef handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):\n    ${body}\n    return this.success('done')\n`;

describe('a Python text', () => {
  for (const [text, expected] of [
    [flow('pass'), true],
    ['def handler(system, this):\n    pass\n', true],
    ['# a comment\nimport flow_api\nasync_ = 1\ndef handler(c):\n    pass\n', true],
    ['@decorated\ndef handler(system, this, inputs=None):\n    pass\n', true],
    ['def handler(system, this, inputs):\n    return this.success(\n', true],
    ['def handler(event, context):\n    pass\n', false],
    ['from flow_api import System\ndef handler(s: System, t, i):\n    pass\n', true],
    ['import flow_api\ndef handler(a, b, c, d):\n    pass\n', false],
    ['def handler(event):\n    pass\n', false],
    ['def handler(c):\n    pass\n', true],
    ['class A:\n    def handler(system, this):\n        pass\n', false],
    ['print("def handler(system, this)")\n', false],
    ['', false],
  ] as const) {
    it(`${expected ? 'is' : 'is not'} a flow: ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(isFlow(text), expected));
  }
});

describe('names in a flow', () => {
  for (const [body, expected] of [
    ["this.flow('ship')", ['flow ship']],
    ['child = this.flow("ship", wait=False)', ['flow ship']],
    ["this.using('retry').flow('ship')", ['wrapper retry', 'flow ship']],
    ["this.connect('mail', to='x')", ['connector mail']],
    ["this.connect(connector_type='REST', name='mail')", []],
    ["this.connect('mail', connector_type='REST')", []],
    ["v = system.setting('limits').get('value')", ['setting limits']],
    ["system.setting('limits').save(value=1)", ['setting limits ?']],
    ["s = system.setting('limits')", ['setting limits ?']],
    ["with system.setting('limits') as s: pass", ['setting limits ?']],
    ["system.flow('0b3', by='id').get('script')", []],
    ["this.flow(f'ship-{1}')", []],
    ["this.flow('a' 'b')", []],
    ["other.flow('ship')", []],
    ["flow_api.Execution(flow_name='ship', connector_name='mail')", ['flow ship', 'connector mail']],
    ["this.flow(' ship ')", ['flow ship']],
    ["this.flow('ship", []],
  ] as const) {
    it(`are found in ${body}`, () => {
      const found = readFlow(flow(body)).references.map(({ type, name, mayBeMissing }) => `${type} ${name}${mayBeMissing ? ' ?' : ''}`);
      assert.deepEqual(found.sort(), [...expected].sort());
    });
  }

  it('are found under the names that the handler gives its parameters', () => {
    const { references } = readFlow("def handler(s, me):\n    me.flow('ship')\n    s.setting('limits').get('value')\n");
    assert.deepEqual(references.map(({ name }) => name), ['ship', 'limits']);
  });

  it('have ranges between the quotes', () => {
    const text = flow("this.flow('ship')");
    const { range } = readFlow(text).references[0]!;
    assert.equal(text.slice(range.start, range.end), 'ship');
  });
});

describe('problems of a flow', () => {
  const known: KnownNames = new Map([['flow', new Set(['ship', 'bill'])], ['setting', new Set(['limits'])], ['wrapper', new Set()]]);
  const problems = (text: string) => flowProblems(readFlow(text), known);

  for (const [body, expected] of [
    ["this.flow('ship')", []],
    ["this.flow('shipp')", ['flow/unknown-flow: There is no flow "shipp" in the workspace; did you mean "ship"?']],
    ["this.flow('completely')", ['flow/unknown-flow: There is no flow "completely" in the workspace.']],
    ["system.setting('limit').get('value')", ['flow/unknown-setting: There is no setting "limit" in the workspace; did you mean "limits"?']],
    ["system.setting('limit').save(value=1)", []],
    ["this.connect('anything')", []],
    ["this.using('retry').flow('ship')", []],
    ["this.task('REST', url='x')", ['flow/deprecated: task is deprecated: use connect.']],
    ["this.get('output_value')", []],
    ["system.file(path='a.txt')", ['flow/deprecated: file(path=…) is deprecated: use file(name).']],
    ["system.file('a.txt')", []],
    ["system.files(dir='in', glob='*')", ['flow/deprecated: files(dir=…, glob=…) is deprecated: use files(filter=…).']],
    ["other.files(dir='in')", []],
    ['raise flow_api.CloudomationException', ['flow/deprecated: CloudomationException is deprecated: use EngineException.']],
    ['raise flow_api.exceptions.CloudomationException', ['flow/deprecated: CloudomationException is deprecated: use EngineException.']],
    ['from flow_api import CloudomationException', ['flow/deprecated: CloudomationException is deprecated: use EngineException of flow_api.']],
    ['from mine import CloudomationException', []],
    ['raise CloudomationException', []],
  ] as const) {
    it(`are told in ${body}`, () => assert.deepEqual(problems(flow(body)).map(({ code, message }) => `${code}: ${message}`), expected));
  }

  it('are told of a handler with too many parameters', () => {
    assert.deepEqual(problems('def handler(system, this, inputs, more):\n    pass\n').map(({ message }) => message), ['handler takes system, this and inputs; found 4 parameters.']);
  });

  it('offer the nearest name', () => {
    const text = flow("this.flow('shipp')");
    const [fix] = problems(text)[0]!.fixes!;
    const [edit] = fix!.edits;
    assert.equal(text.slice(0, edit!.range.start) + edit!.newText + text.slice(edit!.range.end), flow("this.flow('ship')"));
  });
});

describe('a name that is being written', () => {
  for (const [marked, expected] of [
    ["this.flow('|')", "flow: "],
    ["this.flow('sh|ip', wait=False)", 'flow: ship'],
    ["this.flow('sh|", 'flow: sh'],
    ['x = system.setting("li|', 'setting: li'],
    ["this.using('re|').flow('a')", 'wrapper: re'],
    ["this.using('retry').flow('a|')", 'flow: a'],
    ["flow_api.Execution(flow_name='a|')", 'flow: a'],
    ["me.connect(name='m|')", 'connector: m'],
    ["this.log('a|')", undefined],
    ["this.flow(a|)", undefined],
    ["this.flow('a', inputs={'b': 'c|'})", undefined],
    ["|", undefined],
  ] as const) {
    it(`is known in ${marked}`, () => {
      const offset = marked.indexOf('|');
      const text = marked.replace('|', '');
      const found = referenceAt(text, offset);
      assert.equal(found && `${found.type}: ${text.slice(found.range.start, found.range.end)}`, expected);
    });
  }
});

describe('a deprecated method', () => {
  const folder = new URL('../../../../src/flow/python/flow_api/', import.meta.url);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.py')).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

  for (const { method, instead } of [...deprecatedMethods, ...deprecatedArguments]) {
    it(`is reported in the same words when it runs: ${method}`, () => {
      const [, quote, told] = new RegExp(`deprecated\\('${method.replace(/[()]/g, '\\$&')}', (['"])(.+?)\\1\\)`).exec(sources) ?? [];
      assert(quote, `flow_api does not report ${method}`);
      assert.equal(told, instead);
    });
  }

  it('is found on the one parameter of old handlers', () => {
    assert.deepEqual(readFlow("import flow_api\ndef handler(c):\n    c.logln('a')\n").deprecated.map(({ method }) => method), ['handler(c)', 'logln']);
  });
});
