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
    readonly keybindings: readonly MenuItem[];
    readonly debuggers: readonly [{ readonly configurationAttributes: { readonly launch: { readonly properties: Readonly<Record<string, { readonly markdownDescription?: string; readonly description?: string }>> } } }];
    readonly viewsWelcome: readonly { readonly contents: string }[];
  };
}

/** What a launch says beside the fields of the execution. The configuration has a name of its own, so the execution’s has another. */
const launchOnlyNames = ['program', 'input', 'argument', 'mocks', 'stopOnEntry', 'execution_name'];

const root = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(text('package.json')) as Manifest;
const strings = new Map(Object.entries(JSON.parse(text('package.nls.json')) as Record<string, string>));
const { contributes } = manifest;
const declared = contributes.commands.map(({ command }) => command);

describe('the extension’s manifest', () => {
  it('has a text for each key, and no text without a use', () => {
    const used = [...text('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!);
    assert.deepEqual([...new Set(used)].sort(), [...strings.keys()].sort());
  });

  it('puts only its own commands into menus, keys and welcome texts', () => {
    const links = contributes.viewsWelcome.flatMap(({ contents }) => [...strings.get(contents.slice(1, -1))!.matchAll(/command:(stepthrough[\w.]+)/g)].map(([, command]) => command!));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    for (const command of [...used, ...links]) assert.ok(declared.includes(command), command);
  });

  it('puts every command of its own category into the palette, but those that need what a palette cannot give', () => {
    const hidden = contributes.menus['commandPalette']!.filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual(hidden.sort(), ['stepthrough.executions.loadMore', 'stepthrough.launch.pickInput', 'stepthrough.launch.pickProgram']);
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
