import * as vscode from 'vscode';
import type { StartRequest } from '../../execution/launch.ts';
import { shortName } from '../files.ts';

/** A productive run is meant for the real world, so one that begins in an editor is asked about first. */
export async function confirmProductive(request: StartRequest): Promise<boolean> {
  if (!request.options.is_productive) return true;
  const run = vscode.l10n.t('Run Productively');
  const detail = vscode.l10n.t('It says is_productive: true. It will not stop at breakpoints, and its calls are really made unless a mock answers them.');
  return (await vscode.window.showWarningMessage(vscode.l10n.t('Start {0} as a productive execution?', shortName(request.program)), { modal: true, detail }, run)) === run;
}
