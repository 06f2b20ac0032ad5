import type { Locator } from 'playwright-core';
import { eventually, type Workbench } from './workbench.ts';

/** A row as it is seen; only rows that are scrolled into view exist. */
export interface Row {
  readonly label: string;
  /** The dimmed text after the label. */
  readonly description: string;
  /** 1 for the topmost. */
  readonly level: number;
  /** Undefined for a row that has nothing below it. */
  readonly expanded: boolean | undefined;
  /** What a screen reader says. */
  readonly spoken: string;
  /** The class names of the row's icon, which name its codicon. */
  readonly icon: string;
}

/** A view of the side bar or the panel that shows a tree. */
export class Tree {
  readonly #workbench: Workbench;
  /** The view with its title, if shown; its container must be open. */
  readonly pane: Locator;

  constructor(workbench: Workbench, title: string) {
    this.#workbench = workbench;
    this.pane = workbench.page.locator('.pane', { has: workbench.page.locator(`.pane-header[aria-label="${title} Section"], .pane-header[aria-label^="${title} Section:"]`) });
  }

  rows(): Promise<Row[]> {
    return this.pane.locator('.monaco-list-row').evaluateAll((elements) =>
      elements
        .map((element) => ({ element, top: parseFloat((element as HTMLElement).style.top) }))
        .sort((a, b) => a.top - b.top)
        .map(({ element }) => {
          const text = (selector: string): string => element.querySelector(selector)?.textContent ?? '';
          const expanded = element.getAttribute('aria-expanded');
          return {
            label: text('.label-name') || text('.monaco-tl-contents'),
            description: text('.label-description'),
            level: Number(element.getAttribute('aria-level')),
            expanded: expanded === null ? undefined : expanded === 'true',
            spoken: element.getAttribute('aria-label') ?? '',
            icon: element.querySelector('.custom-view-tree-node-item-icon')?.className ?? '',
          };
        }),
    );
  }

  /** The first row whose text contains `text`. */
  row(text: string): Locator {
    return this.pane.locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  async select(text: string): Promise<void> {
    await this.row(text).click();
  }

  async expand(text: string): Promise<void> {
    await expandRow(this.row(text), text);
  }

  /** Opens a row's context menu and chooses an entry. */
  async chooseInMenu(text: string, entry: string): Promise<void> {
    await this.row(text).click({ button: 'right' });
    await chooseInOpenMenu(this.#workbench, entry);
  }

  /** The entries of a row's context menu. */
  async menu(text: string): Promise<string[]> {
    await this.row(text).click({ button: 'right' });
    const labels = openMenu(this.#workbench).locator('.action-label[aria-label]');
    await labels.first().waitFor();
    const entries = await labels.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
    await this.#workbench.page.keyboard.press('Escape');
    return entries.filter((entry) => entry !== '');
  }

  /** Clicks one of the icons that a row shows while the mouse is over it. */
  async clickAction(text: string, title: string): Promise<void> {
    const row = this.row(text);
    await row.hover();
    await row.locator(`.action-label[aria-label^="${title}"]`).click();
  }

  /** The text shown where the tree has nothing to show. */
  async welcome(): Promise<string> {
    const content = this.pane.locator('.welcome-view-content, .message:not(.hide)');
    await content.first().waitFor();
    return (await content.allInnerTexts()).join('\n');
  }
}

/** Opens a row of any tree, once there is something below it. A row that is drawn anew may miss the click: then again. */
export async function expandRow(row: Locator, name: string): Promise<void> {
  const open = async (): Promise<string | null> => {
    if ((await row.getAttribute('aria-expanded')) !== 'false') return row.getAttribute('aria-expanded');
    await row.locator('.monaco-tl-twistie').click();
    const now = (): Promise<string | null> => row.getAttribute('aria-expanded');
    return eventually(`${name} to open`, now, (expanded) => expanded === 'true', 3000).catch(now);
  };
  await eventually(`${name} to open`, open, (expanded) => expanded === 'true');
}

/** Clicks an entry of the context menu that is open. */
export async function chooseInOpenMenu(workbench: Workbench, entry: string): Promise<void> {
  // A menu hears the mouse only 100 ms after it has opened; the keyboard it hears at once.
  await openMenu(workbench).locator(`.action-item:has(.action-label[aria-label^="${entry}"])`).first().hover();
  await workbench.page.keyboard.press('Enter');
}

function openMenu(workbench: Workbench): Locator {
  return workbench.page.locator('.context-view .monaco-menu').last();
}
