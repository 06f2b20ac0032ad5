/** Builds, minified, and packs what users install: stepthrough-VERSION.vsix. Prints what is in it. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { root, run, say } from './process.ts';

const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { name: string; version: string };
const file = `${name}-${version}.vsix`;

say('building');
await run(process.execPath, ['esbuild.mjs', '--minify'], { show: true });
const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
// The manifest names no repository yet, so relative links in the README stay as they are.
await run(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { show: true });
const { size } = await stat(path.join(root, file));
console.log(`${file}: ${(size / 1024).toFixed(0)} kB`);
