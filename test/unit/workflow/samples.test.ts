import { strict as assert } from 'node:assert';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from '../../../src/machine/compile/compile.ts';
import { printJson } from '../../../src/machine/json.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { parseWorkflowFile } from '../../../src/workflow/parse.ts';

/** Google's own samples, where they stand beside the checkout: their build deploys each of them. */
const folder = path.resolve(import.meta.dirname, '../../../../shared/corpus/workflows-samples/src');
const files = existsSync(folder) ? globSync('**/*.workflows.{yaml,json}', { cwd: folder }).sort() : [];

/** Results of those that need no argument and nothing outside. */
const results: Readonly<Record<string, string>> = {
  array: '{"concat_result":"foobar"}',
  dictionary: 'null',
  expression: '"Current temperature is 80.6 F"',
  iterate_for_range: '45',
  iterate_list: '15',
  iterate_map: '60',
  list: 'null',
  list_reverse: '[3,2,1]',
  loop_scope: '[8]',
  step_iterate: '{"concat_result":"foobar"}',
  step_switch_embedded: '"increase a to:8"',
  subworkflow: '"Hello Kristof"',
  vars: 'null',
};

/** Runs a sample without an argument, its logs taken: its result, its error, or what it waits for. */
function run(file: string): string {
  const machine = new Machine(compile(parseWorkflowFile(file, readFileSync(path.join(folder, file), 'utf8'))), { argument: null, environment: new Map() });
  for (;;) {
    const stop = machine.run(1_000_000);
    if (stop.kind === 'returned') return printJson(stop.value);
    if (stop.kind === 'failed') return stop.failure.context;
    assert.equal(stop.kind, 'waiting');
    const effects = machine.takeEffects();
    if (effects.some((effect) => effect.request.kind !== 'log')) return effects.map((effect) => effect.request.kind).join();
    for (const effect of effects) machine.resolve(effect.id, { kind: 'done' });
  }
}

if (files.length > 0) {
  describe('samples that the service deploys', () => {
    for (const file of files) {
      it(`${file} has no problem`, () => {
        const { problems, source } = parseWorkflowFile(file, readFileSync(path.join(folder, file), 'utf8'));
        const found = problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
        assert.deepEqual(found.map(({ code, message, range }) => `${source.lines.position(range.start).line}: ${code} ${message}`), []);
      });
    }

    for (const [name, expected] of Object.entries(results)) {
      for (const file of files.filter((candidate) => path.parse(candidate).name === `${name}.workflows`)) {
        it(`${file} gives its result`, () => assert.equal(run(file), expected));
      }
    }

    it('run until they end or ask for something outside', () => {
      for (const file of files) run(file);
    });
  });
}
