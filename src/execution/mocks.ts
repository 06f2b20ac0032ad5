import { describe, entry, type DataNode, type MapEntry, type MapNode } from '../source/data.ts';
import { parseSource, type SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { field, startInFile, type Field, type FieldType } from './fields.ts';
import { jsonOf } from './json.ts';
import type { JsonText } from './record.ts';
import { slipOf } from './slip.ts';

/**
 * A mock file is a list; the first entry that fits a call answers it, and calls that fit none are really made:
 *
 *     - call: http.get                    # a function's name, `*` stands for anything
 *       url: https://api.example.com/*    # only calls of http functions; `method` too
 *       times: 1                          # answers so many calls, then no longer fits
 *       delay: 0.5                        # seconds
 *       response: {code: 200, headers: {}, body: {ok: true}}
 *
 * Instead of `response` stands `result` (the value of a connector or function; of an HTTP call the body), `error`
 * (a map with `tags` and `message`) or `raise` (any value).
 *
 * Connections of flows are answered by entries with `connector` (a connector's name or type) and, where only some
 * calls are meant, `input` (values that the inputs of the call have); `result` is then the output value.
 */
export interface Mock {
  readonly call: string | undefined;
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly connector: string | undefined;
  /** A JSON object. */
  readonly input: JsonText | undefined;
  readonly times: number | undefined;
  readonly delaySeconds: number;
  readonly answer: MockAnswer;
}

export type MockAnswer =
  | { readonly kind: 'response'; readonly code: number; readonly headers: readonly (readonly [string, string])[]; readonly body: MockBody | undefined }
  | { readonly kind: 'result'; readonly json: JsonText }
  | { readonly kind: 'raise'; readonly json: JsonText };

/** A text is sent as it is, any other value as JSON. */
export type MockBody = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'json'; readonly json: JsonText };

export interface MockFile {
  readonly mocks: readonly Mock[];
  readonly problems: readonly Problem[];
}

const of = (name: string, type: FieldType, documentation: string): Field => field(name, type, startInFile, documentation);
const text: FieldType = { kind: 'text' };
const any: FieldType = { kind: 'json' };

export const mockKeys: readonly Field[] = [
  of('call', text, "The name of a function such as http.get; `*` stands for anything."),
  of('url', text, 'The address of calls of http functions; `*` stands for anything.'),
  of('method', text, 'The HTTP method of those calls.'),
  of('connector', text, "For connections of flows: a connector's name or type; `*` stands for anything."),
  of('input', any, 'Only for connections: inputs that the call has; in texts `*` stands for anything.'),
  of('times', { kind: 'int', min: 1, max: 1_000_000 }, 'So many calls it answers, then it no longer fits. Without it all of them.'),
  of('delay', any, 'Seconds until the answer comes.'),
  of('response', any, 'Answers with an HTTP response.'),
  of('result', any, 'Answers with the value of a function, the body of an HTTP call, or the output value of a connection.'),
  of('error', any, 'Answers with an error that has tags and a message.'),
  of('raise', any, 'Answers with an error of any value.'),
];
const keys = mockKeys.map(({ name }) => name);
const answers = ['response', 'result', 'error', 'raise'];
export const mockMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

/** Seconds; the longest sleep there is. */
const longestDelay = 31_536_000;

/** Reads a mock file. Never throws; entries with problems are left out. */
export function parseMocks(text: string, format: SourceFormat): MockFile {
  const { root, problems } = parseSource(text, format);
  const checked = checkMocks(root);
  return { mocks: checked.mocks, problems: [...problems, ...checked.problems] };
}

/** The same for a text that was read already. */
export function checkMocks(root: DataNode | undefined): MockFile {
  // An empty file is a list that nobody has begun.
  if (!root) return { mocks: [], problems: [] };
  if (root.kind !== 'list') return { mocks: [], problems: [problem('mocks/wrong-type', `A mock file is a list of entries; found ${describe(root)}.`, root)] };
  const problems: Problem[] = [];
  const mocks = root.items.map((item) => readMock(item, problems)).filter((mock) => mock !== undefined);
  return { mocks, problems };
}

function readMock(node: DataNode, problems: Problem[]): Mock | undefined {
  if (node.kind !== 'map') {
    problems.push(problem('mocks/wrong-type', `A mock is a map with call, url or connector, and an answer; found ${describe(node)}.`, node));
    return undefined;
  }
  const before = problems.length;
  for (const { key, keyNode } of node.entries) {
    if (keys.includes(key)) continue;
    const { hint, fixes } = slipOf(key, keyNode, keys, `; there are ${keys.join(', ')}.`);
    problems.push({ ...problem('mocks/unknown-key', `${JSON.stringify(key)} is no key of a mock${hint}`, keyNode), fixes });
  }
  const call = readText(node, 'call', problems);
  const url = readText(node, 'url', problems);
  const method = readText(node, 'method', problems)?.toUpperCase();
  const connector = readText(node, 'connector', problems);
  const input = entry(node, 'input')?.value;
  if (input && input.kind !== 'map') problems.push(problem('mocks/wrong-type', `input is a map of a connection's inputs; found ${describe(input)}.`, input));
  if (input && !entry(node, 'connector')) problems.push(problem('mocks/missing-key', 'input is for connections of flows: add connector with a name or a type.', input));
  if (!['call', 'url', 'connector'].some((key) => entry(node, key))) {
    problems.push(problem('mocks/missing-key', 'A mock says which calls it answers: add call with a function such as http.get, url, or for flows connector.', node));
  }
  if (method !== undefined && !mockMethods.includes(method)) {
    problems.push(problem('mocks/bad-value', `method is one of ${mockMethods.join(', ')}; got ${JSON.stringify(method)}.`, entry(node, 'method')!.value));
  }
  const times = readNumber(node, 'times', 1, 1_000_000, problems);
  if (times !== undefined && !Number.isInteger(times)) problems.push(problem('mocks/bad-value', 'times is an integer.', entry(node, 'times')!.value));
  const delaySeconds = readNumber(node, 'delay', 0, longestDelay, problems) ?? 0;
  const answer = readAnswer(node, problems);
  return answer && problems.length === before ? { call, url, method, connector, input: input && jsonOf(input), times, delaySeconds, answer } : undefined;
}

function readAnswer(node: MapNode, problems: Problem[]): MockAnswer | undefined {
  const given = node.entries.filter(({ key }) => answers.includes(key));
  const [first, second] = given;
  if (!first || second) {
    const message = second ? `A mock has one answer: give ${first!.key} or ${second.key}.` : `A mock has an answer: add one of ${answers.join(', ')}.`;
    problems.push(problem('mocks/missing-answer', message, second?.keyNode ?? node));
    return undefined;
  }
  switch (first.key) {
    case 'response':
      return readResponse(first, problems);
    case 'error':
      return readError(first, problems);
    default:
      return { kind: first.key === 'result' ? 'result' : 'raise', json: jsonOf(first.value) };
  }
}

function readResponse({ value }: MapEntry, problems: Problem[]): MockAnswer | undefined {
  if (value.kind !== 'map') {
    problems.push(problem('mocks/wrong-type', `response is a map of code, headers and body; found ${describe(value)}.`, value));
    return undefined;
  }
  for (const { key, keyNode } of value.entries) {
    if (!['code', 'headers', 'body'].includes(key)) problems.push(problem('mocks/unknown-key', `${JSON.stringify(key)} is no key of a response; there are code, headers and body.`, keyNode));
  }
  const code = readNumber(value, 'code', 100, 599, problems) ?? 200;
  if (!Number.isInteger(code)) problems.push(problem('mocks/bad-value', 'code is an integer.', entry(value, 'code')!.value));
  const body = entry(value, 'body')?.value;
  return { kind: 'response', code, headers: readHeaders(value, problems), body: body && bodyOf(body) };
}

function readHeaders(response: MapNode, problems: Problem[]): (readonly [string, string])[] {
  const node = entry(response, 'headers')?.value;
  if (!node) return [];
  if (node.kind !== 'map') {
    problems.push(problem('mocks/wrong-type', `headers is a map of names and texts; found ${describe(node)}.`, node));
    return [];
  }
  const headers: (readonly [string, string])[] = [];
  for (const { key, value } of node.entries) {
    if (value.kind !== 'scalar' || value.value === null) problems.push(problem('mocks/wrong-type', `The header ${JSON.stringify(key)} has a text; found ${describe(value)}.`, value));
    else headers.push([key, String(value.value)]);
  }
  return headers;
}

function bodyOf(node: DataNode): MockBody {
  return node.kind === 'scalar' && typeof node.value === 'string' ? { kind: 'text', text: node.value } : { kind: 'json', json: jsonOf(node) };
}

function readError({ value }: MapEntry, problems: Problem[]): MockAnswer {
  const tags = entry(value, 'tags')?.value;
  const message = entry(value, 'message')?.value;
  const tagged = tags?.kind === 'list' && tags.items.length > 0 && tags.items.every((tag) => tag.kind === 'scalar' && typeof tag.value === 'string');
  if (!tagged) problems.push(problem('mocks/wrong-type', 'error has tags: a list of texts such as [ConnectionError].', tags ?? value));
  if (message?.kind !== 'scalar' || typeof message.value !== 'string') problems.push(problem('mocks/wrong-type', 'error has a message: a text.', message ?? value));
  return { kind: 'raise', json: jsonOf(value) };
}

function readText(node: MapNode, key: string, problems: Problem[]): string | undefined {
  const value = entry(node, key)?.value;
  if (!value) return undefined;
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') return value.value;
  problems.push(problem('mocks/wrong-type', `${key} is a text; found ${describe(value)}.`, value));
  return undefined;
}

function readNumber(node: MapNode, key: string, min: number, max: number, problems: Problem[]): number | undefined {
  const value = entry(node, key)?.value;
  if (!value) return undefined;
  const number = value.kind === 'scalar' && (typeof value.value === 'bigint' || typeof value.value === 'number') ? Number(value.value) : Number.NaN;
  if (number >= min && number <= max) return number;
  problems.push(problem('mocks/bad-value', `${key} is a number from ${min} to ${max}; got ${value.kind === 'scalar' ? jsonOf(value) : describe(value)}.`, value));
  return undefined;
}

function problem(code: string, message: string, at: DataNode): Problem {
  return { code, severity: 'error', message, range: at.range };
}
