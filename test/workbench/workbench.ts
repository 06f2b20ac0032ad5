import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { root } from '../../scripts/process.ts';
import { chromiumFlags, findChromium } from '../../scripts/vscode/chromium.ts';
import { cache } from '../../scripts/vscode/install.ts';
import { quietSettings, startServer, type Server } from '../../scripts/vscode/server.ts';
import { copyWorkspace, temporaryFolder, type TemporaryFolder } from '../../scripts/vscode/workspace.ts';

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

/** One server a kind of trust, and one browser, for all tests of a run; they end with the process. */
const hosts = new Map<boolean, Promise<Host>>();
const temporary: TemporaryFolder[] = [];

/** A VS Code window on a copy of a workspace, as its user sees it. */
export class Workbench {
  readonly page: Page;
  /** The absolute path of the workspace's copy; the empty string where no folder is open. */
  readonly folder: string;
  /** Where VS Code keeps a folder for each workspace, with a folder for each extension. */
  readonly storage: string;
  readonly #context: BrowserContext;
  readonly #server: Server;
  #settings: Readonly<Record<string, unknown>>;
  #theme: Theme;

  private constructor(context: BrowserContext, page: Page, server: Server, { folder, data }: { folder: string; data: string }, settings: Readonly<Record<string, unknown>>, theme: Theme) {
    this.#context = context;
    this.page = page;
    this.#server = server;
    this.folder = folder;
    this.storage = path.join(data, 'data', 'User', 'workspaceStorage');
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
    const workbench = new Workbench(context, page, server, { folder, data }, settings, theme);
    await page.goto(
      server.address({
        ...(folder === '' ? {} : { folder }),
        ...(options.file === undefined ? {} : { file: path.join(folder, options.file) }),
      }),
    );
    await workbench.#ready();
    return workbench;
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.monaco-workbench .part.activitybar .action-item').first().waitFor();
    await this.setTheme(this.#theme);
    this.page.setDefaultTimeout(15_000);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Runs a command by its title, as the palette shows it (with its category, where it has one). */
  async command(title: string): Promise<void> {
    // The whole label: what was typed is highlighted, and would match alone in the labels that only begin so.
    const whole = new RegExp(`^\\s*${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
    const entry = this.page.locator('.quick-input-widget .monaco-list-row').filter({ has: this.page.locator('.label-name', { hasText: whole }) }).first();
    await this.#offered(`>${title}`, entry);
    await entry.click();
  }

  /** Types into the palette until it offers an entry. An editor that gets the focus while it opens closes the palette: then again. */
  async #offered(text: string, entry: Locator): Promise<void> {
    await this.palette(text);
    const widget = this.page.locator('.quick-input-widget');
    const look = async (): Promise<boolean> => {
      if (await entry.isVisible()) return true;
      if (!(await widget.isVisible())) await this.palette(text);
      return false;
    };
    await eventually(`"${text}" in the palette`, look, (offered) => offered);
  }

  /** Opens the palette with a text typed into it and leaves it open. */
  async palette(text: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    // What is typed before the palette has put its sign in would be lost.
    await eventually('the palette', () => input.inputValue(), (value) => value.startsWith('>'));
    await input.fill(text);
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
    await this.#offered(file, row);
    await row.click();
    const editor = this.editor();
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${path.basename(file)}"]`).waitFor();
    await editor.locator('.view-line').first().waitFor();
    return editor;
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
    await this.page.reload();
    await this.#ready();
  }

  /** Leaves the page, so that its extension host ends, does something, and comes back. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    const address = this.page.url();
    await this.page.goto('about:blank');
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
    await eventually(`the ${theme} theme`, change, (count) => count > 0, 45_000);
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
export async function eventually<T>(what: string, read: () => Promise<T>, accept: (value: T) => boolean, timeout = 15_000): Promise<T> {
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
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumFlags });
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
