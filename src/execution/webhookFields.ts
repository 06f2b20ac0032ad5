import type { Problem } from '../source/problem.ts';
import { field, startInFile, type Field } from './fields.ts';
import type { CheckedField } from './options.ts';

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** The keys that say who may call, and what is answered; of `stepthrough.yaml` and of records alike. */
export const webhookTable: readonly Field[] = [
  field('key', { kind: 'string', minLength: 1, maxLength: 256 }, startInFile, 'A secret that calls must have: as the query parameter `key` or as the header `X-Webhook-Key`. Without it any call of this machine will do.'),
  field('methods', { kind: 'names' }, startInFile, 'The HTTP methods that may be used: GET, POST, PUT, PATCH, DELETE, HEAD. Without it all of them.'),
  field('synchronous', { kind: 'bool' }, startInFile, 'True (the usual) answers with the result when the execution has ended, false at once with its id. A call with `?async=1` never waits.'),
];

/** What calls a webhook takes. */
export interface WebhookRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly key: string | undefined;
  readonly methods: readonly string[];
  readonly synchronous: boolean;
}

/** Reads `key`, `methods` and `synchronous`. The rule is undefined where they are not right. */
export function readWebhookRule(values: ReadonlyMap<string, CheckedField>, area: 'workspace' | 'resource'): { readonly rule: Pick<WebhookRule, 'key' | 'methods' | 'synchronous'> | undefined; readonly problem: Problem | undefined } {
  const given = values.get('methods');
  const methods = (given?.value as readonly string[] | undefined) ?? httpMethods;
  const unknown = methods.find((name) => !(httpMethods as readonly string[]).includes(name));
  if (given && unknown !== undefined) {
    const message = `methods takes ${httpMethods.join(', ')}; got ${JSON.stringify(unknown)}.`;
    return { rule: undefined, problem: { code: `${area}/method`, severity: 'error', message, range: given.entry.value.range } };
  }
  return { rule: { key: values.get('key')?.value as string | undefined, methods, synchronous: values.get('synchronous')?.value !== false }, problem: undefined };
}
