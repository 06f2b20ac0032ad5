import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { retry, root, run, say } from '../process.ts';

/** The npm package that carries VS Code's server build. */
const release = 'code-server@4.139.1';

/** Where everything lives that is fetched or written for running VS Code; git ignores it. */
export const cache = path.join(root, '.vscode-test');

const folder = path.join(cache, 'web');
const lib = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
/** Written last: a folder without it, or with another release in it, is a partial or old install. */
const stamp = path.join(folder, 'installed');

/** The server's entry point, run with the Node of the dev dependencies. */
export const serverMain = path.join(lib, 'out', 'server-main.js');

/** Installs VS Code's server build once. Its native modules stay unbuilt: it runs without a terminal and native file watching. */
export async function installServer(): Promise<void> {
  if (await installed()) return;
  await mkdir(cache, { recursive: true });
  const release = await lock(path.join(cache, 'web.lock'));
  try {
    if (await installed()) return;
    await install();
  } finally {
    await release();
  }
}

async function install(): Promise<void> {
  say(`installing VS Code's server build (${release}) into .vscode-test/web, once; this takes about half a minute`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(folder, ['install', release, ...quiet]);
  await npm(lib, ['install', '--omit=dev', ...quiet]);
  await npm(path.join(lib, 'extensions'), ['install', '--omit=dev', ...quiet]);
  await stat(serverMain);
  await writeFile(stamp, release);
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await retry(`npm ${args.slice(0, 2).join(' ')}`, 3, () => run(command, args, { cwd, timeout: 300_000 }));
}

async function installed(): Promise<boolean> {
  const text = await readFile(stamp, 'utf8').catch(() => '');
  return text === release;
}

/** Lets one process at a time through; a lock whose owner has gone is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  let told = false;
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !alive(owner)) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) say(`waiting for process ${owner}, which is installing VS Code's server build`);
    told = true;
    await delay(500);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
