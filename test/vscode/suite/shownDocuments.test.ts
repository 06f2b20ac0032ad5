import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ShownDocuments } from '../../../src/editor/executions/shownDocuments.ts';
import { until } from './executions.ts';

describe('a document of what changes', () => {
  const scheme = 'stepthrough-test';
  const uri = vscode.Uri.from({ scheme, path: '/number.txt' });

  it('shows what has changed while it was opened, and later', async () => {
    let number = 1;
    const shown = new ShownDocuments(scheme);
    const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: shown.onDidChange,
      provideTextDocumentContent: (asked) => {
        shown.reads(asked);
        const text = `${number}`;
        if (number === 1) change();
        return text;
      },
    });
    const change = (): void => {
      number++;
      shown.change(({ path }) => path === uri.path);
    };
    const document = await vscode.workspace.openTextDocument(uri);
    await until(() => document.getText() === '2');
    change();
    await until(() => document.getText() === '3');
    assert.equal(number, 3);
    registration.dispose();
    shown.dispose();
  });
});
