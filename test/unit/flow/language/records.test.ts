import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ResourceFiles } from '../../../../src/engine/flows/records/resourceFiles.ts';
import { fileRecordTypes } from '../../../../src/execution/recordFiles.ts';
import { mayHaveRecords, recordsIn } from '../../../../src/flow/language/records.ts';
import { temporaryFolder } from '../../engine/temporary.ts';

const flow = 'import flow_api\n\ndef handler(system, this, inputs):\n    pass\n';

const files: Readonly<Record<string, string>> = {
  'ship.py': flow,
  'plain.py': 'def handler(event, context):\n    pass\n',
  'own names.py': flow.replace('system, this, inputs', 's, t, i'),
  'module.py': 'x = 1\n',
  'described.py': flow,
  'described.flow.yaml': 'flow:\n  name: renamed\n  description: Has another name\n',
  'audit.wrapper.yaml': 'priority: 2\n',
  'audit.py': flow,
  'shipping limit.setting.yaml': 'value: {most: 25}\n',
  'several.setting.yaml': 'value: 1\n---\nsetting: {name: second, value: 2}\n---\nsetting:\n  name: third\n  value: 3\n',
  'broken.setting.yaml': 'value: [1\n',
  'content.setting.json': '{"a": 1}',
  'cloudomation-resources/carrier.connector.yaml': 'connector: {name: carrier, connector_type: REST, description: Books}\n',
  'bundles/tools/tools.connector.yml': 'connector_type: SSH\n',
  'address.schema.yaml': 'type: object\nproperties: {name: {type: string}}\n',
  'ship.input.schema.yaml': 'type: object\n',
  'nightly.schedule.yaml': 'flow_name: ship\n',
  'orders.webhook.yaml': 'webhook: {flow_name: ship}\n',
  'note.txt': 'x',
  'order.mocks.yaml': '- {connector: carrier, result: 1}\n',
};

describe('records that files describe', () => {
  const folder = temporaryFolder();

  it('are the same in the editor as those that the engine finds, with their files', async () => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder(), name)), { recursive: true });
      writeFileSync(join(folder(), name), text);
    }
    const resources = new ResourceFiles(() => [folder()]);
    await resources.refresh(join(folder(), 'ship.py'));
    const found = fileRecordTypes.flatMap((type) => resources.list(type, join(folder(), 'ship.py')).map(({ name, place }) => ({ type, name, place })));
    const read = recordsIn(Object.entries(files).filter(([name]) => mayHaveRecords(name)).map(([name, text]) => ({ path: join(folder(), name), text })));
    const shown = ({ type, name }: { readonly type: string; readonly name: string }): string => `${type} ${name}`;
    assert.deepEqual(read.map(shown).sort(), found.map(shown).sort());
    assert.deepEqual(read.filter(({ type }) => type === 'flow').map(({ name, path }) => `${name} ${path.slice(folder().length + 1)}`).sort(), ['own names own names.py', 'renamed described.py', 'ship ship.py']);
  });

  it('say what they are for', () => {
    const [connector] = recordsIn([{ path: '/w/x/carrier.connector.yaml', text: files['cloudomation-resources/carrier.connector.yaml']! }]);
    assert.deepEqual(connector, { type: 'connector', name: 'carrier', path: '/w/x/carrier.connector.yaml', description: 'Books', connectorType: 'REST' });
    const [windows] = recordsIn([{ path: 'C:\\w\\limit.setting.yaml', text: 'description: content\nvalue: 1\n' }]);
    assert.equal(windows?.name, 'limit');
  });
});
