import { strict as assert } from 'node:assert';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { compile } from '../../../src/machine/compile/compile.ts';
import type { Effect, Outcome } from '../../../src/machine/effect.ts';
import type { Failure } from '../../../src/machine/failure.ts';
import { printJson } from '../../../src/machine/json.ts';
import { Machine, type MachineOptions } from '../../../src/machine/machine.ts';
import type { MachineStop } from '../../../src/machine/stop.ts';
import { integerLiteral } from '../../../src/machine/number.ts';
import type { Program } from '../../../src/machine/program.ts';
import { Double, list, map, MapValue, type Value } from '../../../src/machine/value.ts';
import { hasErrors, parseWorkflow, type WorkflowDocument } from '../../../src/workflow/parse.ts';

/**
 * The conformance suite: test/fixtures/conformance/*.yaml. A case is a definition, what it is run with, and all that
 * is expected. Problems, effects and results are compared completely: what a case does not name must not be there.
 */
export interface Case {
  readonly name: string;
  /** Where the behaviour is described: a section of the google-workflows reference, or a page of Google's documents. */
  readonly page: string;
  /** YAML text. `«word»` stands for a text of `fill`, also in an argument that is a string. */
  readonly source?: string;
  /** The definition as JSON text instead. */
  readonly json?: string;
  readonly fill?: Readonly<Record<string, { readonly text: string; readonly times: number | bigint }>>;
  readonly argument?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stepLimit?: number | bigint;
  /** The effects that are asked for, in that order, and their answers. */
  readonly effects?: readonly ExpectedEffect[];
  /** Which of the effects that wait is answered next; each is followed by a run. `all` answers together. */
  readonly answer?: 'oldest' | 'newest' | 'all';
  readonly problems?: readonly ExpectedProblem[];
  readonly result?: unknown;
  readonly error?: ExpectedError;
  /** Steps the execution has counted at its end. */
  readonly steps?: number | bigint;
}

export interface ExpectedProblem {
  readonly code: string;
  /** `line:column`, both from 1. */
  readonly at: string;
  readonly text?: string;
  readonly severity?: string;
  readonly message?: string;
  /** The text after the first fix. */
  readonly fixed?: string;
}

/** Keys other than `answer`, `step` and `thread` are those of the request. */
export interface ExpectedEffect {
  readonly kind: string;
  readonly step?: string;
  readonly thread?: bigint;
  readonly answer?: Answer;
  readonly [key: string]: unknown;
}

export type Answer =
  | 'done'
  | { readonly value: unknown }
  | { readonly code: bigint; readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly result: unknown }
  | { readonly error: string; readonly message: string }
  | { readonly raise: unknown };

export interface ExpectedError {
  readonly payload?: unknown;
  readonly tags?: readonly string[];
  readonly message?: string;
  /** The context's first line. */
  readonly headline?: string;
  /** `routine/step line:column`, innermost first. */
  readonly trace?: readonly string[];
  /** The source text that the innermost element covers. */
  readonly text?: string;
  readonly context?: string;
}

export interface Topic {
  readonly name: string;
  readonly cases: readonly Case[];
}

export const fixtures = path.resolve(import.meta.dirname, '../../fixtures/conformance');

export const topics: readonly Topic[] = globSync('*.yaml', { cwd: fixtures })
  .sort()
  .map((file) => ({ name: path.basename(file, '.yaml'), cases: read(path.join(fixtures, file)) }));

function read(file: string): Case[] {
  const document = parseDocument(readFileSync(file, 'utf8'), { intAsBigInt: true });
  assert.deepEqual(document.errors.map((error) => `${path.basename(file)}: ${error.message}`), []);
  return document.toJS() as Case[];
}

/** A case's definition. */
export function textOf(test: Case): string {
  return filled(test, test.source ?? test.json ?? '');
}

function filled({ fill = {} }: Case, text: string): string {
  return text.replaceAll(/«(\w+)»/g, (_, word: string) => fill[word]!.text.repeat(Number(fill[word]!.times)));
}

export function documentOf(test: Case): WorkflowDocument {
  return parseWorkflow(textOf(test), test.json === undefined ? 'yaml' : 'json');
}

/** A value as a fixture writes it: `1` is an integer and `1.0` a double. */
export function toValue(plain: unknown): Value {
  if (typeof plain === 'bigint') return integerLiteral(String(plain))!;
  if (typeof plain === 'number') return new Double(plain);
  if (Array.isArray(plain)) return list(plain.map(toValue));
  if (typeof plain === 'object' && plain !== null) return map(Object.entries(plain).map(([key, value]) => [key, toValue(value)] as const));
  return plain as Value;
}

const json = (plain: unknown): string => printJson(toValue(plain));


export function options(test: Case): MachineOptions {
  return {
    argument: toValue(typeof test.argument === 'string' ? filled(test, test.argument) : (test.argument ?? null)),
    environment: new Map(Object.entries(test.environment ?? {})),
    stepLimit: test.stepLimit === undefined ? undefined : Number(test.stepLimit),
  };
}

export interface Run {
  readonly machine: Machine;
  readonly stop: Extract<MachineStop, { kind: 'returned' | 'failed' }>;
  readonly effects: readonly Effect[];
}

/** Runs a program to its end with the answers of a case. `step` goes on until the machine waits or has ended. */
export function play(program: Program, test: Case, step = (machine: Machine): { machine: Machine; stop: MachineStop } => ({ machine, stop: machine.run(Number.MAX_SAFE_INTEGER) })): Run {
  let machine = new Machine(program, options(test));
  const effects: Effect[] = [];
  const open: { readonly id: number; readonly outcome: Outcome }[] = [];
  for (;;) {
    let stop: MachineStop;
    ({ machine, stop } = step(machine));
    for (const effect of machine.takeEffects()) {
      open.push({ id: effect.id, outcome: outcomeOf(test.effects?.[effects.length]?.answer, effect) });
      effects.push(effect);
    }
    if (stop.kind === 'returned' || stop.kind === 'failed') return { machine, stop, effects };
    assert.equal(stop.kind, 'waiting');
    assert.ok(open.length > 0, 'the machine waits, but not for an effect');
    const now = test.answer === 'all' ? open.splice(0) : [test.answer === 'newest' ? open.pop()! : open.shift()!];
    for (const { id, outcome } of now) machine.resolve(id, outcome);
  }
}

function outcomeOf(answer: Answer | undefined, effect: Effect): Outcome {
  if (answer === undefined || answer === 'done') return { kind: 'done' };
  if ('value' in answer) return { kind: 'value', value: typeof answer.value === 'bigint' ? Number(answer.value) : (answer.value as string | number) };
  if ('code' in answer) {
    const type = 'json' in answer ? 'application/json' : 'text/plain';
    const body = 'json' in answer ? json(answer.json) : (answer.text ?? '');
    const headers = Object.entries(answer.headers ?? { 'content-type': type });
    return { kind: 'response', code: Number(answer.code), headers, body: Buffer.from(body).toString('base64') };
  }
  if ('result' in answer) return { kind: 'result', json: json(answer.result) };
  if ('error' in answer) return { kind: 'error', tag: answer.error, message: answer.message };
  assert.ok('raise' in answer, `no answer for ${effect.request.kind} in step ${effect.step}`);
  return { kind: 'raise', json: json(answer.raise) };
}

/** One line per run: what it asked for and how it ended; equal for equal runs. */
export function describe({ stop, effects, machine }: Run): string {
  const asked = effects.map(({ id, thread, step, request }) => JSON.stringify({ id, thread, step, request }));
  const end = stop.kind === 'returned' ? `returned ${printJson(stop.value)}` : `failed ${JSON.stringify(stop.failure.toExecutionError())}`;
  return [...asked, end, `steps ${machine.stepCount}`].join('\n');
}

/** Checks a case's problems, then runs it unless one of them is an error. */
export function check(test: Case): void {
  const document = documentOf(test);
  checkProblems(test, document);
  if (hasErrors(document.problems)) return;
  assert.ok('result' in test || test.error, 'a case that runs says how it ends');
  const run = play(compile(document), test);
  checkEffects(test.effects ?? [], run.effects);
  if ('result' in test) {
    const { stop } = run;
    assert.equal(stop.kind === 'failed' ? stop.failure.context : 'returned', 'returned');
    assert.ok(stop.kind === 'returned');
    assert.equal(printJson(stop.value), json(test.result));
  }
  if (test.error) {
    assert.ok(run.stop.kind === 'failed', `it returned ${run.stop.kind === 'returned' ? printJson(run.stop.value) : ''}`);
    checkError(test.error, run.stop.failure, document);
  }
  if (test.steps !== undefined) assert.equal(run.machine.stepCount, Number(test.steps));
}

function checkProblems(test: Case, { source, problems }: WorkflowDocument): void {
  const text = textOf(test);
  const expected = test.problems ?? [];
  const found = problems.map((problem, i) => {
    const { line, column } = source.lines.position(problem.range.start);
    const wanted = expected[i];
    return {
      code: problem.code,
      at: `${line}:${column}`,
      ...(wanted?.text === undefined ? {} : { text: text.slice(problem.range.start, problem.range.end) }),
      ...(problem.severity === 'error' && wanted?.severity === undefined ? {} : { severity: problem.severity }),
      ...(wanted && wanted.message === undefined ? {} : { message: problem.message }),
      ...(wanted?.fixed === undefined ? {} : { fixed: fixed(text, problem.fixes?.[0]?.edits ?? []) }),
    };
  });
  assert.deepEqual(found, expected);
}

function fixed(text: string, edits: readonly { readonly range: { readonly start: number; readonly end: number }; readonly newText: string }[]): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start).reduce((result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end), text);
}

function checkEffects(expected: readonly ExpectedEffect[], found: readonly Effect[]): void {
  const shown = found.map((effect, i) => {
    const wanted = expected[i];
    const all: Record<string, unknown> = { ...effect.request, step: effect.step, thread: effect.thread };
    const keys = Object.keys(wanted ?? effect.request).filter((key) => key !== 'answer');
    return Object.fromEntries(keys.map((key) => [key, all[key]]));
  });
  const wanted = expected.map((effect) => Object.fromEntries(Object.entries(effect).filter(([key]) => key !== 'answer').map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value])));
  assert.deepEqual(shown, wanted);
}

function checkError(expected: ExpectedError, failure: Failure, { source }: WorkflowDocument): void {
  const { value } = failure;
  const entry = (key: string): string => printJson((value instanceof MapValue ? value.entries.get(key) : undefined) ?? null);
  const [innermost] = failure.elements;
  const found: Record<string, unknown> = {};
  const wanted: Record<string, unknown> = {};
  for (const key of Object.keys(expected) as (keyof ExpectedError)[]) {
    wanted[key] = key === 'payload' ? json(expected.payload) : expected[key];
    if (key === 'payload') found[key] = failure.payload;
    else if (key === 'tags') found[key] = JSON.parse(entry('tags'));
    else if (key === 'message') found[key] = JSON.parse(entry('message'));
    else if (key === 'headline') found[key] = failure.headline;
    else if (key === 'context') found[key] = failure.context;
    else if (key === 'trace') found[key] = failure.elements.map(({ routine, step, position }) => `${routine}/${step} ${position.line}:${position.column}`);
    else {
      const { position } = innermost!;
      const start = source.lines.offset(position);
      found[key] = Buffer.from(source.text.slice(start)).subarray(0, position.length).toString();
    }
  }
  assert.deepEqual(found, wanted);
}
