/**
 * Runs every stage of the tests, each even when one before it failed; the last line is `N passed, N failed`.
 *
 * node scripts/test.ts [STAGE…] [PART-OF-A-PATH…] [--grep REGEXP]
 */
import { parseArgs } from 'node:util';
import { printFailure, type Tally } from './testing/report.ts';
import { stages, type Selection, type Stage } from './testing/stages.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });
const names = new Set(stages.map((stage) => stage.name));
const chosen = positionals.filter((word) => names.has(word));
const selection: Selection = { files: positionals.filter((word) => !names.has(word)), grep: values.grep, passes: chosen.length > 0 };

const results: { readonly stage: Stage; readonly tally: Tally }[] = [];
for (const stage of stages) {
  if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
  console.log(`\n▸ ${stage.name}: ${stage.does}`);
  const started = performance.now();
  const tally = await runStage(stage);
  console.log(`  ${tally.passed} passed, ${tally.failures.length} failed, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  results.push({ stage, tally });
}

const failures = results.flatMap(({ stage, tally }) => tally.failures.map((failure) => ({ ...failure, title: `${stage.name}: ${failure.title}` })));
if (failures.length > 0) {
  console.log('\nFailed:');
  for (const failure of failures) printFailure(failure);
}
const passed = results.reduce((sum, { tally }) => sum + tally.passed, 0);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);

async function runStage(stage: Stage): Promise<Tally> {
  try {
    const build = results.find((result) => result.stage.name === 'build');
    if (stage.needsBuild && build !== undefined && build.tally.failures.length > 0) throw new Error('The build failed, and this needs what it builds.');
    return await stage.run(selection);
  } catch (error) {
    const failure = { title: 'could not run', error: error instanceof Error ? error.message : String(error) };
    printFailure(failure);
    return { passed: 0, failures: [failure] };
  }
}
