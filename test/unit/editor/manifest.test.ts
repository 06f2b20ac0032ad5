import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { settableFields } from '../../../src/execution/fields.ts';
import { programKindOf } from '../../../src/editor/files.ts';

interface Command {
  readonly command: string;
  readonly category?: string;
}

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly debuggers: readonly [{ readonly configurationAttributes: { readonly launch: { readonly properties: Readonly<Record<string, { readonly markdownDescription?: string; readonly description?: string }>> } } }];
  };
}

/** What a launch says beside the fields of the execution. The configuration has a name of its own, so the execution’s has another. */
const launchOnlyNames = ['program', 'input', 'argument', 'mocks', 'stopOnEntry', 'execution_name'];

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(text('package.json')) as Manifest;
const strings = new Map(Object.entries(JSON.parse(text('package.nls.json')) as Record<string, string>));
const { contributes } = manifest;

describe('the manifest and the code', () => {
  it('puts every command of its own category into the palette, but those that need what a palette cannot give', () => {
    const hidden = contributes.menus['commandPalette']!.filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual(hidden.sort(), ['stepthrough.automation.copyCurl', 'stepthrough.automation.enable', 'stepthrough.automation.startNow', 'stepthrough.executions.loadMore', 'stepthrough.launch.pickInput', 'stepthrough.launch.pickProgram']);
    for (const { command, category } of contributes.commands) assert.equal(category, '%category%', command);
  });

  it('offers in a launch configuration the fields of the table, in its words', () => {
    const { properties } = contributes.debuggers[0].configurationAttributes.launch;
    const fields = settableFields('anywhere').filter(({ name }) => name !== 'name');
    assert.deepEqual(Object.keys(properties).filter((name) => !launchOnlyNames.includes(name)), fields.map(({ name }) => name));
    for (const { name, documentation } of fields) assert.equal(strings.get(properties[name]!.markdownDescription!.slice(1, -1)), documentation);
  });

  it('shows the run buttons on exactly the files that are programs by name', () => {
    const { when } = contributes.menus['editor/title/run']![0]!;
    const patterns = [...when!.matchAll(/resourceFilename =~ \/(.+?)\/i/g)].map(([, pattern]) => new RegExp(pattern!, 'i'));
    assert.equal(patterns.length, 2);
    for (const name of ['workflows.yaml', 'workflow.json', 'a.workflows.yml', 'a.workflow.yaml', 'A.WORKFLOWS.YAML', 'a.execution.yaml', 'a.execution.json', 'a.yaml', 'xworkflows.yaml', 'a.workflows.input.yaml', 'a.mocks.yaml', 'a.workflows.txt']) {
      assert.equal(patterns.some((pattern) => pattern.test(name)), programKindOf(name) !== undefined, name);
    }
  });
});
