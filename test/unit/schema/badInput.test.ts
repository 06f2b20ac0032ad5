import assert from 'node:assert/strict';
import { checkInput } from '../../../src/schema/checkInput.ts';
import { completionsAt } from '../../../src/schema/completion.ts';
import { infoAt } from '../../../src/schema/model.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { schemaFrom } from './fixture.ts';

const schema = { '/s.json': '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}, "additionalProperties": {"$ref": "#"}}' };

describe('input texts that are not what they should be', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghi'[index]!}`).join(', ')}]`)].join('\n');
  const cases: readonly (readonly [string, 'yaml' | 'json', string])[] = [
    ['broken YAML', 'yaml', 'a: [1\nb: "'],
    ['broken JSON', 'json', '{"id": 1,, }'],
    ['tabs as indentation', 'yaml', 'a:\n\tb: 1'],
    ['duplicate keys', 'yaml', 'id: 1\nid: 2'],
    ['an alias bomb', 'yaml', bomb],
    ['10 MB', 'json', `{"id": "${'x'.repeat(10 * 1024 * 1024)}"}`],
    ['binary content', 'yaml', 'id: \u0000\u0001'],
    ['10,000 open brackets', 'json', '['.repeat(10_000)],
    ['an empty JSON file', 'json', ''],
  ];
  for (const [name, format, text] of cases) {
    it(`${name}: one clear error, no value, and the editor's questions still answered`, async () => {
      const set = await schemaFrom(schema, '/s.json');
      const document = parseSource(text, format);
      const { problems, json } = checkInput(document, format, set);
      assert.ok(problems.some((problem) => problem.severity === 'error' && problem.message.length > 20 && problem.message.length < 300), JSON.stringify(problems).slice(0, 300));
      assert.equal(json, undefined);
      if (text.length < 100_000) {
        assert.ok(Array.isArray(completionsAt(set, text, format, Math.min(2, text.length))));
        if (document.root) infoAt(set, document.root, 1);
      }
    });
  }

  it('says how large a text may be', () => {
    const [problem] = checkInput(parseSource(' '.repeat(10 * 1024 * 1024), 'json'), 'json', undefined).problems;
    assert.equal(problem?.message, 'The text has 10.0 MB; at most 2 MB are read.');
  });
});

describe('schemas that ask for too much', () => {
  const many = Array.from({ length: 3000 }, (_, index) => index);
  const list = (count: number, item: string): string => `[${Array<string>(count).fill(item).join(',')}]`;
  const references = (next: (index: number) => string): string => JSON.stringify({ $ref: '#/$defs/0', $defs: Object.fromEntries(many.map((index) => [index, { properties: { a: { $ref: next(index) } } }])) });
  const cases: readonly (readonly [string, string, string])[] = [
    ['more parts than are compiled', JSON.stringify({ properties: Object.fromEntries(many.map((index) => [index, { items: { items: { items: { type: 'null' } } } }])) }), '{}'],
    ['a chain of thousands of references', references((index) => `#/$defs/${Math.min(index + 1, 2999)}`), '{}'],
    ['references that nest deeper than calls can', references((index) => `#/$defs/${(index + 1) % 1500}`), '{}'],
    ['more missing keys than there is memory for', JSON.stringify({ items: { required: many.map(String) } }), list(20_000, '{}')],
    ['forms of forms at every level', '{"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}}, {"items": {"$ref": "#"}, "maxItems": 1, "type": "array"}]}', `${'['.repeat(100)}1${']'.repeat(100)}`],
  ];
  for (const [name, text, input] of cases) {
    it(`${name}: said once, and said again`, async () => {
      const set = await schemaFrom({ '/s.json': text }, '/s.json');
      assert.deepEqual(set.files[0]!.problems, []);
      for (let time = 0; time < 2; time++) {
        const { problems, json } = checkInput(parseSource(input, 'json'), 'json', set);
        assert.deepEqual(problems.map(({ code }) => code), ['input/too-complex']);
        assert.equal(json, input);
      }
    });
  }
});

describe('speed', () => {
  it('2,000 lines are checked in a small part of the time it takes to read them', async () => {
    const set = await schemaFrom({ '/s.json': '{"items": {"type": "object", "required": ["id", "name"], "additionalProperties": false, "properties": {"id": {"type": "integer"}, "name": {"type": "string", "pattern": "^n[0-9]+$"}, "tags": {"items": {"enum": ["a", "b"]}}, "form": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}}}' }, '/s.json');
    const text = Array.from({ length: 500 }, (_, index) => `- id: ${index}\n  name: n${index}\n  tags: [a, b]\n  form: 1\n`).join('');
    // The best of several rounds: in any one of them another process may have had the time.
    const [reading, checking]: [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      const document = parseSource(text, 'yaml');
      const read = performance.now();
      const { problems } = checkInput(document, 'yaml', set);
      checking.push(performance.now() - read);
      reading.push(read - started);
      assert.deepEqual(problems, []);
    }
    assert.ok(Math.min(...checking) < 5 * Math.min(...reading), `${checking.join()} ms after ${reading.join()} ms`);
  });
});
