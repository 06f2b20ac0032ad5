import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/process.ts';

/**
 * Makes one file of a program for Node, with what runs in the processes of flows beside it; gives its path. Processes
 * that are started again and again begin several times as fast from it as from the sources.
 */
export async function bundleInto(folder: string, entry: string): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  const banner = "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);";
  await build({ entryPoints: [join(root, entry)], outfile, bundle: true, platform: 'node', format: 'esm', banner: { js: banner }, logLevel: 'error' });
  cpSync(join(root, 'src/flow/python'), join(folder, 'python'), { recursive: true });
  return outfile;
}

/** The command line for the suite that calls this. */
export function bundledCommandLine(): () => string {
  let folder = '';
  let file = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stepthrough-command-'));
    file = await bundleInto(folder, 'src/cli.ts');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return () => file;
}
