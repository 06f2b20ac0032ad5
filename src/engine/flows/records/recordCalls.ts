import { nearest } from '../../../execution/nearest.ts';
import type { Fields, RecordReference, Saved } from '../../../flow/flowCalls.ts';
import { FlowError, savedOf, type FlowContext, type RecordHandler, type RecordHandlers } from '../calls.ts';
import { ExactJson, exactMember, membersOf } from '../exactJson.ts';
import { readFilter } from './recordFilter.ts';
import { recordName, type FlowRecord, type Records, type SavedFields } from './records.ts';
import type { RecordType } from '../../../execution/recordFiles.ts';
import { commonFields, recordKind, recordKinds, storeFields } from '../../../execution/recordTypes.ts';

/** The `record.*` calls of every type but executions. */
export function recordHandlers(records: Records): RecordHandlers {
  return Object.fromEntries(recordKinds.map(({ type }) => [type, recordHandler(records)]));
}

export function recordHandler(records: Records): RecordHandler {
  /** Files are looked for first; mostly that was done a moment ago, and the answer is there at once. */
  const looked = <T>({ execution }: FlowContext, action: (program: string) => T): T | Promise<T> => {
    const looking = records.refresh(execution.program);
    return looking ? looking.then(() => action(execution.program)) : action(execution.program);
  };
  return {
    'record.get': (args, context) => looked(context, (program) => fieldsOf(records.get(args, program), args.fields)),
    'record.exists': (args, context) => looked(context, (program) => records.find(args, program) !== undefined),
    'record.save': (args, context) => looked(context, (program) => save(records, args, context, program, args.debug)),
    'record.delete': (args, context) =>
      looked(context, (program) => {
        records.delete(args, program, args.permanently);
        return null;
      }),
    'record.list': ({ type, filter, allow_normal, allow_deleted }, context) =>
      looked(context, (program): Saved[] => {
        const fits = readFilter(filter);
        return records.list(type, program, allow_normal, allow_deleted).filter(({ fields }) => fits(fields)).map(savedOf);
      }),
    'record.clone': (args, context) =>
      looked(context, (program) => {
        const { target, fields, content } = copyOf(records, args, context, program);
        return savedOf(records.save(target, fields, { id: context.id, program, content }));
      }),
  };
}

/** What `record.clone` saves. Throws `FlowError`. */
export function copyOf(records: Records, args: RecordReference & { readonly fields: Fields }, context: FlowContext, program: string): { readonly target: RecordReference; readonly fields: SavedFields; readonly content: Uint8Array | undefined } {
  const from = records.get(args, program);
  const given = args.fields['name'];
  const name = given === undefined ? freeName(records, from, program) : recordName(given, args.type);
  const own = [...(membersOf(from.text) ?? [])].filter(([key]) => key !== 'is_readonly');
  return { target: { type: args.type, select: name, by: 'name', allow_normal: true, allow_deleted: false }, fields: new Map([...own, ...givenFields(context), ['name', JSON.stringify(name)]]), content: from.content };
}

function save(records: Records, reference: RecordReference, context: FlowContext, program: string, debug: boolean): Saved {
  const saved = records.save(reference, givenFields(context), {
    // Only a new record needs it.
    get id() {
      return context.id;
    },
    program,
  });
  if (debug) logSaved(saved, context);
  return savedOf(saved);
}

/** What a save with `debug` logs. */
export function logSaved({ type, name }: FlowRecord, context: FlowContext): void {
  context.log('DEBUG', { json: `{"subject":${JSON.stringify(`saved ${type} ${name}`)},"fields":${exactMember(context.args, 'fields') ?? '{}'}}` });
}

/** The fields of a call, exact. */
export function givenFields({ args }: FlowContext): SavedFields {
  return membersOf(exactMember(args, 'fields') ?? '{}') ?? new Map();
}

function fieldsOf(record: FlowRecord, names: readonly string[]): Fields {
  const own = membersOf(record.text);
  const entries = names.map((name): [string, unknown] => {
    if (record.type === 'file' && (name === 'content' || name === 'size')) return [name, contentOf(record, name)];
    const text = storeFields.has(name) ? undefined : own?.get(name);
    if (text !== undefined) return [name, new ExactJson(text)];
    if (Object.hasOwn(record.fields, name)) return [name, record.fields[name]];
    checkField(record.type, name);
    return [name, null];
  });
  return Object.fromEntries(entries);
}

function contentOf({ content = new Uint8Array() }: FlowRecord, name: 'content' | 'size'): unknown {
  return name === 'size' ? content.length : Buffer.from(content).toString('utf8');
}

/** Throws `FlowError` for a field that records of the type certainly do not have. */
function checkField(type: RecordType, name: string): void {
  const kind = recordKind(type);
  if (!kind?.complete) return;
  const known = [...kind.fields, ...commonFields];
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  throw new FlowError('ValueError', `A ${type} has no field ${JSON.stringify(name)}${meant === undefined ? `; its own are ${kind.fields.join(', ')}.` : `; did you mean ${meant}?`}`);
}

function freeName(records: Records, { type, name }: FlowRecord, program: string): string {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? ' (copy)' : ` (copy ${number})`;
    const select = name.slice(0, 128 - ending.length) + ending;
    if (!records.find({ type, select, by: 'name', allow_normal: true, allow_deleted: false }, program)) return select;
  }
}
