import { DebugError, type DebugFrame, type DebugScope, type DebuggeeSource, type DebugValue, type DebugVariable } from '../../debuggee/debuggee.ts';
import type { Execution } from '../../execution/record.ts';
import type { Machine } from '../../machine/machine.ts';
import { frameOf, scopeOf, variablesOf } from '../../machine/inspect.ts';
import type { Edit } from '../../machine/recording.ts';
import type { Frame, Slot, Thread } from '../../machine/state.ts';
import type { Value } from '../../machine/value.ts';
import { parseTarget } from '../../workflow/names.ts';
import { Problems } from '../../workflow/problems.ts';
import { lookup, type Scope, type Variable } from '../../workflow/scopes.ts';
import { NotKept } from '../workflowJournal.ts';
import { sourceLocation } from './binding.ts';
import { assignAt, check, evaluateAt, type Place } from './expressions.ts';
import { blockNotes, locationOf, stepOf } from './threads.ts';
import { cut, ValueTable, type Container, type Page, type ValuePlace } from './valueTable.ts';

interface ShownFrame {
  readonly id: number;
  /** The thread in whose call stack it is shown, and the one it belongs to: for a branch also those around it. */
  readonly shownIn: Thread;
  readonly thread: Thread;
  readonly frame: Frame;
}

/** Looking at a stopped machine: frames, scopes and values. Ids are good until `clear`, and never used twice. */
export class Inspection {
  readonly #machine: Machine;
  readonly #source: DebuggeeSource;
  readonly #execution: () => Execution;
  readonly #edits: (edit: Edit) => void;
  readonly #values = new ValueTable();
  readonly #frames = new Map<number, ShownFrame>();
  #lastFrame = 0;

  /** `edits` is told of every change before it is made. */
  constructor(machine: Machine, source: DebuggeeSource, execution: () => Execution, edits: (edit: Edit) => void) {
    this.#edits = edits;
    this.#machine = machine;
    this.#source = source;
    this.#execution = execution;
  }

  /** The execution goes on: what was shown is not true any more. */
  clear(): void {
    this.#frames.clear();
    this.#values.clear();
  }

  /** Innermost first; below the frames of a branch those of the thread around it. */
  frames(thread: Thread): DebugFrame[] {
    const shown: DebugFrame[] = [];
    for (let of: Thread | undefined = thread; of; of = of.group?.owner) {
      for (const frame of of.frames.toReversed()) shown.push(this.#shown({ shownIn: thread, thread: of, frame }));
    }
    return shown;
  }

  #shown(view: Omit<ShownFrame, 'id'>): DebugFrame {
    const known = [...this.#frames.values()].find((candidate) => candidate.frame === view.frame && candidate.shownIn === view.shownIn);
    const id = known?.id ?? ++this.#lastFrame;
    if (!known) this.#frames.set(id, { id, ...view });
    const { program } = this.#machine;
    const step = stepOf(view.frame);
    const notes = blockNotes(view.frame);
    const range = locationOf(program, view.frame)?.range ?? step.nameRange;
    return {
      id,
      name: `${view.frame.code.routine.name} › ${step.name}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
      source: this.#source,
      location: sourceLocation(program.source.lines, range),
      presentation: view.thread === view.shownIn ? 'normal' : 'subtle',
    };
  }

  /** The place at which a thread works, for conditions and log messages. */
  placeOf(frame: Frame): Place {
    return { machine: this.#machine, frame };
  }

  scopes(frameId: number): DebugScope[] {
    const view = this.#frame(frameId);
    const place = this.placeOf(view.frame);
    const groups = { locals: [] as Variable[], arguments: [] as Variable[], shared: [] as Variable[] };
    const shared = sharedNames(scopeOf(view.frame));
    for (const { variable, value } of variablesOf(view.frame)) {
      if (value === undefined) continue;
      groups[variable.kind === 'parameter' ? 'arguments' : shared.has(variable.name) ? 'shared' : 'locals'].push(variable);
    }
    const scopes = [this.#scope('Variables', 'locals', this.#variables(groups.locals, place))];
    if (groups.arguments.length > 0) scopes.push(this.#scope('Argument', 'arguments', this.#variables(groups.arguments, place)));
    if (groups.shared.length > 0) scopes.push(this.#scope('Shared', undefined, this.#variables(groups.shared, place)));
    const result = view.frame === view.shownIn.top ? this.#stepResult(view) : undefined;
    if (result) scopes.push(this.#scope('Step result', 'returnValue', result));
    scopes.push(this.#scope('Execution', undefined, this.#executionNotes()), this.#scope('Environment', undefined, this.#environment()));
    return scopes;
  }

  children(reference: number, page: Page): DebugVariable[] {
    return this.#values.get(reference).children(page);
  }

  evaluate(text: string, frame: Frame): DebugValue {
    check(text, this.#machine.program, scopeOf(frame));
    const place = this.placeOf(frame);
    const target = parseTarget(text.trim(), (offset) => offset, new Problems());
    const isVariable = target !== undefined && lookup(scopeOf(frame), target.name) !== undefined;
    const value = evaluateAt(place, text);
    // What was computed stays as it is; a variable may change while its parts are shown.
    return this.#values.value({ read: isVariable ? () => evaluateAt(place, text) : () => value, expression: text.trim(), assignable: isVariable ? place : undefined }, value);
  }

  setVariable(reference: number, name: string, valueText: string): DebugValue {
    const part = this.#values.get(reference).part(name);
    if (!part) throw new DebugError(`There is no ${JSON.stringify(name)} here that could be changed.`);
    if (!part.assignable || part.expression === undefined) throw new DebugError(`${JSON.stringify(name)} cannot be changed: only variables and their parts can.`);
    this.#assign(part.assignable, part.expression, valueText);
    return this.#values.value(part);
  }

  setExpression(target: string, valueText: string, frame: Frame): DebugValue {
    this.#assign(this.placeOf(frame), target, valueText);
    return this.evaluate(target, frame);
  }

  /** The run can be repeated only if every change is known. */
  #assign(place: Place, target: string, value: string): void {
    const thread = this.#machine.threads.find(({ frames }) => frames.includes(place.frame));
    if (!thread) throw new DebugError('This frame is over, so nothing in it can be changed.');
    try {
      this.#edits({ thread: thread.id, frame: thread.frames.indexOf(place.frame), target, value });
    } catch (error) {
      if (error instanceof NotKept) throw new DebugError(`The change cannot be kept, so it was not made: ${error.message}`);
      throw error;
    }
    assignAt(place, target, value);
  }

  frame(frameId: number): Frame {
    return this.#frame(frameId).frame;
  }

  #frame(frameId: number): ShownFrame {
    const view = this.#frames.get(frameId);
    if (!view) throw new DebugError('This frame is from an earlier stop and is not known any more.');
    return view;
  }

  #scope(name: string, hint: DebugScope['hint'], container: Container): DebugScope {
    return { name, hint, reference: this.#values.add(container), expensive: false };
  }

  #variables(variables: readonly Variable[], place: Place): Container {
    const places = new Map(variables.map((variable) => [variable.name, this.#variablePlace(variable, place)]));
    return this.#container(places);
  }

  #container(places: ReadonlyMap<string, ValuePlace>): Container {
    return {
      named: places.size,
      indexed: 0,
      children: (page) => (page.filter === 'indexed' ? [] : cut([...places], page).map(([name, place]) => this.#values.variable(name, place))),
      part: (name) => places.get(name),
    };
  }

  #variablePlace(variable: Variable, place: Place): ValuePlace {
    const holder = frameOf(place.frame, variable);
    return { read: () => valueIn(holder.slots[variable.slot]), expression: variable.name, assignable: place };
  }

  /** Of the step that has just been done: the variables it assigned, or what its call gave. */
  #stepResult({ frame, thread }: ShownFrame): Container | undefined {
    const step = this.#machine.program.locations[frame.began]?.step;
    if (!thread.passing || !step) return undefined;
    const { action } = step.body;
    if (action?.kind === 'assign') {
      const assigned = new Set(action.items.map((item) => item.target.name));
      const variables = variablesOf(frame).filter(({ variable, value }) => assigned.has(variable.name) && value !== undefined);
      return variables.length === 0 ? undefined : this.#variables(variables.map(({ variable }) => variable), this.placeOf(frame));
    }
    const { code, resultSlot, resumeAt } = frame;
    const value = frame.slots[resultSlot];
    if (value === undefined || code.places[code.placeAt[resumeAt - 1] ?? -1]?.step !== step) return undefined;
    const place: ValuePlace = { read: () => valueIn(value), expression: undefined, assignable: undefined };
    return this.#container(new Map([[step.name, place]]));
  }

  #executionNotes(): Container {
    const { id, name, state, create_time, labels } = this.#execution();
    const notes: [string, string][] = [
      ['id', id],
      ['name', name],
      ['state', state],
      ['create_time', create_time],
      ['steps', String(this.#machine.stepCount)],
      ...Object.entries(labels).map(([key, value]): [string, string] => [`label ${key}`, value]),
    ];
    return this.#notes(notes);
  }

  #environment(): Container {
    return this.#notes([...this.#machine.environment]);
  }

  #notes(notes: readonly (readonly [string, string])[]): Container {
    return {
      named: notes.length,
      indexed: 0,
      children: (page) => (page.filter === 'indexed' ? [] : cut(notes, page).map(([name, text]) => this.#values.note(name, text))),
      part: () => undefined,
    };
  }
}

/** Names that the branches around a place may write although they belong to the steps outside. */
function sharedNames(from: Scope): ReadonlySet<string> {
  const names = new Set<string>();
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) for (const name of scope.shared) names.add(name);
  return names;
}

function valueIn(slot: Slot): Value {
  if (slot === undefined) throw new DebugError('The variable has no value any more.');
  return slot as Value;
}
