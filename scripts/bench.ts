/**
 * Measures what users feel and prints a table. Nothing is asserted.
 *
 * node scripts/bench.ts [PART-OF-A-FILE-NAME…]
 */
import { globSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Measurement } from '../test/bench/measurement.ts';
import { root, run, say } from './process.ts';

const wanted = process.argv.slice(2);
const files = globSync('test/bench/**/*.bench.ts', { cwd: root }).filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

say('building, minified');
await run(process.execPath, ['esbuild.mjs', '--minify']);

const rows: string[][] = [['what', 'median', 'from', 'to', 'unit', 'runs']];
let failed = false;
for (const file of files.sort()) {
  try {
    const { default: measurements } = (await import(pathToFileURL(path.join(root, file)).href)) as { default: readonly Measurement[] };
    for (const measurement of measurements) rows.push(await row(measurement));
  } catch (error) {
    failed = true;
    console.error(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
console.log(`\n${os.availableParallelism()} cores, Node ${process.versions.node}\n`);
const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
for (const cells of rows) console.log(cells.map((cell, column) => (column === 0 || column === 4 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '));
process.exit(failed ? 1 : 0);

async function row({ name, unit, runs = 5, prepare, measure, finish }: Measurement): Promise<string[]> {
  say(name);
  const figures: number[] = [];
  try {
    await prepare?.();
    while (figures.length < runs) figures.push(await measure());
  } finally {
    await finish?.();
  }
  figures.sort((a, b) => a - b);
  const middle = (figures[Math.floor((figures.length - 1) / 2)]! + figures[Math.ceil((figures.length - 1) / 2)]!) / 2;
  return [name, shown(middle), shown(figures[0]!), shown(figures.at(-1)!), unit, String(runs)];
}

/** Three digits that mean something; thousands apart. */
function shown(figure: number): string {
  return figure.toLocaleString('en', { maximumSignificantDigits: figure < 1000 ? 3 : 4 });
}
