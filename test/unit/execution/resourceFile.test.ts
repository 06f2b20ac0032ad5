import assert from 'node:assert/strict';
import type { RecordType } from '../../../src/execution/recordFiles.ts';
import { checkResource } from '../../../src/execution/resourceFile.ts';
import { parseResource, resourceDocument } from '../../../src/execution/resourceText.ts';
import { parseDocuments } from '../../../src/source/documents.ts';

function check(type: RecordType, text: string): string[] {
  return parseDocuments(text, 'yaml').flatMap(({ root, problems }) => [...problems, ...(root ? checkResource(resourceDocument(root, type)) : [])]).map(({ code, range }) => `${code} <${text.slice(range.start, range.end)}>`);
}

describe('a resource file', () => {
  const rest = (value: string): string => `connector_type: REST\nvalue: {${value}}\n`;
  for (const [name, type, text, expected] of [
    ['may hold the content itself', 'setting', 'most: 25\n', []],
    ['may hold its fields', 'setting', 'value: {most: 25}\nis_secret: false\ndescription: How much\n', []],
    ['may hold its type, as exports have it', 'setting', 'setting:\n  name: limit\n  value: 1\n  modified_at: 2020-01-01\n', []],
    ['may be empty', 'setting', '# nothing yet\n', []],
    ['tells fields that a setting does not have', 'setting', 'value: 1\nvalues: 2\nunit: kg\n', ['resource/unknown-field <values>', 'resource/unknown-field <unit>']],
    ['tells a value of the wrong type', 'setting', 'value: 1\nis_secret: maybe\n', ['execution/wrong-type <maybe>']],
    ['is checked document by document', 'setting', 'value: 1\n---\nvalue: 1\nvaluee: 2\n--- # third\nsetting: {value: 1, is_secret: 5}\n', ['resource/unknown-field <valuee>', 'execution/wrong-type <5>']],
    ['leaves alone what more an export has', 'connector', 'connector_type: SSH\nvalue: {host: x}\nschema_version: 3\n', []],
    ['tells a slip', 'connector', 'conector_type: REST\nvalue: {}\n', ['resource/unknown-field <conector_type>']],
    ['tells an unknown type of connector', 'connector', 'connector_type: RST\n', ['connector/unknown-type <RST>']],
    ['takes a type in small letters', 'connector', 'connector_type: rest\nvalue: {url: https://example.com}\n', []],
    ['needs no inputs of REST', 'connector', rest('method: POST'), []],
    ['takes every input of REST', 'connector', rest('hostname: x, port: 8080, base_path: /v1, headers: {a: 1}, expected_status_code: [200], verify_ssl: false, read_timeout: 1.5, retry_backoff: {initial: 2}'), []],
    ['takes null for not given', 'connector', rest('url: null, retry_backoff: null'), []],
    ['tells unknown inputs of REST', 'connector', rest('ur: x, colour: red'), ['connector/unknown-input <ur>', 'connector/unknown-input <colour>']],
    ['tells wrong inputs of REST', 'connector', rest('port: "80", method: GTE, verify_ssl: no way, expected_status_code: [2]'), ['connector/wrong-input <"80">', 'connector/wrong-input <GTE>', 'connector/wrong-input <no way>', 'connector/wrong-input <[2]>']],
    ['tells two addresses and two bodies', 'connector', rest('url: https://example.com, hostname: x, json: 1, data: 2'), ['connector/two-addresses <hostname>', 'connector/two-bodies <data>']],
    ['tells wrong parts of a backoff', 'connector', rest('retry_backoff: {inital: 1, maximum: x}'), ['connector/unknown-input <inital>', 'connector/wrong-input <x>']],
    ['does not know the inputs of other types', 'connector', 'connector_type: SQLPG\nvalue: {anything: 1}\n', []],
    ['has a map of inputs', 'connector', 'connector_type: SSH\nvalue: [1]\n', ['connector/wrong-type <[1]>']],
    ['of a schedule says whether it is enabled', 'schedule', 'flow_name: ship\nis_enabled: yes please\n', ['execution/wrong-type <yes please>']],
    ['of a schedule may refer to a flow by its fields', 'schedule', 'flow_id:\n  name: ship\n', []],
    ['of a webhook names one flow', 'webhook', 'flow_name: [a, b]\nkey: secret\n', ['execution/wrong-type <[a, b]>']],
    ['of a schedule has a cron pattern and its time zone', 'schedule', 'flow_name: ship\ncron: "0 9 * * *"\ntime_zone: Europe/Vienna\nmissed: once\n', []],
    ['of a schedule tells a bad pattern', 'schedule', 'schedule:\n  flow_name: ship\n  cron: every day\n', ['resource/cron <every day>']],
    ['of a schedule tells a pattern that never comes', 'schedule', 'flow_name: ship\ncron: 0 0 30 2 *\n', ['resource/cron <0 0 30 2 *>']],
    ['of a schedule tells an unknown time zone', 'schedule', 'flow_name: ship\ncron: 0 9 * * *\ntime_zone: Europe/Wien\n', ['resource/time-zone <Europe/Wien>']],
    ['of a schedule has one thing that says when', 'schedule', 'flow_name: ship\ncron: 0 9 * * *\nscheduler_name: daily\n', ['resource/two-schedulers <cron>']],
    ['of a schedule that is enabled starts something', 'schedule', 'flow_name: ship\nis_enabled: true\n', ['resource/starts-nothing <is_enabled>']],
    ['of a schedule that is enabled by a pattern names a flow', 'schedule', 'cron: 0 9 * * *\nis_enabled: true\n', ['resource/starts-nothing <is_enabled>']],
    ['of a webhook has methods of HTTP', 'webhook', 'flow_name: ship\nmethods: [GET, FETCH]\nis_enabled: true\n', ['resource/method <[GET, FETCH]>']],
    ['of a webhook that is enabled starts something', 'webhook', 'key: secret\nis_enabled: true\n', ['resource/starts-nothing <is_enabled>']],
    ['of an object template names the flows of its hooks', 'object_template', 'on_create: greet\non_update: [{flow_name: tell}, {flow_id: {name: note}}]\non_delete: null\n', []],
    ['of an object template tells a hook that is no flow', 'object_template', 'on_create: 5\non_update: [tell, {}]\n', ['resource/hook <5>', 'resource/hook <{}>']],
    ['of a wrapper has what executions of flows take', 'wrapper', 'priority: high\nmax_runtime_minuts: 5\n', ['execution/wrong-type <high>', 'flow/unknown-field <max_runtime_minuts>']],
    ['of a flow is a map', 'flow', '- a\n', ['resource/wrong-type <- a>']],
    ['tells what is no YAML, at its place', 'setting', 'value: 1\n---\nvalue: [1\n', ['yaml/bad-indent <>']],
  ] as const) {
    it(name, () => assert.deepEqual(check(type, text).map((found) => found.replace(/\n>$/, '>')), expected));
  }

  it('has a fix for what was likely meant, in the quotes that were used', () => {
    const text = '{"connector_type": "RESTT", "value": {"metod": "get"}}';
    const fixes = checkResource(resourceDocument(parseDocuments(text, 'json')[0]!.root!, 'connector')).flatMap(({ fixes: found }) => found?.flatMap(({ edits }) => edits.map(({ newText }) => newText)) ?? []);
    assert.deepEqual(fixes, ['"REST"']);
    const known = text.replace('RESTT', 'REST');
    assert.deepEqual(checkResource(resourceDocument(parseDocuments(known, 'json')[0]!.root!, 'connector'))[0]?.fixes?.[0]?.edits[0]?.newText, '"method"');
  });

  it('is read by the engine in the same documents', () => {
    const { documents } = parseResource('value: 1\n---\nsetting: {name: other, value: 2}\n', 'first.setting.yaml', 'setting');
    assert.deepEqual(documents.map(({ type, name, fields }) => [type, name, fields]), [['setting', undefined, '{"value":1}'], ['setting', 'other', '{"name":"other","value":2}']]);
    assert.equal(parseResource('a: 1\n---\nb: [1\n', 'x.setting.yaml', 'setting').error?.startsWith('line 4:'), true);
  });

  it('with very many documents is refused, not read to its end', () => {
    const found = parseDocuments('---\na: 1\n'.repeat(5000), 'yaml');
    assert.equal(found.length, 1001);
    assert.equal(found.at(-1)!.problems[0]!.code, 'source/too-many-documents');
  });
});
