import * as vscode from 'vscode';
import type { SchemaInfo } from '../../schema/model.ts';

/**
 * A schema's words as the editor shows them. They are somebody's text: nothing in it becomes a link, an image or
 * a command.
 */
export function schemaMarkdown(info: SchemaInfo, uriOf: (path: string) => vscode.Uri): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  const facts = [info.type, info.required ? vscode.l10n.t('required') : undefined, info.deprecated ? vscode.l10n.t('deprecated') : undefined, ...info.limits];
  if (info.title !== undefined) markdown.appendMarkdown(`**${plain(info.title)}**\n\n`);
  if (info.description !== undefined) markdown.appendMarkdown(`${plain(info.description)}\n\n`);
  const known = facts.filter((fact) => fact !== undefined);
  if (known.length > 0) markdown.appendMarkdown(`${plain(known.join(' · '))}\n\n`);
  list(markdown, vscode.l10n.t('One of'), info.values);
  if (info.default !== undefined) list(markdown, vscode.l10n.t('Default'), [info.default]);
  list(markdown, vscode.l10n.t('Examples'), info.examples);
  if (info.source) {
    const uri = uriOf(info.source.path).with({ fragment: `L${info.source.line}` });
    const name = info.source.path.slice(info.source.path.lastIndexOf('/') + 1);
    markdown.appendMarkdown(`[${plain(`${vscode.l10n.t('Schema')}: ${name}`)}](${uri.toString()})`);
  }
  return markdown;
}

/** Text with no character left that Markdown reads; unlike `appendText` its lines may still be wrapped. */
function plain(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().replaceAll(/[\\`*_{}[\]()#+\-.!<>|~&=:@/]/g, '\\$&'))
    .join('  \n');
}

const maxShown = 12;

function list(markdown: vscode.MarkdownString, label: string, values: readonly string[]): void {
  if (values.length === 0) return;
  const shown = values.slice(0, maxShown).map((value) => (value.length > 80 ? `${value.slice(0, 77)}…` : value));
  const more = values.length > maxShown ? ` ${vscode.l10n.t('and {0} more', values.length - maxShown)}` : '';
  markdown.appendMarkdown(`${plain(`${label}: ${shown.join(', ')}${more}`)}\n\n`);
}
