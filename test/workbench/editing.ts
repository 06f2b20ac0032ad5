import { eventually, type Workbench } from './workbench.ts';

export interface LineNote {
  readonly line: number;
  readonly text: string;
}

/** The notes that decorations add to lines of the active editor: text that is not in the file. */
export function lineNotes(workbench: Workbench): Promise<LineNote[]> {
  return workbench.editor().evaluate((editor) => {
    const lines = new Map([...editor.querySelectorAll<HTMLElement>('.margin-view-overlays > div')].map((line) => [line.style.top, Number(line.querySelector('.line-numbers')?.textContent)]));
    return [...editor.querySelectorAll<HTMLElement>('.view-line')].flatMap((line) =>
      [...line.querySelectorAll('*')]
        .map((part) => getComputedStyle(part, '::after').content)
        .filter((content) => content.startsWith('"'))
        .map((content) => ({ line: lines.get(line.style.top) ?? 0, text: (JSON.parse(content) as string).replaceAll('\u00a0', ' ').trim() })),
    );
  });
}

/** The rows of the Problems view as a screen reader says them: files, and the problems below them. Opens the view. */
export async function problems(workbench: Workbench): Promise<string[]> {
  await workbench.command('Problems: Focus on Problems View');
  const rows = workbench.page.locator('.markers-panel .monaco-list-row');
  return rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
}

/** The lines of the active editor as shown, spaces as they are in the file. */
export async function shownText(workbench: Workbench): Promise<string[]> {
  const lines = await workbench.editor().locator('.view-line').evaluateAll((elements) =>
    elements.map((element) => ({ top: parseFloat((element as HTMLElement).style.top), text: element.textContent })).sort((a, b) => a.top - b.top),
  );
  return lines.map(({ text }) => text.replaceAll('\u00a0', ' '));
}

/** The labels that completion offers at the caret. */
export async function completions(workbench: Workbench): Promise<string[]> {
  await workbench.page.keyboard.press('Control+Space');
  const rows = workbench.page.locator('.suggest-widget.visible .monaco-list-row .label-name');
  await rows.first().waitFor();
  return rows.allInnerTexts();
}

/** Chooses a quick fix at the caret by the start of its title. */
export async function quickFix(workbench: Workbench, title: string): Promise<void> {
  const entry = workbench.page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
  // Just after a reload the fixes may not be there yet, and the menu then has nothing to show: then again.
  await eventually(
    `the fix ${title}`,
    async () => {
      await workbench.page.keyboard.press('Control+.');
      return await entry.waitFor({ timeout: 3000 }).then(() => true, () => false);
    },
    (offered) => offered,
    30_000,
  );
  await entry.click();
}

/** Puts the caret at a line and column (both from 1) of the active editor. */
export async function goTo(workbench: Workbench, line: number, column = 1): Promise<void> {
  await workbench.palette(`:${line}:${column}`);
  // Enter before it is offered would do nothing.
  await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: `line ${line}` }).first().waitFor();
  await workbench.page.keyboard.press('Enter');
  await workbench.quickInputClosed();
}
