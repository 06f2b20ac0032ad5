import type { Range } from '../source/text.ts';
import { childrenOf, type Call, type Expression } from './expression/ast.ts';
import { checkArgument, givenInExpression, givenInTemplate } from './argumentTypes.ts';
import { functions, isConnector, isConnectorHelper, type FunctionSignature } from './library/index.ts';
import type { Problems } from './problems.ts';
import { forEachStep, type Action, type Body, type CallAction, type CallArguments, type Loop, type Routine, type Template, type Workflow } from './syntax.ts';

/** What a call needs to know of a callee, be it a subworkflow or a function of the library. */
interface Callable {
  readonly what: string;
  readonly parameters: readonly { readonly name: string; readonly optional: boolean }[];
  /** Of a function of the library. */
  readonly signature?: FunctionSignature;
}

/** Reports calls of unknown names, blocking calls in expressions, and arguments that do not fit (google-workflows 1.15, 2.1). */
export function checkCalls(workflow: Workflow, problems: Problems): void {
  const checker = new CallChecker(workflow, problems);
  for (const routine of workflow.routines) {
    for (const param of routine.params) if (param.defaultValue) checker.template(param.defaultValue);
    forEachStep(routine.steps, (step) => checker.body(step.body));
  }
}

class CallChecker {
  readonly #routines: ReadonlyMap<string, Routine>;
  readonly #names: ReadonlySet<string>;
  readonly #problems: Problems;

  constructor(workflow: Workflow, problems: Problems) {
    this.#routines = new Map(workflow.routines.map((routine) => [routine.name, routine]));
    this.#names = new Set(this.#routines.keys());
    this.#problems = problems;
  }

  /** The body itself; steps nested in it are visited by the caller. */
  body(body: Body): void {
    if (body.action) this.#action(body.action);
  }

  #action(action: Action): void {
    switch (action.kind) {
      case 'assign':
        for (const item of action.items) {
          this.template(item.value);
          for (const part of item.target.path) if (part.kind === 'index') this.#expression(part.index);
        }
        break;
      case 'call':
        this.#callStep(action);
        break;
      case 'switch':
        for (const condition of action.conditions) {
          this.template(condition.condition);
          this.body(condition.body);
        }
        break;
      case 'for':
        this.#loop(action.loop);
        break;
      case 'parallel':
        if (action.concurrencyLimit) this.template(action.concurrencyLimit);
        if (action.work?.kind === 'for') this.#loop(action.work.loop);
        if (action.work?.kind === 'branches') for (const branch of action.work.branches) this.body(branch.body);
        break;
      case 'try':
        this.body(action.body);
        if (action.retry) this.template(action.retry.policy);
        break;
      case 'raise':
      case 'return':
        this.template(action.value);
        break;
      case 'steps':
        break;
    }
  }

  #loop(loop: Loop): void {
    if (loop.source) this.template(loop.source.template);
  }

  template(template: Template): void {
    switch (template.kind) {
      case 'expression':
        this.#problems.within(template.expression, () => this.#expression(template.expression));
        break;
      case 'list':
        for (const item of template.items) this.template(item);
        break;
      case 'map':
        for (const entry of template.entries) {
          const { key } = entry;
          if (typeof key !== 'string') this.#problems.within(key, () => this.#expression(key));
          this.template(entry.value);
        }
        break;
      case 'constant':
        break;
    }
  }

  #expression(expression: Expression): void {
    if (expression.kind === 'call') this.#call(expression);
    for (const child of childrenOf(expression)) this.#expression(child);
  }

  #call(call: Call): void {
    if (isConnectorHelper(call.name)) return;
    const signature = functions.get(call.name);
    if (isConnector(call.name) || signature?.blocking) {
      this.#problems.error('call/blocking', call.nameRange, `"${call.name}" waits for something outside and cannot stand in an expression. Call it in a step with "call: ${call.name}" and "result".`);
      return;
    }
    const callable = this.#callable(call.name, call.nameRange);
    if (!callable) return;
    const extra = call.args[callable.parameters.length];
    if (extra) this.#problems.error('call/too-many-arguments', extra.range, `${callable.what} takes ${count(callable.parameters.length)}, found ${call.args.length}.`);
    const { signature: own } = callable;
    if (own && !extra) call.args.forEach((arg, i) => checkArgument(own, own.parameters[i]?.name ?? '', givenInExpression(arg, this.#names), this.#problems));
    this.#missing(callable, new Set(callable.parameters.slice(0, call.args.length).map((parameter) => parameter.name)), call.nameRange);
  }

  #callStep(action: CallAction): void {
    const { args } = action;
    if (args?.kind === 'named') for (const entry of args.entries) this.template(entry.value);
    if (args?.kind === 'positional') for (const item of args.items) this.template(item);
    if (isConnector(action.name) && args?.kind === 'positional') {
      this.#problems.error('call/args', args.range, `"${action.name}" is a connector: it takes its arguments by name, found a list.`);
    }
    if (action.name === '' || isConnector(action.name)) return;
    const callable = this.#callable(action.name, action.nameRange);
    if (!callable) return;
    const names = callable.parameters.map((parameter) => parameter.name);
    this.#argumentTypes(callable, args);
    if (args?.kind === 'positional') {
      if (args.items.length > names.length) {
        this.#problems.error('call/too-many-arguments', args.range, `${callable.what} takes ${count(names.length)}, found ${args.items.length}.`);
      }
      this.#missing(callable, new Set(names.slice(0, args.items.length)), action.nameRange);
      return;
    }
    for (const entry of args?.entries ?? []) {
      if (names.includes(entry.name)) continue;
      const takes = names.length === 0 ? 'no arguments' : names.join(', ');
      this.#problems.misspelt('call/unknown-argument', entry.nameRange, `${callable.what} has no parameter "${entry.name}"; it takes ${takes}.`, entry.name, names);
    }
    this.#missing(callable, new Set(args?.entries.map((entry) => entry.name)), action.nameRange);
  }

  #argumentTypes({ signature }: Callable, args: CallArguments | undefined): void {
    if (!signature || !args) return;
    const given = args.kind === 'named' ? args.entries : args.items.map((value, i) => ({ name: signature.parameters[i]?.name ?? '', value }));
    for (const { name, value } of given) checkArgument(signature, name, givenInTemplate(value, this.#names), this.#problems);
  }

  #missing(callable: Callable, given: ReadonlySet<string>, range: Range): void {
    const missing = callable.parameters.filter((parameter) => !parameter.optional && !given.has(parameter.name)).map((parameter) => `"${parameter.name}"`);
    if (missing.length > 0) this.#problems.error('call/missing-argument', range, `${callable.what} needs ${missing.join(', ')}.`);
  }

  #callable(name: string, range: Range): Callable | undefined {
    const routine = this.#routines.get(name);
    if (routine) {
      const parameters = routine.params.map((param) => ({ name: param.name, optional: param.defaultValue !== undefined }));
      return { what: `The subworkflow "${name}"`, parameters };
    }
    const signature = functions.get(name);
    if (signature) return { what: `"${name}"`, parameters: signature.parameters, signature };
    const candidates = [...this.#routines.keys(), ...functions.keys()];
    this.#problems.misspelt('call/unknown', range, `No subworkflow or standard library function is named "${name}".`, name, candidates);
    return undefined;
  }
}

function count(parameters: number): string {
  return parameters === 1 ? '1 argument' : `${parameters} arguments`;
}
