import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { checkInput } from '../../../src/schema/checkInput.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { applyFix, schemaFrom, show } from './fixture.ts';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly string[] | 'any';
  readonly accepts?: readonly string[];
  readonly refuses?: readonly string[];
  readonly fixed?: string;
  readonly tooComplex?: string;
}

const cases = parseYaml(readFileSync(new URL('../../fixtures/inputs/schemas.yaml', import.meta.url), 'utf8')) as Case[];

describe('reading a schema', () => {
  for (const example of cases) {
    it(example.name, async () => {
      const texts = Object.fromEntries(Object.entries(example.files).map(([name, text]) => [`/${name}`, text]));
      const [path] = Object.keys(texts);
      const set = await schemaFrom(texts, path!);
      const found = set.files.flatMap((file) => file.problems.map((problem) => ({ file: file.path.slice(1), problem })));
      if (example.problems === 'any') assert.ok(found.length > 0);
      else assert.deepEqual(found.map(({ file, problem }) => `${file} ${show(problem, texts[`/${file}`]!)}`), example.problems);
      const codes = (input: string) => checkInput(parseSource(input, 'json'), 'json', set).problems.map((problem) => problem.code);
      for (const input of example.accepts ?? []) assert.deepEqual(codes(input), [], input);
      for (const input of example.refuses ?? []) assert.notDeepEqual(codes(input), [], input);
      if (example.tooComplex !== undefined) assert.deepEqual(codes(example.tooComplex), ['input/too-complex']);
      if (example.fixed !== undefined) assert.equal(applyFix(texts[path!]!, found[0]!.problem.fixes![0]!), example.fixed);
    });
  }
});
