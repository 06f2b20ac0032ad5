import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../../scripts/process.ts';

/** Bundles the suite into `out` for the extension host and returns the runner's path. Throws with what does not compile. */
export async function bundleSuite(files: readonly string[], out: string): Promise<string> {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/vscode/index.ts', ...files],
    outbase: 'test/vscode',
    outdir: out,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    banner: { js: "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);" },
    logLevel: 'silent',
  });
  return path.join(out, 'index.js');
}
