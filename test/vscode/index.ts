/** What VS Code loads as its test runner: runs the bundled suite in the extension host. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMocha } from '../../scripts/testing/mocha.ts';
import { reportVariable, writeEvent } from '../../scripts/testing/report.ts';

/** Called by VS Code in its extension host; the window closes when the promise settles. */
export async function run(): Promise<void> {
  const report = process.env[reportVariable];
  if (report === undefined) throw new Error(`${reportVariable} is not set: run the suite with "npm run test:vscode"`);
  process.setSourceMapsEnabled(true);
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'suite');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .sort()
    .map((file) => path.join(folder, file));
  let failed = 0;
  await runMocha({
    files,
    root: folder,
    timeout: Number(process.env['STEPTHROUGH_TEST_TIMEOUT'] ?? 120_000),
    grep: process.env['STEPTHROUGH_TEST_GREP'],
    listen: (event) => {
      if (event.type === 'failed') failed++;
      writeEvent(report, event);
    },
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
