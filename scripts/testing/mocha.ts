import { findSourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import type { TestEvent } from './report.ts';

export interface MochaRun {
  /** Absolute paths of test modules. */
  readonly files: readonly string[];
  /** The folder that titles name files from. */
  readonly root: string;
  /** Milliseconds a test may take unless it says otherwise. */
  readonly timeout: number;
  /** A regular expression: only tests whose full title matches run. */
  readonly grep?: string | undefined;
  readonly listen: (event: TestEvent) => void;
}

/** Runs tests with mocha in this process. A file that cannot be loaded is one failed test; the others run all the same. */
export async function runMocha({ files, root, timeout, grep, listen }: MochaRun): Promise<void> {
  class Listener extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      runner.on('pass', (test) => listen({ type: 'passed', title: test.fullTitle(), milliseconds: test.duration ?? 0 }));
      runner.on('fail', (test, error) => listen({ type: 'failed', title: test.fullTitle(), error: describe(error) }));
      runner.on('pending', (test) => listen({ type: 'skipped', title: test.fullTitle() }));
    }
  }
  const mocha = new Mocha({ ui: 'bdd', timeout, forbidOnly: process.env['CI'] !== undefined, reporter: Listener });
  if (grep !== undefined) mocha.grep(new RegExp(grep));
  for (const file of files) {
    try {
      mocha.files = [file];
      await mocha.loadFilesAsync();
    } catch (error) {
      listen({ type: 'failed', title: `${path.relative(root, file)} could not be loaded`, error: describe(error) });
    }
  }
  await new Promise<void>((resolve) => void mocha.run(() => resolve()));
  listen({ type: 'ended' });
}

/** The message and the frames that are of this project, with their places in the sources. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  const lines = stack.split('\n').filter((line) => !/^\s+at .*(node:|node_modules)/.test(line));
  return lines.map((line) => line.replace(/((?:file:\/\/)?\/[^\s()]*\.js):(\d+):(\d+)/, inSource)).join('\n').replaceAll(pathToFileURL(process.cwd()).href, '.');
}

/** Bundled tests have source maps, which VS Code's own stack traces do not use. */
function inSource(place: string, file: string, line: string, column: string): string {
  const entry = findSourceMap(file.startsWith('file:') ? fileURLToPath(file) : file)?.findEntry(Number(line) - 1, Number(column) - 1);
  if (entry === undefined || !('originalSource' in entry)) return place;
  const source = entry.originalSource.startsWith('file:') ? fileURLToPath(entry.originalSource) : entry.originalSource;
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
