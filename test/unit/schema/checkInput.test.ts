import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { checkInput } from '../../../src/schema/checkInput.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { applyFix, schemaFrom, show } from './fixture.ts';

interface Case {
  readonly name: string;
  readonly schema: unknown;
  readonly input?: string;
  readonly json?: string;
  readonly problems: readonly string[];
  readonly fixed?: string;
  readonly value?: string;
  readonly codesOnly?: boolean;
  readonly unordered?: boolean;
}

const cases = parseYaml(readFileSync(new URL('../../fixtures/inputs/checks.yaml', import.meta.url), 'utf8')) as Case[];

describe('checking an input', () => {
  for (const example of cases) {
    it(example.name, async () => {
      const schemaText = typeof example.schema === 'string' ? example.schema : JSON.stringify(example.schema);
      const set = await schemaFrom({ '/s.json': schemaText }, '/s.json');
      assert.deepEqual(set.files.flatMap((file) => file.problems), []);
      const format = example.json === undefined ? 'yaml' : 'json';
      const text = example.json ?? example.input!;
      const check = (source: string) => checkInput(parseSource(source, format), format, set);
      const { problems, json } = check(text);
      const shown = problems.map((problem) => (example.codesOnly ? problem.code : show(problem, text)));
      if (example.unordered) assert.deepEqual(shown.sort(), [...example.problems].sort());
      else assert.deepEqual(shown, example.problems);
      if (example.fixed !== undefined) {
        const fixed = applyFix(text, problems[0]!.fixes![0]!);
        assert.equal(fixed, example.fixed);
        const left = check(fixed).problems.filter(({ code, message }) => code === problems[0]!.code && message === problems[0]!.message);
        assert.deepEqual(left, []);
      }
      if (example.value !== undefined) assert.equal(json, example.value);
      assert.equal(json === undefined, problems.length > 0);
    });
  }
});
