import { childrenOf, type Expression } from './expression/ast.ts';
import { formatOf } from '../source/parse.ts';
import { hasErrors, parseWorkflow, type WorkflowDocument } from './parse.ts';
import type { Resolution, Variable } from './scopes.ts';
import { forEachStep, type Body, type Step, type Template } from './syntax.ts';

/** A JSON Schema (2020-12) of an argument, as far as the program's own text proves it. */
export interface InferredSchema {
  type?: 'object';
  properties?: Record<string, InferredSchema>;
  required?: string[];
  /** What the program takes in its place. */
  examples?: (string | number | boolean)[];
}

/** What is known of one map in the argument. */
class Shape {
  readonly properties = new Map<string, Shape>();
  /** Keys that every run reads, so that a run without them fails. */
  readonly required = new Set<string>();
  example: string | number | boolean | undefined;

  property(name: string): Shape {
    let shape = this.properties.get(name);
    if (!shape) this.properties.set(name, (shape = new Shape()));
    return shape;
  }

  toSchema(): InferredSchema {
    if (this.properties.size === 0) return this.example === undefined ? {} : { examples: [this.example] };
    const properties: Record<string, InferredSchema> = Object.create(null) as Record<string, InferredSchema>;
    for (const [name, shape] of this.properties) properties[name] = shape.toSchema();
    const certain = this.required.size > 0;
    return { ...(certain ? { type: 'object' as const } : {}), properties, ...(certain ? { required: [...this.required] } : {}) };
  }
}

/**
 * The schema of the argument that a workflow's own text implies: the keys it reads of `main`'s parameter. A key is
 * required only where every run reads it and would fail without it: in the first steps of `main`, before anything
 * could take another way. What stands in for a missing part (`default`) is an
 * example of it. Undefined where nothing is read.
 */
function inferInputSchema({ workflow, resolution }: WorkflowDocument): InferredSchema | undefined {
  const main = workflow.routines.find((routine) => routine.name === 'main');
  const param = main?.params[0];
  const argument = param && resolution.declarations.get(param);
  if (!main || !argument || isReassigned(main.steps, resolution, argument)) return undefined;
  const shape = new Shape();
  const reader = new ArgumentReader(resolution, argument, shape);
  forEachStep(main.steps, (step) => reader.body(step.body, false));
  for (const step of main.steps) {
    const { action, next } = step.body;
    if (action && !['assign', 'call', 'return', 'raise'].includes(action.kind)) break;
    reader.body(step.body, true);
    // After a jump the order of the text says nothing.
    if (next || action?.kind === 'return' || action?.kind === 'raise') break;
  }
  return shape.properties.size === 0 && shape.example === undefined ? undefined : shape.toSchema();
}

/**
 * The same from a program's text, as JSON: what the editor, a launch and the command line look up where a program has
 * no schema of its own. A text with errors implies nothing, and neither does a program that is no workflow.
 */
export function inferSchema(path: string, text: string): string | undefined {
  if (path.endsWith('.py')) return undefined;
  const workflow = parseWorkflow(text, formatOf(path));
  const schema = hasErrors(workflow.problems) ? undefined : inferInputSchema(workflow);
  return schema && JSON.stringify(schema);
}

function isReassigned(steps: readonly Step[], resolution: Resolution, argument: Variable): boolean {
  let found = false;
  forEachStep(steps, ({ body: { action } }) => {
    if (action?.kind === 'assign') found ||= action.items.some((item) => resolution.declarations.get(item.target) === argument);
    if (action?.kind === 'call' && action.result) found ||= resolution.declarations.get(action.result) === argument;
  });
  return found;
}

class ArgumentReader {
  readonly #resolution: Resolution;
  readonly #argument: Variable;
  readonly #root: Shape;

  constructor(resolution: Resolution, argument: Variable, root: Shape) {
    this.#resolution = resolution;
    this.#argument = argument;
    this.#root = root;
  }

  body({ action }: Body, certain: boolean): void {
    switch (action?.kind) {
      case 'assign':
        for (const item of action.items) this.#template(item.value, certain);
        break;
      case 'call':
        if (action.args?.kind === 'named') for (const entry of action.args.entries) this.#template(entry.value, certain);
        if (action.args?.kind === 'positional') for (const item of action.args.items) this.#template(item, certain);
        break;
      case 'switch':
        for (const condition of action.conditions) {
          this.#template(condition.condition, certain);
          this.body(condition.body, false);
        }
        break;
      case 'for':
        if (action.loop.source) this.#template(action.loop.source.template, certain);
        break;
      case 'parallel':
        if (action.work?.kind === 'for' && action.work.loop.source) this.#template(action.work.loop.source.template, certain);
        if (action.work?.kind === 'branches') for (const branch of action.work.branches) this.body(branch.body, false);
        break;
      case 'try':
        this.body(action.body, false);
        break;
      case 'return':
      case 'raise':
        this.#template(action.value, certain);
        break;
      default:
    }
  }

  #template(template: Template, certain: boolean): void {
    if (template.kind === 'expression') this.#expression(template.expression, certain);
    if (template.kind === 'list') for (const item of template.items) this.#template(item, certain);
    if (template.kind === 'map') for (const entry of template.entries) this.#template(entry.value, certain);
  }

  #expression(expression: Expression, certain: boolean): void {
    this.#shapeOf(expression, certain);
    const shortCircuit = expression.kind === 'binary' && (expression.operator === 'and' || expression.operator === 'or');
    childrenOf(expression).forEach((child, i) => this.#expression(child, certain && !(shortCircuit && i === 1)));
    if (expression.kind === 'call' && expression.name === 'map.get') this.#mapGet(expression.args);
    if (expression.kind === 'call' && expression.name === 'default') this.#default(expression.args);
    if (expression.kind === 'binary' && expression.operator === 'in' && expression.left.kind === 'literal' && typeof expression.left.value === 'string') {
      this.#shapeOf(expression.right, false)?.property(expression.left.value);
    }
  }

  /** The part of the argument that an expression is, noting the keys on the way. */
  #shapeOf(expression: Expression, certain: boolean): Shape | undefined {
    const reference = this.#resolution.references.get(expression);
    if (reference) return reference.kind === 'variable' && reference.variable === this.#argument ? this.#root : undefined;
    const key = expression.kind === 'member' ? expression.name : expression.kind === 'index' && expression.index.kind === 'literal' ? expression.index.value : undefined;
    if (typeof key !== 'string' || key === '' || (expression.kind !== 'member' && expression.kind !== 'index')) return undefined;
    const parent = this.#shapeOf(expression.object, certain);
    if (certain) parent?.required.add(key);
    return parent?.property(key);
  }

  /** `map.get` reads keys that may be missing. */
  #mapGet([map, keys]: readonly Expression[]): Shape | undefined {
    let shape = map && this.#shapeOf(map, false);
    const path = keys?.kind === 'list' ? keys.items : keys ? [keys] : [];
    for (const key of path) {
      if (!shape || key.kind !== 'literal' || typeof key.value !== 'string') return undefined;
      shape = shape.property(key.value);
    }
    return shape;
  }

  /** `default` says what stands in for a part that is missing. */
  #default([part, instead]: readonly Expression[]): void {
    const value = instead?.kind === 'literal' ? instead.value : null;
    if (!part || value === null || (typeof value === 'bigint' && !Number.isSafeInteger(Number(value)))) return;
    const shape = part.kind === 'call' && part.name === 'map.get' ? this.#mapGet(part.args) : this.#shapeOf(part, false);
    if (shape) shape.example ??= typeof value === 'bigint' ? Number(value) : value;
  }
}
