/**
 * Opens the product on samples/: in the installed desktop VS Code where there is one and a display, otherwise in VS Code's
 * server build, to be opened in a browser. Stays until it is interrupted.
 *
 * node scripts/start.ts [FOLDER] [--server] [--port N]
 */
import { spawn } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { environment, exit, root, run, say } from './process.ts';
import { hasDisplay } from './vscode/choose.ts';
import { cache } from './vscode/install.ts';
import { quietSettings, startServer } from './vscode/server.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { server: { type: 'boolean', default: false }, port: { type: 'string' } } });
const folder = path.resolve(positionals[0] ?? path.join(root, 'samples'));

/** Asks for trust at once instead of only showing a banner, follows the system's light or dark, and shows the samples' page as it reads best. */
const firstSettings = {
  ...quietSettings,
  'security.workspace.trust.startupPrompt': 'always',
  'window.autoDetectColorScheme': true,
  'workbench.editorAssociations': { '**/samples/README.md': 'vscode.markdown.preview.editor' },
};

try {
  await stat(folder);
  say('building');
  await run(process.execPath, ['esbuild.mjs'], { show: true });
  const desktop = values.server ? undefined : await desktopVsCode();
  if (desktop === undefined) await serve();
  else await openDesktop(desktop);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

/** The `code` command of a desktop VS Code. Inside a remote VS Code's terminal that name is another command, which loads no extension. */
async function desktopVsCode(): Promise<string | undefined> {
  if (!hasDisplay() || process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  for (const directory of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    if (directory !== '' && (await access(file).then(() => true, () => false))) return file;
  }
  return undefined;
}

async function openDesktop(code: string): Promise<void> {
  say(`opening ${folder} in VS Code (${code}); close its window or press Ctrl+C to end`);
  const child = spawn(code, ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, folder], { env: environment, stdio: 'inherit', shell: process.platform === 'win32' });
  process.once('SIGINT', () => child.kill());
  await exit(child);
}

async function serve(): Promise<void> {
  if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) throw new Error(`--port is ${values.port}; a number from 0 to 65535 is right`);
  // Kept from one start to the next, so that the folder is trusted once and executions are still there.
  const data = path.join(cache, 'start');
  const server = await startServer({ data, workspaceTrust: true, ...(values.port === undefined ? {} : { port: Number(values.port) }) });
  const fresh = await access(path.join(data, 'data', 'User', 'settings.json')).then(() => false, () => true);
  if (fresh) await server.writeSettings(firstSettings);
  const readme = path.join(folder, 'README.md');
  const file = await access(readme).then(() => readme, () => undefined);
  console.log(`\nOpen this address in a browser:\n\n  ${server.address({ folder, ...(file === undefined ? {} : { file }) })}\n`);
  console.log('VS Code asks once whether you trust the folder: running workflows needs a yes. Ctrl+C ends.');
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).once(signal, () => resolve('interrupted'));
  });
  if ((await Promise.race([interrupted, server.ended])) !== 'interrupted') throw new Error(`VS Code's server ended. It wrote:\n${server.output().slice(-4000)}`);
  say('ending');
  await server.stop();
  process.exit(0);
}
