export type RecordType =
  | 'execution' | 'flow' | 'connector' | 'setting' | 'file' | 'message' | 'schema' | 'schedule' | 'scheduler' | 'webhook' | 'wrapper'
  | 'project' | 'bundle' | 'user' | 'vault_config' | 'object_template' | 'custom_object';

/** Types whose records may come from files `<name>.<type>.yaml`. */
export const fileRecordTypes = ['flow', 'connector', 'setting', 'schema', 'schedule', 'scheduler', 'webhook', 'wrapper', 'project', 'bundle', 'vault_config', 'object_template', 'custom_object'] as const satisfies readonly RecordType[];

const suffix = new RegExp(String.raw`^(.+)\.(${fileRecordTypes.join('|')})\.(?:ya?ml|json)$`);

/** Which record a file name speaks of; undefined for other files. */
export function recordFile(file: string): { readonly type: RecordType; readonly name: string } | undefined {
  const [, name, type] = suffix.exec(file) ?? [];
  if (name === undefined || type === undefined) return undefined;
  // `order.input.schema.yaml` is the schema of a program's input, no record.
  if (type === 'schema' && /\.(input|output)$/.test(name)) return undefined;
  return { type: type as RecordType, name };
}
