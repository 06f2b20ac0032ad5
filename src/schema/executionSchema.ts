import { describeType, labelLength, labelLimit, launchKeys, settableFields, type Field, type FieldType } from '../execution/fields.ts';
import { builtInSchema } from './builtIn.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * The JSON Schema of execution files, made from the field table: what hover and completion show. Whether a file is
 * right is decided by `checkExecutionFile`, which reads the same table and knows more than a schema can say.
 */
export const loadExecutionFileSchema = builtInSchema(() => ({
  title: 'Execution file',
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(fieldProperties([...settableFields('file'), ...launchKeys])),
}));

/** A property for each name of each field. */
export function fieldProperties(fields: readonly Field[]): [string, Json][] {
  return fields.flatMap((field) => [field.name, ...field.aliases].map((name): [string, Json] => [name, fieldSchema(field)]));
}

export function fieldSchema(field: Field): Json {
  const takes = ['json', 'bool', 'structure'].includes(field.type.kind) ? '' : ` Takes ${describeType(field.type)}.`;
  return { description: `${field.documentation.replaceAll('`', '')}${takes}`, ...typeSchema(field.type) };
}

function typeSchema(type: FieldType): { readonly [key: string]: Json } {
  switch (type.kind) {
    case 'string':
    case 'text':
    case 'path':
    case 'uuid':
    case 'duration':
      return { type: 'string' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    case 'int':
      return { type: 'integer', minimum: type.min, maximum: type.max };
    case 'bool':
      return { type: 'boolean' };
    case 'enum':
      return { enum: type.values };
    case 'schema':
      return { type: ['object', 'boolean'] };
    case 'labels':
      return { type: 'object', maxProperties: labelLimit, additionalProperties: { type: 'string', maxLength: labelLength } };
    case 'lines':
      return { type: 'array', items: { type: 'integer', minimum: 1 } };
    case 'names':
      return { type: 'array', items: { type: 'string' } };
    case 'wrappers':
      return { type: 'array', items: { type: 'object', properties: { wrapper_id: { type: 'string' }, wrapper_name: { type: 'string' }, params: { type: 'object' } }, additionalProperties: false } };
    case 'json':
    case 'structure':
      return {};
  }
}
