import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collect, end, endWithThisProcess, environment, exit, ownGroup, root } from '../process.ts';
import { installServer, serverMain } from './install.ts';

export interface ServerOptions {
  /** Where this server keeps settings, storage and logs. */
  readonly data: string;
  /** Whether VS Code asks before it trusts a folder. Without it every folder is trusted. */
  readonly workspaceTrust: boolean;
  /** A port of 127.0.0.1; a free one where not given. */
  readonly port?: number;
  /** Added to the environment, which the extension host inherits. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Page {
  /** The absolute path of the folder to open; none where not given. */
  readonly folder?: string;
  /** The absolute path of a file to show. */
  readonly file?: string;
  /** The absolute path of a module whose run() is called in the extension host. */
  readonly tests?: string;
  /** The absolute path of the extension to load; this project's where not given, none for null. */
  readonly extension?: string | null;
}

/** A running VS Code server. Each page opened on it is a window with an extension host of its own. */
export interface Server {
  readonly port: number;
  /** The address that opens a window with the extension loaded. */
  readonly address: (page: Page) => string;
  /** Replaces the user's settings. */
  readonly writeSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** What the server has written so far (the last part of it). */
  readonly output: () => string;
  /** Resolves when the server has ended, by itself or by stop(). */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Quiet and alike on every machine: no welcome pages, no chat, no calls to the network. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  // In a browser VS Code would save by itself after a second.
  'files.autoSave': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

/** Installs the server build where needed and starts it. Throws with its output when it does not get ready within three minutes. */
export async function startServer(options: ServerOptions): Promise<Server> {
  await installServer();
  await mkdir(options.data, { recursive: true });
  const args = [
    serverMain,
    '--host', '127.0.0.1',
    '--port', String(options.port ?? 0),
    '--without-connection-token',
    '--accept-server-license-terms',
    // Without this VS Code ignores the page's payload, which names the extension to load.
    '--enable-smoke-test-driver',
    '--server-data-dir', options.data,
    '--telemetry-level', 'off',
    '--disable-getting-started-override',
  ];
  if (!options.workspaceTrust) args.push('--disable-workspace-trust');
  const child = spawn(process.execPath, args, { cwd: root, env: { ...environment, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], ...ownGroup });
  const output = collect(child);
  const release = endWithThisProcess(child);
  const ended = exit(child).then(release, release);

  const port = await new Promise<number>((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      end(child);
      reject(new Error(`VS Code's server ${reason}. It wrote:\n${output.text()}`));
    };
    const timer = setTimeout(() => fail('was not ready within three minutes'), 180_000);
    child.stdout.on('data', () => {
      const ready = /agent listening on (\d+)/.exec(output.text());
      if (ready === null) return;
      clearTimeout(timer);
      resolve(Number(ready[1]));
    });
    void ended.then(() => fail('ended while starting'));
  });

  return {
    port,
    ended,
    output: output.text,
    address: (page) => address(port, page),
    writeSettings: async (settings) => {
      const folder = path.join(options.data, 'data', 'User');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
    },
    stop: async () => {
      end(child, 'SIGTERM');
      const force = setTimeout(() => end(child), 3000);
      await ended;
      clearTimeout(force);
    },
  };
}

function address(port: number, page: Page): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${asUriPath(file)}`;
  const payload: [string, string][] = [];
  if (page.extension !== null) payload.push(['extensionDevelopmentPath', remote(page.extension ?? root)]);
  if (page.tests !== undefined) payload.push(['extensionTestsPath', remote(page.tests)]);
  if (page.file !== undefined) payload.push(['openFile', remote(page.file)]);
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (page.folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', asUriPath(page.folder));
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

function asUriPath(file: string): string {
  const slashes = file.split(path.sep).join('/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}
