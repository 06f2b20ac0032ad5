import { cronTable } from './cronFields.ts';
import { field, startInFile, type Field, type FieldType } from './fields.ts';
import { metadataFields } from './flowMetadata.ts';
import type { RecordType } from './recordFiles.ts';
import { webhookTable } from './webhookFields.ts';

/** What is known of a type of record (cloudomation 1.4, 3, 6). */
export interface RecordKind {
  readonly type: RecordType;
  /** Fields of its own, beside those that every record has. */
  readonly table: readonly Field[];
  /** Their names. */
  readonly fields: readonly string[];
  /** True where `fields` is certainly all of them, so that another name is a mistake. */
  readonly complete: boolean;
  /** The field that a file holds which names no fields at all. */
  readonly content: string | undefined;
}

function kind(type: RecordType, table: readonly Field[], more: Partial<Pick<RecordKind, 'complete' | 'content'>> = {}): RecordKind {
  return { type, table, fields: table.map(({ name }) => name), complete: more.complete ?? false, content: more.content };
}

function of(name: string, type: FieldType, documentation: string): Field {
  return field(name, type, startInFile, documentation);
}

const text: FieldType = { kind: 'text' };
const bool: FieldType = { kind: 'bool' };
const schema: FieldType = { kind: 'schema' };
const name128: FieldType = { kind: 'string', minLength: 1, maxLength: 128 };
/** References too: exports may write the other record's fields in place of its id (cloudomation 6). */
const any: FieldType = { kind: 'json' };

const script = of('script', text, 'The Python text. Without it that of the `.py` file of the same name beside this one.');
const programFields: readonly Field[] = [script, ...metadataFields];

const flowReference: readonly Field[] = [of('flow_name', name128, 'The flow that is started, by its name.'), of('flow_id', any, 'The flow that is started, by its id.')];
const productive = of('is_productive', bool, 'Whether what it starts is productive, and so stops at no breakpoint.');
const enabled = (documentation: string): Field => of('is_enabled', bool, documentation);

/** Types whose records are kept here and may come from files `<name>.<type>.yaml`. Executions have a store of their own. */
export const recordKinds: readonly RecordKind[] = [
  kind('setting', [of('value', any, "The value: any JSON value. A flow reads it with `system.setting(name).get('value')`."), of('is_secret', bool, 'Whether the value is shown.')], { complete: true, content: 'value' }),
  kind('connector', [
    of('connector_type', name128, 'What is called, such as REST. Only REST is really called here; the others are answered by mocks.'),
    of('value', any, 'The inputs of calls that do not give them themselves. Texts may name secrets: `vault.secret(path, key)`.'),
    of('input_schema', schema, 'A JSON Schema of the inputs.'),
  ], { content: 'value' }),
  kind('schema', [of('schema', schema, 'The JSON Schema.')], { content: 'schema' }),
  kind('flow', programFields),
  kind('wrapper', programFields),
  kind('schedule', [
    ...flowReference, ...cronTable,
    of('scheduler_id', any, 'The scheduler that starts the flow, by its id; instead of cron.'), of('scheduler_name', name128, 'The scheduler that starts the flow, by its name; instead of cron.'),
    of('setting_id', any, 'The setting that the scheduler reads, by its id.'), of('setting_name', name128, 'The setting that the scheduler reads, by its name.'),
    of('input_value', any, 'What the flow is given; a scheduler finds it among its inputs.'), of('value', any, 'What the scheduler is given.'), enabled('False lets it rest.'), productive,
  ]),
  kind('scheduler', programFields),
  kind('webhook', [...flowReference, ...webhookTable, enabled('False refuses calls.'), productive]),
  kind('project', []),
  kind('bundle', [
    of('branch_name', text, 'The branch that holds the bundle.'), of('git_url', text, 'The repository that holds the bundle.'), of('bundle_repository_id', any, 'The bundle repository, by its id.'),
    of('is_dirty', bool, 'Whether something was changed since.'), of('is_bundle_content', bool, 'Whether it belongs to a bundle itself.'), of('icon', any, 'Its picture.'),
  ]),
  kind('vault_config', [of('vault_url', text, 'The address of the vault.'), of('secrets', any, 'Which secrets are read.')]),
  kind('object_template', [
    of('schema', schema, 'The JSON Schema of its objects.'), of('on_create', any, 'The flow that is started when an object is made: its name or id, or a list of flows.'),
    of('on_update', any, 'The flow that is started when an object is changed: its name or id, or a list of flows.'), of('on_delete', any, 'The flow that is started when an object is removed: its name or id, or a list of flows.'),
  ]),
  kind('custom_object', [of('object_template_id', any, 'The template, by its id.'), of('object_template_name', name128, 'The template, by its name.'), of('value', any, 'The object.')], { content: 'value' }),
  kind('file', [of('content', text, 'The text.'), of('size', any, 'Bytes.'), of('mimetype', text, 'What it is.')], { complete: true }),
  kind('message', ['subject', 'message', 'message_type', 'body', 'request', 'response', 'execution_id', 'is_answered', 'form'].map((name) => of(name, any, 'Set by the flow that asks.'))),
  kind('user', [of('email', text, 'The address.')]),
];

const kinds = new Map(recordKinds.map((known) => [known.type, known]));

/** Undefined for executions. */
export function recordKind(type: RecordType): RecordKind | undefined {
  return kinds.get(type);
}

/** Fields of every record. The store decides about those in `storeFields`; what a file or a flow says of them is passed over. */
export const commonFields: readonly string[] = [
  'id', 'name', 'description', 'record_type', 'is_deleted', 'created_at', 'modified_at', 'deleted_at', 'created_by', 'modified_by', 'deleted_by', 'is_readonly', 'track_in_git', 'commit_message',
  'project_id', 'project_name', 'bundle_id', 'bundle_name', 'organization_id', 'has_syntax_error', 'has_deprecation', 'location_inheritance',
];

/** Those of them that a file may say, beside the reference to a project or bundle. */
export const commonTable: readonly Field[] = [
  of('name', name128, 'The name. Without it that of the file.'),
  of('description', text, 'Free text.'),
  of('is_readonly', bool, 'Flows cannot change a record that is read-only.'),
  of('track_in_git', bool, 'Whether changes are committed.'),
  of('commit_message', text, 'The message of that commit.'),
  of('project_name', name128, 'The project that it belongs to, by its name.'),
  of('bundle_name', name128, 'The bundle that it belongs to, by its name.'),
];

export const storeFields: ReadonlySet<string> = new Set(['id', 'name', 'record_type', 'is_deleted', 'created_at', 'modified_at', 'deleted_at']);

/** Characters of a name (cloudomation 3.2). */
export const longestRecordName = 128;
