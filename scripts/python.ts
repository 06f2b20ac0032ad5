import { aptInstall, hasApt } from './apt.ts';
import { run } from './process.ts';

/** Exits with 0 where the Python is new enough for flows. */
const check = 'import sys; sys.exit(sys.version_info < (3, 9))';

/** Flows run in Python 3.9 or newer; installs one where there is none and this process may. Throws with what to do. */
export async function ensurePython(): Promise<void> {
  if (await works()) return;
  if (await hasApt()) await aptInstall('Python 3', ['python3']);
  if (!(await works())) throw new Error('The tests of flows need Python 3.9 or newer as python3: install it from your system or python.org.');
}

async function works(): Promise<boolean> {
  return run('python3', ['-c', check]).then(() => true, () => false);
}
