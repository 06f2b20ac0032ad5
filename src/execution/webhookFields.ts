import type { Problem } from '../source/problem.ts';
import { field, startInFile, type Field } from './fields.ts';
import type { CheckedField } from './options.ts';

export const webhookMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** The keys that say who may call, and what is answered; of `stepthrough.yaml` and of records alike. */
export const webhookTable: readonly Field[] = [
  field('key', { kind: 'string', minLength: 1, maxLength: 256 }, startInFile, 'A secret that calls must have: as the query parameter `key` or as the header `X-Webhook-Key`. Without it any call of this machine will do.'),
  field('methods', { kind: 'names' }, startInFile, 'The HTTP methods that may be used: GET, POST, PUT, PATCH, DELETE, HEAD. Without it all of them.'),
  field('synchronous', { kind: 'bool' }, startInFile, 'True (the usual) answers with the result when the execution has ended, false at once with its id. A call with `?async=1` never waits.'),
];

/** Which calls are taken, and whether they wait for the result. */
export interface CallRule {
  readonly key: string | undefined;
  readonly methods: readonly string[];
  readonly synchronous: boolean;
}

export interface WebhookRule extends CallRule {
  readonly name: string;
  readonly enabled: boolean;
}

/** Reads `key`, `methods` and `synchronous`. The rule is undefined where they are not right. */
export function readCallRule(values: ReadonlyMap<string, CheckedField>, area: 'workspace' | 'resource'): { readonly rule: CallRule | undefined; readonly problem: Problem | undefined } {
  const given = values.get('methods');
  const methods = (given?.value as readonly string[] | undefined) ?? webhookMethods;
  const unknown = methods.find((name) => !(webhookMethods as readonly string[]).includes(name));
  if (given && unknown !== undefined) {
    const message = `methods takes ${webhookMethods.join(', ')}; got ${JSON.stringify(unknown)}.`;
    return { rule: undefined, problem: { code: `${area}/method`, severity: 'error', message, range: given.entry.value.range } };
  }
  return { rule: { key: values.get('key')?.value as string | undefined, methods, synchronous: values.get('synchronous')?.value !== false }, problem: undefined };
}
