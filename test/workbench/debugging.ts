import { eventually, type Workbench } from './workbench.ts';
import { expandRow, Tree } from './tree.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly level: number;
  readonly expanded: boolean | undefined;
}

/** The debugger of a window, used as its user does: gutter, keys, and the Run and Debug views. */
export class Debugging {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Clicks the gutter of the active editor beside a line (from 1), and waits for the mark to come or go. */
  async toggleBreakpoint(line: number): Promise<void> {
    const lines = async (): Promise<number[]> => (await this.gutterMarks()).filter(({ icon }) => icon.includes('codicon-debug-breakpoint')).map(({ line: marked }) => marked);
    const before = await lines();
    const changed = (now: readonly number[]): number[] => [...before.filter((one) => !now.includes(one)), ...now.filter((one) => !before.includes(one))];
    const toggle = async (): Promise<boolean> => {
      await this.#clickGutter(line);
      const marked = changed(await eventually('the mark', lines, (now) => changed(now).length > 0, 5000).catch(lines));
      if (marked.includes(line)) return true;
      // What the editor still put between its lines (code lenses) has moved another one below the mouse: that is taken back.
      for (const other of marked) await this.#clickGutter(other);
      return false;
    };
    await eventually(`another mark beside line ${line}`, toggle, (toggled) => toggled);
  }

  async #clickGutter(line: number): Promise<void> {
    const number = this.#workbench.editor().locator('.line-numbers').filter({ hasText: new RegExp(`^${line}$`) });
    await number.waitFor();
    const box = await number.boundingBox();
    if (box === null) throw new Error(`line ${line} is not in view`);
    await this.#workbench.page.mouse.click(box.x - 8, box.y + box.height / 2);
    // Away from the gutter, where the mouse shows a mark of its own.
    await this.#workbench.page.mouse.move(box.x + 300, box.y);
  }

  /** The lines of the active editor whose gutter has a mark, with the mark's class names. */
  gutterMarks(): Promise<{ line: number; icon: string }[]> {
    return this.#workbench.editor().evaluate((editor) => {
      const lines = new Map([...editor.querySelectorAll<HTMLElement>('.margin-view-overlays > div')].map((line) => [line.style.top, Number(line.querySelector('.line-numbers')?.textContent)]));
      return [...editor.querySelectorAll<HTMLElement>('.cgmr:not(.codicon-debug-hint)')].map((mark) => ({ line: lines.get(mark.style.top) ?? 0, icon: mark.className }));
    });
  }

  /** Focuses the active editor's text and starts debugging, as F5 does. */
  async start(): Promise<void> {
    await this.#workbench.focusEditor();
    await this.#workbench.page.keyboard.press('F5');
  }

  /** Waits until the window shows a stop, and returns its line in the active editor. */
  async stoppedLine(): Promise<number> {
    const line = (): Promise<number> =>
      this.#workbench.editor().evaluate((editor) => {
        const top = editor.querySelector('.debug-top-stack-frame-line, .debug-focused-stack-frame-line')?.parentElement?.style.top;
        const margin = [...editor.querySelectorAll<HTMLElement>('.margin-view-overlays > div')].find((element) => element.style.top === top);
        return top === undefined ? 0 : Number(margin?.querySelector('.line-numbers')?.textContent ?? 0);
      });
    return eventually('a stop in the editor', line, (number) => number > 0);
  }

  /** Presses a key and waits for a stop at another line than the present one. */
  async step(key: 'F10' | 'F11' | 'Shift+F11' | 'F5'): Promise<number> {
    const before = await this.stoppedLine();
    await this.#workbench.page.keyboard.press(key);
    return eventually(`a stop at another line than ${before}`, () => this.stoppedLine(), (line) => line !== before);
  }

  /** Presses F5 to continue from a stop. */
  async resume(): Promise<void> {
    await this.#workbench.page.keyboard.press('F5');
  }

  /** Presses Shift+F5 and waits until no session is left. */
  async stop(): Promise<void> {
    await this.#workbench.page.keyboard.press('Shift+F5');
    await this.ended();
  }

  /** Waits until no session is left. */
  async ended(): Promise<void> {
    await this.#workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  }

  /** Opens Run and Debug: VS Code opens it by itself for a breakpoint, but not for every stop. */
  async showViews(): Promise<void> {
    await this.#workbench.showContainer('Run and Debug');
  }

  /** The rows of the Variables view, scopes included (their value is empty). */
  variables(): Promise<Variable[]> {
    return this.#workbench.page.locator('.debug-variables .monaco-list-row').evaluateAll((rows) =>
      rows
        .map((row) => ({ row, top: parseFloat((row as HTMLElement).style.top) }))
        .sort((a, b) => a.top - b.top)
        .map(({ row }) => {
          const expanded = row.getAttribute('aria-expanded');
          return {
            name: (row.querySelector('.expression .name') ?? row.querySelector('.scope'))?.textContent.replace(/ =$|:$/, '') ?? '',
            value: row.querySelector('.expression .value')?.textContent ?? '',
            level: Number(row.getAttribute('aria-level')),
            expanded: expanded === null ? undefined : expanded === 'true',
          };
        }),
    );
  }

  /** Waits for a variable and returns its value as shown. */
  async variable(name: string): Promise<string> {
    const rows = await eventually(`the variable ${name}`, () => this.variables(), (all) => all.some((row) => row.name === name && row.level > 1));
    return rows.find((row) => row.name === name && row.level > 1)?.value ?? '';
  }

  /** Opens a scope or a structured value in the Variables view. */
  async expandVariable(name: string): Promise<void> {
    const row = this.#workbench.page.locator('.debug-variables .monaco-list-row').filter({ has: this.#workbench.page.locator(`.name, .scope`, { hasText: name }) }).first();
    await expandRow(row, name);
  }

  /** What the Call Stack view says of sessions, threads and frames, top to bottom. */
  async callStack(): Promise<string[]> {
    const rows = await new Tree(this.#workbench, 'Call Stack').rows();
    return rows.map((row) => row.spoken);
  }

  /** Types an expression into the Debug Console and returns the row that comes after it. */
  async evaluate(expression: string): Promise<string> {
    await this.#workbench.command('Debug Console: Focus on Debug Console View');
    // What is typed before it has the keyboard would go into the editor.
    await this.#workbench.page.locator('.repl .repl-input-wrapper .monaco-editor.focused').waitFor();
    const rows = this.#workbench.page.locator('.repl .repl-tree .monaco-list-row');
    const texts = async (): Promise<string[]> => (await rows.allInnerTexts()).map((text) => text.trim());
    const asked = (all: readonly string[]): number => all.filter((text) => text === expression).length;
    const before = asked(await texts());
    await this.#workbench.page.keyboard.type(expression);
    await this.#workbench.page.keyboard.press('Enter');
    const after = await eventually('an answer in the Debug Console', texts, (all) => asked(all) > before && all.lastIndexOf(expression) < all.length - 1);
    return after[after.lastIndexOf(expression) + 1]!;
  }

  /** The text of the box that an exception opens below its line. */
  async exception(): Promise<string> {
    const widget = this.#workbench.page.locator('.exception-widget');
    await widget.waitFor();
    return widget.innerText();
  }
}
