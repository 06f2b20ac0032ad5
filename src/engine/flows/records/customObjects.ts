import { readTemplateRecord, templateOfObject, type HookEvent } from '../../../execution/automationRecord.ts';
import { LaunchRefused, type StartRequest } from '../../../execution/launch.ts';
import type { JsonText } from '../../../execution/record.ts';
import type { RecordReference, Saved } from '../../../flow/flowCalls.ts';
import { checkInput } from '../../../schema/checkInput.ts';
import { loadSchema } from '../../../schema/compile.ts';
import { parseSource } from '../../../source/parse.ts';
import { FlowError, notFound, savedOf, type FlowContext, type RecordHandler } from '../calls.ts';
import { membersOf, objectOf } from '../exactJson.ts';
import { refused } from '../executionCalls.ts';
import { startOfFlow } from './flowOfRecord.ts';
import { copyOf, givenFields, logSaved, recordHandler } from './recordCalls.ts';
import { fieldsNode } from './recordRules.ts';
import type { FlowRecord, Records, SavedFields } from './records.ts';
import { idOf } from './resourceFiles.ts';

/** Puts its wrappers around a start. */
export type Wrap = (request: StartRequest) => Promise<StartRequest>;

/** What becomes of an object, and what its hooks are told. */
interface Event {
  readonly kind: HookEvent;
  readonly object: { readonly id: string; readonly name: string };
  readonly value: JsonText;
  /** Undefined for one that is new. */
  readonly before: JsonText | undefined;
}

/**
 * The `record.*` calls of custom objects, whose templates have a schema and hooks (cloudomation 7). What the documents
 * leave open is decided here: a value that breaks the schema is not saved, and one that satisfies it gets its defaults;
 * a hook's flow is started when the change is stored, as a detached execution of the flow that made the change, and is
 * not waited for; nothing is changed where a hook names a flow that is not there. Its input is the event, the object's id
 * and name, the template's, the value, and the value before.
 */
export function customObjectHandler(records: Records, wrap: Wrap): RecordHandler {
  const usual = recordHandler(records);
  const store = async (target: RecordReference, given: SavedFields, context: FlowContext, content?: Uint8Array): Promise<FlowRecord> => {
    const { program } = context.execution;
    const before = records.find({ ...target, allow_normal: true, allow_deleted: false }, program);
    // Made again after a crash, the call finds what it has made itself.
    const isNew = before === undefined || before.id === context.id;
    const members = new Map([...(before ? (membersOf(before.text) ?? []) : []), ...given]);
    const template = findTemplate(records, objectOf([...members]), program);
    if (!template) return records.save(target, given, { id: context.id, program, content });
    const value = await checkedValue(template, members.get('value') ?? 'null', before?.name ?? target.select, context);
    const kind = isNew ? 'on_create' : 'on_update';
    const old = isNew ? undefined : (membersOf(before.text)?.get('value') ?? 'null');
    // Whether there are such flows is found out before anything is saved.
    await requests(records, template, { kind, object: { id: context.id, name: target.select }, value, before: old }, context, wrap);
    const saved = records.save(target, new Map([...given, ['value', value]]), { id: context.id, program, content });
    const starts = await requests(records, template, { kind, object: saved, value, before: old }, context, wrap);
    await begin(await prepare(starts, context), context);
    return saved;
  };
  return {
    ...usual,
    'record.save': async (args, context): Promise<Saved> => {
      await records.refresh(context.execution.program);
      const saved = await store(args, givenFields(context), context);
      if (args.debug) logSaved(saved, context);
      return savedOf(saved);
    },
    'record.clone': async (args, context): Promise<Saved> => {
      const { program } = context.execution;
      await records.refresh(program);
      const { target, fields, content } = copyOf(records, args, context, program);
      return savedOf(await store(target, fields, context, content));
    },
    'record.delete': async (args, context) => {
      const { program } = context.execution;
      await records.refresh(program);
      // Made again after a crash, the object may be gone already: the executions of its hooks are there then.
      const known = hookIds(context, 1).filter((id) => context.engine.get(id) !== undefined);
      const object = records.find({ ...args, allow_normal: true, allow_deleted: false }, program);
      if (!object && known.length > 0) {
        await begin(known, context);
        return null;
      }
      const template = object && findTemplate(records, object.text, program);
      if (!template) {
        if (!records.find({ ...args, allow_deleted: true }, program)) throw notFound(args);
        records.delete(args, program, args.permanently);
        return null;
      }
      const value = membersOf(object.text)?.get('value') ?? 'null';
      const prepared = await prepare(await requests(records, template, { kind: 'on_delete', object, value, before: value }, context, wrap), context);
      records.delete(args, program, args.permanently);
      await begin(prepared, context);
      return null;
    },
  };
}

/** The template that an object's fields name. Throws `FlowError` where there is none of it. */
function findTemplate(records: Records, fields: JsonText, program: string): FlowRecord | undefined {
  const reference = templateOfObject(fieldsNode(fields));
  return reference && records.get({ type: 'object_template', ...reference, allow_normal: true, allow_deleted: false }, program);
}

/** The value with the defaults of the template's schema. Rejects with `FlowError`. */
async function checkedValue(template: FlowRecord, value: JsonText, name: string, { engine }: FlowContext): Promise<JsonText> {
  const schema = membersOf(template.text)?.get('schema');
  const document = schema === undefined || schema === 'null' ? undefined : parseSource(schema, 'json');
  if (!document?.root) return value;
  const set = await loadSchema(engine.files, template.place, document, document.root);
  const broken = set.files.flatMap(({ problems }) => problems).find(({ severity }) => severity === 'error');
  if (broken) throw new FlowError('SchemaError', `The schema of the object template ${JSON.stringify(template.name)} is not valid: ${broken.message}`);
  const { problems, json } = checkInput(parseSource(value, 'json'), 'json', set);
  const errors = problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
  if (errors.length > 0 || json === undefined) throw new FlowError('SchemaValidationError', `The custom object ${JSON.stringify(name)} does not satisfy the schema of its template ${JSON.stringify(template.name)}: ${errors.map(({ message }) => message).join(' ')}`);
  return json;
}

/** The starts of a template's hooks for an event. Rejects with `FlowError`. */
function requests(records: Records, template: FlowRecord, { kind, object, value, before }: Event, { execution }: FlowContext, wrap: Wrap): Promise<StartRequest[]> {
  const flows = readTemplateRecord(fieldsNode(template.text)).hooks.get(kind) ?? [];
  const members: [string, JsonText][] = [['event', kind], ['custom_object_id', object.id], ['custom_object_name', object.name], ['object_template_id', template.id], ['object_template_name', template.name]].map(([name, text]) => [name!, JSON.stringify(text)]);
  const input = objectOf([...members, ['value', value], ['old_value', before ?? 'null']]);
  const { is_productive, use_breakpoints, program } = execution;
  return Promise.all(
    flows.map(async (flow) =>
      wrap(await startOfFlow(records, { place: template.place === '' ? program : template.place, flow, input, options: { orphan: true, is_productive, use_breakpoints }, origin: { custom_object_id: object.id } })),
    ),
  );
}

/** Makes the executions, which begin later; gives their ids. Rejects with `FlowError`. */
async function prepare(starts: readonly StartRequest[], context: FlowContext): Promise<string[]> {
  const { engine, execution } = context;
  const ids = hookIds(context, starts.length);
  for (const [index, request] of starts.entries()) {
    const id = ids[index]!;
    if (engine.get(id)) continue;
    try {
      await engine.prepareChild(execution, { id, request, plan: undefined, heldBack: false });
    } catch (error) {
      if (!(error instanceof LaunchRefused)) throw error;
      throw refused(error);
    }
  }
  return ids;
}

async function begin(ids: readonly string[], { engine }: FlowContext): Promise<void> {
  for (const id of ids) await engine.run(id);
}

/** What a call starts has the same ids when the call is made again. */
function hookIds({ id }: FlowContext, count: number): string[] {
  return Array.from({ length: count }, (_, index) => idOf(`hook ${index} of ${id}`));
}
