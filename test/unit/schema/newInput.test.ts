import assert from 'node:assert/strict';
import { inputKeys } from '../../../src/flow/language/inputKeys.ts';
import { checkInput } from '../../../src/schema/checkInput.ts';
import { newInputText } from '../../../src/schema/newInput.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { inferSchema } from '../../../src/workflow/inferInput.ts';
import { schemaFrom } from './fixture.ts';

const schema = {
  type: 'object',
  required: ['order', 'lines', 'note'],
  properties: {
    rush: { type: 'boolean', default: true, description: 'Before noon' },
    order: { type: 'object', description: 'Who gets it.\nAnd where.', required: ['customer'], properties: { customer: { type: 'string', minLength: 0 }, copies: { type: 'integer', default: 2 }, memo: { type: 'string' } } },
    unused: { type: 'string' },
    lines: { type: 'array', minItems: 1, items: { type: 'object', required: ['sku'], properties: { sku: { enum: ['PEN', 'INK'] }, amount: { type: 'integer', default: 1 } } } },
    note: { type: 'string', examples: ['Thank you: all'] },
  },
};

describe('a new input file', () => {
  it('has the required keys and those with a default, with what the schema says of them', async () => {
    const set = await schemaFrom({ '/s.json': JSON.stringify(schema) }, '/s.json');
    const yaml = newInputText(set.root, 'yaml', 'defaults');
    assert.equal(yaml, '# Before noon\nrush: true\n# Who gets it.\norder:\n  customer: ""\n  copies: 2\nlines:\n  - sku: PEN\n    amount: 1\nnote: "Thank you: all"\n');
    const json = newInputText(set.root, 'json', 'defaults');
    assert.deepEqual(JSON.parse(json), { rush: true, order: { customer: '', copies: 2 }, lines: [{ sku: 'PEN', amount: 1 }], note: 'Thank you: all' });
    assert.deepEqual(checkInput(parseSource(yaml, 'yaml'), 'yaml', set).problems, []);
    assert.deepEqual(checkInput(parseSource(json, 'json'), 'json', set).problems, []);
  });

  const implied: readonly (readonly [what: string, workflow: string, text: string])[] = [
    ['has the keys that a workflow reads', 'main:\n  params: [args]\n  steps:\n    - a:\n        return: ${args.user.name + args["city"]}\n', 'user:\n  name: ""\ncity: ""\n'],
    ['has the values that a workflow takes for missing parts', 'main:\n  params: [args]\n  steps:\n    - a:\n        return: ${default(map.get(args, "count"), 3)}\n', 'count: 3\n'],
    ['is the value that a workflow takes for a missing argument', 'main:\n  params: [name]\n  steps:\n    - a:\n        return: ${default(name, "world")}\n', 'world\n'],
  ];
  for (const [what, workflow, text] of implied) {
    it(what, async () => {
      const set = await schemaFrom({ '/s.json': inferSchema('/w.workflows.yaml', workflow) ?? 'true' }, '/s.json');
      assert.equal(newInputText(set.root, 'yaml', 'all'), text);
    });
  }

  it('is an empty map where nothing is known', () => {
    assert.equal(newInputText(undefined, 'yaml', 'all'), '{}\n');
    assert.equal(newInputText(undefined, 'json', 'all'), '{}\n');
  });

  it('has the keys that a flow reads of its inputs, whatever they are called', () => {
    assert.deepEqual(inputKeys("def handler(system, this, given):\n    given['to']\n    given.get(\"from\", 1)\n    given['to']\n    other['no']\n"), ['to', 'from']);
    assert.deepEqual(inputKeys('def handler(system, this):\n    inputs["x"]\n'), []);
  });
});
