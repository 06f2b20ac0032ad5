import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordHandlers } from '../../../../src/engine/flows/records/recordCalls.ts';
import { fileHandlers } from '../../../../src/engine/flows/records/fileCalls.ts';
import { readFilter } from '../../../../src/engine/flows/records/recordFilter.ts';
import { exactText } from '../../../../src/engine/flows/exactJson.ts';
import type { Fields, RecordReference, Saved } from '../../../../src/flow/flowCalls.ts';
import { temporaryFolder } from '../temporary.ts';
import { named, Sharing } from './sharing.ts';

describe('records of flows', () => {
  const folder = temporaryFolder();
  let sharing: Sharing;
  beforeEach(() => (sharing = new Sharing(folder())));
  afterEach(() => sharing.close());

  const write = (name: string, text: string): void => {
    mkdirSync(join(folder(), name, '..'), { recursive: true });
    writeFileSync(join(folder(), name), text);
  };
  const calls = (type: 'setting' | 'connector' | 'schema' | 'flow' | 'webhook' | 'project' | 'message') => recordHandlers(sharing.records)[type]!;
  const get = async (reference: RecordReference, ...fields: string[]): Promise<unknown> => {
    const args = { ...reference, fields };
    return JSON.parse(exactText(await calls(reference.type as 'setting')['record.get'](args, sharing.context('a', args)))) as unknown;
  };
  /** `json` is the object of fields as the process wrote it. */
  const save = async (reference: RecordReference, json: string): Promise<Saved> => {
    const args = { ...reference, fields: JSON.parse(json) as Fields, debug: false };
    const exact = `{"fields":${json}}`;
    return calls(reference.type as 'setting')['record.save'](args, sharing.context('a', args, { args: exact }));
  };
  const exists = async (reference: RecordReference): Promise<boolean> => calls(reference.type as 'setting')['record.exists'](reference, sharing.context('a', reference));
  const remove = async (reference: RecordReference, permanently = false): Promise<null> => calls(reference.type as 'setting')['record.delete']({ ...reference, permanently }, sharing.context('a', reference));
  const list = async (type: 'setting', filter: unknown = null, more: Partial<RecordReference> = {}): Promise<string[]> => {
    const args = { type, filter, allow_normal: true, allow_deleted: false, ...more };
    return (await calls(type)['record.list'](args, sharing.context('a', args))).map(({ name }) => name);
  };

  it('does not exist before it is saved; a save creates it and overwrites only what it names', async () => {
    assert.equal(await exists(named('setting', 'db')), false);
    await assert.rejects(get(named('setting', 'db'), 'value'), { type: 'ResourceNotFoundError', message: 'There is no setting with the name "db".' });
    const { id } = await save(named('setting', 'db'), '{"value":{"host":"a"},"description":"one"}');
    assert.equal((await save(named('setting', 'db'), '{"value":[1]}')).id, id);
    assert.deepEqual(await get(named('setting', 'db'), 'value', 'description', 'name', 'id'), { value: [1], description: 'one', name: 'db', id });
    assert.deepEqual(await get({ ...named('setting', id), by: 'id' }, 'value'), { value: [1] });
  });

  it('keeps numbers as they were written', async () => {
    await save(named('setting', 'n'), '{"value":{"price":1.0,"big":123456789012345678901,"small":1e-7}}');
    const args = { ...named('setting', 'n'), fields: ['value'] };
    assert.equal(exactText(await calls('setting')['record.get'](args, sharing.context('a', args))), '{"value":{"price":1.0,"big":123456789012345678901,"small":1e-7}}');
  });

  it('keeps keys that would be a prototype in JavaScript', async () => {
    await save(named('setting', 'p'), '{"value":{"__proto__":{"x":1}},"__proto__":2}');
    const args = { ...named('setting', 'p'), fields: ['value'] };
    assert.equal(exactText(await calls('setting')['record.get'](args, sharing.context('a', args))), '{"value":{"__proto__":{"x":1}}}');
  });

  it('trims names, and refuses what is no name', async () => {
    assert.equal((await save(named('setting', '  spaced '), '{"value":1}')).name, 'spaced');
    assert.equal(await exists(named('setting', 'spaced ')), true);
    await assert.rejects(save(named('setting', ' '), '{"value":1}'), { type: 'ValueError' });
    await assert.rejects(save(named('setting', 'x'.repeat(129)), '{"value":1}'), /128 characters at most; got 129/);
    assert.equal((await save(named('setting', 'x'.repeat(128)), '{}')).name.length, 128);
  });

  it('names what a setting has where a field is misspelt', async () => {
    await save(named('setting', 'db'), '{"value":1}');
    await assert.rejects(get(named('setting', 'db'), 'vlaue'), { message: 'A setting has no field "vlaue"; did you mean value?' });
    assert.deepEqual(await get(named('setting', 'db'), 'bundle_name'), { bundle_name: null });
  });

  it('refuses to write what is read-only until it is no more', async () => {
    await save(named('setting', 'fixed'), '{"value":1,"is_readonly":true}');
    await assert.rejects(save(named('setting', 'fixed'), '{"value":2}'), { type: 'PermissionDenied' });
    await save(named('setting', 'fixed'), '{"value":2,"is_readonly":false}');
    assert.deepEqual(await get(named('setting', 'fixed'), 'value'), { value: 2 });
  });

  it('deletes softly, finds deleted ones on request, and makes a new one of the same name', async () => {
    const { id } = await save(named('setting', 'old'), '{"value":1}');
    await remove(named('setting', 'old'));
    assert.equal(await exists(named('setting', 'old')), false);
    assert.equal(await exists(named('setting', 'old', { allow_deleted: true })), true);
    assert.equal(await exists(named('setting', 'old', { allow_deleted: true, allow_normal: false })), true);
    await assert.rejects(remove(named('setting', 'old')), { type: 'ResourceNotFoundError' });
    assert.notEqual((await save(named('setting', 'old'), '{"value":2}')).id, id);
    assert.equal(await exists(named('setting', 'old', { allow_deleted: true, allow_normal: false })), false);
    assert.deepEqual(await get({ ...named('setting', id, { allow_deleted: true }), by: 'id' }, 'value', 'is_deleted'), { value: 1, is_deleted: true });
    await remove(named('setting', 'old'), true);
    assert.deepEqual(await list('setting', null, { allow_deleted: true }), ['old']);
  });

  it('renames, unless the name is taken', async () => {
    await save(named('setting', 'one'), '{"value":1}');
    await save(named('setting', 'two'), '{"value":2}');
    await assert.rejects(save(named('setting', 'one'), '{"name":"two"}'), /already one named "two"/);
    assert.equal((await save(named('setting', 'one'), '{"name":"three"}')).name, 'three');
    assert.deepEqual(await list('setting'), ['three', 'two']);
  });

  it('clones under a free name', async () => {
    await save(named('setting', 'one'), '{"value":{"x":1.0}}');
    for (const expected of ['one (copy)', 'one (copy 2)']) {
      const args = { ...named('setting', 'one'), fields: {} };
      assert.equal((await calls('setting')['record.clone'](args, sharing.context('a', args))).name, expected);
    }
    assert.deepEqual(await get(named('setting', 'one (copy)'), 'value'), { value: { x: 1 } });
  });

  it('is the same for every process that has the store open', async () => {
    await save(named('setting', 'shared'), '{"value":1}');
    const other = new Sharing(folder());
    try {
      assert.equal(other.records.get(named('setting', 'shared'), '').fields['value'], 1);
    } finally {
      other.close();
    }
  });

  describe('from files of the workspace', () => {
    it('reads what Cloudomation exports, plain fields, plain values, and several documents', async () => {
      write('cloudomation-resources/db.setting.yaml', 'setting:\n  name: db\n  value:\n    host: example.com\n    port: 5432\n');
      write('deep/er/plain.setting.yaml', 'value: [1, 2]\ndescription: plain\n');
      write('bare.setting.yaml', 'host: example.com\n');
      write('list.setting.json', '[1.0, 2]');
      write('many.setting.yaml', 'setting:\n  name: first\n  value: 1\n---\nsetting:\n  name: second\n  value: 2\n---\nconnector:\n  name: api\n  connector_type: REST\n  value: {url: "https://example.com"}\n');
      assert.deepEqual(await get(named('setting', 'db'), 'value'), { value: { host: 'example.com', port: 5432 } });
      assert.deepEqual(await get(named('setting', 'plain'), 'value', 'description'), { value: [1, 2], description: 'plain' });
      assert.deepEqual(await get(named('setting', 'bare'), 'value'), { value: { host: 'example.com' } });
      assert.deepEqual(await list('setting'), ['bare', 'db', 'first', 'list', 'plain', 'second']);
      assert.deepEqual(await get(named('connector', 'api'), 'connector_type', 'value'), { connector_type: 'REST', value: { url: 'https://example.com' } });
    });

    it('takes a JSON Schema for the content of a schema', async () => {
      write('order.schema.yaml', 'type: object\ndescription: an order\n');
      write('named.schema.yaml', 'schema:\n  name: named\n  schema: {type: string}\n');
      write('program.input.schema.yaml', 'type: object\n');
      assert.deepEqual(await get(named('schema', 'order'), 'schema'), { schema: { type: 'object', description: 'an order' } });
      assert.deepEqual(await get(named('schema', 'named'), 'schema'), { schema: { type: 'string' } });
      assert.equal(await exists(named('schema', 'program.input')), false);
    });

    it('gives a flow its script, with metadata or without', async () => {
      write('ship.flow.yaml', 'flow:\n  name: ship\n  max_runtime_minutes: 5\n');
      write('ship.py', 'def handler(system, this):\n    pass\n');
      write('bare.py', 'def handler(system, this, inputs):\n    pass\n');
      write('tool.py', 'print(1)\n');
      assert.deepEqual(await get(named('flow', 'ship'), 'script', 'max_runtime_minutes'), { script: 'def handler(system, this):\n    pass\n', max_runtime_minutes: 5 });
      assert.equal(await exists(named('flow', 'bare')), true);
      assert.equal(await exists(named('flow', 'tool')), false);
    });

    it('are found by what starts as soon as they are there, and no more when they are gone', async () => {
      const found = async (name: string): Promise<boolean> => {
        await sharing.records.refreshChanged(join(folder(), 'root.py'));
        return sharing.records.find(named('flow', name), join(folder(), 'root.py')) !== undefined;
      };
      const flow = 'def handler(system, this, inputs):\n    return this.success()\n';
      write('parts/other.py', flow);
      assert.deepEqual([await found('other'), await found('leaf')], [true, false]);
      write('parts/leaf.py', flow);
      assert.equal(await found('leaf'), true);
      rmSync(join(folder(), 'parts/leaf.py'));
      assert.equal(await found('leaf'), false);
    });

    it('lets what a flow saved go before the file until the file changes, and never writes the file', async () => {
      const text = 'setting:\n  value: 1\n  description: kept\n';
      write('n.setting.yaml', text);
      const { id } = await save(named('setting', 'n'), '{"value":2}');
      assert.deepEqual(await get(named('setting', 'n'), 'value', 'description', 'id'), { value: 2, description: 'kept', id });
      write('n.setting.yaml', 'setting:\n  value: 30\n');
      assert.deepEqual(await get(named('setting', 'n'), 'value', 'id'), { value: 30, id });
      await save(named('setting', 'n'), '{"value":4}');
      assert.deepEqual(await get({ ...named('setting', id), by: 'id' }, 'value'), { value: 4 });
    });

    it('hides a file that was deleted until it changes', async () => {
      write('gone.setting.yaml', 'value: 1\n');
      assert.equal(await exists(named('setting', 'gone')), true);
      await remove(named('setting', 'gone'));
      assert.equal(await exists(named('setting', 'gone')), false);
      assert.deepEqual(await list('setting'), []);
      write('gone.setting.yaml', 'value: 22\n');
      assert.deepEqual(await get(named('setting', 'gone'), 'value'), { value: 22 });
    });

    it('renames one that comes from a file', async () => {
      write('was.setting.yaml', 'value: 1\n');
      const { id } = await save(named('setting', 'was'), '{"name":"is"}');
      assert.deepEqual(await list('setting'), ['is']);
      assert.deepEqual(await get({ ...named('setting', id), by: 'id' }, 'name', 'value'), { name: 'is', value: 1 });
    });

    it('prefers the file beside the program, and says what is wrong with one that cannot be read', async () => {
      write('far/x.setting.yaml', 'value: far\n');
      write('x.setting.yaml', 'value: near\n');
      write('broken.setting.yaml', 'value: [1\n');
      assert.deepEqual(await get(named('setting', 'x'), 'value'), { value: 'near' });
      await assert.rejects(get(named('setting', 'broken'), 'value'), /broken\.setting\.yaml: line \d/);
      assert.deepEqual(await list('setting'), ['x']);
    });

    it('passes over folders of packages and hidden ones', async () => {
      write('node_modules/a.setting.yaml', 'value: 1\n');
      write('.git/b.setting.yaml', 'value: 1\n');
      assert.deepEqual(await list('setting'), []);
    });
  });

  describe('files', () => {
    const read = (name: string): Buffer => Buffer.from(fileHandlers(sharing.records)['file.read']!(named('file', name), sharing.context('a', {})) as string, 'base64');
    const put = (name: string, bytes: Buffer): Saved => fileHandlers(sharing.records)['file.write']!({ ...named('file', name), content: bytes.toString('base64') }, sharing.context('a', {})) as Saved;

    it('keep any bytes', () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      put('all.bin', bytes);
      assert.deepEqual(read('all.bin'), bytes);
      put('all.bin', Buffer.alloc(0));
      assert.equal(read('all.bin').length, 0);
    });

    it('are read from the folder files, until a flow saves them or the file changes', () => {
      write('files/report.txt', 'from the workspace');
      assert.equal(read('report.txt').toString(), 'from the workspace');
      put('report.txt', Buffer.from('saved'));
      assert.equal(read('report.txt').toString(), 'saved');
      write('files/report.txt', 'changed in the workspace');
      assert.equal(read('report.txt').toString(), 'changed in the workspace');
      rmSync(join(folder(), 'files'), { recursive: true });
      assert.throws(() => read('report.txt'), { type: 'ResourceNotFoundError' });
    });

    for (const name of ['../secret.txt', 'a/../../secret.txt', '/etc/passwd', 'C:\\secret.txt', '..\\secret.txt', '']) {
      it(`never leave the folder: ${JSON.stringify(name)}`, () => {
        write('secret.txt', 'secret');
        write('files/x.txt', '');
        assert.throws(() => read(name), { type: 'ResourceNotFoundError' });
      });
    }

    it('are refused beyond their size', () => {
      assert.throws(() => put('big', Buffer.alloc(32 * 1024 * 1024 + 1)), /32 MB; this content has 32\.0 MB/);
    });
  });

  describe('filters', () => {
    const fields = { name: 'order-12', value: { host: 'a' }, count: 3, note: null };
    const cases: readonly [unknown, boolean][] = [
      [null, true],
      [{ field: 'name', op: 'eq', value: 'order-12' }, true],
      [{ field: 'name', value: 'order' }, false],
      [{ field: 'name', op: 'like', value: 'order-%' }, true],
      [{ field: 'name', op: 'like', value: '%-1_' }, true],
      [{ field: 'name', op: 'like', value: 'Order%' }, false],
      [{ field: 'name', op: 'ilike', value: 'Order%' }, true],
      [{ field: 'count', op: 'gt', value: 2 }, true],
      [{ field: 'count', op: 'lte', value: 2 }, false],
      [{ field: 'count', op: 'in', value: [1, 3] }, true],
      [{ field: 'value.host', op: 'eq', value: 'a' }, true],
      [{ field: 'value', op: 'eq', value: { host: 'a' } }, true],
      [{ field: 'note', op: 'is_null' }, true],
      [{ field: 'name', op: 'neq', value: 'x' }, true],
      [{ and: [{ field: 'count', value: 3 }, { field: 'name', value: 'x' }] }, false],
      [{ or: [{ field: 'count', value: 3 }, { field: 'name', value: 'x' }] }, true],
      [{ not: { field: 'count', value: 3 } }, false],
      [[{ field: 'count', value: 3 }], true],
    ];
    for (const [filter, fits] of cases) it(`${JSON.stringify(filter)} ${fits ? 'fits' : 'does not fit'}`, () => assert.equal(readFilter(filter)(fields), fits));

    it('say what they are where they are something else', () => {
      assert.throws(() => readFilter({ field: 'x', op: 'near', value: 1 }), /op is one of eq/);
      assert.throws(() => readFilter('x'), /A filter is/);
      assert.throws(() => readFilter({ field: 'x', op: 'like', value: 1 }), /like is a text/);
    });

    it('take a pattern of many signs in a time that does not grow with their number', () => {
      assert.equal(readFilter({ field: 'name', op: 'like', value: '%a'.repeat(2000) })({ name: 'a'.repeat(1999) }), false);
    });
  });
});
