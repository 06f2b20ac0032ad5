import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[]; readonly views: Readonly<Record<string, readonly { readonly id: string }[]>> };
}

describe('activation', () => {
  const extension = vscode.extensions.getExtension('stepthrough.stepthrough');
  assert.ok(extension, 'VS Code knows the extension');
  const { contributes } = extension.packageJSON as Manifest;

  before(() => extension.activate());

  it('succeeds in the extension host', () => {
    assert.equal(extension.isActive, true);
  });

  it('registers the contributed commands and no others', async () => {
    // VS Code itself adds commands to every view, such as VIEW.focus.
    const views = Object.values(contributes.views).flat().map(({ id }) => id);
    const ofViews = new Set(views.flatMap((view) => ['focus', 'open', 'removeView', 'resetViewLocation', 'toggleVisibility'].map((verb) => `${view}.${verb}`)));
    const registered = (await vscode.commands.getCommands(true)).filter((command) => command.startsWith('stepthrough.') && !ofViews.has(command));
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
  });
});
