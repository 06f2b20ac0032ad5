import { compile } from '../machine/compile/compile.ts';
import type { Program } from '../machine/program.ts';
import type { SourceFormat } from '../source/parse.ts';
import { hasErrors, parseWorkflow, type WorkflowDocument } from '../workflow/parse.ts';

/** How many texts are remembered; the largest workflow takes a few megabytes as a tree. */
const capacity = 16;

/** Compiled programs by text: many executions of one workflow share one. */
export class Programs {
  readonly #kept = new Map<string, Program>();

  /** The program of a text, or the document whose problems forbid to run it. */
  get(text: string, format: SourceFormat): { readonly program: Program } | { readonly broken: WorkflowDocument } {
    const key = `${format} ${text}`;
    let program = this.#kept.get(key);
    if (program) {
      this.#kept.delete(key);
    } else {
      const document = parseWorkflow(text, format);
      if (hasErrors(document.problems)) return { broken: document };
      program = compile(document);
      if (this.#kept.size >= capacity) this.#kept.delete(this.#kept.keys().next().value!);
    }
    // The one used last goes to the end, the first one is forgotten first.
    this.#kept.set(key, program);
    return { program };
  }
}
