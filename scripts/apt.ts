import { access } from 'node:fs/promises';
import { retry, run, say } from './process.ts';

/** Whether this process may install Debian packages. */
export async function hasApt(): Promise<boolean> {
  return process.getuid?.() === 0 && (await access('/usr/bin/apt-get').then(() => true, () => false));
}

/** Installs Debian packages; `what` is what people call them. */
export async function aptInstall(what: string, packages: readonly string[]): Promise<void> {
  say(`installing ${what} with apt-get, once`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await retry(`apt-get install ${packages[0] ?? ''}`, 3, async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
  });
}
