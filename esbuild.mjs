/**
 * Builds what is shipped into dist/:
 *   extension.js + chunk/…  the extension, as ES modules: what activation does not need is a chunk of its own, loaded by `await import()`
 *   cli.js                  the command line, one file
 *   python/                 what runs in a flow's process, as it is in src/flow/python
 *   THIRD_PARTY_NOTICES.txt the licences of the packages bundled into them
 *
 * --minify   for the package      --watch   build again on every change
 * --report   print every output's size and what it is made of
 */
import { chmod, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, 'dist');
const flags = new Set(process.argv.slice(2));

// Packages written for CommonJS (the debug adapter's) call require() for Node's modules; an ES module has none of its own.
const requireForCommonJs = "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);";

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: flags.has('--minify'),
  banner: { js: requireForCommonJs },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunk/[name]-[hash]',
    external: ['vscode'],
    target: 'node22',
  },
  {
    ...common,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    // An older Node must get as far as saying that it is too old.
    target: 'node20',
  },
];

await copyPython();
if (flags.has('--watch')) {
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...bundle, logLevel: 'info' });
    await context.watch();
  }
} else {
  // Both are built before a failure is reported: errors in one should not hide those in the other.
  const results = await Promise.allSettled(bundles.map((bundle) => esbuild.build(bundle)));
  if (results.some((result) => result.status === 'rejected')) {
    process.exitCode = 1;
  } else {
    const metafiles = results.map((result) => result.value.metafile);
    await writeNotices(metafiles);
    await removeStale(metafiles);
    await chmod(path.join(dist, 'cli.js'), 0o755);
    if (flags.has('--report')) for (const metafile of metafiles) console.log(await esbuild.analyzeMetafile(metafile));
    report(metafiles[0]);
  }
}

/** Python runs it as it is; compiled files of a developer's own runs stay behind. */
async function copyPython() {
  const folder = path.join(dist, 'python');
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(root, 'src', 'flow', 'python'), folder, { recursive: true, filter: (file) => path.extname(file) === '' ? !/^(__pycache__|\..*)$/.test(path.basename(file)) : /\.(py|pyi|typed)$/.test(file) });
}

/** Old chunks would otherwise pile up and be packaged. They go last, so that a host that runs meanwhile finds its own. */
async function removeStale(metafiles) {
  const current = new Set(metafiles.flatMap((metafile) => Object.keys(metafile.outputs)).map((file) => path.join(root, file)));
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && file.endsWith('.js') && !current.has(file)) await rm(file);
  }
}

/** The bundled packages' licences ask that their text travels with the code. */
async function writeNotices(metafiles) {
  const folders = new Set();
  for (const input of metafiles.flatMap((metafile) => Object.keys(metafile.inputs))) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const notices = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const licence = (await readdir(path.join(root, folder))).find((name) => /^licen[cs]e/i.test(name));
    const text = licence ? await readFile(path.join(root, folder, licence), 'utf8') : '';
    notices.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`);
  }
  await writeFile(path.join(dist, 'THIRD_PARTY_NOTICES.txt'), notices.join(`\n${'-'.repeat(78)}\n\n`));
}

function report(metafile) {
  const atActivation = new Set(['dist/extension.js']);
  for (const file of atActivation) {
    for (const { path: imported, kind, external } of metafile.outputs[file].imports) {
      if (kind === 'import-statement' && !external) atActivation.add(imported);
    }
  }
  const size = (files) => `${(files.reduce((sum, file) => sum + metafile.outputs[file].bytes, 0) / 1024).toFixed(0)} kB`;
  const all = Object.keys(metafile.outputs);
  console.log(`extension ${size(all)} in ${all.length} files; loaded at activation: ${size([...atActivation])} in ${atActivation.size}`);
}
