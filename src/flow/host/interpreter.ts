import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { pythonEnvironment } from './environment.ts';

/** A Python that can run flows. */
export interface Interpreter {
  /** Absolute path of the executable itself: what is found on the PATH may be a slow script that looks for it. */
  readonly command: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

/** There is no Python that can run flows; the message says what to install or to set. */
export class InterpreterMissing extends Error {
  override readonly name = 'InterpreterMissing';
}

/** The oldest that flows run on. */
const oldest = { major: 3, minor: 9 };

/** Milliseconds that an interpreter may take to tell its version; the first start after an update is slow. */
const answerTime = 20_000;

interface Candidate {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** What somebody chose, in the order in which it counts. */
export interface InterpreterChoice {
  /** Or a name on the PATH. */
  readonly path: string;
  /** To complete "the Python of …": `the setting stepthrough.python`. */
  readonly from: string;
}

/** Finds the Python to run flows with, and remembers what it has found. */
export class Interpreters {
  readonly #chosen: () => InterpreterChoice | undefined;
  readonly #found = new Map<string, Promise<Interpreter>>();

  /** Without a choice `python3` and `python` are looked for (on Windows `py -3` first). */
  constructor(chosen: () => InterpreterChoice | undefined = () => undefined) {
    this.#chosen = chosen;
  }

  /** Rejects with `InterpreterMissing`. Only what was found is remembered: somebody may install one meanwhile. */
  find(): Promise<Interpreter> {
    const chosen = this.#chosen();
    const key = chosen?.path ?? '';
    let found = this.#found.get(key);
    if (!found) {
      found = chosen ? examineChosen(chosen) : examineUsual();
      this.#found.set(key, found);
      found.catch(() => this.#found.delete(key));
    }
    return found;
  }
}

async function examineChosen({ path, from }: InterpreterChoice): Promise<Interpreter> {
  const answer = await examine({ command: path, arguments: [] });
  if (answer.kind === 'usable') return answer.interpreter;
  throw new InterpreterMissing(`The Python of ${from} cannot run flows: ${answer.reason} Flows need Python ${oldest.major}.${oldest.minor} or newer.`);
}

async function examineUsual(): Promise<Interpreter> {
  const windows: readonly Candidate[] = [{ command: 'py', arguments: ['-3'] }, { command: 'python', arguments: [] }, { command: 'python3', arguments: [] }];
  const others: readonly Candidate[] = [{ command: 'python3', arguments: [] }, { command: 'python', arguments: [] }];
  const reasons: string[] = [];
  for (const candidate of process.platform === 'win32' ? windows : others) {
    const answer = await examine(candidate);
    if (answer.kind === 'usable') return answer.interpreter;
    if (answer.kind === 'unusable') reasons.push(answer.reason);
  }
  const found = reasons.length > 0 ? reasons.join(' ') : 'neither python3 nor python was found on the PATH.';
  throw new InterpreterMissing(`There is no Python that can run flows: ${found} Install Python ${oldest.major}.${oldest.minor} or newer, or name one: with the setting stepthrough.python in VS Code, with the variable STEPTHROUGH_PYTHON on the command line.`);
}

type Examined = { readonly kind: 'usable'; readonly interpreter: Interpreter } | { readonly kind: 'absent' | 'unusable'; readonly reason: string };

/** Printed in a form that Python 2 knows too. */
const question = 'import sys; sys.stdout.write("\\n".join(["%d.%d.%d" % tuple(sys.version_info[:3]), sys.executable or ""]))';

async function examine({ command, arguments: first }: Candidate): Promise<Examined> {
  const shown = [command, ...first].join(' ');
  const answer = await new Promise<{ error: (Error & { code?: unknown; killed?: boolean }) | null; text: string }>((resolve) => {
    execFile(command, [...first, '-S', '-E', '-c', question], { timeout: answerTime, env: pythonEnvironment(process.env), windowsHide: true, maxBuffer: 64 * 1024 }, (error, text) => resolve({ error, text }));
  });
  if (answer.error) {
    if (answer.error.code === 'ENOENT') return { kind: 'absent', reason: `there is no ${shown}.` };
    if (answer.error.code === 'EACCES') return { kind: 'unusable', reason: `${shown} may not be executed.` };
    return { kind: 'unusable', reason: answer.error.killed ? `${shown} did not answer within ${answerTime / 1000} seconds.` : `${shown} does not tell its version.` };
  }
  const [version = '', executable = ''] = answer.text.split('\n').map((line) => line.trim());
  const [major, minor] = version.split('.').map(Number);
  if (major === undefined || minor === undefined || Number.isNaN(major) || Number.isNaN(minor)) return { kind: 'unusable', reason: `${shown} does not tell its version.` };
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) return { kind: 'unusable', reason: `${shown} is Python ${version}.` };
  // An executable that does not know itself is called as it was found.
  return { kind: 'usable', interpreter: { command: executable === '' || dirname(executable) === '.' ? command : executable, version } };
}
