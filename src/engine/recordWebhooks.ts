import { readWebhookRecord } from '../execution/automationRecord.ts';
import type { StartRequest } from '../execution/launch.ts';
import type { JsonText } from '../execution/record.ts';
import type { WebhookRule } from '../execution/webhookFields.ts';
import { FlowError } from './flows/calls.ts';
import { startOfFlow } from './flows/records/flowOfRecord.ts';
import { fieldsNode } from './flows/records/recordRules.ts';
import type { Records } from './flows/records/records.ts';

/** A webhook among the records of flows. */
export interface RecordWebhook {
  readonly rule: WebhookRule;
  /** Rejects with `FlowError`. */
  request(input: JsonText): Promise<StartRequest>;
}

/** The webhook of a name as it is now. One that is not right is not enabled. Throws `FlowError` where its file cannot be used, and `StoreError`. */
export function recordWebhook(records: Records, name: string): RecordWebhook | undefined {
  const record = records.find({ type: 'webhook', select: name, by: 'name', allow_normal: true, allow_deleted: false }, '');
  if (!record) return undefined;
  const { rule, flow, enabled, isProductive, problems } = readWebhookRecord(fieldsNode(record.text));
  const isRight = !problems.some(({ severity }) => severity === 'error');
  return {
    rule: { key: undefined, methods: [], synchronous: true, ...rule, name, enabled: enabled && isRight },
    request: async (input) => {
      if (!flow) throw new FlowError('InvalidInputError', `The webhook ${name} names no flow: give flow_name.`);
      return startOfFlow(records, { place: record.place, flow, input, options: { is_productive: isProductive }, origin: { webhook_id: record.id } });
    },
  };
}

/** What is not right with webhooks that are enabled. */
export function recordWebhookProblems(records: Records): string[] {
  const found = records.list('webhook', '').flatMap(({ name, text }) => {
    const { enabled, problems } = readWebhookRecord(fieldsNode(text));
    return enabled && problems[0] ? [`The webhook ${name} is not right: ${problems[0].message}`] : [];
  });
  return [...records.fileErrors('webhook'), ...found];
}
