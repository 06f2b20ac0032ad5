import * as vscode from 'vscode';
import type { JsonText } from '../../execution/record.ts';
import type { LaunchFiles } from '../../service/local/startRequest.ts';

export type LaunchInput = NonNullable<LaunchFiles['input']>;

/** The input of a run as it is remembered for a program. */
export type InputChoice = LaunchInput | { readonly kind: 'none' };

const recentLimit = 8;
/** Inputs beyond Google's limit for arguments would be refused anyway, so they are not worth remembering. */
const rememberedLength = 32 * 1024;

interface Remembered {
  readonly last: InputChoice;
  readonly recent: readonly JsonText[];
}

/** What each program was last run with. */
export class InputMemory implements vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  last(program: string): InputChoice | undefined {
    return this.#get(program)?.last;
  }

  recent(program: string): readonly JsonText[] {
    return this.#get(program)?.recent ?? [];
  }

  async remember(program: string, choice: InputChoice): Promise<void> {
    if (choice.kind === 'json' && choice.json.length > rememberedLength) return;
    const before = this.recent(program);
    const recent = choice.kind === 'json' ? [choice.json, ...before.filter((json) => json !== choice.json)].slice(0, recentLimit) : before;
    await this.#state.update(key(program), { last: choice, recent } satisfies Remembered);
    this.#changed.fire();
  }

  #get(program: string): Remembered | undefined {
    return this.#state.get<Remembered>(key(program));
  }
}

function key(program: string): string {
  return `input:${program}`;
}
