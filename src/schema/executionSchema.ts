import { describeType, labelLength, labelLimit, launchKeys, settableFields, type Field, type FieldType } from '../execution/fields.ts';
import { builtInSchema } from './builtIn.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/**
 * The JSON Schema of execution files, made from the field table: what hover and completion show. Whether a file is
 * right is decided by `checkExecutionFile`, which reads the same table and knows more than a schema can say.
 */
export const loadExecutionFileSchema = builtInSchema(() => {
  const properties: [string, Json][] = [];
  for (const field of [...settableFields('file'), ...launchKeys]) {
    for (const name of [field.name, ...field.aliases]) properties.push([name, fieldSchema(field)]);
  }
  return { title: 'Execution file', type: 'object', required: ['program'], additionalProperties: false, properties: Object.fromEntries(properties) };
});

function fieldSchema(field: Field): Json {
  const takes = field.type.kind === 'json' || field.type.kind === 'bool' ? '' : ` Takes ${describeType(field.type)}.`;
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
    case 'json':
    case 'structure':
      return {};
  }
}
