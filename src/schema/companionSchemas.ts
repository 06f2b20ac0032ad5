import { answerKeys } from '../execution/answerFile.ts';
import { mockKeys, mockMethods } from '../execution/mocks.ts';
import type { RecordType } from '../execution/recordFiles.ts';
import { commonTable, recordKind } from '../execution/recordTypes.ts';
import { connectorTypes } from '../execution/resourceFile.ts';
import { restInputs } from '../execution/restInputs.ts';
import { webhookMethods } from '../execution/webhookFields.ts';
import { builtInSchema } from './builtIn.ts';
import { fieldProperties, type Json } from './executionSchema.ts';
import type { SchemaSet } from './schema.ts';

/** Schemas of the files around programs, made from the tables that their checks read: what hover and completion show. */

type Part = { readonly [key: string]: Json };

export const loadMockSchema = builtInSchema(() => {
  const more: Readonly<Record<string, Part>> = {
    method: { enum: mockMethods },
    input: { type: 'object' },
    delay: { type: 'number', minimum: 0 },
    response: {
      type: 'object',
      additionalProperties: false,
      properties: {
        code: { type: 'integer', minimum: 100, maximum: 599, default: 200, description: 'The HTTP status.' },
        headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Names and texts.' },
        body: { description: 'A text is sent as it is, any other value as JSON.' },
      },
    },
    error: {
      type: 'object',
      required: ['tags', 'message'],
      properties: { tags: { type: 'array', items: { type: 'string' }, description: 'What kind of error it is, such as ConnectionError.' }, message: { type: 'string', description: 'What went wrong.' } },
    },
  };
  return { title: 'Mock file', type: 'array', items: { type: 'object', additionalProperties: false, properties: properties(mockKeys, more) } };
});

export const loadAnswersSchema = builtInSchema(() => ({
  title: 'Answer file',
  type: 'array',
  items: { type: 'object', required: ['subject'], additionalProperties: false, properties: properties(answerKeys, { values: { type: 'object' } }) },
}));

export const loadEnvironmentSchema = builtInSchema(() => ({
  title: 'Environment file',
  description: 'Variables that sys.get_env reads beside the built-in ones.',
  type: 'object',
  additionalProperties: { type: 'string' },
}));

const loaded = new Map<string, () => Promise<SchemaSet>>();

/** The schema of a resource file. A connector's stored inputs are known where its type is REST. */
export function loadResourceSchema(type: RecordType, connectorType?: string): Promise<SchemaSet> {
  const isRest = connectorType?.toUpperCase() === 'REST';
  const key = `${type} ${isRest}`;
  const load = loaded.get(key) ?? builtInSchema(() => resourceSchema(type, isRest));
  loaded.set(key, load);
  return load();
}

function resourceSchema(type: RecordType, isRest: boolean): object {
  const more: Readonly<Record<string, Part>> =
    type === 'connector'
      ? { connector_type: { enum: connectorTypes }, value: { type: 'object', ...(isRest && { additionalProperties: false, properties: restProperties() }) } }
      : type === 'webhook'
        ? { methods: { items: { enum: webhookMethods } } }
        : {};
  const table = [...(recordKind(type)?.table ?? []), ...commonTable];
  const fields = properties([...new Map(table.map((one) => [one.name, one])).values()], more);
  // As exports of a workspace write it, the fields stand below the type.
  return { title: `A ${type}`, type: 'object', properties: { ...fields, [type]: { type: 'object', description: `The fields of the ${type}, as exports of a workspace have them.`, properties: fields } } };
}

function restProperties(): Part {
  return Object.fromEntries(restInputs.map(({ name, documentation, schema }): [string, Json] => [name, { description: documentation.replaceAll('`', ''), ...(schema as Part) }]));
}

function properties(table: Parameters<typeof fieldProperties>[0], more: Readonly<Record<string, Part>>): Part {
  return Object.fromEntries(fieldProperties(table).map(([name, schema]): [string, Json] => [name, { ...(schema as Part), ...more[name] }]));
}
