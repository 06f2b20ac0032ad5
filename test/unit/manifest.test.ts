import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/process.ts';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents?: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly keybindings?: readonly MenuEntry[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome?: readonly { readonly view: string; readonly when?: string; readonly contents: string }[];
    readonly debuggers: readonly { readonly variables?: Readonly<Record<string, string>> }[];
  };
}

const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const texts = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const source = globSync('src/**/*.ts', { cwd: root }).map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');

const { contributes } = manifest;
const commands = new Set(contributes.commands.map(({ command }) => command));
const palette = new Map((contributes.menus['commandPalette'] ?? []).map((entry) => [entry.command, entry.when]));
const menus = Object.entries(contributes.menus).filter(([name]) => name !== 'commandPalette').flatMap(([, entries]) => entries);
const whens = [...Object.values(contributes.menus).flat(), ...(contributes.keybindings ?? []), ...(contributes.viewsWelcome ?? [])].flatMap(({ when }) => when ?? []);

/** Every string of the manifest, wherever it stands. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

function all(pattern: RegExp, within: string): string[] {
  return [...new Set([...within.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

function missing(wanted: Iterable<string>, present: Iterable<string>): string[] {
  const have = new Set(present);
  return [...wanted].filter((one) => !have.has(one));
}

describe('the manifest', () => {
  it('contributes every command that a menu, key, debug variable or link names', () => {
    const named = [
      ...Object.values(contributes.menus).flat().flatMap(({ command }) => command ?? []),
      ...(contributes.keybindings ?? []).flatMap(({ command }) => command ?? []),
      ...contributes.debuggers.flatMap(({ variables }) => Object.values(variables ?? {})),
      ...all(/\(command:(stepthrough\.[\w.]+)/g, JSON.stringify(texts)),
      ...all(/command: '(stepthrough\.[\w.]+)'/g, source),
    ];
    assert.deepEqual(missing(named, commands), []);
  });

  it('names every command once, with one category for all', () => {
    assert.equal(commands.size, contributes.commands.length);
    assert.equal(new Set(contributes.commands.map(({ category }) => category)).size, 1);
    const shown = contributes.commands.map(({ title }) => texts[title.slice(1, -1)] ?? title);
    assert.equal(new Set(shown).size, shown.length, 'two commands would look the same in the palette');
  });

  it('offers in the palette what a menu offers', () => {
    const unreachable = menus.flatMap(({ command }) => command ?? []).filter((command) => palette.get(command) === 'false');
    assert.deepEqual(unreachable, []);
  });

  it('uses and has the same texts', () => {
    const used = new Set(strings(manifest).flatMap((one) => all(/^%([\w.-]+)%$/g, one)));
    assert.deepEqual({ unknown: missing(used, Object.keys(texts)), unused: missing(Object.keys(texts), used) }, { unknown: [], unused: [] });
  });

  it('uses and sets the same context keys', () => {
    const views = Object.values(contributes.views).flat().map(({ id }) => id);
    const used = whens.flatMap((when) => all(/\b(stepthrough\.[\w.]+)/g, when)).filter((key) => !views.includes(key));
    const set = all(/'setContext',\s*'(stepthrough\.[\w.]+)'/g, source);
    assert.deepEqual({ neverSet: missing(used, set), neverUsed: missing(set, used) }, { neverSet: [], neverUsed: [] });
  });

  it('places views and welcome texts where there is a container and a view', () => {
    const containers = Object.values(contributes.viewsContainers).flat().map(({ id }) => id);
    const views = Object.values(contributes.views).flat().map(({ id }) => id);
    const builtIn = ['explorer', 'scm', 'debug', 'test'];
    assert.deepEqual(missing(Object.keys(contributes.views), [...containers, ...builtIn]), []);
    assert.deepEqual(missing((contributes.viewsWelcome ?? []).map(({ view }) => view), views), []);
    assert.deepEqual(missing(whens.flatMap((when) => all(/\b(?:view|focusedView) == ([\w.]+)/g, when)), views), []);
  });

  it('names files that are there', () => {
    const files = strings(manifest).filter((one) => /^(\.\/)?(media|syntaxes|schemas|samples)\//.test(one));
    assert.ok(files.length > 0);
    assert.deepEqual(files.filter((file) => !existsSync(path.join(root, file))), []);
  });

  // Once VS Code is up it looks whether an earlier window left executions that have to go on.
  it('activates for its own files and sessions, and once VS Code is up', () => {
    const broad = (manifest.activationEvents ?? []).filter((event) => /^(\*|onDebug|onCommand:.*|onView:.*|onLanguage:.*|onFileSystem:file)$/.test(event));
    assert.deepEqual(broad, []);
  });

  it('asks for the VS Code whose types it is checked against', () => {
    assert.equal(manifest.engines.vscode.replace('^', ''), manifest.devDependencies['@types/vscode']);
  });
});
