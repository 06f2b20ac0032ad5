/**
 * Builds, minified, and packs what users install. Prints what is in it.
 *
 * node scripts/package.ts [FILE]     stepthrough-VERSION.vsix where not given
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { root, run, say } from './process.ts';

const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { name: string; version: string };
const file = path.resolve(process.argv[2] ?? path.join(root, `${name}-${version}.vsix`));

say('building');
await run(process.execPath, ['esbuild.mjs', '--minify'], { show: true });
const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
// The manifest names no repository yet, so relative links in the README stay as they are.
await run(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { show: true });
const { size } = await stat(file);
console.log(`${path.basename(file)}: ${(size / 1024).toFixed(0)} kB`);
