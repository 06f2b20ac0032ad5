import * as vscode from 'vscode';
import { schemaReference } from '../../schema/lookup.ts';
import type { CheckedDocument } from './checkedDocuments.ts';

/**
 * Whether another extension completes and explains the same document from the same schema: the built-in JSON support
 * where a file names its `$schema`, and YAML support where its comment does. Then only one of us should speak.
 */
export function isServedElsewhere(checked: CheckedDocument): boolean {
  const reference = checked.origin === '$schema' ? schemaReference(checked.source) : undefined;
  if (!reference) return false;
  if (checked.format === 'json') return vscode.extensions.getExtension('vscode.json-language-features') !== undefined;
  return reference.node === undefined && vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}
