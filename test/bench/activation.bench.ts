import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../scripts/vscode/chromium.ts';
import { cache } from '../../scripts/vscode/install.ts';
import { startServer, quietSettings, type Server } from '../../scripts/vscode/server.ts';
import { temporaryFolder, type TemporaryFolder } from '../../scripts/vscode/workspace.ts';
import { bundleForHost } from '../vscode/bundle.ts';
import type { Measurement } from './measurement.ts';

interface Host {
  readonly folder: TemporaryFolder;
  readonly bundle: TemporaryFolder;
  readonly server: Server;
  readonly browser: Browser;
}

let host: Host | undefined;

/** In VS Code's extension host, a new one each time: from asking for the extension to its activate() having returned. */
const activation: Measurement = {
  name: 'activation',
  unit: 'ms',
  runs: 5,
  prepare: async () => {
    await mkdir(cache, { recursive: true });
    const bundle = await temporaryFolder(path.join(cache, 'bench-'));
    const folder = await temporaryFolder();
    await bundleForHost(['test/bench/activationHost.ts'], bundle.path);
    const server = await startServer({ data: path.join(folder.path, 'data'), workspaceTrust: false, env: { STEPTHROUGH_BENCH_RESULT: path.join(folder.path, 'result') } });
    await server.writeSettings(quietSettings);
    const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumFlags });
    host = { folder, bundle, server, browser };
  },
  measure: async () => {
    if (host === undefined) throw new Error('the host was not prepared');
    const result = path.join(host.folder.path, 'result');
    await rm(result, { force: true });
    const page = await host.browser.newPage();
    await page.goto(host.server.address({ tests: path.join(host.bundle.path, 'bench', 'activationHost.js') }));
    for (let waited = 0; waited < 60_000; waited += 100) {
      const text = await readFile(result, 'utf8').catch(() => '');
      if (text !== '') {
        await page.close();
        const figure = Number(text);
        if (Number.isNaN(figure)) throw new Error(text);
        return figure;
      }
      await delay(100);
    }
    throw new Error(`no figure within a minute; the server wrote:\n${host.server.output().slice(-2000)}`);
  },
  finish: async () => {
    await host?.browser.close();
    await host?.server.stop();
    await host?.folder.remove();
    await host?.bundle.remove();
  },
};

export default [activation];
