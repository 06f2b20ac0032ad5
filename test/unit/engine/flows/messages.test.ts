import assert from 'node:assert/strict';
import { EngineError } from '../../../../src/engine/engineError.ts';
import type { FlowContext } from '../../../../src/engine/flows/calls.ts';
import { exactText } from '../../../../src/engine/flows/exactJson.ts';
import type { Fields, Saved } from '../../../../src/flow/flowCalls.ts';
import { temporaryFolder } from '../temporary.ts';
import { named, Sharing } from './sharing.ts';

describe('messages of flows', () => {
  const folder = temporaryFolder();
  const open: Sharing[] = [];
  const sharing = (first?: Sharing): Sharing => {
    const made = new Sharing(folder(), first?.executions);
    open.push(made);
    return made;
  };
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  const show = (at: Sharing, name: string, fields: Fields, more: Partial<FlowContext> = {}): Saved => at.messages.calls['message.create']!({ fields }, at.context(name, { fields }, more)) as Saved;
  const wait = (at: Sharing, name: string, id: string, timeout: number | null = null, more: Partial<FlowContext> = {}): unknown => at.messages.calls['message.wait']!({ id, timeout }, at.context(name, {}, more));

  it('are open until they are answered, and say whose they are', async () => {
    const at = sharing();
    const { id } = show(at, 'ship', { subject: ' Who? ', message: 'text', type: 'WARN' });
    const [message] = at.messages.open();
    assert.deepEqual([message!.id, message!.subject, message!.text, message!.type, message!.execution.name], [id, 'Who?', 'text', 'WARNING', 'ship']);
    assert.deepEqual(at.logged, ['Message: Who?']);
    const answer = wait(at, 'ship', id) as Promise<unknown>;
    assert.deepEqual([...at.shown], ['Waiting for an answer: Who?']);
    await at.messages.answer(id, { values: {} });
    assert.equal(exactText(await answer), '{}');
    assert.deepEqual([at.messages.open(), [...at.shown]], [[], []]);
    assert.equal(exactText(wait(at, 'ship', id)), '{}');
    assert.equal(at.records.stored(id)!.fields['is_answered'], true);
  });

  it('of one subject are several', () => {
    const at = sharing();
    show(at, 'ship', { subject: 'Again' });
    show(at, 'ship', { subject: 'Again' });
    assert.equal(at.messages.open().length, 2);
  });

  it('are shown once where the call is made again after a crash', () => {
    const at = sharing();
    const id = 'e0a2f0b4-0000-8000-a000-000000000001';
    for (const process of [at, sharing(at)]) assert.equal(show(process, 'ship', { subject: 'Once' }, { id }).id, id);
    assert.equal(at.messages.open().length, 1);
  });

  it('can be answered in another process', async () => {
    const here = sharing();
    const there = sharing(here);
    const { id } = show(here, 'ship', { subject: 'Name', request: '?' });
    const answer = wait(here, 'ship', id) as Promise<unknown>;
    assert.deepEqual(there.messages.open().map(({ subject }) => subject), ['Name']);
    await there.messages.answer(id, { values: { string: 'Ada' } });
    assert.equal(exactText(await answer), '{"string":"Ada"}');
  });

  it('take no wrong answer, and only one', async () => {
    const at = sharing();
    const { id } = show(at, 'ship', { subject: 'Name', request: '?' });
    await assert.rejects(at.messages.answer(id, { values: {} }), (error) => error instanceof EngineError && /The answer to "Name" is not right: \? \(string\) has to be given/.test(error.message));
    assert.equal(at.messages.open().length, 1);
    await at.messages.answer(id, { values: { string: 'x' } });
    await assert.rejects(at.messages.answer(id, { values: { string: 'y' } }), /answered already/);
    await assert.rejects(at.messages.answer('none', { values: {} }), /There is no message none/);
    assert.equal(exactText(wait(at, 'ship', id)), '{"string":"x"}');
  });

  it('raise MessageResponseTimeoutError, counted from the first time the call was made', async () => {
    const at = sharing();
    const { id } = show(at, 'ship', { subject: 'Name', request: '?' });
    await assert.rejects(wait(at, 'ship', id, 60, { began: Date.now() - 61_000 }) as Promise<unknown>, { type: 'MessageResponseTimeoutError', message: 'Nobody answered the message "Name" within 60 s.' });
  });

  it('end with their execution, and who listens is told of each change', async () => {
    const at = sharing();
    let told = 0;
    const watch = at.messages.watch(() => told++);
    const { id } = show(at, 'ship', { subject: 'One' });
    show(at, 'ship', { subject: 'Two' });
    await at.messages.answer(id, { values: {} });
    at.end('ship');
    assert.deepEqual([told, at.messages.open()], [4, []]);
    watch.dispose();
    show(at, 'other', { subject: 'Three' });
    assert.equal(told, 4);
  });

  it('are records too', () => {
    const at = sharing();
    const { id } = show(at, 'ship', { subject: 'Name', request: '?' });
    assert.equal(at.records.get({ ...named('message', id), by: 'id' }, '').fields['request'], '?');
    assert.deepEqual(at.records.list('message', '').map(({ name }) => name), ['Name']);
  });

  for (const [fields, type, message] of [
    [{ subject: 's', body: 1 }, 'SchemaError', /The body of a message's form is a map/],
    [{ subject: 's', type: 'SHOUT' }, 'ValueError', /one of SUCCESS, INFO, WARNING, ERROR, POPUP; got "SHOUT"/],
  ] as const) {
    it(`are refused: ${JSON.stringify(fields)}`, () => assert.throws(() => show(sharing(), 'ship', fields), { type, message }));
  }

  it('that are not there cannot be waited for', () => {
    assert.throws(() => wait(sharing(), 'ship', 'none'), { type: 'ResourceNotFoundError' });
  });
});
