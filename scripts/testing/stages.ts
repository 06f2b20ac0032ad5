import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { runInExtensionHost } from '../../test/vscode/run.ts';
import { collect, CommandFailed, end, endWithThisProcess, environment, exit, ownGroup, root, run } from '../process.ts';
import { ensurePython } from '../python.ts';
import { findChromium } from '../vscode/chromium.ts';
import { installServer } from '../vscode/install.ts';
import { temporaryFolder } from '../vscode/workspace.ts';
import { follow } from './follow.ts';
import { printFailure, reportVariable, type Tally } from './report.ts';

export interface Selection {
  /** Parts of paths: only test files whose path contains one of them. All where empty. */
  readonly files: readonly string[];
  /** A regular expression on test titles. */
  readonly grep: string | undefined;
  /** Print passed tests too. */
  readonly passes: boolean;
}

export interface Stage {
  readonly name: string;
  readonly does: string;
  /** Whether dist/ must have been built. */
  readonly needsBuild: boolean;
  readonly run: (selection: Selection) => Promise<Tally>;
}

/**
 * Everything `npm test` does, in order. The times are there to end what hangs: several times what a slow and busy machine
 * needs.
 */
export const stages: readonly Stage[] = [
  { name: 'typecheck', does: 'types', needsBuild: false, run: () => command('tsc', ['--noEmit', '--pretty', 'false']) },
  { name: 'lint', does: 'lint, and the floors of src/', needsBuild: false, run: () => command('eslint', ['src', 'test', 'scripts', 'esbuild.mjs']) },
  { name: 'build', does: 'bundles', needsBuild: false, run: () => command('node', ['esbuild.mjs']) },
  { name: 'unit', does: 'unit tests', needsBuild: false, run: withPython((selection) => inNode('test/unit', selection, { minutes: 25, timeout: 60_000 })) },
  { name: 'fault', does: 'executions whose processes are killed again and again', needsBuild: false, run: withPython(() => command('node', ['test/fault/run.ts', '--rounds', '3', '--seed', '1'], { says: true })) },
  { name: 'protocol', does: 'protocol tests', needsBuild: true, run: withPython((selection) => inNode('test/protocol', selection, { minutes: 10, timeout: 60_000 })) },
  {
    name: 'vscode',
    does: "tests in VS Code's extension host",
    needsBuild: true,
    run: withPython(async (selection) => runInExtensionHost(testFiles('test/vscode/suite', selection), selection)),
  },
  {
    name: 'workbench',
    does: "tests in VS Code's workbench",
    needsBuild: true,
    run: withPython(async (selection) => {
      await installServer();
      await findChromium();
      return inNode('test/workbench', selection, { minutes: 40, timeout: 180_000 });
    }),
  },
];

/** Tests of flows run among the others. */
function withPython(run: Stage['run']): Stage['run'] {
  return async (selection) => {
    await ensurePython();
    return run(selection);
  };
}

/** A stage that either passes or fails as a whole. */
async function command(name: string, args: readonly string[], { says = false } = {}): Promise<Tally> {
  const title = [name, ...args].join(' ');
  try {
    const script = name === 'node' ? [] : [executable(name)];
    const output = await run(process.execPath, [...script, ...args], { timeout: 1_200_000 });
    if (says) console.log(output.trim().replace(/^/gm, '  '));
    return { passed: 1, failures: [] };
  } catch (error) {
    const output = error instanceof CommandFailed ? `${error.message}\n${error.output.trim()}` : String(error);
    const failure = { title, error: output };
    printFailure(failure);
    return { passed: 0, failures: [failure] };
  }
}

function executable(name: string): string {
  const files: Record<string, string> = { tsc: 'typescript/bin/tsc', eslint: 'eslint/bin/eslint.js' };
  return path.join(root, 'node_modules', files[name] ?? name);
}

function testFiles(folder: string, selection: Selection): readonly string[] {
  const files = globSync(`${folder}/**/*.test.ts`, { cwd: root }).sort();
  if (files.length === 0) throw new Error(`There is no test in ${folder}.`);
  const chosen = files.filter((file) => selection.files.length === 0 || selection.files.some((part) => file.includes(part)));
  if (chosen.length === 0) throw new Error(`No test file in ${folder} has ${selection.files.join(' or ')} in its path.`);
  return chosen;
}

/** Runs a folder's tests in a Node process of their own, so that a crash or an endless loop there is only one failure here. */
async function inNode(folder: string, selection: Selection, limits: { readonly minutes: number; readonly timeout: number }): Promise<Tally> {
  const files = testFiles(folder, selection);
  const temporary = await temporaryFolder();
  const report = path.join(temporary.path, 'report');
  const env: NodeJS.ProcessEnv = { ...environment, [reportVariable]: report, STEPTHROUGH_TEST_TIMEOUT: String(limits.timeout) };
  if (selection.grep !== undefined) env['STEPTHROUGH_TEST_GREP'] = selection.grep;
  const child = spawn(process.execPath, ['scripts/testing/node.ts', ...files], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], ...ownGroup });
  const output = collect(child);
  const release = endWithThisProcess(child);
  const over = exit(child);
  try {
    const ended = over.then((code) => `The process ended with ${code}. It wrote:\n${output.text()}`, String);
    const tally = await follow({ report, ended, timeout: limits.minutes * 60_000, passes: selection.passes });
    // Let the process close what it opened (a browser, a server) before it is ended.
    const force = setTimeout(() => end(child), 5000);
    await over.catch(() => undefined);
    clearTimeout(force);
    return tally;
  } finally {
    end(child);
    release();
    await temporary.remove();
  }
}
