import { ResourceFiles } from '../engine/flows/records/resourceFiles.ts';
import { checkProgram } from '../flow/host/checkProgram.ts';
import { InterpreterMissing, type Interpreters } from '../flow/host/interpreter.ts';
import { readFlow, referenceTypes, type ReferenceType } from '../flow/language/flow.ts';
import { flowProblems, type KnownNames } from '../flow/language/problems.ts';
import type { Problem } from '../source/problem.ts';

/** What is wrong with flows: for Python, in their own calls, and in the names that they use. */
export class FlowChecks {
  readonly #interpreters: Interpreters;
  /** As a run looks for them: in the folder that one is in, and in the flow's own. */
  readonly #resources = new ResourceFiles(() => [process.cwd()]);

  constructor(interpreters: Interpreters) {
    this.#interpreters = interpreters;
  }

  async check(path: string, text: string): Promise<readonly Problem[]> {
    try {
      const problems = await checkProgram(await this.#interpreters.find(), path, text);
      return problems.length > 0 ? problems : flowProblems(readFlow(text), await this.#names(path));
    } catch (error) {
      if (!(error instanceof InterpreterMissing)) throw error;
      return [{ code: 'python/missing', severity: 'error', message: error.message, range: { start: 0, end: 0 } }];
    }
  }

  /** The records there are, and what other flows there make. Files (`system.file`) may come from anywhere, so nothing is said of them. */
  async #names(path: string): Promise<KnownNames> {
    await this.#resources.refresh(path);
    const names = new Map<ReferenceType, Set<string>>();
    for (const type of referenceTypes) if (type !== 'file') names.set(type, new Set(this.#resources.list(type, path).map(({ name }) => name)));
    for (const { fields } of this.#resources.list('flow', path)) {
      const { script } = JSON.parse(fields) as { readonly script?: unknown };
      const made = typeof script === 'string' ? readFlow(script).references.filter(({ mayBeMissing }) => mayBeMissing) : [];
      for (const { type, name } of made) names.get(type)?.add(name);
    }
    return names;
  }
}
