import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Problem } from '../../source/problem.ts';
import { LineMap, type Range } from '../../source/text.ts';
import { pythonEnvironment } from './environment.ts';
import type { Interpreter } from './interpreter.ts';
import { pythonFolder } from './pythonFolder.ts';

/** Milliseconds. Python's own compiler needs long for nothing but texts that somebody made to be slow. */
const timeLimit = 20_000;
/** Characters of an answer, which names one problem. */
const answerLimit = 64 * 1024;
/** How many texts are remembered. */
const capacity = 64;

const checked = new Map<string, Promise<readonly Problem[]>>();

/**
 * What the interpreter itself says of a flow's text: syntax errors at their places, and whether it has a handler that
 * can be called. Nothing of it is executed. Codes are `python/…` and `flow/…`; all are errors.
 */
export function checkProgram(interpreter: Interpreter, path: string, text: string): Promise<readonly Problem[]> {
  const key = createHash('sha256').update(`${interpreter.command}\n${interpreter.version}\n${text}`).digest('base64');
  let problems = checked.get(key);
  if (!problems) {
    problems = ask(interpreter, path, text).then((answer) => placed(answer, text));
    if (checked.size >= capacity) checked.delete(checked.keys().next().value!);
    checked.set(key, problems);
    problems.catch(() => checked.delete(key));
  }
  return problems;
}

function ask(interpreter: Interpreter, path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(interpreter.command, ['-I', '-S', '-B', '-X', 'utf8', `${pythonFolder()}stepthrough_flow/check.py`, path === '' ? '<script>' : path], {
      env: pythonEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeLimit,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let answer = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (answer = (answer + part).slice(0, answerLimit)));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (complaint = (complaint + part).slice(-answerLimit)));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(answer);
      // A text that brings the compiler down is as wrong as one that it refuses.
      else resolve(JSON.stringify([{ code: 'python/unreadable', message: `Python could not read this text: ${lastLine(complaint) ?? (signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`)}.`, line: 1, column: 0 }]));
    });
    child.stdin.end(text);
  });
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1)?.trim() || undefined;
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Columns come in Unicode characters and become offsets in UTF-16. */
function placed(answer: string, text: string): Problem[] {
  const lines = new LineMap(text);
  const rangeOf = (line: number): Range => lines.lineRange(Math.min(line, lines.lineCount));
  const offsetOf = (line: number, column: number): number => {
    const { start, end } = rangeOf(line);
    return start + Array.from(text.slice(start, end)).slice(0, column).join('').length;
  };
  return (JSON.parse(answer) as Told[]).map(({ code, message, line, column, endLine, endColumn }) => {
    const start = offsetOf(line, column);
    // Without an end it is the rest of the line.
    const end = endLine === undefined || endColumn === undefined ? rangeOf(line).end : offsetOf(endLine, endColumn);
    return { code, severity: 'error', message, range: { start, end: Math.max(start, end) } };
  });
}
