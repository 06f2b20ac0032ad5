import assert from 'node:assert/strict';
import { checkFile, partAt } from '../../../src/schema/checkFile.ts';
import { completionsAt } from '../../../src/schema/completion.ts';
import { SchemaLookup } from '../../../src/schema/lookup.ts';
import { infoAt } from '../../../src/schema/model.ts';
import { formatOf } from '../../../src/source/parse.ts';
import { inferSchema } from '../../../src/workflow/inferInput.ts';
import { memoryFiles, parse } from './fixture.ts';

const flow = 'import flow_api\n\ndef handler(system, this, inputs):\n    return this.success()\n';
const metadata = 'input_schema:\n  $schema: http://json-schema.org/draft-07/schema#\n  type: object\n  form-order: [id]\n  required: [id]\n  properties:\n    id: {type: string, format: uuid, form-label: Id, description: Which one.}\n    at: {type: string, format: datetime}\n    when: {type: string, format: time}\n';
const around = { '/ship.py': flow, '/ship.flow.yaml': metadata };

async function check(path: string, text: string): Promise<{ readonly problems: readonly string[]; complete(offset: number): string[]; hover(word: string): string | undefined }> {
  const texts = { ...around, [path]: text };
  const files = memoryFiles(texts);
  const document = parse(path, text);
  const checked = await checkFile(path, document, formatOf(path), files, new SchemaLookup(files, inferSchema));
  assert.ok(checked);
  return {
    problems: checked.problems.map(({ code, range }) => `${code} <${text.slice(range.start, range.end)}>`),
    complete: (offset) => {
      const { schema, range } = partAt(checked, document, offset);
      return completionsAt(schema!, text.slice(range.start, range.end), formatOf(path), offset - range.start).map(({ label }) => label);
    },
    hover: (word) => {
      const offset = text.indexOf(word);
      const { schema, root } = partAt(checked, document, offset);
      return schema && root && infoAt(schema, root, offset)?.info.description;
    },
  };
}

describe('a file around a program', () => {
  for (const [path, text, expected] of [
    ['/a.mocks.yaml', '- connector: carrier\n  input: {path: /x}\n  result: {status_code: 200}\n', []],
    ['/a.mocks.yaml', '- connecter: carrier\n  result: 1\n', ['mocks/unknown-key <connecter>', 'mocks/missing-key <connecter: carrier\n  result: 1>']],
    ['/a.answers.yaml', '- subject: Approve*\n  values: {ok: true}\n  button: go\n', []],
    ['/a.answers.yaml', '- subjekt: x\n- subject: y\n  times: 0\n', ['answers/not-right <subjekt>', 'answers/not-right <subjekt: x>', 'answers/not-right <0>']],
    ['/a.env.yaml', 'A: text\nB: 5\n', ['env/wrong-type <5>']],
    ['/a.connector.yaml', 'connector_type: REST\ninput_schema: {type: objekt}\n', ['schema/type <objekt>']],
    ['/a.schema.yaml', 'schema:\n  name: address\n  schema: {type: objekt}\n', ['schema/type <objekt>']],
    ['/a.schema.yaml', 'type: objekt\n', ['schema/type <objekt>']],
    ['/a.flow.yaml', 'max_runtime_minuts: 5\noutput_schema: {type: 5}\n', ['flow/unknown-field <max_runtime_minuts>', 'schema/type <5>']],
    ['/ship.flow.yaml', metadata, []],
    ['/ship.input.yaml', 'id: 5b0b2ad4-9b4d-4a6e-8a84-0d5c1c3f4a10\nat: 2026-01-31T08:00:00\nwhen: 08:00:00Z\n', []],
    ['/ship.bad.input.yaml', 'id: five\nat: yesterday\nwhen: noon\n', ['input/format <five>', 'input/format <yesterday>', 'input/format <noon>']],
    ['/ship.none.input.yaml', 'at: 2026-01-31 08:00:00\n', ['input/required <at>']],
  ] as const) {
    it(`${path.slice(1)} has ${expected.length === 0 ? 'nothing wrong' : expected.map((problem) => problem.replace(/\s+/g, ' ')).join(', ')}`, async () => {
      assert.deepEqual((await check(path, text)).problems.map((problem) => problem.trimEnd()), expected);
    });
  }

  it('has its keys and values completed, in each of its documents', async () => {
    for (const [path, text, some] of [
      ['/a.connector.yaml', 'value: 1\n|', ['connector_type', 'description', 'connector']],
      ['/a.connector.yaml', 'connector_type: |', ['REST', 'SSH']],
      ['/a.connector.yaml', 'connector_type: REST\nvalue:\n  |', ['hostname', 'retry_backoff']],
      ['/a.connector.yaml', 'connector:\n  connector_type: REST\n  value:\n    method: |', ['post']],
      ['/a.setting.yaml', 'value: 1\n---\nname: other\n|', ['value', 'is_secret']],
      ['/a.schedule.yaml', '|', ['flow_name', 'is_enabled']],
      ['/a.mocks.yaml', '- |', ['connector', 'response']],
      ['/a.answers.yaml', '- subject: x\n  |', ['values', 'button', 'times']],
      ['/ship.input.yaml', '|', ['id', 'at', 'when']],
      ['/x.flow.yaml', '|', ['input_schema', 'savepoint_retention', 'script']],
    ] as const) {
      const offset = text.indexOf('|');
      const labels = (await check(path, text.replace('|', ''))).complete(offset);
      assert.deepEqual(some.filter((label) => !labels.includes(label)), [], `${path} ${JSON.stringify(text)}: ${labels.join()}`);
    }
  });

  it('has its keys explained', async () => {
    for (const [path, text, word, expected] of [
      ['/a.connector.yaml', 'connector_type: REST\nvalue: {max_redirects: 3}\n', 'max_redirects', /Redirects that are followed/],
      ['/a.setting.yaml', 'value: 1\n---\nname: b\nis_secret: true\n', 'is_secret', /Whether the value is shown/],
      ['/a.mocks.yaml', '- connector: x\n  result: 1\n', 'connector', /For connections of flows/],
      ['/a.answers.yaml', '- subject: x\n', 'subject', /The subject of the messages/],
      ['/ship.input.yaml', 'id: x\n', 'id', /Which one/],
    ] as const) {
      assert.match((await check(path, text)).hover(word) ?? '', expected, path);
    }
  });
});
