import { execFileSync } from 'node:child_process';

/** How large a file of this process may become; false where the system cannot say so. */
export function limitFiles(bytes: number | 'unlimited'): boolean {
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
