import { launchKeys, settableFields, type Field } from '../execution/fields.ts';
import { webhookMethods } from '../execution/webhookFields.ts';
import { retentionKeys, scheduleKeys, singleUse, webhookKeys, workspaceKeys } from '../execution/workspaceFile.ts';
import { builtInSchema } from './builtIn.ts';
import { fieldProperties, type Json } from './executionSchema.ts';

/** The JSON Schema of `stepthrough.yaml`, made from the tables that its check reads: what hover and completion show. */
export const loadWorkspaceSchema = builtInSchema(() => {
  const launch = [...settableFields('file'), ...launchKeys].filter(({ name }) => !singleUse.has(name));
  const ofCalls = launch.filter(({ name }) => name !== 'input' && name !== 'input_value');
  const methods = { type: 'array', items: { enum: webhookMethods } };
  const parts: Readonly<Record<string, Json>> = {
    retention: map([], retentionKeys),
    schedules: { type: 'object', additionalProperties: map(['cron'], [...scheduleKeys, ...launch]) },
    webhooks: { type: 'object', additionalProperties: map([], [...webhookKeys, ...ofCalls], { methods }) },
  };
  const properties = Object.fromEntries(workspaceKeys.map((field): [string, Json] => [field.name, { ...Object.fromEntries(fieldProperties([field]))[field.name] as object, ...(parts[field.name] as object | undefined) }]));
  return { title: 'Stepthrough workspace', type: 'object', additionalProperties: false, properties };
});

function map(required: readonly string[], fields: readonly Field[], more: Readonly<Record<string, { readonly [key: string]: Json }>> = {}): { readonly [key: string]: Json } {
  const properties = Object.fromEntries(fieldProperties(fields).map(([name, schema]): [string, Json] => [name, { ...(schema as object), ...more[name] }]));
  return { type: 'object', required, additionalProperties: false, properties };
}
