import * as vscode from 'vscode';
import { readFlow, referenceNamed, type FlowReference } from '../../flow/language/flow.ts';
import { EditorFiles } from '../inputs/files.ts';
import type { Programs } from '../programs.ts';
import type { FlowNames, WorkspaceRecord } from './names.ts';

/** From a name in a string to what it stands for: a flow's handler, a connector's or setting's file. */
export class NameDefinition implements vscode.DefinitionProvider {
  readonly #programs: Programs;
  readonly #names: FlowNames;

  constructor(programs: Programs, names: FlowNames) {
    this.#programs = programs;
    this.#names = names;
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.LocationLink[]> {
    const found = await recordAt(this.#programs, this.#names, document, position);
    if (!found) return [];
    const { uri } = found.record;
    const target = new vscode.Range(...(await placeIn(uri)));
    return [{ originSelectionRange: found.range, targetUri: uri, targetRange: target }];
  }
}

/** What a name in a string stands for. */
export class NameHover implements vscode.HoverProvider {
  readonly #programs: Programs;
  readonly #names: FlowNames;

  constructor(programs: Programs, names: FlowNames) {
    this.#programs = programs;
    this.#names = names;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const found = await recordAt(this.#programs, this.#names, document, position);
    if (!found) return undefined;
    const { record, reference, range } = found;
    const text = new vscode.MarkdownString();
    text.appendText([`${reference.type} ${reference.name}`, record.connectorType].filter((part) => part !== undefined).join(' · '));
    if (record.description !== undefined) text.appendMarkdown('\n\n').appendText(record.description);
    text.appendMarkdown('\n\n').appendText(vscode.workspace.asRelativePath(record.uri));
    return new vscode.Hover(text, range);
  }
}

interface Found {
  readonly reference: FlowReference;
  readonly record: WorkspaceRecord;
  readonly range: vscode.Range;
}

async function recordAt(programs: Programs, names: FlowNames, document: vscode.TextDocument, position: vscode.Position): Promise<Found | undefined> {
  if (programs.kindOf(document) !== 'flow') return undefined;
  const reference = referenceNamed(readFlow(document.getText()), document.offsetAt(position));
  const record = reference && (await names.find(reference.type, reference.name, document.uri));
  return record && { reference, record, range: new vscode.Range(document.positionAt(reference.range.start), document.positionAt(reference.range.end)) };
}

/** The handler of a flow; the beginning of any other file. */
export async function placeIn(uri: vscode.Uri): Promise<[vscode.Position, vscode.Position]> {
  const start = new vscode.Position(0, 0);
  if (!uri.path.endsWith('.py')) return [start, start];
  const text = (await new EditorFiles(uri).readText(uri.path)) ?? '';
  const handler = readFlow(text).handler?.nameRange;
  if (!handler) return [start, start];
  const lines = text.slice(0, handler.start).split('\n');
  const line = lines.length - 1;
  const column = lines[line]!.length;
  return [new vscode.Position(line, column), new vscode.Position(line, column + handler.end - handler.start)];
}
