import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ConsoleMessage, Page } from 'playwright-core';
import { reportVariable, writeEvent } from '../../scripts/testing/report.ts';
import { cache } from '../../scripts/vscode/install.ts';

/** A page that is open, with what is told of it when a test fails. */
interface Watched {
  /** The last errors of its console. */
  readonly errors: string[];
  tested: boolean;
}

const watched = new Map<Page, Watched>();

/** Follows a page until it closes: where a test fails, what the page shows then is added to the report. */
export function witness(page: Page): void {
  const errors: string[] = [];
  const keep = (text: string): void => {
    // What this VS Code says in every window: it has no native modules, no network, and no service worker.
    if (/bindings file|open-vsx|ERR_NAME_NOT_RESOLVED|watchdog|authentication provider|[Ss]ervice ?[Ww]orker|fetching the script|status of 404/.test(text)) return;
    errors.push(text.replaceAll('%c', '').split('\n', 2).join(' ').slice(0, 300));
    if (errors.length > 5) errors.shift();
  };
  watched.set(page, { errors, tested: false });
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error') keep(message.text());
  });
  page.on('pageerror', (error) => keep(error.message));
  page.on('close', () => watched.delete(page));
}

/** For a page that closes before any test could use it: what its suite did first has failed. */
export async function tellIfUntested(page: Page): Promise<void> {
  if (watched.get(page)?.tested === false) await tell(page, 'before the first test');
}

beforeEach('note which windows are tested', () => {
  for (const page of watched.values()) page.tested = true;
});

afterEach('tell what a failed test saw', async function () {
  if (this.currentTest?.state !== 'failed') return;
  for (const page of watched.keys()) await tell(page, this.currentTest.fullTitle());
});

/** Adds what a page shows to the report, and keeps its picture. */
async function tell(page: Page, when: string): Promise<void> {
  const report = process.env[reportVariable];
  if (report === undefined) return;
  const name = `failed ${when.replaceAll(/[^\w]+/g, ' ').trim().slice(0, 100)}.png`;
  const folder = path.join(cache, 'screenshots');
  // The page may be what is broken: then the failure has to do without.
  const text = await shown(page).catch(String);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, name), animations: 'disabled', timeout: 10_000 }).catch(() => undefined);
  const errors = (watched.get(page)?.errors ?? []).map((error) => `\nconsole: ${error}`).join('');
  writeEvent(report, { type: 'remarked', text: `The window then (${name}):\n${text}${errors}` });
}

/** The texts of the parts of the window that tests look at, a line each. */
async function shown(page: Page): Promise<string> {
  const parts: readonly (readonly [name: string, selector: string])[] = [
    ['dialog', '.monaco-dialog-box'],
    ['quick input', '.quick-input-widget:not([style*="display: none"]) :is(.quick-input-title, .quick-input-message, .monaco-list-row)'],
    ['message', '.notification-list-item-message'],
    ['active tab', '.tabs-container .tab.active'],
    ['editor', '.editor-group-container.active .view-line'],
    ['status bar', '.statusbar-item'],
    ['side bar', '.part.sidebar :is(.composite.title, .pane-header, .monaco-list-row, .welcome-view-content)'],
    ['panel', '.part.panel .monaco-list-row'],
    ['debug toolbar', '.debug-toolbar:not([style*="display: none"]) .action-label'],
  ];
  const lines = await page.evaluate(
    (selectors) =>
      selectors.map(([name, selector]) => {
        const all = [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.offsetParent !== null);
        const texts = all.slice(0, 40).map((element) => (element.innerText.trim() || (element.getAttribute('aria-label') ?? '')).replaceAll(/\s+/g, ' ').slice(0, 160));
        return `${name}: ${texts.filter((text) => text !== '').join(' | ') || 'nothing'}`;
      }),
    parts,
  );
  const typed = await page.locator('.quick-input-widget input.input').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  return [...lines, `typed: ${typed.join()}`, `address: ${page.url()}`].join('\n');
}
