import * as esbuild from 'esbuild';
import { root } from '../../scripts/process.ts';

/** Bundles modules of test/ for the extension host into `out`, in the same folders there. Throws with what does not compile. */
export async function bundleForHost(modules: readonly string[], out: string): Promise<void> {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [...modules],
    outbase: 'test',
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
}
