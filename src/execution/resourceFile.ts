import { describe, entry, type DataNode, type MapNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { readScheduleRecord, readTemplateRecord, readWebhookRecord } from './automationRecord.ts';
import { checkFlowMetadata, metadataFields } from './flowMetadata.ts';
import { jsonOf } from './json.ts';
import { checkTable } from './options.ts';
import { commonFields, commonTable, recordKind } from './recordTypes.ts';
import type { ResourceDocument } from './resourceText.ts';
import { backoffParts, restBodies, restInputsByName } from './restInputs.ts';
import { slipOf } from './slip.ts';

/** Types of connectors that Cloudomation has (cloudomation 7); newer releases may have more. */
export const connectorTypes: readonly string[] = [
  'AWS', 'AZURE', 'AZUREAI', 'FTP', 'GIT', 'GOOGLE', 'IMAP', 'K8S', 'LDAP', 'MSTEAMS', 'MYSQL', 'OPENAI', 'PS', 'REDIS', 'REST', 'SCP', 'SMB', 'SMTP', 'SOAP',
  'SQLMSSQL', 'SQLORACLE', 'SQLPG', 'SSH', 'VAULT', 'WEBDAV', 'XMLRPC',
];

/**
 * What is wrong with one document of a resource file, as the engine will read it. Exports of a workspace have more
 * fields than are known here, so another one is a mistake only where all of them are known, or where it looks like a slip.
 */
export function checkResource({ type, map, node }: ResourceDocument): Problem[] {
  const takesFields = recordKind(type)?.content === undefined;
  if (takesFields && node.kind !== 'map' && !isNull(node)) return [problem('resource/wrong-type', `A ${type} is a map of fields; found ${describe(node)}.`, node)];
  const fields = map ?? (takesFields && node.kind === 'map' ? node : undefined);
  const problems = fields ? [...checkFields(type, fields), ...together(type, fields)].sort((left, right) => left.range.start - right.range.start) : [];
  if (type !== 'connector') return problems;
  const value = map ? entry(map, 'value')?.value : node;
  const connectorType = entry(map, 'connector_type')?.value;
  if (connectorType) problems.push(...checkConnectorType(connectorType));
  if (value && !isNull(value)) problems.push(...checkStoredInputs(value, connectorType));
  return problems;
}

/** What the fields of a record that acts say beside each one's type, which `checkFields` tells. */
function together(type: ResourceDocument['type'], map: MapNode): readonly Problem[] {
  const problems = type === 'schedule' ? readScheduleRecord(map).problems : type === 'webhook' ? readWebhookRecord(map).problems : type === 'object_template' ? readTemplateRecord(map).problems : [];
  return problems.filter(({ code }) => code.startsWith('resource/'));
}

function checkFields(type: ResourceDocument['type'], map: MapNode): Problem[] {
  const kind = recordKind(type)!;
  const isMetadata = metadataFields.every(({ name }) => kind.fields.includes(name));
  // Of an entry that stands there without a value nothing is said: it is not given.
  const given = map.entries.filter(({ value }) => !isNull(value));
  const ofMetadata = isMetadata ? checkFlowMetadata({ ...map, entries: given.filter(({ key }) => key !== 'script' && !commonFields.includes(key)) }).problems : [];
  const table = [...kind.table.filter((field) => !(isMetadata && metadataFields.includes(field))), ...commonTable];
  const known = given.filter(({ key }) => table.some(({ name }) => name === key));
  const { problems } = checkTable({ ...map, entries: known }, table, `a ${type}`);
  const others = isMetadata ? [] : map.entries.filter(({ key }) => !kind.fields.includes(key) && !commonFields.includes(key));
  const unknown = others.flatMap(({ key, keyNode }): Problem[] => {
    const { hint, meant, fixes } = slipOf(key, keyNode, [...kind.fields, ...commonTable.map(({ name }) => name)], `; its own are ${kind.fields.join(', ')}.`);
    if (meant === undefined && !kind.complete) return [];
    return [{ code: 'resource/unknown-field', severity: 'warning', message: `${JSON.stringify(key)} is no field of a ${type}${hint}`, range: keyNode.range, fixes }];
  });
  return [...problems, ...ofMetadata, ...unknown];
}

function checkConnectorType(node: DataNode): Problem[] {
  const written = textOf(node);
  if (written === undefined || connectorTypes.includes(written.toUpperCase())) return [];
  const { hint, fixes } = slipOf(written, node, connectorTypes, `; there are ${connectorTypes.join(', ')}.`);
  return [{ code: 'connector/unknown-type', severity: 'warning', message: `${JSON.stringify(written)} is no type of connector that is known here${hint}`, range: node.range, fixes }];
}

/** What is stored: a call adds the rest, so nothing is missing. */
function checkStoredInputs(value: DataNode, connectorType: DataNode | undefined): Problem[] {
  if (value.kind !== 'map') return [problem('connector/wrong-type', `The value of a connector is a map of inputs; found ${describe(value)}.`, value)];
  return textOf(connectorType)?.toUpperCase() === 'REST' ? checkRest(value) : [];
}

function checkRest(value: MapNode): Problem[] {
  const problems: Problem[] = [];
  for (const { key, keyNode, value: given } of value.entries) {
    const input = restInputsByName.get(key);
    if (!input) {
      const { hint, fixes } = slipOf(key, keyNode, restInputsByName.keys(), `; there are ${[...restInputsByName.keys()].join(', ')}.`);
      problems.push({ ...problem('connector/unknown-input', `A REST connection has no input ${JSON.stringify(key)}${hint}`, keyNode), fixes });
    } else if (!isNull(given)) {
      const expected = input.expected(JSON.parse(jsonOf(given)));
      if (expected !== undefined) problems.push(wrongInput(key, given, expected));
    }
  }
  const written = value.entries.filter(({ value: given }) => !isNull(given));
  const [, second] = written.filter(({ key }) => restBodies.includes(key));
  if (second) problems.push(problem('connector/two-bodies', `A REST connection has one body: give one of ${restBodies.join(', ')}.`, second.keyNode));
  const hostname = written.find(({ key }) => key === 'hostname');
  if (hostname && written.some(({ key }) => key === 'url')) {
    problems.push({ code: 'connector/two-addresses', severity: 'warning', message: 'hostname is not used where there is url: give one of them.', range: hostname.keyNode.range });
  }
  problems.push(...checkBackoff(entry(value, 'retry_backoff')?.value));
  return problems.sort((left, right) => left.range.start - right.range.start);
}

function wrongInput(key: string, given: DataNode, expected: string): Problem {
  const text = jsonOf(given);
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  const [, words] = /^one of (.*)$/.exec(expected) ?? [];
  const fixes = words === undefined ? [] : slipOf(textOf(given) ?? '', given, words.split(', ')).fixes;
  return { ...problem('connector/wrong-input', `${key} is ${expected}; got ${shown}.`, given), fixes };
}

function checkBackoff(node: DataNode | undefined): Problem[] {
  if (node?.kind !== 'map') return [];
  return node.entries.flatMap(({ key, keyNode, value }): Problem[] => {
    if (!(backoffParts as readonly string[]).includes(key)) {
      const { hint, fixes } = slipOf(key, keyNode, backoffParts);
      return [{ ...problem('connector/unknown-input', `retry_backoff has ${backoffParts.join(', ')}; got ${JSON.stringify(key)}${hint}`, keyNode), fixes }];
    }
    const number = value.kind === 'scalar' && (typeof value.value === 'bigint' || typeof value.value === 'number') ? Number(value.value) : Number.NaN;
    return number >= 0 ? [] : [problem('connector/wrong-input', `retry_backoff.${key} is a number of at least 0; found ${describe(value)}.`, value)];
  });
}

function textOf(node: DataNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function isNull(node: DataNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function problem(code: string, message: string, { range }: DataNode): Problem {
  return { code, severity: 'error', message, range };
}
