import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { completionsAt } from '../../../src/schema/completion.ts';
import { infoAt } from '../../../src/schema/model.ts';
import type { SchemaSet } from '../../../src/schema/schema.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { schemaFrom } from './fixture.ts';

interface Case {
  readonly name: string;
  readonly yaml?: string;
  readonly json?: string;
  readonly offers?: readonly string[];
  readonly replaces?: string;
  readonly hover?: string;
}

const { schema, cases } = parseYaml(readFileSync(new URL('../../fixtures/inputs/editing.yaml', import.meta.url), 'utf8')) as { schema: unknown; cases: readonly Case[] };

describe('editing with a schema', () => {
  let set: SchemaSet;
  before(async () => {
    set = await schemaFrom({ '/s.json': JSON.stringify(schema) }, '/s.json');
    assert.deepEqual(set.files[0]!.problems, []);
  });

  for (const example of cases) {
    it(example.name, () => {
      const format = example.json === undefined ? 'yaml' : 'json';
      const marked = example.json ?? example.yaml!;
      const offset = marked.indexOf('|');
      const text = marked.slice(0, offset) + marked.slice(offset + 1);
      if (example.hover !== undefined) {
        const found = infoAt(set, parseSource(text, format).root!, offset);
        assert.equal(found ? hoverLine(found, text) : '', example.hover);
        return;
      }
      const items = completionsAt(set, text, format, offset);
      const shown = items.map((item, index) => (example.offers![index]?.includes(' => ') ? `${item.label} => ${item.snippet}` : item.label));
      assert.deepEqual(shown, example.offers);
      for (const { range } of items) assert.equal(text.slice(range.start, range.end), example.replaces ?? text.slice(range.start, range.end));
    });
  }
});

function hoverLine({ info, range }: NonNullable<ReturnType<typeof infoAt>>, text: string): string {
  const parts = [`${text.slice(range.start, range.end)}: ${info.description ?? ''}`];
  if (info.type !== undefined) parts.push(info.type);
  if (info.values.length > 0) parts.push(`one of ${info.values.join(' ')}`);
  if (info.required) parts.push('required');
  if (info.default !== undefined) parts.push(`default ${info.default}`);
  return [...parts, ...info.limits].join(' | ');
}
