/** Runs the test files given as arguments in this process and reports to the file that STEPTHROUGH_TEST_REPORT names. */
import path from 'node:path';
import { configureGlobal } from 'fast-check';
import { root } from '../process.ts';
import { runMocha } from './mocha.ts';
import { reportVariable, writeEvent } from './report.ts';

const report = process.env[reportVariable];
if (report === undefined) throw new Error(`${reportVariable} is not set: run "npm test", or "npx mocha FILE" for one file`);
// The same cases in every run, so that a failure is never one of chance; another number looks at others.
configureGlobal({ seed: Number(process.env['STEPTHROUGH_SEED'] ?? 1) });
await runMocha({
  files: process.argv.slice(2).map((file) => path.resolve(root, file)),
  root,
  timeout: Number(process.env['STEPTHROUGH_TEST_TIMEOUT'] ?? 60_000),
  grep: process.env['STEPTHROUGH_TEST_GREP'],
  listen: (event) => writeEvent(report, event),
});
// A test that leaves a server or a timer behind must not keep the run from ending.
process.exit();
