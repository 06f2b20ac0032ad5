import { deflateSync, inflateSync } from 'node:zlib';
import { progressTypes, stepStates, stepTypes, type StepEntry, type StepHistory } from '../../execution/stepEntry.ts';

/** A part of a history as it is stored: some hundred entries in one row. */
export interface HistoryPart {
  readonly part: number;
  readonly data: Uint8Array;
}

/**
 * The JSON of a part: columns, because neighbours have much in common. What an entry's place in the program decides
 * is told once (`points`); ids, parents and times are differences.
 */
interface Columns {
  /** How many entries there were in all when the part was written. */
  readonly count: number;
  /** Routine, step, line, column, type, and what is counted (-1 for nothing). */
  readonly points: readonly (readonly [string, string, number, number, number, number])[];
  readonly ids: readonly number[];
  readonly point: readonly number[];
  readonly parents: readonly number[];
  readonly states: readonly number[];
  readonly created: readonly number[];
  readonly took: readonly number[];
  readonly children: readonly number[];
  readonly progress: readonly number[];
  readonly expected: readonly number[];
  readonly threads: readonly number[];
  /** By place in the columns. */
  readonly exceptions: readonly (readonly [number, string])[];
  readonly variables: readonly (readonly [number, string])[];
}

/** Shorter texts are not worth packing. */
const packedFrom = 1024;

/** Bytes that a part may unpack to; a damaged one could claim anything. */
const unpackedLimit = 64 * 1024 * 1024;

export function writePart(part: number, entries: readonly StepEntry[], count: number): HistoryPart {
  const points = new Map<string, { readonly index: number; readonly told: Columns['points'][number] }>();
  const pointOf = ({ routine, step, line, column, type, progress }: StepEntry): number => {
    const told = [routine, step, line, column, stepTypes.indexOf(type), progress ? progressTypes.indexOf(progress.type) : -1] as const;
    const key = told.join('\n');
    const known = points.get(key) ?? { index: points.size, told };
    points.set(key, known);
    return known.index;
  };
  const point = entries.map(pointOf);
  const texts = (of: (entry: StepEntry) => string | undefined): [number, string][] => entries.flatMap((entry, i) => (of(entry) === undefined ? [] : [[i, of(entry)!]]));
  const columns: Columns = {
    count,
    points: [...points.values()].map(({ told }) => told),
    ids: entries.map(({ id }, i) => id - (entries[i - 1]?.id ?? 0)),
    point,
    parents: entries.map(({ id, parent }) => (parent === undefined ? 0 : id - parent)),
    states: entries.map(({ state }) => stepStates.indexOf(state)),
    created: entries.map(({ created }, i) => created - (entries[i - 1]?.created ?? 0)),
    took: entries.map(({ created, updated }) => updated - created),
    children: entries.map(({ childCount }) => childCount),
    progress: entries.map(({ progress }) => progress?.number ?? 0),
    expected: entries.map(({ progress }) => progress?.expected ?? 0),
    threads: entries.map(({ thread }) => thread ?? 0),
    exceptions: texts(({ exception }) => exception),
    variables: texts(({ variables }) => variables),
  };
  const text = Buffer.from(JSON.stringify(columns));
  return { part, data: text.length < packedFrom ? text : deflateSync(text, { level: 1 }) };
}

/** Puts stored parts together. Of a damaged part nothing is told; the others are unharmed. */
export function readParts(parts: Iterable<Uint8Array>): StepHistory {
  const entries: StepEntry[] = [];
  let count = 0;
  for (const data of parts) {
    const read = readPart(data);
    if (!read) continue;
    for (const entry of read.entries) entries.push(entry);
    count = Math.max(count, read.count);
  }
  entries.sort((left, right) => left.id - right.id);
  return { entries, count };
}

function readPart(data: Uint8Array): StepHistory | undefined {
  try {
    const bytes = data[0] === 0x7b ? data : inflateSync(data, { maxOutputLength: unpackedLimit });
    return entriesOf(JSON.parse(Buffer.from(bytes).toString()) as Columns);
  } catch {
    return undefined;
  }
}

/** Throws where the columns are none. */
function entriesOf(columns: Columns): StepHistory {
  const exceptions = new Map(columns.exceptions);
  const variables = new Map(columns.variables);
  const number = (column: readonly number[], i: number): number => {
    const value: unknown = column[i];
    if (typeof value !== 'number') throw new TypeError('A number is missing.');
    return value;
  };
  let [id, created] = [0, 0];
  const entries = columns.ids.map((_, i): StepEntry => {
    id += number(columns.ids, i);
    created += number(columns.created, i);
    const [routine, step, line, column, typeAt, counted] = columns.points[number(columns.point, i)]!;
    const [parent, stateAt, progress, expected, thread] = [number(columns.parents, i), number(columns.states, i), number(columns.progress, i), number(columns.expected, i), number(columns.threads, i)];
    const progressType = progressTypes[counted];
    const type = stepTypes[typeAt];
    const state = stepStates[stateAt];
    if (!type || !state || typeof (routine as unknown) !== 'string' || typeof (step as unknown) !== 'string') throw new TypeError('A name, type or state is not known.');
    return {
      id,
      routine,
      step,
      line,
      column,
      type,
      state,
      created,
      updated: created + number(columns.took, i),
      parent: parent === 0 ? undefined : id - parent,
      childCount: number(columns.children, i),
      progress: progressType && { type: progressType, number: progress, expected: expected === 0 ? undefined : expected },
      thread: thread === 0 ? undefined : thread,
      exception: exceptions.get(i),
      variables: variables.get(i),
    };
  });
  return { entries, count: columns.count };
}
