import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { root } from '../../scripts/process.ts';
import { chromiumFlags, findChromium } from '../../scripts/vscode/chromium.ts';
import { cache } from '../../scripts/vscode/install.ts';
import { quietSettings, startServer, type Server } from '../../scripts/vscode/server.ts';
import { copyWorkspace, temporaryFolder, type TemporaryFolder } from '../../scripts/vscode/workspace.ts';
import { tellIfUntested, witness } from './witness.ts';

export interface WorkbenchOptions {
  /** The folder whose copy is opened, from the project's root; samples where not given, no folder for null. */
  readonly workspace?: string | null;
  /** A file of the workspace to show at once. */
  readonly file?: string;
  /** VS Code's own folder trust: without it the folder is trusted; with it VS Code asks. */
  readonly workspaceTrust?: boolean;
  /** User settings, beside the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
}

export type Theme = 'dark' | 'light';

/** The class that the window has while VS Code's own theme of each kind is shown. */
const shownThemes: Record<Theme, string> = {
  dark: '.monaco-workbench.vscode-theme-defaults-themes-2026-dark-json',
  light: '.monaco-workbench.vscode-theme-defaults-themes-2026-light-json',
};

interface Host {
  readonly browser: Browser;
  readonly server: Server;
  /** Where the server keeps settings and storage. */
  readonly data: string;
}

/** Milliseconds to wait for what the window shows: many times what it takes, since a busy machine has its pauses. */
const patience = 45_000;

/** One server a kind of trust, and one browser, for all tests of a run; they end with the process. */
const hosts = new Map<boolean, Promise<Host>>();
const temporary: TemporaryFolder[] = [];

/** A VS Code window on a copy of a workspace, as its user sees it. */
export class Workbench {
  readonly page: Page;
  /** The absolute path of the workspace's copy; the empty string where no folder is open. */
  readonly folder: string;
  /** Where VS Code keeps a folder for each workspace. */
  readonly #storage: string;
  readonly #context: BrowserContext;
  readonly #server: Server;
  #settings: Readonly<Record<string, unknown>>;
  #theme: Theme;

  private constructor(context: BrowserContext, page: Page, server: Server, { folder, data }: { folder: string; data: string }, settings: Readonly<Record<string, unknown>>, theme: Theme) {
    this.#context = context;
    this.page = page;
    this.#server = server;
    this.folder = folder;
    this.#storage = path.join(data, 'data', 'User', 'workspaceStorage');
    this.#settings = settings;
    this.#theme = theme;
  }

  /** Opens a window and waits until the workbench is there and the extension host runs. */
  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const { browser, server, data } = await host(options.workspaceTrust ?? false);
    let folder = '';
    if (options.workspace !== null) {
      const parent = await temporaryFolder();
      temporary.push(parent);
      folder = await copyWorkspace(path.resolve(root, options.workspace ?? 'samples'), parent.path);
    }
    const theme = options.theme ?? 'dark';
    const settings = { ...quietSettings, 'window.autoDetectColorScheme': true, ...options.settings };
    await server.writeSettings(settings);
    const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultNavigationTimeout(120_000);
    const workbench = new Workbench(context, page, server, { folder, data }, settings, theme);
    witness(page);
    const address = server.address({
      ...(folder === '' ? {} : { folder }),
      ...(options.file === undefined ? {} : { file: path.join(folder, options.file) }),
    });
    try {
      await page.goto(address);
      await workbench.#ready();
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 120_000 });
    await this.page.locator('.monaco-workbench .part.activitybar .action-item').first().waitFor();
    await this.setTheme(this.#theme);
    this.page.setDefaultTimeout(patience);
  }

  async close(): Promise<void> {
    await tellIfUntested(this.page);
    await this.#context.close();
  }

  /** Runs a command by its title, as the palette shows it (with its category, where it has one). */
  async command(title: string): Promise<void> {
    // The whole label: what was typed is highlighted, and would match alone in the labels that only begin so.
    const whole = new RegExp(`^\\s*${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
    const entry = this.page.locator('.quick-input-widget .monaco-list-row').filter({ has: this.page.locator('.label-name', { hasText: whole }) }).first();
    await this.#choose(`>${title}`, entry);
  }

  /** Types into the palette until it offers an entry, and clicks that. An editor that gets the focus meanwhile closes the palette: then again. */
  async #choose(text: string, entry: Locator): Promise<void> {
    await this.palette(text);
    const choose = async (): Promise<boolean> => {
      if (await entry.isVisible()) return entry.click({ timeout: 10_000 }).then(() => true, () => false);
      if ((await this.#typed()) !== text) await this.palette(text);
      return false;
    };
    await eventually(`"${text}" in the palette`, choose, (chosen) => chosen);
  }

  /** What stands in the quick input; undefined where none is open. */
  async #typed(): Promise<string | undefined> {
    const input = this.page.locator('.quick-input-widget input.input');
    return (await input.isVisible()) ? input.inputValue() : undefined;
  }

  /** Opens the palette with a text typed into it and leaves it open. */
  async palette(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    const type = async (): Promise<boolean> => {
      await this.page.keyboard.press('F1');
      // What is typed before the palette has put its sign in would be lost.
      await eventually('the palette', () => this.#typed(), (typed) => typed?.startsWith('>') === true, 3000).catch(() => undefined);
      await input.fill(text, { timeout: 3000 }).catch(() => undefined);
      return (await this.#typed()) === text;
    };
    await eventually(`the palette with "${text}"`, type, (typed) => typed);
  }

  /** The labels in the quick pick that is open. */
  async picks(): Promise<string[]> {
    const rows = this.page.locator('.quick-input-widget .monaco-list-row');
    await rows.first().waitFor();
    return rows.locator('.label-name').allInnerTexts();
  }

  /** Chooses an entry of the quick pick that is open, by its label. */
  async pick(label: string): Promise<void> {
    await this.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: label }).first().click();
  }

  /** Types into the input box or quick pick that is open, and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(text);
    await input.press('Enter');
  }

  /** Waits until no palette, quick pick or input box is open. */
  async quickInputClosed(): Promise<void> {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Shows a file of the workspace in an editor, and waits for its text. */
  async openFile(file: string): Promise<Locator> {
    const row = this.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: path.basename(file) }).first();
    await this.#choose(file, row);
    return this.shows(file);
  }

  /** Waits until a file of the workspace is in the active editor, with its text: its tab is active before that. */
  async shows(file: string): Promise<Locator> {
    const name = path.basename(file);
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(`.editor-group-container.active .editor-instance .monaco-editor[data-uri$="/${encodeURIComponent(name)}"] .view-line`).first().waitFor();
    return this.editor();
  }

  /** The editor that has the focus, or had it last. */
  editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** Puts the keyboard into the active editor's text, where the caret was last. */
  async focusEditor(): Promise<void> {
    await this.editor().locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /** Opens a view container by its name in the activity bar. */
  async showContainer(name: string): Promise<void> {
    const item = this.page.locator('.activitybar .action-item').filter({ has: this.page.locator(`[aria-label^="${name}"]`) }).first();
    const title = this.page.locator('.part.sidebar .composite.title').filter({ hasText: new RegExp(name, 'i') });
    // A window that comes back restores its side bar late, and a click on the container shown hides it. So one click may
    // be wrong, and is taken back by the next.
    const show = async (): Promise<boolean> => {
      if (await title.isVisible()) return true;
      await item.click();
      return title.waitFor({ timeout: 3000 }).then(() => true, () => false);
    };
    await eventually(`the container ${name}`, show, (shown) => shown);
  }

  /** What notifications say, and dialogs. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-list-item-message, .monaco-dialog-box .dialog-message').allInnerTexts();
  }

  /** Changes user settings and loads the window again: this VS Code does not notice that their file changed. */
  async changeSettings(change: Readonly<Record<string, unknown>>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    await this.#server.writeSettings(this.#settings);
    await this.reload();
  }

  /** Loads the window again, as a user does who comes back. */
  async reload(): Promise<void> {
    await this.away(() => Promise.resolve());
  }

  /** The folder that VS Code keeps for this window's workspace, with a folder for each extension. */
  async ownStorage(): Promise<string> {
    const prefix = 'vscode-web-state-db-';
    const names = await this.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
    const own = (await readdir(this.#storage)).filter((folder) => names.some((name) => name === prefix + folder || name.startsWith(`${prefix}${folder}-`)));
    assert.equal(own.length, 1, `${own.join()} of ${names.join()}`);
    return path.join(this.#storage, own[0]!);
  }

  /** Leaves the page, so that its extension host ends, does something, and comes back. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    const address = this.page.url();
    const lock = this.folder === '' ? undefined : path.join(await this.ownStorage(), 'vscode.lock');
    await this.page.goto('about:blank');
    // An extension host that finds its storage still taken by the one before makes itself another, which is empty. One
    // that had not quite begun does not notice that its window has gone: it has nothing to leave.
    if (lock !== undefined) await eventually('the end of the extension host', () => Promise.resolve(existsSync(lock)), (locked) => !locked, 10_000).catch(() => undefined);
    await meanwhile();
    await this.page.goto(address);
    await this.#ready();
  }

  /** Turns the system dark or light; the window follows. */
  async setTheme(theme: Theme): Promise<void> {
    this.#theme = theme;
    const shown = this.page.locator(shownThemes[theme]);
    // VS Code looks for the theme only when the system changes, and not while it is starting. The page hears of no change
    // where the system is back before it looked, so both ways get their time.
    const change = async (): Promise<number> => {
      if ((await shown.count()) > 0) return 1;
      await this.page.emulateMedia({ colorScheme: theme === 'dark' ? 'light' : 'dark' });
      await this.page.waitForTimeout(500);
      await this.page.emulateMedia({ colorScheme: theme });
      await shown.waitFor({ state: 'attached', timeout: 4000 }).catch(() => undefined);
      return shown.count();
    };
    await eventually(`the ${theme} theme`, change, (count) => count > 0, 60_000);
  }

  /** Saves what the window shows as .vscode-test/screenshots/NAME.png, to be looked at, and returns the file. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(cache, 'screenshots', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }
}

/** Waits until `read` gives what `accept` accepts and returns it; fails with the last value seen. */
export async function eventually<T>(what: string, read: () => Promise<T>, accept: (value: T) => boolean, timeout = patience): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > deadline) assert.fail(`${what} did not come within ${timeout / 1000} s; the last seen was ${JSON.stringify(value, undefined, 2)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function host(workspaceTrust: boolean): Promise<Host> {
  let found = hosts.get(workspaceTrust);
  if (found === undefined) {
    found = start(workspaceTrust);
    hosts.set(workspaceTrust, found);
  }
  return found;
}

async function start(workspaceTrust: boolean): Promise<Host> {
  const data = await temporaryFolder();
  temporary.push(data);
  const server = await startServer({ data: data.path, workspaceTrust });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumFlags, timeout: 120_000 });
  return { browser, server, data: data.path };
}

after('end VS Code', async function () {
  this.timeout(30_000);
  for (const starting of hosts.values()) {
    const { browser, server } = await starting;
    await browser.close();
    await server.stop();
  }
  hosts.clear();
  for (const folder of temporary.splice(0)) await folder.remove();
});
