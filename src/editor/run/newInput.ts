import * as vscode from 'vscode';
import { inputKeys } from '../../flow/language/inputKeys.ts';
import { fileRole, programNames } from '../../schema/association.ts';
import { loadSchema } from '../../schema/compile.ts';
import { SchemaLookup } from '../../schema/lookup.ts';
import { newInputText } from '../../schema/newInput.ts';
import type { DataNode, ScalarNode } from '../../source/data.ts';
import { formatOf, parseSource, type SourceFormat } from '../../source/parse.ts';
import type { Range } from '../../source/text.ts';
import { inferSchema } from '../../workflow/inferInput.ts';
import type { App } from '../app.ts';
import { baseName } from '../files.ts';
import { programOf } from './commands.ts';
import { editorFiles, readText } from './texts.ts';

/**
 * *Create Input File…*: what the program's input schema asks for, or else the keys that its text reads, in a file
 * beside it, ready to be filled in. Returns the file; undefined where the user went away.
 */
export async function createInputFile(app: App, target: unknown): Promise<vscode.Uri | undefined> {
  const program = await programOf(app, target);
  if (program === undefined) return undefined;
  if (program.startsWith('untitled:')) throw new Error(vscode.l10n.t('Save the program first: its input files stand beside it.'));
  if (fileRole(baseName(program))?.kind === 'execution') throw new Error(vscode.l10n.t('{0} says its input itself, in input or input_value. Create the input file of the program that it names.', baseName(program)));
  const uri = await newFile(program);
  if (!uri) return undefined;
  const format = formatOf(uri.path);
  const text = await inputText(program, format);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const editor = await vscode.window.showTextDocument(uri);
  const value = firstValue(text, format);
  if (value) editor.selection = new vscode.Selection(editor.document.positionAt(value.start), editor.document.positionAt(value.end));
  return uri;
}

/** JSON beside a program in JSON, else YAML. Where there is a plain input file already, another case is asked for. */
async function newFile(program: string): Promise<vscode.Uri | undefined> {
  const names = programNames(baseName(program));
  const name = names.at(-1) ?? baseName(program);
  const ending = program.toLowerCase().endsWith('.json') ? 'json' : 'yaml';
  const folder = vscode.Uri.joinPath(vscode.Uri.file(program), '..');
  const present = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([file]) => file));
  const taken = (stem: string): string | undefined => names.flatMap((own) => ['json', 'yaml', 'yml'].map((other) => `${own}${stem}.input.${other}`)).find((file) => present.has(file));
  const plain = taken('');
  if (plain === undefined) return vscode.Uri.joinPath(folder, `${name}.input.${ending}`);
  const found = await vscode.window.showInputBox({
    title: vscode.l10n.t('Create Input File'),
    prompt: vscode.l10n.t('{0} is there already. The name of another case', plain),
    placeHolder: 'large',
    validateInput: (text) => {
      const stem = text.trim();
      if (!/^[\w -]+$/.test(stem)) return stem === '' ? vscode.l10n.t('Type the name of a case, such as {0}.', 'large') : vscode.l10n.t('The name becomes part of a file name: letters, digits, blanks, _ and -.');
      const other = taken(`.${stem}`);
      return other === undefined ? undefined : vscode.l10n.t('There is already a file {0}.', other);
    },
  });
  return found === undefined ? undefined : vscode.Uri.joinPath(folder, `${name}.${found.trim()}.input.${ending}`);
}

async function inputText(program: string, format: SourceFormat): Promise<string> {
  const { schema, origin } = await new SchemaLookup(editorFiles, inferSchema).ofProgram(program, 'input');
  if (schema) return newInputText(schema.root, format, origin === 'inferred' ? 'all' : 'defaults');
  const keys = program.endsWith('.py') ? inputKeys((await readText(program)) ?? '') : [];
  const read = await loadSchema(editorFiles, '', parseSource(JSON.stringify({ properties: Object.fromEntries(keys.map((key) => [key, {}])) }), 'json'));
  return newInputText(read.root, format, 'all');
}

/** The first value, which somebody would type over: of a text what is between its quotes. */
function firstValue(text: string, format: SourceFormat): Range | undefined {
  const scalar = firstScalar(parseSource(text, format).root);
  if (!scalar) return undefined;
  const { start, end } = scalar.range;
  return text[start] === '"' ? { start: start + 1, end: end - 1 } : scalar.range;
}

function firstScalar(node: DataNode | undefined): ScalarNode | undefined {
  if (!node || node.kind === 'scalar') return node;
  const parts = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  for (const part of parts) {
    const found = firstScalar(part);
    if (found) return found;
  }
  return undefined;
}
