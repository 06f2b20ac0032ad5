import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

describe('custom objects', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  beforeEach(() => {
    engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), workspace: () => [folder()] });
    writeFiles(folder(), {
      'hook.py': 'def handler(system, this, inputs):\n    return inputs\n',
      'reader.object_template.yaml': 'object_template:\n  on_create: hook\n  on_update: [hook, {flow_name: hook}]\n  on_delete: {flow_id: {name: hook}}\n  schema: {type: object, required: [mail], properties: {mail: {type: string}, lists: {type: integer, default: 1}}}\n',
      'plain.object_template.yaml': 'object_template: {description: no hooks}\n',
      'lost.object_template.yaml': 'object_template: {on_create: hoook}\n',
    });
  });
  afterEach(() => engine.close());

  async function run(...lines: string[]): Promise<Execution> {
    const text = `def handler(system, this, inputs):\n${lines.map((line) => `    ${line}\n`).join('')}`;
    const ended = await (await engine.start({ program: join(folder(), 'maker.py'), text, input: undefined, options: { use_breakpoints: false } })).ended;
    await engine.idle();
    return ended;
  }
  const succeeds = async (...lines: string[]): Promise<Execution> => {
    const ended = await run(...lines);
    assert.equal(ended.message, '');
    return ended;
  };
  const hooks = (): Execution[] => [...engine.list({ pageSize: 100, everywhere: true }).executions].reverse().filter(({ flow_name }) => flow_name === 'hook');
  const inputs = (): Record<string, unknown>[] => hooks().map(({ output_value }) => JSON.parse(output_value!) as Record<string, unknown>);

  it('start the flows of their hooks when they come, change and go', async () => {
    const maker = await succeeds("ada = system.custom_object('ada')", "ada.save(object_template_name='reader', value={'mail': 'ada@example.com'})", "ada.save(value={'mail': 'new@example.com', 'lists': 2})", 'ada.delete()');
    const { id } = engine.records.list('custom_object', '', true, true)[0]!;
    const told = inputs();
    assert.deepEqual(told.map(({ event }) => event), ['on_create', 'on_update', 'on_update', 'on_delete']);
    const template = engine.records.list('object_template', '').find(({ name }) => name === 'reader')!;
    const first = { mail: 'ada@example.com', lists: 1 };
    const second = { mail: 'new@example.com', lists: 2 };
    const names = { custom_object_id: id, custom_object_name: 'ada', object_template_id: template.id, object_template_name: 'reader' };
    assert.deepEqual(told[0], { event: 'on_create', ...names, value: first, old_value: null });
    assert.deepEqual(told[1], { event: 'on_update', ...names, value: second, old_value: first });
    assert.deepEqual(told[3], { event: 'on_delete', ...names, value: second, old_value: second });
    const [hook] = hooks();
    assert.deepEqual([hook!.custom_object_id, hook!.parent_execution_id, hook!.orphan, hook!.use_breakpoints, hook!.state], [id, maker.id, true, false, 'SUCCEEDED']);
  });

  it('start them for copies too, and nothing where the template has no hook', async () => {
    await succeeds("system.custom_object('a').save(object_template_name='plain', value=1)", "system.custom_object('b').save(value=2)", "system.custom_object('b').delete()", "system.custom_object('c').save(object_template_name='reader', value={'mail': 'c'})", "system.custom_object('c').clone(name='d')");
    assert.deepEqual(inputs().map(({ event, custom_object_name }) => [event, custom_object_name]), [['on_create', 'c'], ['on_create', 'd']]);
  });

  for (const [what, line, message] of [
    ['breaks the schema of their template', "system.custom_object('x').save(object_template_name='reader', value={'lists': 'many'})", /SchemaValidationError: The custom object "x" does not satisfy the schema of its template "reader": .*mail.*/],
    ['has a template that is not there', "system.custom_object('x').save(object_template_name='raeder', value=1)", /ResourceNotFoundError: There is no object_template with the name "raeder"/],
    ['has a hook whose flow is not there', "system.custom_object('x').save(object_template_name='lost', value=1)", /ResourceNotFoundError: There is no flow with the name "hoook"\. Did you mean "hook"\?/],
  ] as const) {
    it(`are not saved where one ${what}`, async () => {
      assert.match((await run(line)).message, message);
      assert.deepEqual(engine.records.list('custom_object', ''), []);
    });
  }

  it('that are not there cannot be deleted', async () => {
    assert.match((await run("system.custom_object('nobody').delete()")).message, /ResourceNotFoundError/);
  });

  it('have templates whose hooks are flows', async () => {
    assert.match((await run("system.object_template('t').save(on_create=5)")).message, /The object_template "t" cannot be saved: on_create takes the name or id of a flow/);
  });
});
