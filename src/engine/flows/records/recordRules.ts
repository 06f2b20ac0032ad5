import { readScheduleRecord, readTemplateRecord, readWebhookRecord } from '../../../execution/automationRecord.ts';
import type { JsonText } from '../../../execution/record.ts';
import type { RecordType } from '../../../execution/recordFiles.ts';
import type { MapNode } from '../../../source/data.ts';
import { parseSource } from '../../../source/parse.ts';
import type { Problem } from '../../../source/problem.ts';

type Rule = (fields: MapNode) => { readonly problems: readonly Problem[] };

/** Records that act: what is wrong with them is said when they are saved, not when they should act. */
const rules: ReadonlyMap<RecordType, Rule> = new Map<RecordType, Rule>([
  ['schedule', readScheduleRecord],
  ['webhook', readWebhookRecord],
  ['object_template', readTemplateRecord],
]);

/** Why a record cannot have these fields, as a sentence; undefined where it can. */
export function ruleProblem(type: RecordType, text: JsonText): string | undefined {
  const rule = rules.get(type);
  return rule?.(fieldsNode(text)).problems.find(({ severity }) => severity === 'error')?.message;
}

/** A record's fields as a tree. */
export function fieldsNode(text: JsonText): MapNode {
  const { root } = parseSource(text, 'json');
  return root?.kind === 'map' ? root : { kind: 'map', range: { start: 0, end: 0 }, entries: [], flow: false };
}
