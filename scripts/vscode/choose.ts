/** What VS Code the extension tests run in. */
export type HostChoice =
  /** VS Code's server build and a headless browser: works without a display. */
  | { readonly kind: 'server' }
  /** The desktop VS Code: an installed one, or the one that @vscode/test-electron downloads. */
  | { readonly kind: 'electron'; readonly executable?: string; readonly asked: boolean };

/** STEPTHROUGH_VSCODE = `server`, `electron` or an installed VS Code's path decides; otherwise a desktop gets electron, anything else the server. */
export function chooseHost(): HostChoice {
  const asked = process.env['STEPTHROUGH_VSCODE'];
  if (asked === 'server') return { kind: 'server' };
  if (asked === 'electron') return { kind: 'electron', asked: true };
  if (asked !== undefined && asked !== '') return { kind: 'electron', executable: asked, asked: true };
  return hasDisplay() && process.env['CI'] === undefined ? { kind: 'electron', asked: false } : { kind: 'server' };
}

/** Whether a window can be shown. */
export function hasDisplay(): boolean {
  if (process.platform === 'win32') return true;
  if (process.platform === 'darwin') return process.env['SSH_CONNECTION'] === undefined;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}
